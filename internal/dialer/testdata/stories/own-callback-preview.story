> mode preview
> allows
> contacts 100
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
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> promise anna ANNA 10m
  record 1000000001 closed: Talked, Scheduled / Scheduled, contact S in 10m0s counts=true owner=ANNA
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
> status anna Available
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> pass 10m
  say anna is Previewing
  say anna call 1000000002 new Previewed owned
  say anna pop 1000000002 100 placed=false owned
  say anna status Campaign Call
> place anna
  record 1000000002 placed
  dial leg-3 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000002 100 placed=true owned
  say anna call 1000000002 changed Dialing owned
> answers 100
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 changed Connected owned
  say anna status Campaign Call
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000002 changed Connected owned
> hangs-up 100
  say anna is Idle
  say anna call 1000000002 gone Over owned
  say anna status Follow Up
  record 1000000002 ended: normal
  park leg-1 silence
