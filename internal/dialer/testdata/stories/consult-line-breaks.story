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
> consult anna - 555
  say anna call 1000000001 changed Held
  say anna call talk-01 new Dialing (consultation, 555)
  dial leg-3 customer 555 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 555
  say anna call talk-01 changed Connected (consultation, 555)
  bridge leg-1 leg-3
> hangs-up anna
  say anna line Lost, failure: normal (far)
  hang up leg-3: normal (near, the agent's line broke)
  say anna call talk-01 gone Over (consultation, 555) normal (near, the agent's line broke)
  say anna status Campaign Call
  hang up leg-2: normal (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
> ends 555
> ends 100
  say anna call 1000000001 changed Over
