> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive bert
  say bert status Available, No ACD
> sit bert persistent
  say bert status Available, No ACD
  say bert line None
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> park anna - bert
  say  call talk-01 new Parked (passed on, 100) on queue bert
  say call 1000000001 goes on as talk-01
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
  park leg-2 hold music
> does anna pickup talk-01
  refused (forbidden): interaction talk-01 is not yours
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
> does bert pickup talk-01
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
  say bert call talk-01 changed Connecting (passed on, 100)
> answers bert
  say bert line Up
  say bert call talk-01 changed Connected (passed on, 100)
  bridge leg-3 leg-2
  say bert status Available, No ACD
> park bert talk-01 group:Sales
  say  call talk-02 new Parked (passed on, 100) on queue Sales
  say call talk-01 goes on as talk-02
  say bert call talk-01 gone Over (passed on, 100) transferred (near, went on as talk-02)
  say bert status Available, No ACD
  park leg-2 hold music
> pass 10m
  say call talk-02 alerts bert
  say  call talk-02 changed Offered (passed on, 100) on queue Sales
> pass 30s
  say call talk-02 alerts no longer bert
  say  call talk-02 changed Parked (passed on, 100) on queue Sales
> pass 10m
  say call talk-02 alerts bert
  say  call talk-02 changed Offered (passed on, 100) on queue Sales
> does bert pickup talk-02
  say call talk-02 alerts no longer bert
  say bert call talk-02 changed Connected (passed on, 100)
  bridge leg-3 leg-2
  say bert status Available, No ACD
> park bert talk-02 bert
  say  call talk-03 new Parked (passed on, 100) on queue bert
  say call talk-02 goes on as talk-03
  say bert call talk-02 gone Over (passed on, 100) transferred (near, went on as talk-03)
  say bert status Available, No ACD
  park leg-2 hold music
> hangs-up 100
  say  call talk-03 gone Over (passed on, 100) normal (far)
