A customer who waits is given to the first agent who becomes free in time.

> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> status anna At Lunch
  say anna status At Lunch
> answers 100
> pass 1s
> status anna Available
  say anna status Available
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
