The agent's phone is still being called as the verdict comes: a machine. Anna is free.

> analyse beside
> contacts 100
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
> pass 3s
> judged 100 machine
  hang up leg-1: normal (near, answered by Machine)
  say anna is Idle
  say anna call 1000000001 gone Connecting
  hang up leg-2: normal (near, the call is over)
  say anna line None
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> ends 100
  record 1000000001 closed: No person, Machine / Machine - System Hang up on Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine; Machine - System Hang up on Machine
