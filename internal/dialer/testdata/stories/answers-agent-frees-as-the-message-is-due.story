An agent who becomes free before the message begins takes the call, be it in the last
moment.

> analyse first
> safe-harbour sorry
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> break anna
  say anna BreakPending
> pass 1s
> status anna Away from desk
  say anna status Away from desk
> pass 1s
> greeted 100 1s
> pass 899ms
> status anna Available
  say anna status Available
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> pass 5s
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
