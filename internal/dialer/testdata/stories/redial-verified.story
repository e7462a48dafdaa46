Who must show that he is there must do so too when he is called again: a phone
without a network is answered by its voicemail.

> verify key
> redial-lost-agent
> contacts 100 200
> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> ready anna
> status anna Available
  say anna status Available
  dial leg-1 customer 100 ring 25s
> establish anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Verifying
  play leg-2 ask for a key
> presses anna 1
  say anna line counted: verified key
  say anna line Up
  play leg-2 welcome
> answers 100
  bridge leg-2 leg-1
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
  park leg-1 please wait
> answers anna
  say anna line Verifying, failure: media failure (far, no sign of life)
  play leg-3 ask for a key
> pass 4s
> presses anna 1
  say anna line counted: verified key
  say anna line Up
  say anna line counted: redialed back
  say anna is Talking
  bridge leg-3 leg-1
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-3 silence
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
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
> answers anna
  say anna line Verifying, failure: media failure (far, no sign of life)
  play leg-5 ask for a key
> pass 20s
  say anna line counted: verified late
  hang up leg-5: normal (near, not verified)
  say anna line None, failure: not verified
  say anna line counted: redialed not back
  hang up leg-4: normal (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
> ends 200
  say anna call 1000000002 changed Over
