The trunk dies under a call: both legs end, the customer's first, or the agent's. The
line comes back by itself.

> redial-lost-agent
> reestablish
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
> fails 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life), try 1 in 5s
> pass 5s
  say anna line counted: retried 
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
> answers anna
  say anna line Up
  play leg-3 welcome
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> status anna Available
  say anna status Available
  dial leg-4 customer 200 ring 25s
> answers 200
  bridge leg-3 leg-4
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life), try 2 in 10s
  say anna is Connecting
  dial leg-5 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
  say anna call 1000000002 changed Held
  say anna status Campaign Call
  park leg-4 please wait
> fails 200
  say anna line counted: redialed customer left
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over
> answers anna
  say anna line Up
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Idle
  say anna call 1000000002 gone Over
