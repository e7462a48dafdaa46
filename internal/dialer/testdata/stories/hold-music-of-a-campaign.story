A campaign may have hold music of its own.

> hold-music waltz
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
> does anna hold -
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 prompt:waltz
> does anna pickup -
  say anna call 1000000001 changed Connected
  bridge leg-1 leg-2
