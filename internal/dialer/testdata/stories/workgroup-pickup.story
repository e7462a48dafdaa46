A party that is sent to a workgroup waits there; any member may pick it up.

> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive bert
  say bert status Available, No ACD
> sit bert persistent
  say bert status Available, No ACD
  say bert line None
> arrive carl
  say carl status Available, No ACD
> sit carl persistent
  say carl status Available, No ACD
  say carl line None
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> transfer anna - group:sales
  say  call talk-01 new Offered (passed on, 100) on queue Sales
  say call talk-01 alerts bert
  say call talk-01 alerts carl
  say call 1000000001 goes on as talk-01
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
  park leg-2 hold music
> does carl refuse talk-01
  say call talk-01 alerts no longer carl
> pass 1m
> does carl pickup talk-01
  say call talk-01 alerts no longer bert
  dial leg-3 agent sip:carl@home ring 30s
  say carl line Dialing
  say carl call talk-01 changed Connecting (passed on, 100)
> busy carl
  say carl line None, failure: busy (far, sip 486)
  say  call talk-01 changed Offered (passed on, 100) on queue Sales
> does bert pickup talk-01
  dial leg-4 agent sip:bert@home ring 30s
  say bert line Dialing
  say bert call talk-01 changed Connecting (passed on, 100)
> answers bert
  say bert line Up
  say bert call talk-01 changed Connected (passed on, 100)
  bridge leg-4 leg-2
  say bert status Available, No ACD
> does bert disconnect talk-01
  hang up leg-2: normal (near, the agent disconnected)
  say bert call talk-01 gone Over (passed on, 100) normal (near, the agent disconnected)
  say bert status Available, No ACD
  park leg-4 silence
> ends 100
