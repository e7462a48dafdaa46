# Who may not call outside numbers reaches colleagues, workgroups and the numbers that
# contacts have.
> allows
> phone-columns home
> contact 1001 100 home=111
> contacts 200
> shift bert persistent
  say bert status Available
  dial leg-2 customer 200 ring 25s
> answers 200
  bridge leg-1 leg-2
  say bert is Talking
  say bert call 1000000001 new Connected
  say bert pop 1000000001 200 placed=true
  say bert status Campaign Call
> arrive anna inside-only
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> establish anna
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  play leg-3 welcome
> calls anna 555
  refused (forbidden): user anna may not call outside numbers; name a user or a workgroup
> calls anna sip:555@example.com
  refused (forbidden): user anna may not call outside numbers; name a user or a workgroup
> manual anna 1001 number=555
  say manual call by anna for anna to contact 1001: invalid number
> manual anna 1001 number=111
  record 1000000002 placed, manual
  dial leg-4 customer 111 ring 25s
  say anna is Placing
  say anna call 1000000002 new Dialing manual
  say anna pop 1000000002 111 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1001: call placed
> answers 111
  bridge leg-3 leg-4
  say anna is Talking
  say anna call 1000000002 changed Connected manual
  say anna status Campaign Call
> transfer anna - 555
  refused (forbidden): user anna may not call outside numbers; name a user or a workgroup
> consult anna - 555
  refused (forbidden): user anna may not call outside numbers; name a user or a workgroup
> invite anna - 555
  refused (forbidden): user anna may not call outside numbers; name a user or a workgroup
> consult anna - bert
  refused (conflict): user bert is on a call, or has no phone
> again anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000002 changed Connected manual
> hangs-up 111
  say manual call by anna for anna to contact 1001: call complete
  say anna is Idle
  say anna call 1000000002 gone Over manual
  say anna status Follow Up
  record 1000000002 ended: normal
  park leg-3 silence
  say anna is Previewing
  say anna call 1000000003 new Previewed
  say anna pop 1000000003 100 placed=false
  say anna status Campaign Call
> place anna IS_ATTR_NUMBERTODIAL=555
  refused (forbidden): user anna may call only the numbers that the contact has
> place anna home=555
  refused (forbidden): user anna may call only the numbers that the contact has
> place anna IS_ATTR_NUMBERTODIAL=111
  record 1000000003 placed, manual, number 111
  dial leg-5 customer 111 ring 25s
  say anna is Placing
  say anna pop 1000000003 111 placed=true
  say anna call 1000000003 changed Dialing
> leave anna
  say anna call 1000000003 gone Dialing
  hang up leg-5: cancelled (near, Ambiguous - Agent Logout)
  hang up leg-3: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Campaign Call
> leave bert
  say bert call 1000000001 gone Connected
  say bert status Campaign Call
  hang up leg-2: normal (near, Ambiguous - Agent Logout)
  hang up leg-1: normal (near, the agent's last session ended)
  say bert line None
  say bert is Out
  say bert status Campaign Call
