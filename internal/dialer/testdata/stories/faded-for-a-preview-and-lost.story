The phone that has faded is given up: it is called again, once, and the customer
still waits.

> mode preview
> contacts 100
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna
  record 1000000001 placed
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> fades anna
  say anna line Up, faded
> answers 100
  say anna is Connecting
  say anna call 1000000001 changed Connecting
> pass 3s
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life)
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
> pass 5s
> answers anna
  say anna line Up
  bridge leg-3 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-3 silence
