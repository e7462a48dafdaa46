A colleague who was called is passed on to whom his agent consulted. Who was invited
into the consultation stays with her.

> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> arrive bert
  say bert status Available, No ACD
> sit bert persistent
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
> consult anna talk-01 555
  say anna call talk-01 changed Held (made, bert)
  say anna call talk-02 new Dialing (consultation, 555)
  dial leg-3 customer 555 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 555
  say anna call talk-02 changed Connected (consultation, 555)
  bridge leg-1 leg-3
> invite anna talk-02 556
  say anna call talk-02 changed Connected (consultation, 555) in talk-03
  say anna call talk-04 new Dialing (invited, 556) in talk-03
  dial leg-4 customer 556 ring 30s
> answers 556
  say anna call talk-04 changed Connected (invited, 556) in talk-03
  converse conversation-1: leg-1 hears [leg-3 leg-4] leg-3 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-3]
> conclude anna talk-01 talk-02
  say anna call talk-04 changed Connected (invited, 556)
  say anna call talk-01 gone Over (made, bert) transferred (near, went on as talk-02)
  say bert call talk-02 changed Connected (passed on, 555)
  bridge leg-1 leg-4
  bridge leg-2 leg-3
  converse conversation-1: over
> hangs-up 556
  say anna call talk-04 gone Over (invited, 556) normal (far)
  say anna status Available, No ACD
  park leg-1 silence
> hangs-up 555
  say bert call talk-02 gone Over (passed on, 555) normal (far)
  say bert status Available, No ACD
  park leg-2 silence
