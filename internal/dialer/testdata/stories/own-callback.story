> allows
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> promise anna carl 1h
  record 1000000001 closed: Talked, Scheduled / Scheduled, contact S in 1h0m0s counts=true owner=carl
  say attempt 1000000001 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000001 changed Connected
> hangs-up 100
  say anna is Idle
  say anna call 1000000001 gone Over
  say anna status Follow Up
  record 1000000001 ended: normal
  park leg-1 silence
> status anna Available
  say anna status Available
> pass 1h
> shift carl persistent
  say carl status Available
  dial leg-5 customer 100 ring 25s
  say carl is Placing
  say carl call 1000000002 new Dialing owned
  say carl pop 1000000002 100 placed=true owned
  say carl status Awaiting Callback
> rings 100
  say carl call 1000000002 changed Alerting owned
> answers 100
  bridge leg-4 leg-5
  say carl is Talking
  say carl call 1000000002 changed Connected owned
  say carl status Campaign Call
> hangs-up 100
  say carl is WrapUp
  say carl status Follow Up
  say carl call 1000000002 changed Over owned
  park leg-4 silence
> dispose carl Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say carl is Idle
  say carl call 1000000002 gone Over owned
> book 1
  contact 1 U never attempts=2
