Without a standing line the agent's phone is called when a customer has answered,
and hung up after the call.

> contacts 100 200
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
> rings anna
> pass 2s
> answers anna
  say anna line Up
  bridge leg-2 leg-1
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  hang up leg-2: normal (near, the call is over)
  say anna line None
> ends leg-2
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> status anna Available
  say anna status Available
  dial leg-3 customer 200 ring 25s
> answers 200
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna is Connecting
  say anna call 1000000002 new Connecting
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
