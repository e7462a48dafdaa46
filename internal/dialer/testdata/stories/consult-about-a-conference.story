# Whoever is in a conference that is consulted about hears the consultation only with
# all the others.
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
> invite anna talk-01 200
  say anna call talk-01 changed Connected (made, 100) in talk-02
  say anna call talk-03 new Dialing (invited, 200) in talk-02
  dial leg-3 customer 200 ring 30s
> consult anna talk-01 300
  say anna call talk-01 changed Held (made, 100) in talk-02
  say anna call talk-04 new Dialing (consultation, 300)
  dial leg-4 customer 300 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 200
  say anna call talk-03 changed Connected (invited, 200) in talk-02
  bridge leg-1 leg-3
> answers 300
  say anna call talk-04 changed Held (consultation, 300)
  park leg-4 hold music
> audience anna talk-01 talk-04 consulted
  say anna call talk-03 changed Held (invited, 200) in talk-02
  say anna call talk-04 changed Connected (consultation, 300)
  park leg-3 hold music
  bridge leg-1 leg-4
> audience anna talk-01 talk-04 both
  say anna call talk-01 changed Connected (made, 100) in talk-02
  say anna call talk-03 changed Connected (invited, 200) in talk-02
  converse conversation-1: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> audience anna talk-01 talk-04 original
  say anna call talk-04 changed Held (consultation, 300)
  park leg-4 hold music
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> cancel anna talk-01 talk-04
  hang up leg-4: normal (near, the consultation was cancelled)
  say anna call talk-04 gone Over (consultation, 300) normal (near, the consultation was cancelled)
