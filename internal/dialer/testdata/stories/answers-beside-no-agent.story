Nobody is free. Who is not known to be a person is not given up; it is a machine.

> analyse beside
> safe-harbour sorry
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Available
> answers 100
> pass 3s
> judged 100 machine
  hang up leg-2: normal (near, answered by Machine)
> ends 100
  record 1000000001 closed: No person, Machine / Machine - System Hang up on Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine; Machine - System Hang up on Machine
