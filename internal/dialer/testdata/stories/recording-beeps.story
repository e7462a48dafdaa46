Who is recorded hears a beep again and again, but for the pauses.

> record 1
> beep 15s
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
  play leg-1 recording beep
  play leg-2 recording beep
  say anna call 1000000001 changed Connected recorded
> pass 16s
  play leg-1 recording beep
  play leg-2 recording beep
> does anna pause -
  tape 2026/11/02/1000000001-1 pauses left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recording paused
> pass 16s
> does anna resume -
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> pass 16s
  play leg-1 recording beep
  play leg-2 recording beep
> hangs-up 100
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  park leg-1 silence
