An agent speaks with a conference and with whom she consulted about it. The party she
consulted about hangs up: the others stay together, and the consultation can be
concluded with who is left.

> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> calls anna 555
  say anna call talk-01 new Dialing (made, 555)
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  dial leg-2 customer 555 ring 30s
  park leg-1 ring-back
> answers 555
  say anna call talk-01 changed Connected (made, 555)
  bridge leg-1 leg-2
  say anna status Available, No ACD
> invite anna talk-01 556
  say anna call talk-01 changed Connected (made, 555) in talk-02
  say anna call talk-03 new Dialing (invited, 556) in talk-02
  dial leg-3 customer 556 ring 30s
> answers 556
  say anna call talk-03 changed Connected (invited, 556) in talk-02
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> consult anna talk-01 557
  say anna call talk-01 changed Held (made, 555) in talk-02
  say anna call talk-03 changed Held (invited, 556) in talk-02
  say anna call talk-04 new Dialing (consultation, 557)
  dial leg-4 customer 557 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
  park leg-3 hold music
  converse conversation-1: over
> answers 557
  say anna call talk-04 changed Connected (consultation, 557)
  bridge leg-1 leg-4
> audience anna talk-01 talk-04 both
  say anna call talk-01 changed Connected (made, 555) in talk-02
  say anna call talk-03 changed Connected (invited, 556) in talk-02
  converse conversation-2: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> hangs-up 555
  say anna call talk-03 changed Connected (invited, 556)
  say anna call talk-04 changed Connected (consultation, 557)
  say anna call talk-01 gone Over (made, 555) normal (far)
  converse conversation-2: leg-1 hears [leg-3 leg-4] leg-3 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-3]
> audience anna talk-03 talk-04 consulted
  say anna call talk-03 changed Held (invited, 556)
  park leg-3 hold music
  bridge leg-1 leg-4
  converse conversation-2: over
> conclude anna talk-03 talk-04
  say call talk-03 goes on as talk-05
  say anna call talk-03 gone Over (invited, 556) transferred (near, went on as talk-05)
  say anna status Available, No ACD
  say  call talk-05 new Connected (passed on, 556) in talk-06
  say  call talk-04 changed Connected (passed on, 557) in talk-06
  park leg-1 silence
  bridge leg-3 leg-4
> hangs-up 556
  hang up leg-4: normal (near, the other party is gone)
  say  call talk-04 gone Over (passed on, 557) normal (near, the other party is gone)
  say  call talk-05 gone Over (passed on, 556) normal (far)
> ends 557
