> phone-columns home mobile
> contact 1001 100 home=100 mobile=(317)_555-0100 attempts=1 due=-1h
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> status anna At Lunch
  say anna status At Lunch
> manual anna 1001 column=MOBILE
  record 1000000001 placed, manual
  dial leg-2 customer 3175550100 ring 25s
  say anna is Placing
  say anna call 1000000001 new Dialing manual
  say anna pop 1000000001 3175550100 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1001: call placed, dialed before
> rings 3175550100
  say anna call 1000000001 changed Alerting manual
> answers 3175550100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected manual
  say anna status Campaign Call
> hangs-up 3175550100
  say manual call by anna for anna to contact 1001: call complete, dialed before
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over manual
  park leg-1 silence
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over manual
> book 1001
  contact 1001 U never attempts=2
