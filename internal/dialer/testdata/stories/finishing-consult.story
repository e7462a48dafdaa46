> contacts 100
> shift anna plain
  say anna status Available
  dial leg-1 customer 100 ring 25s
> shift bert plain
  say bert status Available
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> type bert composite
> status bert At Lunch
  say bert status At Lunch
> answers 100
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna is Connecting
  say anna call 1000000001 new Connecting
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> answers anna
  say anna line Up
  bridge leg-2 leg-1
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> mark anna
  say anna call 1000000001 changed Connected finishing
> consult anna - bert
  say anna call 1000000001 changed Held finishing
  say anna call talk-01 new Dialing (consultation, bert)
  say call talk-01 alerts bert
  say anna call talk-01 changed Alerting (consultation, bert)
  park leg-1 hold music
  park leg-2 ring-back
> does bert pickup talk-01
  say call talk-01 alerts no longer bert
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
  say anna call talk-01 changed Connecting (consultation, bert)
> answers bert
  say bert line Up
  say anna call talk-01 changed Connected (consultation, bert)
  bridge leg-2 leg-3
  say bert status At Lunch
> conclude anna - talk-01
  say anna is Idle
  say anna call 1000000001 gone Connected
  say anna status Follow Up
  say bert is Talking
  say bert call 1000000001 new Connected
  say bert pop 1000000001 100 placed=true
  say anna call talk-01 changed Held (consultation, bert)
  say bert status Campaign Call
  say anna call talk-01 gone Over (consultation, bert) transferred (near, went on as 1000000001)
  say anna status Follow Up
  hang up leg-2: normal (near, the call is over)
  say anna line None
  say bert call 1000000001 changed Connected
  bridge leg-3 leg-1
> dispose bert Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say bert is Disposed
  say bert status Follow Up
  say bert call 1000000001 changed Connected
> hangs-up 100
  say bert is Idle
  say bert call 1000000001 gone Over
  say bert status Follow Up
  hang up leg-3: normal (near, the call is over)
  say bert line None
  record 1000000001 ended: normal
