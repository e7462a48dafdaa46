An announcement that can not be played to its end: nothing is recorded, and it is told.

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
> cut-off 100
  play leg-2 prompt:legal
  play leg-1 prompt:legal
  say anna call 1000000001 changed Connected
> cut-off 100
  play leg-2 prompt:legal
  play leg-1 prompt:legal
  say anna call 1000000001 changed Connected
> cut-off 100
  play leg-2 prompt:legal
  play leg-1 prompt:legal
  say anna call 1000000001 changed Connected
> cut-off 100
  play leg-2 prompt:legal
  play leg-1 prompt:legal
  say anna call 1000000001 changed Connected
> cut-off 100
  say anna call 1000000001 changed Connected not recorded: the announcement legal was not played to its end
> heard 100
> does anna record -
  play leg-2 prompt:legal
  play leg-1 prompt:legal
  say anna call 1000000001 changed Connected
> heard 100
  tape 2026/11/02/1000000001-2 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> hangs-up 100
  tape 2026/11/02/1000000001-2 stops left [leg-1] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-2
  park leg-1 silence
