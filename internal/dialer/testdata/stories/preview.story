> mode preview
> contacts 100 200 300
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
> place anna
  refused (not found): agent anna has no preview to place
> rings 100
  say anna call 1000000001 changed Alerting
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
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
  say anna is Previewing
  say anna call 1000000002 new Previewed
  say anna pop 1000000002 200 placed=false
  say anna status Campaign Call
> dispose anna Skipped - Agent Skip
  record 1000000002 closed: Skipped, Skipped / Skipped - Agent Skip, contact C in 1h0m0s counts=false
  say attempt 1000000002 over: Skipped
  say anna is Idle
  say anna status Follow Up
  say anna call 1000000002 gone Over
> status anna Available
  say anna status Available
  say anna is Previewing
  say anna call 1000000003 new Previewed
  say anna pop 1000000003 300 placed=false
  say anna status Campaign Call
> place anna
  record 1000000003 placed
  dial leg-3 customer 300 ring 25s
  say anna is Placing
  say anna pop 1000000003 300 placed=true
  say anna call 1000000003 changed Dialing
> busy 300
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000003 changed Over
> dispose anna Answering machine
  record 1000000003 closed: Not reached, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  say attempt 1000000003 over: Not reached
  say anna is Idle
  say anna call 1000000003 gone Over
