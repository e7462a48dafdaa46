It is 12:00 in London: 7:00 in New York.

> hours America/New_York
> contacts 100
> shift anna persistent
  say anna status Available
  record 1000000001 closed: Withdrawn, Withdrawn / Withdrawn, contact C in 1h0m0s counts=false
  say attempt 1000000001 over: Withdrawn
> pass 1s
