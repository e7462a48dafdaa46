The agent signs off, or changes his station, while his phone is called again: the call
ends.

> redial-lost-agent
> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
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
> leave anna
  say anna call 1000000001 gone Held
  hang up leg-2: normal (near, Ambiguous - Agent Logout)
  hang up leg-3: normal (near, the agent's last session ended)
  say anna line None, failure: media failure (far, no sign of life)
  say anna is Out
  say anna status Campaign Call
> ends 100
  record 1000000001 closed: Talked, Ambiguous / Ambiguous - Agent Logout, contact U never counts=true
  say attempt 1000000001 over: Talked
> shift anna persistent
  say anna status Available
  dial leg-5 customer 200 ring 25s
> answers 200
  bridge leg-4 leg-5
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life)
  say anna is Connecting
  dial leg-6 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
  say anna call 1000000002 changed Held
  say anna status Campaign Call
  park leg-5 please wait
> sit anna plain
  hang up leg-6: normal (near, the station changed)
  say anna line None, failure: media failure (far, no sign of life)
  say anna line counted: redialed not back
  hang up leg-5: normal (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
  say anna status Follow Up
  say anna line None
> ends 200
  say anna call 1000000002 changed Over
> status anna Available
  say anna status Available
  say anna is Idle
  say anna call 1000000002 gone Over
  record 1000000002 closed: Talked, Ambiguous / Ambiguous - Agent Connection Broken, contact C in 1h0m0s counts=false
  say attempt 1000000002 over: Talked
  say anna campaigns whole=false ~Autumn(on)
