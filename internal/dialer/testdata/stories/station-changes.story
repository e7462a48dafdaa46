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
> sit anna persistent
> stand anna
  hang up leg-1: normal (near, the station was disconnected)
  say anna line None
  hang up leg-2: normal (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
  say anna status Follow Up
  say anna line None
> ends leg-1
> ends 100
  say anna call 1000000001 changed Over
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> status anna Available
  say anna status Available
