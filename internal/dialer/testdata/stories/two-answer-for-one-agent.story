Two customers answer for one agent. The first gets him; the other waits, and is taken
by who becomes free in time, or given up.

> lines 2
> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
  dial leg-3 customer 200 ring 25s
> answers 200
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> answers 100
> pass 1s
> shift bert persistent
  say bert status Available
  bridge leg-4 leg-2
  say bert is Talking
  say bert call 1000000001 new Connected
  say bert pop 1000000001 100 placed=true
  say bert status Campaign Call
> pass 3s
