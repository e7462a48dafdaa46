The customer hangs up while the disposition is being written.

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
> ledger waits
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  no answer yet
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> ledger goes-on
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
  record 1000000001 ended: normal
