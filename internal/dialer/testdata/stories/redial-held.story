The customer was on hold when the line was lost, and is again once the agent is back,
who takes him back himself.

> redial-lost-agent
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
> hold anna
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life)
  say anna is Connecting
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 please wait
> unhold anna
  say anna call 1000000001 changed Held
> hold anna
  say anna call 1000000001 changed Held
> answers anna
  say anna line Up
  say anna line counted: redialed back
  say anna is Talking
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 hold music
> unhold anna
  say anna call 1000000001 changed Connected
  bridge leg-3 leg-2
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-3 silence
