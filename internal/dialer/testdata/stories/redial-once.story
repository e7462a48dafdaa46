An agent who loses his line a second time in a call is not called again: he means it.

> redial-lost-agent
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> hangs-up anna
  say anna line Lost, failure: normal (far)
  say anna is Connecting
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 please wait
> answers anna
  say anna line Up
  say anna line counted: redialed back
  say anna is Talking
  bridge leg-3 leg-2
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> hangs-up anna
  say anna line Lost, failure: normal (far)
  hang up leg-2: normal (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
> ends 100
  say anna call 1000000001 changed Over
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
