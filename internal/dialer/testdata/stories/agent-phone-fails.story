The agent's phone can not be reached while a customer waits: another agent takes
the customer, if there is one.

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
> no-answer anna
  say anna line None, failure: no answer (near, sip 487)
  say anna is Idle
  say anna call 1000000001 gone Connecting
  say anna status ACD - Agent Not Answering
> pass 2s
  hang up leg-1: normal (near, no agent)
> ends leg-1
  record 1000000001 closed: Abandoned, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned
