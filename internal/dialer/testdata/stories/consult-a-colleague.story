> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive bert
  say bert status Available, No ACD
> sit bert plain
  say bert status Available, No ACD
  say bert line None
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> consult anna - bert
  say anna call 1000000001 changed Held
  say anna call talk-01 new Dialing (consultation, bert)
  say call talk-01 alerts bert
  say anna call talk-01 changed Alerting (consultation, bert)
  park leg-1 ring-back
  park leg-2 hold music
> does bert pickup talk-01
  say call talk-01 alerts no longer bert
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
  say anna call talk-01 changed Connecting (consultation, bert)
> answers bert
  say bert line Up
  say anna call talk-01 changed Connected (consultation, bert)
  bridge leg-1 leg-3
  say bert status Available, No ACD
> conclude anna - talk-01
  say call 1000000001 goes on as talk-02
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say anna call talk-01 gone Over (consultation, bert) transferred (near, went on as talk-02)
  say anna status Follow Up
  say bert status Available, No ACD
  say bert call talk-02 new Connected (passed on, 100)
  park leg-1 silence
  bridge leg-3 leg-2
  say bert status Available, No ACD
> does bert hold talk-02
  say bert call talk-02 changed Held (passed on, 100)
  park leg-2 hold music
> does bert unhold talk-02
  say bert call talk-02 changed Connected (passed on, 100)
  bridge leg-3 leg-2
> does bert disconnect talk-02
  hang up leg-2: normal (near, the agent disconnected)
  say bert call talk-02 gone Over (passed on, 100) normal (near, the agent disconnected)
  say bert status Available, No ACD
  hang up leg-3: normal (near, the call is over)
  say bert line None
