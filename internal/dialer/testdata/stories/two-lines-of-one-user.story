A user who works with two applications is two agents: each has the line of its own
station, the user one call at a time. One line that is lost leaves the other alone.

> reestablish
> contacts 100 200
> shift carl persistent
  say carl status Available
  dial leg-2 customer 100 ring 25s
> arrive carl@phone
  say carl status Available
> sit carl@phone persistent
  say carl status Available
  say carl line None
> log-in carl@phone
  say carl is Idle
  say carl campaigns whole=true +Autumn(on,in=true)
  say carl NotOnBreak
> establish carl@phone
  dial leg-3 agent sip:carl@phone@home ring 30s
  say carl line Dialing
> answers carl@phone
  say carl line Up
  play leg-3 welcome
> ready carl@phone
> answers 100
  bridge leg-1 leg-2
  say carl is Talking
  say carl call 1000000001 new Connected
  say carl pop 1000000001 100 placed=true
  say carl status Campaign Call
> fails carl@phone
  say carl line Lost, failure: media failure (far, no sign of life), try 1 in 5s
> pass 5s
  say carl line counted: retried 
  dial leg-4 agent sip:carl@phone@home ring 30s
  say carl line Dialing, failure: media failure (far, no sign of life)
> answers carl@phone
  say carl line Up
  play leg-4 welcome
> hangs-up 100
  say carl is WrapUp
  say carl status Follow Up
  say carl call 1000000001 changed Over
  park leg-1 silence
> dispose carl Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say carl is Idle
  say carl call 1000000001 gone Over
> leave carl
  hang up leg-1: normal (near, the agent's last session ended)
  say carl line None
  say carl is Out
  say carl status Follow Up
> status carl Available
  say carl status Available
  dial leg-5 customer 200 ring 25s
> answers 200
  bridge leg-4 leg-5
  say carl is Talking
  say carl call 1000000002 new Connected
  say carl pop 1000000002 200 placed=true
  say carl status Campaign Call
