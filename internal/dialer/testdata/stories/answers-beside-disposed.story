The agent has said what it was before the verdict: what he said holds.

> analyse beside
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> pass 2s
> dispose anna Answering machine
  record 1000000001 closed: Talked, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000001 changed Connected
> judged 100 machine
> disconnect anna
  hang up leg-2: normal (near, the agent disconnected)
  park leg-1 silence
> ends 100
  say anna is Idle
  say anna call 1000000001 gone Over
  say anna status Follow Up
  record 1000000001 ended: normal
