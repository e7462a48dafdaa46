A supervisor takes the customer over who waits for the agent's line. It comes back before
the supervisor's phone has answered, and the customer waits on.

> redial-lost-agent
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive carl supervises
  say carl status Available, No ACD
> sit carl persistent
  say carl status Available, No ACD
  say carl line None
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life)
  say anna is Connecting
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 please wait
> does carl pickup 100
  say  call talk-01 new Offered (passed on, 100) on queue carl
  dial leg-4 agent sip:carl@home ring 30s
  say carl line Dialing
  say carl call talk-01 changed Connecting (passed on, 100)
> answers anna
  say anna line Up
  say anna line counted: redialed back
  say anna is Talking
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 hold music
> answers carl
  say carl line Up
  say call 1000000001 goes on as talk-01
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say carl call talk-01 changed Connected (passed on, 100)
  bridge leg-4 leg-2
  say carl status Available, No ACD
> hangs-up 100
  say carl call talk-01 gone Over (passed on, 100) normal (far)
  say carl status Available, No ACD
  park leg-4 silence
