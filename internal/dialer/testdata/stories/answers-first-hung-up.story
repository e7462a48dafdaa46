The customer hangs up before anything is known of him.

> analyse first
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 1s
> hangs-up 100
  record 1000000001 closed: Hung up, Busy / Busy - Disconnect before Analysis, contact C in 15m0s counts=true
  say attempt 1000000001 over: Hung up
  say anna campaigns whole=false ~Autumn(on)
