# Somebody is invited into a consultation, and the original party brought in. When the
# consultation ends, who was invited stays with the agent, but not with the original
# party.
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> calls anna 100
  say anna call talk-01 new Dialing (made, 100)
  dial leg-2 customer 100 ring 30s
  park leg-1 ring-back
> answers 100
  say anna call talk-01 changed Connected (made, 100)
  bridge leg-1 leg-2
  say anna status Available
> consult anna talk-01 200
  say anna call talk-01 changed Held (made, 100)
  say anna call talk-02 new Dialing (consultation, 200)
  dial leg-3 customer 200 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 200
  say anna call talk-02 changed Connected (consultation, 200)
  bridge leg-1 leg-3
> invite anna talk-02 300
  say anna call talk-02 changed Connected (consultation, 200) in talk-03
  say anna call talk-04 new Dialing (invited, 300) in talk-03
  dial leg-4 customer 300 ring 30s
> answers 300
  say anna call talk-04 changed Connected (invited, 300) in talk-03
  converse conversation-1: leg-1 hears [leg-3 leg-4] leg-3 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-3]
> audience anna talk-01 talk-02 both
  say anna call talk-01 changed Connected (made, 100)
  converse conversation-1: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> ends 200
  say anna call talk-04 changed Connected (invited, 300)
  say anna call talk-04 changed Held (invited, 300)
  say anna call talk-02 gone Over (consultation, 200) normal (near)
  park leg-4 hold music
  bridge leg-1 leg-2
  converse conversation-1: over
