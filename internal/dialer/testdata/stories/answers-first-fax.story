A fax.

> analyse first
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 1s
> judged 100 fax
  hang up leg-2: normal (near, answered by Fax)
  say anna campaigns whole=false ~Autumn(on)
> ends 100
  record 1000000001 closed: No person, Fax / Fax - System Hang Up on Fax, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, fax; Fax - System Hang Up on Fax
