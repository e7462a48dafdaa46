> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> transfer anna - bert
  refused (invalid): "bert" is no number, no SIP address and no user with a session
> arrive bert
  say bert status Available, No ACD
> transfer anna - bert
  refused (conflict): user bert is on a call, or has no phone
> sit bert plain
  say bert status Available, No ACD
  say bert line None
> transfer anna - of:bert
  say  call talk-01 new Offered (passed on, 100) on queue bert
  say call talk-01 alerts bert
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> does bert pickup talk-01
  say call talk-01 alerts no longer bert
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
  say bert call talk-01 changed Connecting (passed on, 100)
> answers bert
  say bert line Up
  say call 1000000001 goes on as talk-01
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  say bert call talk-01 changed Connected (passed on, 100)
  bridge leg-3 leg-2
  say bert status Available, No ACD
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> does bert hold talk-01
  say bert call talk-01 changed Held (passed on, 100)
  park leg-2 hold music
> hangs-up 100
  say bert call talk-01 gone Over (passed on, 100) normal (far)
  say bert status Available, No ACD
  hang up leg-3: normal (near, the call is over)
  say bert line None
