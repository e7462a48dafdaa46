A colleague is alerted; his phone is called once he picks up. Either may put the call
on hold.

> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> arrive bert
  say bert status Available, No ACD
> sit bert plain
  say bert status Available, No ACD
  say bert line None
> calls anna bert
  say anna call talk-01 new Dialing (made, bert)
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  say call talk-01 alerts bert
  say anna call talk-01 changed Alerting (made, bert)
  park leg-1 ring-back
> does bert pickup talk-01
  say call talk-01 alerts no longer bert
  dial leg-2 agent sip:bert@home ring 30s
  say bert line Dialing
  say anna call talk-01 changed Connecting (made, bert)
> answers bert
  say bert line Up
  say anna call talk-01 changed Connected (made, bert)
  bridge leg-1 leg-2
  say anna status Available, No ACD
  say bert status Available, No ACD
> does bert hold talk-01
  say anna call talk-01 changed Held (made, bert)
  park leg-1 hold music
> does anna hold talk-01
  say anna call talk-01 changed Held (made, bert)
  park leg-1 silence
> does bert unhold talk-01
  say anna call talk-01 changed Held (made, bert)
  park leg-2 hold music
> does anna pickup talk-01
  say anna call talk-01 changed Connected (made, bert)
  bridge leg-1 leg-2
> does bert disconnect talk-01
  say anna call talk-01 gone Over (made, bert) normal (near, the agent disconnected)
  say anna status Available, No ACD
  say bert status Available, No ACD
  hang up leg-2: normal (near, the call is over)
  say bert line None
  park leg-1 silence
> calls anna bert
  say anna call talk-02 new Dialing (made, bert)
  say call talk-02 alerts bert
  say anna call talk-02 changed Alerting (made, bert)
  park leg-1 ring-back
> does bert refuse talk-02
  say call talk-02 alerts no longer bert
  say anna call talk-02 gone Over (made, bert) refused (far, refused by bert)
  park leg-1 silence
> calls anna bert
  say anna call talk-03 new Dialing (made, bert)
  say call talk-03 alerts bert
  say anna call talk-03 changed Alerting (made, bert)
  park leg-1 ring-back
> pass 30s
  say call talk-03 alerts no longer bert
  say anna call talk-03 gone Over (made, bert) no answer (far, nobody picked up)
  park leg-1 silence
> calls anna bert
  say anna call talk-04 new Dialing (made, bert)
  say call talk-04 alerts bert
  say anna call talk-04 changed Alerting (made, bert)
  park leg-1 ring-back
> does bert pickup talk-04
  say call talk-04 alerts no longer bert
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
  say anna call talk-04 changed Connecting (made, bert)
> busy bert
  say bert line None, failure: busy (far, sip 486)
  say anna call talk-04 gone Over (made, bert) no answer (far, the phone of bert was not reached)
  park leg-1 silence
> calls anna bert
  say anna call talk-05 new Dialing (made, bert)
  say call talk-05 alerts bert
  say anna call talk-05 changed Alerting (made, bert)
  park leg-1 ring-back
> does bert pickup talk-05
  say call talk-05 alerts no longer bert
  dial leg-4 agent sip:bert@home ring 30s
  say bert line Dialing, failure: busy (far, sip 486)
  say anna call talk-05 changed Connecting (made, bert)
> calls bert 555
  say bert call talk-06 new Dialing (made, 555)
> answers bert
  say bert line Up
  say anna call talk-05 changed Connected (made, bert)
  dial leg-5 customer 555 ring 30s
  bridge leg-1 leg-4
  say anna status Available, No ACD
  say bert status Available, No ACD
> answers 555
  say bert call talk-06 changed Held (made, 555)
  park leg-5 hold music
> hangs-up bert
  say bert line Lost, failure: normal (far)
  say anna call talk-05 gone Over (made, bert) normal (near, the agent's line broke)
  say anna status Available, No ACD
  say bert status Available, No ACD
  hang up leg-5: normal (near, the agent's line broke)
  say bert call talk-06 gone Over (made, 555) normal (near, the agent's line broke)
  park leg-1 silence
