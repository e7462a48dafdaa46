The agent ends the call by hanging up the phone: the customer is hung up, the
disposition still counts, and the phone is called again for the next customer.

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
> status anna Available
  say anna status Available
  dial leg-3 customer 200 ring 25s
> answers 200
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
  say anna is Connecting
  say anna call 1000000002 new Connecting
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> answers anna
  say anna line Up
  bridge leg-4 leg-3
  say anna is Talking
  say anna call 1000000002 changed Connected
  say anna status Campaign Call
