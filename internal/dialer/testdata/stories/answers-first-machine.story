A machine is hung up on, and no agent hears of it. The call does not count as
abandoned, however long it took.

> analyse first
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 3200ms
> judged 100 machine
  hang up leg-2: normal (near, answered by Machine)
  say anna campaigns whole=false ~Autumn(on)
> ends 100
  record 1000000001 closed: No person, Machine / Machine - System Hang up on Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine; Machine - System Hang up on Machine
