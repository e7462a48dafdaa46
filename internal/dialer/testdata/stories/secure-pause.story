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
> secure anna - 30s
  refused (conflict): interaction 1000000001 is not being recorded
> does anna record -
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> secure anna - 30s
  tape 2026/11/02/1000000001-1 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recording paused
> pass 29s
> pass 1s
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> secure anna - 30s
  tape 2026/11/02/1000000001-1 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recording paused
> secure anna - resume
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> pass 1m
> secure anna - 0s
  tape 2026/11/02/1000000001-1 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recording paused
> pass 1h
> does anna resume -
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> does anna pause -
  tape 2026/11/02/1000000001-1 pauses left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recording paused
> does anna make-private -
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected private recording 2026/11/02/1000000001-1
> does anna record -
  refused (forbidden): interaction 1000000001 is private and may not be recorded
