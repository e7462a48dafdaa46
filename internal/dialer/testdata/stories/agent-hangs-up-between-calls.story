> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> hangs-up anna
  say anna line Lost, failure: normal (far)
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> establish anna
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
> answers anna
  say anna line Up
  play leg-3 welcome
> status anna Available
  say anna status Available
  dial leg-4 customer 200 ring 25s
> answers 200
  bridge leg-3 leg-4
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
