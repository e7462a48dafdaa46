# A colleague who is being sent to another one can not be both of them.
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> arrive carl supervises
  say carl status Available, No ACD
> sit carl persistent
  say carl status Available, No ACD
  say carl line None
> arrive carl@phone supervises
  say carl status Available, No ACD
> sit carl@phone persistent
  say carl status Available, No ACD
  say carl line None
> arrive bert
  say bert status Available, No ACD
> sit bert persistent
  say bert status Available, No ACD
  say bert line None
> calls anna carl
  say anna call talk-01 new Dialing (made, carl)
  say call talk-01 alerts carl
  say anna call talk-01 changed Alerting (made, carl)
  park leg-1 ring-back
> does carl pickup talk-01
  say call talk-01 alerts no longer carl
  dial leg-2 agent sip:carl@home ring 30s
  say carl line Dialing
  say anna call talk-01 changed Connecting (made, carl)
> answers carl
  say carl line Up
  say anna call talk-01 changed Connected (made, carl)
  bridge leg-1 leg-2
  say anna status Available
  say carl status Available, No ACD
> transfer anna talk-01 bert
  say  call talk-02 new Offered (passed on, carl) on queue bert
  say call talk-02 alerts bert
  say anna call talk-01 changed Held (made, carl)
  park leg-1 silence
  park leg-2 hold music
> does carl@phone pickup talk-02
  refused (conflict): you are the party who is to come with interaction talk-02
