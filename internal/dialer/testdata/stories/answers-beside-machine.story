A machine is taken away from the agent, who is available again and gets the next call.

> analyse beside
> contacts 100 101
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> pass 3s
> judged 100 machine
  hang up leg-2: normal (near, answered by Machine)
  say anna is Idle
  say anna call 1000000001 gone Connected
  say anna status Campaign Call
  say anna status Available
  park leg-1 silence
  dial leg-3 customer 101 ring 25s
> ends 100
  record 1000000001 closed: No person, Machine / Machine - System Hang up on Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine; Machine - System Hang up on Machine
> answers 101
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 101 placed=true
  say anna status Campaign Call
