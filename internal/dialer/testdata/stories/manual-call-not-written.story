> contact 1001 100
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> ledger breaks
> manual anna 1001
  say manual call by anna for anna to contact 1001: internal error
> ledger mends
> manual anna 1001
  record 1000000001 placed, manual
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna call 1000000001 new Dialing manual
  say anna pop 1000000001 100 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1001: call placed
> leave anna
  say anna call 1000000001 gone Dialing manual
  hang up leg-2: cancelled (near, Ambiguous - Agent Logout)
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Awaiting Callback
> cancelled 100
  say manual call by anna for anna to contact 1001: call complete
  record 1000000001 closed: Not reached, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Not reached
