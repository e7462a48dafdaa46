Who has a call in hand gets no dialer call.

> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> ends 100
  record 1000000001 closed: Not reached, Remote Hang Up / Remote Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Not reached
