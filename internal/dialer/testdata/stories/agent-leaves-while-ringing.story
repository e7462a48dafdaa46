> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> rings 100
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Available
> ends leg-1
> answers 100
> pass 2s
  hang up leg-2: normal (near, no agent)
> ends 100
  record 1000000001 closed: Abandoned, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned
