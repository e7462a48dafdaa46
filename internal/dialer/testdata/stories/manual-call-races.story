What was asked for may have changed by the time that it is there.
> contact 1001 100
> contact 1002 102
> contacts 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 200 ring 25s
> shift bert persistent
  say bert status Available
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> ledger waits
> manual bert 1001
> manual bert 1002
  say manual call by bert for bert to contact 1002: agent not idle
> answers 200
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 200 placed=true
  say anna status Campaign Call
> ledger goes-on
  record 1000000002 placed, manual
  dial leg-4 customer 100 ring 25s
  say bert is Placing
  say bert call 1000000002 new Dialing manual
  say bert pop 1000000002 100 placed=true manual
  say bert status Awaiting Callback
  say manual call by bert for bert to contact 1001: call placed
> busy 100
  say manual call by bert for bert to contact 1001: call complete
  say bert is WrapUp
  say bert status Follow Up
  say bert call 1000000002 changed Over manual
> dispose bert Answering machine
  record 1000000002 closed: Not reached, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  say attempt 1000000002 over: Not reached
  say bert is Idle
  say bert call 1000000002 gone Over manual
> ledger waits
> manual bert 1002
> leave bert
  hang up leg-3: normal (near, the agent's last session ended)
  say bert line None
  say bert is Out
  say bert status Follow Up
> ledger goes-on
  say manual call by bert for bert to contact 1002: invalid agent
> ledger waits
> manual anna 1002
  say manual call by anna for anna to contact 1002: agent not idle
> ledger goes-on
> book 1001
  contact 1001 C in 4h0m0s attempts=1
> book 1002
  contact 1002 C never attempts=0
