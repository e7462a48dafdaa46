> phone-columns home mobile
> contact 1001 100 home=100 mobile=none
> contact 1002 102 status=U
> contact 1003 103 status=D
> contact 1004 104 owner=bert status=S
> contact 1005 105 attempts=9 due=1h
> arrive anna
  say anna status Available, No ACD
> manual anna 1001
  say manual call by anna for  to contact 1001: invalid agent
> manual carl 1001
  refused (conflict): agent carl/desk has no session
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> manual anna 1001
  say manual call by anna for anna to contact 1001: agent not idle
> manual anna 1001 campaign=NONE
  say manual call by anna for  to contact 1001: invalid campaign
> manual anna 1001 for=zoe
  say manual call by anna for  to contact 1001: invalid agent
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> establish anna
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  play leg-1 welcome
> manual anna 9
  say manual call by anna for anna to contact 9: contact not found
> manual anna 1001 column=mobile
  say manual call by anna for anna to contact 1001: invalid number
> manual anna 1001 column=fax
  say manual call by anna for anna to contact 1001: invalid number
> manual anna 1001 ccid=3
  say manual call by anna for anna to contact 1001: invalid number
> manual anna 1001 number=12x
  say manual call by anna for anna to contact 1001: invalid number
> manual anna 1002
  say manual call by anna for anna to contact 1002: contact uncallable (U)
> manual anna 1003
  say manual call by anna for anna to contact 1003: contact uncallable (D), do not call
> manual anna 1004
  say manual call by anna for anna to contact 1004: contact blocked (), ownership
> manual anna 1005
  say manual call by anna for anna to contact 1005: contact blocked (), limit, spacing, dialed before
> manual anna 1003 pass=dnc
  say manual call by anna for anna to contact 1003: contact uncallable (D), do not call
> manual anna 1005 pass=limit,spacing
  say manual call by anna for anna to contact 1005: contact blocked (), limit, dialed before
> arrive anna supervises
  say anna status Available, No ACD
> manual anna 1005 pass=limit
  say manual call by anna for anna to contact 1005: contact blocked (), spacing, dialed before
> manual anna 1003 pass=dnc
  record 1000000001 placed, manual
  dial leg-2 customer 103 ring 25s
  say anna is Placing
  say anna call 1000000001 new Dialing manual
  say anna pop 1000000001 103 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1003: call placed
> manual anna 1004 pass=owner
  say manual call by anna for anna to contact 1004: agent not idle
> cancelled 103
  say manual call by anna for anna to contact 1003: call complete
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over manual
> dispose anna Do not call again
  record 1000000001 closed: Not reached, Deleted / Deleted, contact D never counts=true
  say attempt 1000000001 over: Not reached
  say anna is Idle
  say anna call 1000000001 gone Over manual
> manual anna 1004 pass=owner
  record 1000000002 placed, manual
  dial leg-3 customer 104 ring 25s
  say anna is Placing
  say anna call 1000000002 new Dialing manual
  say anna pop 1000000002 104 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1004: call placed
> manual anna 1005 pass=limit,spacing
  say manual call by anna for anna to contact 1005: agent not idle
> no-lines 104
  say manual call by anna for anna to contact 1004: call not placed
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over manual
> dispose anna Call back
  record 1000000002 closed: Not reached, Scheduled / Scheduled, contact C in 1h0m0s counts=true
  say attempt 1000000002 over: Not reached
  say anna is Idle
  say anna call 1000000002 gone Over manual
> campaign paused
  say anna campaigns whole=false ~Autumn(paused)
> manual anna 1005 pass=limit,spacing
  say manual call by anna for  to contact 1005: invalid campaign
