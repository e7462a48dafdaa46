The greeting is over and nobody is free: a message with the seller's name begins within
2 s of the end of the greeting, and goes on to its end. Anna comes too late for this one.

> analyse first
> safe-harbour sorry
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 1s
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Available
> pass 1s
> greeted 100 1s
> pass 800ms
> pass 200ms
  play leg-2 prompt:sorry
> shift anna persistent
> told 100 sorry
  hang up leg-2: normal (near, the message is over)
> ends 100
  record 1000000001 closed: Abandoned, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned, live, greeted for 1s, sorry after 2.9s, whole=true; System Hang Up
