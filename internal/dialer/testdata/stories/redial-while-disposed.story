The agent dispositions the call while his phone is called again. If he comes back it
goes on until somebody hangs up.

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
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000001 changed Held
> answers anna
  say anna line Up
  say anna line counted: redialed back
  bridge leg-3 leg-2
  say anna call 1000000001 changed Connected
> disconnect anna
  hang up leg-2: normal (near, the agent disconnected)
  park leg-3 silence
> ends 100
  say anna is Idle
  say anna call 1000000001 gone Over
  say anna status Follow Up
  record 1000000001 ended: normal
> status anna Available
  say anna status Available
  dial leg-4 customer 200 ring 25s
> answers 200
  bridge leg-3 leg-4
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life)
  say anna is Connecting
  dial leg-5 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
  say anna call 1000000002 changed Held
  say anna status Campaign Call
  park leg-4 please wait
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000002 changed Held
> no-answer anna
  say anna line None, failure: no answer (near, sip 487)
  say anna line counted: redialed not back
  hang up leg-4: normal (near, the agent's line broke)
  say anna is Idle
  say anna call 1000000002 gone Held
  say anna status Follow Up
> ends 200
  record 1000000002 ended: normal
