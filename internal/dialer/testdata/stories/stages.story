> stages
> contacts 100
> arrive susan supervises
  say susan status Available, No ACD
> arrive bert
  say bert status Available, No ACD
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> stage anna 1
  refused (not found): there is no call whose stage could be changed
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> stage anna 1
  say anna call 1000000001 changed Connected stage=1
> stage anna 7
  refused (invalid): campaign Autumn has no stage 7
> stage bert 2 of=anna
  refused (forbidden): user bert does not oversee anna
> stage susan 2 of=anna
  say anna call 1000000001 changed Connected stage=2
> stage susan 2
  refused (not found): there is no call whose stage could be changed
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> stage anna 1
  refused (not found): there is no call whose stage could be changed
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
