# A colleague in a conference takes back his own hold, and not that of another one.
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> arrive bert
  say bert status Available, No ACD
> sit bert persistent
  say bert status Available, No ACD
  say bert line None
> arrive carl
  say carl status Available, No ACD
> sit carl persistent
  say carl status Available, No ACD
  say carl line None
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
> invite anna talk-01 bert
  say anna call talk-01 changed Connected (made, carl) in talk-02
  say anna call talk-03 new Dialing (invited, bert) in talk-02
  say call talk-03 alerts bert
  say anna call talk-03 changed Alerting (invited, bert) in talk-02
> does bert pickup talk-03
  say call talk-03 alerts no longer bert
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
  say anna call talk-03 changed Connecting (invited, bert) in talk-02
> answers bert
  say bert line Up
  say anna call talk-03 changed Connected (invited, bert) in talk-02
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
  say bert status Available, No ACD
> does bert hold talk-03
  say anna call talk-03 changed Held (invited, bert) in talk-02
  park leg-3 silence
  bridge leg-1 leg-2
  converse conversation-1: over
> does carl hold talk-01
  say anna call talk-01 changed Held (made, carl) in talk-02
  park leg-1 hold music
> does carl pickup talk-01
  say anna call talk-01 changed Connected (made, carl) in talk-02
  bridge leg-1 leg-2
