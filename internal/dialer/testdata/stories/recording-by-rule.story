A campaign records by rule: from the bridge to the end, and nobody in the call may stop it.

> record 1
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
> does anna stop-recording -
  refused (forbidden): campaign Autumn records interaction 1000000001 to its end; pause it where something must not be recorded
> does anna make-private -
  refused (forbidden): campaign Autumn records interaction 1000000001 to its end; pause it where something must not be recorded
> secure anna - 0s
  tape 2026/11/02/1000000001-1 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recording paused
> secure anna - resume
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> does anna hold -
  say anna call 1000000001 changed Held recorded
  park leg-1 silence
  park leg-2 hold music
  tape 2026/11/02/1000000001-1 runs left [] right [leg-2]
> does anna pickup -
  say anna call 1000000001 changed Connected recorded
  bridge leg-1 leg-2
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
> hangs-up 100
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  park leg-1 silence
