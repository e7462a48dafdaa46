The customer waits for the agent's line and is sent on meanwhile. When the line is back he
stays on hold, until somebody is there or the agent takes him back.

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
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life)
  say anna is Connecting
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 please wait
> transfer anna - 555
  say  call talk-01 new Dialing (passed on, 555)
  dial leg-4 customer 555 ring 30s
  say anna call 1000000001 changed Held
> answers anna
  say anna line Up
  say anna line counted: redialed back
  say anna is Talking
  say anna call 1000000001 changed Held
  say anna status Campaign Call
  park leg-2 hold music
> does anna pickup -
  hang up leg-4: cancelled (near, the transfer was taken back)
  say  call talk-01 gone Over (passed on, 555) cancelled (near, the transfer was taken back)
  say anna call 1000000001 changed Connected
  bridge leg-3 leg-2
> transfer anna - 555
  say  call talk-02 new Dialing (passed on, 555)
  dial leg-5 customer 555 ring 30s
  say anna call 1000000001 changed Held
  park leg-2 hold music
> answers 555
  say call 1000000001 goes on as talk-03
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say  call talk-03 new Connected (passed on, 100) in talk-04
  say  call talk-02 changed Connected (passed on, 555) in talk-04
  bridge leg-2 leg-5
