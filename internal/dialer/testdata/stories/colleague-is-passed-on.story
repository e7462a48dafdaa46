A colleague who was called is passed on: to a number, which he has in hand then, and
to another colleague.

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
> arrive carl
  say carl status Available, No ACD
> sit carl plain
  say carl status Available, No ACD
  say carl line None
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
> park anna talk-01 bert
  refused (conflict): the other party of interaction talk-01 is a colleague, who can not be parked
> transfer anna talk-01 group:Sales
  refused (conflict): the other party of interaction talk-01 is a colleague, who can not wait on a queue
> transfer anna talk-01 555
  say  call talk-02 new Dialing (passed on, 555)
  dial leg-3 customer 555 ring 30s
  say anna call talk-01 changed Held (made, bert)
  park leg-1 silence
  park leg-2 hold music
> answers 555
  say anna call talk-01 gone Over (made, bert) transferred (near, went on as talk-02)
  say anna status Available, No ACD
  say bert status Available, No ACD
  say bert call talk-02 changed Connected (passed on, 555)
  bridge leg-2 leg-3
  say bert status Available, No ACD
> does bert disconnect talk-02
  hang up leg-3: normal (near, the agent disconnected)
  say bert call talk-02 gone Over (passed on, 555) normal (near, the agent disconnected)
  say bert status Available, No ACD
  hang up leg-2: normal (near, the call is over)
  say bert line None
> ends 555
> calls anna bert
  say anna call talk-03 new Dialing (made, bert)
  say call talk-03 alerts bert
  say anna call talk-03 changed Alerting (made, bert)
  park leg-1 ring-back
> does bert pickup talk-03
  say call talk-03 alerts no longer bert
  dial leg-4 agent sip:bert@home ring 30s
  say bert line Dialing
  say anna call talk-03 changed Connecting (made, bert)
> answers bert
  say bert line Up
  say anna call talk-03 changed Connected (made, bert)
  bridge leg-1 leg-4
  say anna status Available, No ACD
  say bert status Available, No ACD
> consult anna talk-03 carl
  say anna call talk-03 changed Held (made, bert)
  say anna call talk-04 new Dialing (consultation, carl)
  say call talk-04 alerts carl
  say anna call talk-04 changed Alerting (consultation, carl)
  park leg-1 ring-back
  park leg-4 hold music
> does carl pickup talk-04
  say call talk-04 alerts no longer carl
  dial leg-5 agent sip:carl@home ring 30s
  say carl line Dialing
  say anna call talk-04 changed Connecting (consultation, carl)
> answers carl
  say carl line Up
  say anna call talk-04 changed Connected (consultation, carl)
  bridge leg-1 leg-5
  say carl status Available, No ACD
> conclude anna talk-03 talk-04
  say anna call talk-03 gone Over (made, bert) transferred (near, went on as talk-04)
  say anna status Available, No ACD
  say bert call talk-04 changed Connected (passed on, carl)
  park leg-1 silence
  bridge leg-4 leg-5
> hangs-up carl
  say carl line Lost, failure: normal (far)
  say bert call talk-04 gone Over (passed on, carl) normal (near, the agent's line broke)
  say bert status Available, No ACD
  hang up leg-4: normal (near, the call is over)
  say bert line None
  say carl status Available, No ACD
