> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  dial leg-4 customer 200 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> drain
  say anna link up=false: the dialer is stopping
  say anna call 1000000001 gone Connected
  say anna status Campaign Call
  hang up leg-2: normal (near, Ambiguous - Agent Logout)
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Campaign Call
  say bert link up=false: the dialer is stopping
  hang up leg-3: normal (near, the agent's last session ended)
  say bert line None
  say bert is Out
  say bert status Available
  hang up leg-2: shutdown (near)
  hang up leg-4: shutdown (near)
> arrive carl
  refused (internal): the dialer is stopping; try another server or come back later
> ends leg-1
> ends leg-2
  record 1000000001 closed: Talked, Ambiguous / Ambiguous - Agent Logout, contact U never counts=true
  say attempt 1000000001 over: Talked
> ends leg-3
> ends leg-4
  record 1000000002 closed: Not reached, Remote Hang Up / Remote Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000002 over: Not reached
