> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive carl supervises
  say carl status Available, No ACD
> sit carl persistent
  say carl status Available, No ACD
  say carl line None
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> does carl pickup 100
  refused (conflict): interaction 1000000001 is connected and can not be picked up
> does anna hold -
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> does carl pickup 100
  say  call talk-01 new Offered (passed on, 100) on queue carl
  dial leg-3 agent sip:carl@home ring 30s
  say carl line Dialing
  say carl call talk-01 changed Connecting (passed on, 100)
> answers carl
  say carl line Up
  say call 1000000001 goes on as talk-01
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say carl call talk-01 changed Connected (passed on, 100)
  bridge leg-3 leg-2
  say carl status Available, No ACD
> hangs-up 100
  say carl call talk-01 gone Over (passed on, 100) normal (far)
  say carl status Available, No ACD
  park leg-3 silence
