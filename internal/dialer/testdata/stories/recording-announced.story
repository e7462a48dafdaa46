Both hear the announcement; the recording begins once the customer has heard all of it. One that
the hold cuts off is begun again.

> record 1
> announcement legal
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
  play leg-2 prompt:legal
  play leg-1 prompt:legal
  say anna call 1000000001 changed Connected
> does anna hold -
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> cut-off 100
  say anna call 1000000001 changed Held
> does anna pickup -
  say anna call 1000000001 changed Connected
  bridge leg-1 leg-2
  play leg-2 prompt:legal
  play leg-1 prompt:legal
> heard anna
> heard 100
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> hangs-up 100
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  park leg-1 silence
