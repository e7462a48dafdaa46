The same without a disposition: the contact loses no try.

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
> hangs-up anna
  say anna line Lost, failure: normal (far)
  hang up leg-2: normal (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
> ends 100
  say anna call 1000000001 changed Over
> status anna Available
  say anna status Available
  say anna is Idle
  say anna call 1000000001 gone Over
  record 1000000001 closed: Talked, Ambiguous / Ambiguous - Agent Connection Broken, contact C in 1h0m0s counts=false
  say attempt 1000000001 over: Talked
  say anna campaigns whole=false ~Autumn(on)
