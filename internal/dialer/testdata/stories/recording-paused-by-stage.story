While the call is in the stage in which cards are read out there is silence, whatever the agent does.

> record 1
> stages
> pause-stage
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
> stage anna 1
  say anna call 1000000001 changed Connected stage=1 recorded
> stage anna 2
  tape 2026/11/02/1000000001-1 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected stage=2 recording paused
> does anna resume -
  say anna call 1000000001 changed Connected stage=2 recording paused
> does anna snip -
  tape 2026/11/02/1000000001-2 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected stage=2 recording paused
> stage anna 1
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  tape 2026/11/02/1000000001-2 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected stage=1 recorded
> does anna pause -
  tape 2026/11/02/1000000001-1 pauses left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected stage=1 recording paused
> stage anna 2
  tape 2026/11/02/1000000001-2 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected stage=2 recording paused
> does anna resume -
  tape 2026/11/02/1000000001-1 is silent left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected stage=2 recording paused
> hangs-up 100
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2]
  tape 2026/11/02/1000000001-2 stops left [leg-1] right [leg-2]
  say snippet 2026/11/02/1000000001-2 by anna
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  park leg-1 silence
