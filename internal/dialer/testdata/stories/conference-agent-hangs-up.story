The parties of a conference go on without their agent while two of them are there.

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
> invite anna - 555
  say anna call 1000000001 changed Connected in talk-01
  say anna call talk-02 new Dialing (invited, 555) in talk-01
  dial leg-3 customer 555 ring 30s
> answers 555
  say anna call talk-02 changed Connected (invited, 555) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> hangs-up anna
  say anna line Lost, failure: normal (far)
  say  call talk-03 new Connected (passed on, 100) in talk-01
  say call 1000000001 goes on as talk-03
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say  call talk-02 changed Connected (passed on, 555) in talk-01
  bridge leg-2 leg-3
  converse conversation-1: over
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> hangs-up 555
  hang up leg-2: normal (near, the other party is gone)
  say  call talk-03 gone Over (passed on, 100) normal (near, the other party is gone)
  say  call talk-02 gone Over (passed on, 555) normal (far)
> ends 100
