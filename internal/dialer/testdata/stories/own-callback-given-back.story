The agent is given a call in the air before the promised one is leased.
> allows
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
> pass 2m
> ledger waits
> status anna Available
  say anna status Available
> break anna
  say anna BreakPending
> end-break anna
  say anna NotOnBreak
> stand anna
  hang up leg-1: normal (near, the station was disconnected)
  say anna line None
  say anna status Available
  say anna line None
> ledger goes-on
  record 1000000002 closed: Withdrawn, Withdrawn / Withdrawn, contact S in -1m0s counts=false owner=anna
  say attempt 1000000002 over: Withdrawn
> book 1
  contact 1 S in -1m0s attempts=1 owner=anna
