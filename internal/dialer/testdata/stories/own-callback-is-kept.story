Who promised is busy when it is due, and gets it when he is done; if he is not
reached, what he then says decides.
> allows
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
> promise anna anna 1m
  record 1000000001 closed: Talked, Scheduled / Scheduled, contact S in 1m0s counts=true owner=anna
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
  dial leg-3 customer 200 ring 25s
> answers 200
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> pass 2m
> hangs-up 200
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over
  park leg-1 silence
> contacts 300
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Idle
  say anna call 1000000002 gone Over
> status anna Available
  say anna status Available
  dial leg-4 customer 100 ring 25s
  say anna is Placing
  say anna call 1000000003 new Dialing owned
  say anna pop 1000000003 100 placed=true owned
  say anna status Awaiting Callback
> no-answer 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000003 changed Over owned
> dispose anna Answering machine
  record 1000000003 closed: Not reached, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  say attempt 1000000003 over: Not reached
  say anna is Idle
  say anna call 1000000003 gone Over owned
> book 1
  contact 1 C in 4h0m0s attempts=2
