The phone is called again and nobody answers: the call ends, and the contact loses
no try for it.

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
> hangs-up anna
  say anna line Lost, failure: normal (far)
  say anna is Connecting
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 please wait
> pass 20s
  hang up leg-3: no answer (near, not back in time)
  say anna line None, failure: no answer (near, not back in time)
  say anna line counted: redialed not back
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
