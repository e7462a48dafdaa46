An agent transfers a customer and hangs up without waiting: the customer is not lost
on the way. If the destination fails then, the agent is alerted.

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
> transfer anna - 555
  say  call talk-01 new Dialing (passed on, 555)
  dial leg-3 customer 555 ring 30s
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> hangs-up anna
  say anna line Lost, failure: normal (far)
  say  call talk-02 new Offered (passed on, 100) on queue anna
  say call 1000000001 goes on as talk-02
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
> answers 555
  say call talk-02 goes on as talk-03
  say  call talk-02 gone Over (passed on, 100) transferred (near, went on as talk-03)
  say  call talk-03 new Connected (passed on, 100) in talk-04
  say  call talk-01 changed Connected (passed on, 555) in talk-04
  bridge leg-2 leg-3
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> hangs-up 100
  hang up leg-3: normal (near, the other party is gone)
  say  call talk-01 gone Over (passed on, 555) normal (near, the other party is gone)
  say  call talk-03 gone Over (passed on, 100) normal (far)
> ends 555
> establish anna
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
> answers anna
  say anna line Up
  play leg-4 welcome
> status anna Available
  say anna status Available
  dial leg-5 customer 200 ring 25s
> answers 200
  bridge leg-4 leg-5
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> transfer anna - 666
  say  call talk-05 new Dialing (passed on, 666)
  dial leg-6 customer 666 ring 30s
  say anna call 1000000002 changed Held
  park leg-4 silence
  park leg-5 hold music
> hangs-up anna
  say anna line Lost, failure: normal (far)
  say  call talk-06 new Offered (passed on, 200) on queue anna
  say call 1000000002 goes on as talk-06
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Idle
  say anna call 1000000002 gone Over
> busy 666
  say  call talk-06 changed Offered (passed on, 200) on queue anna the transfer failed: busy (far, sip 486)
  say call talk-06 alerts anna
  say  call talk-05 gone Over (passed on, 666) busy (far, sip 486)
> does anna pickup talk-06
  say call talk-06 alerts no longer anna
  dial leg-7 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
  say anna call talk-06 changed Connecting (passed on, 200) the transfer failed: busy (far, sip 486)
> answers anna
  say anna line Up
  say anna call talk-06 changed Connected (passed on, 200) the transfer failed: busy (far, sip 486)
  bridge leg-7 leg-5
  say anna status Follow Up
> hangs-up 200
  say anna call talk-06 gone Over (passed on, 200) normal (far)
  say anna status Follow Up
  park leg-7 silence
