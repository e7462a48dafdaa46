The agent's phone puts the line on hold between calls: a customer goes to someone
else, and nobody is dialed for an agent who would not hear him.

> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  dial leg-4 customer 200 ring 25s
> holds anna
  say anna line Up, held
> answers 100
  bridge leg-3 leg-2
  say bert is Talking
  say bert call 1000000001 new Connected
  say bert pop 1000000001 100 placed=true
  say bert status Campaign Call
> hangs-up 100
  say bert is WrapUp
  say bert status Follow Up
  say bert call 1000000001 changed Over
  park leg-3 silence
> hangs-up 200
  record 1000000002 closed: Not reached, Remote Hang Up / Remote Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000002 over: Not reached
> contacts 300
> pass 1s
> resumes anna
  say anna line Up
  dial leg-5 customer 300 ring 25s
