Who has a call in hand gets no dialer call; a preview that is answered meanwhile puts
his own call on hold.

> contacts 100 200
> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> calls anna 555
  say anna call talk-01 new Dialing (made, 555)
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  dial leg-2 customer 555 ring 30s
  park leg-1 ring-back
> answers 555
  say anna call talk-01 changed Connected (made, 555)
  bridge leg-1 leg-2
  say anna status Available, No ACD
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> ready anna
> status anna Available
  say anna status Available
> does anna disconnect talk-01
  hang up leg-2: normal (near, the agent disconnected)
  say anna call talk-01 gone Over (made, 555) normal (near, the agent disconnected)
  say anna status Available
  park leg-1 silence
  dial leg-3 customer 100 ring 25s
> ends 555
> answers 100
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> calls anna 555
  say anna call talk-02 new Dialing (made, 555)
  dial leg-4 customer 555 ring 30s
  park leg-1 ring-back
> answers 555
  say anna call talk-02 changed Connected (made, 555)
  bridge leg-1 leg-4
  say anna status Follow Up
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> status anna Available
  say anna status Available
> hangs-up 555
  say anna call talk-02 gone Over (made, 555) normal (far)
  say anna status Available
  park leg-1 silence
  dial leg-5 customer 200 ring 25s
