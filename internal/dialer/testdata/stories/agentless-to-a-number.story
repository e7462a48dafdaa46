A key leads to a number; they are connected when somebody answers there.

> agentless front
> contacts 100
> arrive anna
  say anna status Available, No ACD
  dial leg-1 customer 100 ring 25s
> arrive bert
  say bert status Available, No ACD
> answers 100
  play leg-1 prompt:offer
> presses 100 1
  say  call talk-01 new Offered (passed on, 100)
  say call 1000000001 goes on as talk-01
  record 1000000001 closed: Informed, Transferred / Transferred, contact U never counts=true
  say  call talk-02 new Dialing (passed on, +13175550199)
  dial leg-2 customer +13175550199 ring 30s
  park leg-1 hold music
  say attempt 1000000001 over: Informed, offer after 0s, whole=false; Transferred
> answers +13175550199
  say call talk-01 goes on as talk-03
  say  call talk-01 gone Over (passed on, 100) transferred (near, went on as talk-03)
  say  call talk-03 new Connected (passed on, 100) in talk-04
  say  call talk-02 changed Connected (passed on, +13175550199) in talk-04
  bridge leg-1 leg-2
> hangs-up 100
  hang up leg-2: normal (near, the other party is gone)
  say  call talk-02 gone Over (passed on, +13175550199) normal (near, the other party is gone)
  say  call talk-03 gone Over (passed on, 100) normal (far)
> ends +13175550199
