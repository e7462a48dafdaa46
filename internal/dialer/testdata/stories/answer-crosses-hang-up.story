The agent's phone fails while a previewed contact is being called, and the contact
answers in the very moment in which the call is taken back.

> mode preview
> contacts 100
> shift anna plain
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna
  record 1000000001 placed
  dial leg-1 customer 100 ring 25s
  say anna is Placing
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> busy anna
  say anna line None, failure: busy (far, sip 486)
  hang up leg-1: cancelled (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
> answers 100
> ends 100
  say anna call 1000000001 changed Over
> dispose anna Answering machine
  record 1000000001 closed: Abandoned, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: Abandoned
  say anna is Idle
  say anna call 1000000001 gone Over
