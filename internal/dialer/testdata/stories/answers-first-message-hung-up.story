The machine hangs up before it has beeped.

> analyse first
> machine-message voicemail
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 3s
> judged 100 machine
  say anna campaigns whole=false ~Autumn(on)
> pass 9s
> hangs-up 100
  record 1000000001 closed: No person, Machine / Machine - System Hang up on Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine; Machine - System Hang up on Machine
