The last agent of a campaign gets the break when the calls in the air are over.

> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> break anna
  say anna BreakPending
> busy 100
  record 1000000001 closed: Not reached, Busy / Busy - Remote Busy, contact C in 15m0s counts=true
  say anna OnBreak
  say attempt 1000000001 over: Not reached
> break anna
