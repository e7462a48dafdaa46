Without analysis the time counts from the answer. Who hangs up during the message was
abandoned all the same.

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
> pass 1900ms
  play leg-2 prompt:sorry
> pass 3s
> hangs-up 100
  record 1000000001 closed: Abandoned, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned, sorry after 1.9s, whole=false; System Hang Up
