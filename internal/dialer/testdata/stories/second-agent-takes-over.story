> contacts 100 200
> shift anna plain
  say anna status Available
  dial leg-1 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  dial leg-3 customer 200 ring 25s
> busy 200
  record 1000000002 closed: Not reached, Busy / Busy - Remote Busy, contact C in 15m0s counts=true
  say attempt 1000000002 over: Not reached
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> answers 100
  bridge leg-2 leg-1
  say bert is Talking
  say bert call 1000000001 new Connected
  say bert pop 1000000001 100 placed=true
  say bert status Campaign Call
