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
> rings 555
  say anna call talk-01 changed Alerting (consultation, 555)
> conclude anna - talk-01
  refused (conflict): consultation talk-01 is alerting; wait for the answer, or cancel it and transfer the call
> answers 555
  say anna call talk-01 changed Connected (consultation, 555)
  bridge leg-1 leg-3
> audience anna - talk-01 both
  say anna call 1000000001 changed Connected
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> audience anna - talk-01 original
  say anna call talk-01 changed Held (consultation, 555)
  park leg-3 hold music
  bridge leg-1 leg-2
  converse conversation-1: over
> audience anna - talk-01 consulted
  say anna call 1000000001 changed Held
  say anna call talk-01 changed Connected (consultation, 555)
  park leg-2 hold music
  bridge leg-1 leg-3
> conclude anna - talk-01
  say call 1000000001 goes on as talk-02
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say  call talk-02 new Connected (passed on, 100) in talk-03
  say  call talk-01 changed Connected (passed on, 555) in talk-03
  park leg-1 silence
  bridge leg-2 leg-3
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> hangs-up 100
  hang up leg-3: normal (near, the other party is gone)
  say  call talk-01 gone Over (passed on, 555) normal (near, the other party is gone)
  say  call talk-02 gone Over (passed on, 100) normal (far)
> ends 555
