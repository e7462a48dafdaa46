When the disk is about to be full no recording begins, and that is told; calls go on.

> record 1
> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> recordings the disk is nearly full
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
  say anna call 1000000001 changed Connected not recorded: no recording can begin now: the disk is nearly full
> does anna record -
  refused (conflict): no recording can begin now: the disk is nearly full
> recordings
> does anna record -
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> hangs-up 100
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  park leg-1 silence
