# A contact who is done with stays so when he is called once more in vain; who wants
# no more calls is not called again.
> allows
> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> again anna Do not call again
  refused (invalid): who wants no more calls is not called again; "Do not call again" is of category Deleted
> again anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
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
  say anna is Previewing
  say anna call 1000000002 new Previewed
  say anna pop 1000000002 100 placed=false
  say anna status Campaign Call
> place anna
  record 1000000002 placed, manual
  dial leg-3 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000002 100 placed=true
  say anna call 1000000002 changed Dialing
> busy 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over
> dispose anna Answering machine
  record 1000000002 closed: Not reached, Machine / Machine - Answering Machine, contact U never counts=true
  say attempt 1000000002 over: Not reached
  say anna is Idle
  say anna call 1000000002 gone Over
> book 1
  contact 1 U never attempts=2
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Follow Up
