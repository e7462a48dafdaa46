# A party that is on its way to somebody else is taken back by speaking with it again.
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
> transfer anna talk-01 300
  say  call talk-03 new Dialing (passed on, 300)
  dial leg-4 customer 300 ring 30s
  say anna call talk-01 changed Held (made, 100)
> audience anna talk-01 talk-02 both
  hang up leg-4: cancelled (near, the transfer was taken back)
  say  call talk-03 gone Over (passed on, 300) cancelled (near, the transfer was taken back)
  say anna call talk-01 changed Connected (made, 100)
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> transfer anna talk-02 300
  say  call talk-04 new Dialing (passed on, 300)
  dial leg-5 customer 300 ring 30s
  say anna call talk-02 changed Held (consultation, 200)
  park leg-3 hold music
  bridge leg-1 leg-2
  converse conversation-1: over
> conclude anna talk-01 talk-02
  hang up leg-5: cancelled (near, the transfer was taken back)
  say  call talk-04 gone Over (passed on, 300) cancelled (near, the transfer was taken back)
  say call talk-01 goes on as talk-05
  say anna call talk-01 gone Over (made, 100) transferred (near, went on as talk-05)
  say anna status Available
  say  call talk-05 new Connected (passed on, 100) in talk-06
  say  call talk-02 changed Connected (passed on, 200) in talk-06
  park leg-1 silence
  bridge leg-2 leg-3
