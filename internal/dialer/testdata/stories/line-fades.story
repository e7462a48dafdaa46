The agent's phone gives no sign of life between calls: a customer goes to someone
else, or waits, and nobody is dialed for that agent. Who is back gets the next.

> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  dial leg-4 customer 200 ring 25s
> fades anna
  say anna line Up, faded
> answers 100
  bridge leg-3 leg-2
  say bert is Talking
  say bert call 1000000001 new Connected
  say bert pop 1000000001 100 placed=true
  say bert status Campaign Call
> answers 200
> pass 500ms
> recovers anna
  say anna line Up
  bridge leg-1 leg-4
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> fades anna
  say anna line Up, faded
> hangs-up 200
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over
  park leg-1 silence
> contacts 300
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Idle
  say anna call 1000000002 gone Over
> status anna Available
  say anna status Available
> pass 2s
> recovers anna
  say anna line Up
  dial leg-5 customer 300 ring 25s
> answers 300
  bridge leg-1 leg-5
  say anna is Talking
  say anna call 1000000003 new Connected
  say anna pop 1000000003 300 placed=true
  say anna status Campaign Call
