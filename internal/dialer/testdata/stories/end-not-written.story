An attempt that could not be closed is written again until it is.

> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> ledger breaks
> busy 100
> pass 2s
> ledger mends
> pass 1s
  record 1000000001 closed: Not reached, Busy / Busy - Remote Busy, contact C in 14m57s counts=true
  say attempt 1000000001 over: Not reached
  say anna campaigns whole=false ~Autumn(on)
