The customer hangs up in the moment of the answer, before the agent's phone is up.

> contacts 100
> shift anna plain
  say anna status Available
  dial leg-1 customer 100 ring 25s
> answers 100
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna is Connecting
  say anna call 1000000001 new Connecting
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  hang up leg-2: normal (near, the call is over)
  say anna line None
> hangs-up leg-2
> dispose anna Success
  record 1000000001 closed: Hung up, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Hung up
  say anna is Idle
  say anna call 1000000001 gone Over
