The customer stays with the agent, on hold, until somebody answers there.

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
> transfer anna - 555
  say  call talk-01 new Dialing (passed on, 555)
  dial leg-3 customer 555 ring 30s
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> transfer anna - 666
  refused (conflict): interaction 1000000001 is being transferred already; pick it up to take that back
> rings 555
  say  call talk-01 changed Alerting (passed on, 555)
> answers 555
  say call 1000000001 goes on as talk-02
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say  call talk-02 new Connected (passed on, 100) in talk-03
  say  call talk-01 changed Connected (passed on, 555) in talk-03
  bridge leg-2 leg-3
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> hangs-up 555
  hang up leg-2: normal (near, the other party is gone)
  say  call talk-02 gone Over (passed on, 100) normal (near, the other party is gone)
  say  call talk-01 gone Over (passed on, 555) normal (far)
> ends 100
