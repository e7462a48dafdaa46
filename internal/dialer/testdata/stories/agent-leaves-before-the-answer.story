# An agent leaves while the contact's phone rings: nobody spoke with the contact, who
# may be called again.
> mode preview
> contacts 100 200
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna
  record 1000000001 placed
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> rings 100
  say anna call 1000000001 changed Alerting
> leave anna
  say anna call 1000000001 gone Alerting
  hang up leg-2: cancelled (near, Ambiguous - Agent Logout)
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Campaign Call
> cancelled 100
  record 1000000001 closed: Not reached, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Not reached
> book 1
  contact 1 C in 1h0m0s attempts=1
> shift bert persistent
  say bert status Available
  say bert is Previewing
  say bert call 1000000002 new Previewed
  say bert pop 1000000002 200 placed=false
  say bert status Campaign Call
> place bert
  record 1000000002 placed
  dial leg-4 customer 200 ring 25s
  say bert is Placing
  say bert pop 1000000002 200 placed=true
  say bert call 1000000002 changed Dialing
> drain
  say bert link up=false: the dialer is stopping
  say bert call 1000000002 gone Dialing
  hang up leg-4: cancelled (near, Ambiguous - Agent Logout)
  hang up leg-3: normal (near, the agent's last session ended)
  say bert line None
  say bert is Out
  say bert status Campaign Call
  hang up leg-4: shutdown (near)
> cancelled 200
  record 1000000002 closed: Not reached, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000002 over: Not reached
> book 2
  contact 2 C in 1h0m0s attempts=1
