> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> dispose anna Success
  refused (not found): agent anna has no call to disposition
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> dispose anna Nonsense
  refused (invalid): campaign Autumn has no disposition "Nonsense"; it has: Success, Not interested, Wrong party, Answering machine, Call back, Do not call again
> dispose anna Skipped - Agent Skip
  refused (invalid): "Skipped - Agent Skip" is for a preview that may be skipped and is not placed yet
> call-back anna
  record 1000000001 closed: Talked, Scheduled / Scheduled, contact S in 24h0m0s counts=true
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
