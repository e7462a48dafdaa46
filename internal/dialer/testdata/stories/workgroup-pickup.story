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
> calls bert 555
  say bert call talk-02 new Dialing (made, 555)
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
> pass 5s
  say call talk-01 alerts no longer bert
> busy bert
  say bert line None, failure: busy (far, sip 486)
  say bert call talk-02 gone Over (made, 555) normal (near, the agent's line broke)
> arrive dora
  say dora status Available, No ACD
> sit dora persistent
  say dora status Available, No ACD
  say dora line None
> pass 5s
  say call talk-01 alerts bert
  say call talk-01 alerts dora
> does carl pickup talk-01
  say call talk-01 alerts no longer bert
  say call talk-01 alerts no longer dora
  dial leg-4 agent sip:carl@home ring 30s
  say carl line Dialing
  say carl call talk-01 changed Connecting (passed on, 100)
> busy carl
  say carl line None, failure: busy (far, sip 486)
  say call talk-01 alerts bert
  say call talk-01 alerts dora
  say  call talk-01 changed Offered (passed on, 100) on queue Sales
> does bert pickup talk-01
  say call talk-01 alerts no longer bert
  say call talk-01 alerts no longer dora
  dial leg-5 agent sip:bert@home ring 30s
  say bert line Dialing, failure: busy (far, sip 486)
  say bert call talk-01 changed Connecting (passed on, 100)
> answers bert
  say bert line Up
  say bert call talk-01 changed Connected (passed on, 100)
  bridge leg-5 leg-2
  say bert status Available, No ACD
> does bert disconnect talk-01
  hang up leg-2: normal (near, the agent disconnected)
  say bert call talk-01 gone Over (passed on, 100) normal (near, the agent disconnected)
  say bert status Available, No ACD
  park leg-5 silence
> ends 100
