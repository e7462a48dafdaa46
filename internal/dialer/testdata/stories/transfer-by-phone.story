# The transfer key of the agent's phone, as REFER has it.
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> refers anna 555
  tell leg-1 of its transfer: refused (near, user anna is in no call)
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> refers anna
  tell leg-1 of its transfer: refused (near, give a number, a SIP address or a user to call)
> refers anna 555
  say  call talk-01 new Dialing (passed on, 555)
  dial leg-3 customer 555 ring 30s
  say anna call 1000000001 changed Held
  tell leg-1 of its transfer: transferred (near)
  park leg-1 silence
  park leg-2 hold music
> refers anna 556
  tell leg-1 of its transfer: refused (near, user anna is in no call)
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
