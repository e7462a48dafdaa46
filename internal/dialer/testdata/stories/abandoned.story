A customer answers, and the only agent has just lost the right to take calls: after
two seconds the call is abandoned and counted.

> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> rings 100
> status anna At Lunch
  say anna status At Lunch
> answers 100
> pass 1s
> pass 1s
  hang up leg-2: normal (near, no agent)
> ends 100
  record 1000000001 closed: Abandoned, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned
