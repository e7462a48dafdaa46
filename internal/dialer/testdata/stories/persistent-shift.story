The agent's phone is called once. Each customer is bridged to the standing line at
the very moment of the answer, and the line outlives disposition and break.

> contacts 100 200
> arrive anna
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
> establish anna
> answers anna
  say anna line Up
  play leg-1 welcome
> establish anna
> ready anna
> status anna Available
  say anna status Available
  dial leg-2 customer 100 ring 25s
> rings 100
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> hears 100 1ms
> hears anna 2ms
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> status anna Available
  say anna status Available
  dial leg-3 customer 200 ring 25s
> answers 200
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> disconnect anna
  hang up leg-3: normal (near, the agent disconnected)
  park leg-1 silence
> dispose anna Not interested
  record 1000000002 closed: Talked, Failure / Failure, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000002 changed Connected
> ends 200
  say anna is Idle
  say anna call 1000000002 gone Over
  say anna status Follow Up
  record 1000000002 ended: normal
> break anna
  say anna BreakPending
  say anna OnBreak
> end-break anna
  say anna NotOnBreak
> log-off anna
  say anna is Out
  say anna logged off entirely=true
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna status Follow Up
> ends leg-1
