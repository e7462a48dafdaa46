The agent's phone is called together with the customer's, so that nobody waits long.

> mode preview
> contacts 100
> shift anna plain
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna
  record 1000000001 placed
  dial leg-1 customer 100 ring 25s
  say anna is Placing
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> answers 100
  say anna is Connecting
  say anna call 1000000001 changed Connecting
> answers anna
  say anna line Up
  bridge leg-2 leg-1
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  hang up leg-2: normal (near, the call is over)
  say anna line None
