The server stops during the message.

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
  play leg-2 prompt:sorry
> drain
  hang up leg-2: shutdown (near)
> ends 100
  record 1000000001 closed: Abandoned, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned, sorry after 1.9s, whole=false; System Hang Up
