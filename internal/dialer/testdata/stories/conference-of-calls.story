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
> calls anna 666
  say anna call talk-01 changed Held (made, 555)
  say anna call talk-02 new Dialing (made, 666)
  dial leg-3 customer 666 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 666
  say anna call talk-02 changed Connected (made, 666)
  bridge leg-1 leg-3
> calls anna 777
  say anna call talk-02 changed Held (made, 666)
  say anna call talk-03 new Dialing (made, 777)
  dial leg-4 customer 777 ring 30s
  park leg-1 ring-back
  park leg-3 hold music
> answers 777
  say anna call talk-03 changed Connected (made, 777)
  bridge leg-1 leg-4
> confer anna talk-01
  refused (invalid): a conference needs two interactions at least
> confer anna talk-01 talk-01
  refused (invalid): interaction talk-01 is named twice
> confer anna talk-01 talk-02
  say anna call talk-03 changed Held (made, 777)
  say anna call talk-01 changed Connected (made, 555) in talk-04
  say anna call talk-02 changed Connected (made, 666) in talk-04
  park leg-4 hold music
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> add anna talk-04 talk-03
  say anna call talk-01 changed Connected (made, 555) in talk-04
  say anna call talk-02 changed Connected (made, 666) in talk-04
  say anna call talk-03 changed Connected (made, 777) in talk-04
  converse conversation-1: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> add anna talk-04 talk-03
  refused (conflict): interaction talk-03 is in conference talk-04 already
> calls anna 888
  say anna call talk-01 changed Held (made, 555) in talk-04
  say anna call talk-02 changed Held (made, 666) in talk-04
  say anna call talk-03 changed Held (made, 777) in talk-04
  say anna call talk-05 new Dialing (made, 888)
  dial leg-5 customer 888 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
  park leg-3 hold music
  park leg-4 hold music
  converse conversation-1: over
> answers 888
  say anna call talk-05 changed Connected (made, 888)
  bridge leg-1 leg-5
> does anna pickup talk-02
  say anna call talk-05 changed Held (made, 888)
  say anna call talk-01 changed Connected (made, 555) in talk-04
  say anna call talk-03 changed Connected (made, 777) in talk-04
  say anna call talk-02 changed Connected (made, 666) in talk-04
  park leg-5 hold music
  converse conversation-2: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> does anna disconnect talk-05
  hang up leg-5: normal (near, the agent disconnected)
  say anna call talk-05 gone Over (made, 888) normal (near, the agent disconnected)
> ends 888
> hangs-up 555
  say anna call talk-01 gone Over (made, 555) normal (far)
  converse conversation-2: leg-1 hears [leg-3 leg-4] leg-3 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-3]
> hangs-up 666
  say anna call talk-03 changed Connected (made, 777)
  say anna call talk-02 gone Over (made, 666) normal (far)
  bridge leg-1 leg-4
  converse conversation-2: over
> hangs-up 777
  say anna call talk-03 gone Over (made, 777) normal (far)
  say anna status Available, No ACD
  park leg-1 silence
