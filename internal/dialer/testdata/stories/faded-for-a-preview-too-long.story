The phone that has faded does not come back: the customer is not kept for ever.

> mode preview
> contacts 100
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna
  record 1000000001 placed
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> holds anna
  say anna line Up, held
> answers 100
  say anna is Connecting
  say anna call 1000000001 changed Connecting
> pass 21s
  say anna is Idle
  say anna call 1000000001 gone Connecting
  say anna status ACD - Agent Not Answering
  hang up leg-2: normal (near, no agent)
> ends 100
  record 1000000001 closed: Abandoned, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned
