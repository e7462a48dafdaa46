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
> invite anna - 555
  say anna call 1000000001 changed Connected in talk-01
  say anna call talk-02 new Dialing (invited, 555) in talk-01
  dial leg-3 customer 555 ring 30s
> answers 555
  say anna call talk-02 changed Connected (invited, 555) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> does anna record -
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2 leg-3]
  say anna call 1000000001 changed Connected in talk-01 recorded
> drain
  say anna link up=false: the dialer is stopping
  say  call talk-03 new Connected (passed on, 100) in talk-01
  say call 1000000001 goes on as talk-03
  tape 2026/11/02/1000000001-1 stops left [leg-1] right [leg-2 leg-3]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  say anna status Follow Up
  say  call talk-02 changed Connected (passed on, 555) in talk-01
  say anna call 1000000001 gone Over recording 2026/11/02/1000000001-1
  record 1000000001 closed: Talked, Ambiguous / Ambiguous - Agent Logout, contact U never counts=true
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Follow Up
  hang up leg-3: shutdown (near)
  hang up leg-2: normal (near, the other party is gone)
  say  call talk-03 gone Over (passed on, 100) normal (near, the other party is gone)
  say  call talk-02 gone Over (passed on, 555) shutdown (near)
  say attempt 1000000001 over: Talked
> ends 555
> ends 100
> ends leg-1
  converse conversation-1: over
