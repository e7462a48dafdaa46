Analyse, then bridge. Nobody is sought until a person was found; then the time for it
counts from the end of the greeting.

> analyse first
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> rings 100
> answers 100
> pass 1600ms
> greeted 100 1s
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> pass 30s
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked, live, greeted for 600ms; Success
  say anna is Idle
  say anna call 1000000001 gone Over
