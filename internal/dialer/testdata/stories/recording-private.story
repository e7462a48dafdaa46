A private call is not recorded by rule while it is private.

> record 1
> may-stop
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
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> does anna make-private -
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected private recording 2026/11/02/1000000001-1
> does anna make-public -
  say anna call 1000000001 changed Connected recording 2026/11/02/1000000001-1
  tape 2026/11/02/1000000001-2 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> hangs-up 100
  tape 2026/11/02/1000000001-2 stops left [leg-1] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-2
  park leg-1 silence
