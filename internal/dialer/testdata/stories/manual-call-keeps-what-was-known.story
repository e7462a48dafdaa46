# What was known of a contact holds when a call by hand does not reach him.
> contact 1001 100 status=D
> contact 1002 102 status=S owner=anna due=1h
> contact 1003 103 status=D
> arrive anna supervises
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> establish anna
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  play leg-1 welcome
> manual anna 1001 pass=dnc
  record 1000000001 placed, manual
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna call 1000000001 new Dialing manual
  say anna pop 1000000001 100 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1001: call placed
> busy 100
  say manual call by anna for anna to contact 1001: call complete
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over manual
> dispose anna Answering machine
  record 1000000001 closed: Not reached, Machine / Machine - Answering Machine, contact D never counts=true
  say attempt 1000000001 over: Not reached
  say anna is Idle
  say anna call 1000000001 gone Over manual
> book 1001
  contact 1001 D never attempts=1
> manual anna 1002
  record 1000000002 placed, manual
  dial leg-3 customer 102 ring 25s
  say anna is Placing
  say anna call 1000000002 new Dialing manual
  say anna pop 1000000002 102 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1002: call placed
> no-answer 102
  say manual call by anna for anna to contact 1002: call complete
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over manual
> dispose anna Answering machine
  record 1000000002 closed: Not reached, Machine / Machine - Answering Machine, contact S in 1h0m0s counts=true owner=anna
  say attempt 1000000002 over: Not reached
  say anna is Idle
  say anna call 1000000002 gone Over manual
> book 1002
  contact 1002 S in 1h0m0s attempts=1 owner=anna
> manual anna 1003 pass=dnc
  record 1000000003 placed, manual
  dial leg-4 customer 103 ring 25s
  say anna is Placing
  say anna call 1000000003 new Dialing manual
  say anna pop 1000000003 103 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1003: call placed
> leave anna
  say anna call 1000000003 gone Dialing manual
  hang up leg-4: cancelled (near, Ambiguous - Agent Logout)
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Awaiting Callback
> cancelled 103
  say manual call by anna for anna to contact 1003: call complete
  record 1000000003 closed: Not reached, System Hang Up / System Hang Up, contact D never counts=true
  say attempt 1000000003 over: Not reached
> book 1003
  contact 1003 D never attempts=1
