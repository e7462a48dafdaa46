A recording follows the call, and ends when the party is passed on.

> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> does anna record -
  refused (not found): there is no interaction 
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> does anna record -
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> does anna snip -
  tape 2026/11/02/1000000001-2 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> does anna hold -
  say anna call 1000000001 changed Held recorded
  park leg-1 silence
  park leg-2 hold music
  tape 2026/11/02/1000000001-1 runs left [] right [leg-2]
  tape 2026/11/02/1000000001-2 runs left [] right [leg-2]
> does anna pickup -
  say anna call 1000000001 changed Connected recorded
  bridge leg-1 leg-2
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  tape 2026/11/02/1000000001-2 runs left [leg-1] right [leg-2]
> does anna stop-snip -
  tape 2026/11/02/1000000001-2 stops left [leg-1] right [leg-2]
  say snippet 2026/11/02/1000000001-2 by anna
> invite anna - 555
  say anna call 1000000001 changed Connected in talk-01 recorded
  say anna call talk-02 new Dialing (invited, 555) in talk-01
  dial leg-3 customer 555 ring 30s
> answers 555
  say anna call talk-02 changed Connected (invited, 555) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2 leg-3]
> does anna disconnect talk-02
  hang up leg-3: normal (near, the agent disconnected)
  say anna call 1000000001 changed Connected recorded
  say anna call talk-02 gone Over (invited, 555) normal (near, the agent disconnected)
  bridge leg-1 leg-2
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
> ends 555
  converse conversation-1: over
> transfer anna - 666
  say  call talk-03 new Dialing (passed on, 666)
  dial leg-4 customer 666 ring 30s
  say anna call 1000000001 changed Held recorded
  park leg-1 silence
  park leg-2 hold music
  tape 2026/11/02/1000000001-1 runs left [] right [leg-2]
> answers 666
  say call 1000000001 goes on as talk-04
  tape 2026/11/02/1000000001-1 stops left [] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  say  call talk-04 new Connected (passed on, 100) in talk-05
  say  call talk-03 changed Connected (passed on, 666) in talk-05
  bridge leg-2 leg-4
