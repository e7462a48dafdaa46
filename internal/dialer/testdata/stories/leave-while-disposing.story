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
> leave anna
  say anna call 1000000001 gone Connected
  say anna status Campaign Call
  hang up leg-2: normal (near, Ambiguous - Agent Logout)
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Campaign Call
> ends leg-2
  record 1000000001 ended: normal
> ends leg-1
> ledger goes-on
  say attempt 1000000001 over: Talked
  record 1000000001 ended: normal
