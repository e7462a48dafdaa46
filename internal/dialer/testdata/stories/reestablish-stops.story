Who leaves the dialer, or sits down elsewhere, is not called any more; a customer who
waits is reason to call at once.

> reestablish
> contacts 100 200
> arrive bert
  say bert status Available, No ACD
> sit bert persistent
  say bert status Available, No ACD
  say bert line None
> log-in bert
  say bert is Idle
  say bert campaigns whole=true +Autumn(on,in=true)
  say bert NotOnBreak
> establish bert
  dial leg-1 agent sip:bert@home ring 30s
  say bert line Dialing
> answers bert
  say bert line Up
  play leg-1 welcome
> fails bert
  say bert line Lost, failure: media failure (far, no sign of life), try 1 in 5s
> log-off bert
  say bert is Out
  say bert line Lost, failure: media failure (far, no sign of life)
  say bert logged off entirely=true
> pass 10m
> shift anna persistent
  say anna status Available
  dial leg-3 customer 100 ring 25s
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life), try 1 in 5s
> sit anna plain
  say anna line None, failure: media failure (far, no sign of life)
  say anna status Available
  say anna line None
> pass 10m
> answers 100
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna is Connecting
  say anna call 1000000001 new Connecting
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> answers anna
  say anna line Up
  bridge leg-4 leg-3
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  hang up leg-4: normal (near, the call is over)
  say anna line None
> sit anna persistent
  say anna status Follow Up
  say anna line None
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> establish anna
  dial leg-5 agent sip:anna@home ring 30s
  say anna line Dialing
> busy anna
  say anna line None, failure: busy (far, sip 486), try 1 in 5s
> status anna Available
  say anna status Available
  dial leg-6 customer 200 ring 25s
> answers 200
  dial leg-7 agent sip:anna@home ring 30s
  say anna line Dialing, failure: busy (far, sip 486)
  say anna is Connecting
  say anna call 1000000002 new Connecting
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> answers anna
  say anna line Up
  bridge leg-7 leg-6
  say anna is Talking
  say anna call 1000000002 changed Connected
  say anna status Campaign Call
