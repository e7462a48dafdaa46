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
> leave anna
  say  call talk-02 new Offered (passed on, 100) on queue anna
  say call 1000000001 goes on as talk-02
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say anna call 1000000001 gone Over
  record 1000000001 closed: Talked, Ambiguous / Ambiguous - Agent Logout, contact U never counts=true
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Follow Up
  say attempt 1000000001 over: Talked
> busy 555
  say  call talk-02 changed Offered (passed on, 100) on queue anna the transfer failed: busy (far, sip 486)
  hang up leg-2: normal (near, the transfer failed: busy (far, sip 486))
  say  call talk-02 gone Over (passed on, 100) normal (near, the transfer failed: busy (far, sip 486))
  say  call talk-01 gone Over (passed on, 555) busy (far, sip 486)
> ends 100
