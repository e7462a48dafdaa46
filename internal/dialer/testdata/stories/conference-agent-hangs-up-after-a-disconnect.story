An agent disconnects the contact out of a conference, and her phone hangs up before
the contact's leg has ended: the two other parties go on without both.

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
> invite-to anna talk-01 556
  say anna call talk-03 new Dialing (invited, 556) in talk-01
  dial leg-4 customer 556 ring 30s
> answers 556
  say anna call talk-03 changed Connected (invited, 556) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> does anna disconnect -
  hang up leg-2: normal (near, the agent disconnected)
  converse conversation-1: leg-1 hears [leg-3 leg-4] leg-3 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-3]
> hangs-up anna
  say anna line Lost, failure: normal (far)
  say anna status Campaign Call
  say  call talk-02 changed Connected (passed on, 555) in talk-01
  say  call talk-03 changed Connected (passed on, 556) in talk-01
  hang up leg-2: normal (near, the agent's line broke)
  say anna is WrapUp
  say anna status Follow Up
  bridge leg-3 leg-4
  converse conversation-1: over
> ends 100
  say anna call 1000000001 changed Over
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> hangs-up 555
  hang up leg-4: normal (near, the other party is gone)
  say  call talk-03 gone Over (passed on, 556) normal (near, the other party is gone)
  say  call talk-02 gone Over (passed on, 555) normal (far)
> ends 556
