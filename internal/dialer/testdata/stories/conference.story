> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> invite anna - 555
  say anna call 1000000001 changed Connected in talk-01
  say anna call talk-02 new Dialing (invited, 555) in talk-01
  dial leg-3 customer 555 ring 30s
> answers 555
  say anna call talk-02 changed Connected (invited, 555) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> invite-to anna talk-01 666
  say anna call talk-03 new Dialing (invited, 666) in talk-01
  dial leg-4 customer 666 ring 30s
> rings 666
  say anna call talk-03 changed Alerting (invited, 666) in talk-01
> answers 666
  say anna call talk-03 changed Connected (invited, 666) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> does anna hold talk-02
  say anna call talk-02 changed Held (invited, 555) in talk-01
  park leg-3 hold music
  converse conversation-1: leg-1 hears [leg-2 leg-4] leg-2 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-2]
> does anna unhold talk-02
  say anna call talk-02 changed Connected (invited, 555) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-3 leg-4] leg-2 hears [leg-1 leg-3 leg-4] leg-3 hears [leg-1 leg-2 leg-4] leg-4 hears [leg-1 leg-2 leg-3]
> does anna mute -
  say anna call 1000000001 changed Connected in talk-01 muted
  mute leg-1 true
> does anna unmute -
  say anna call 1000000001 changed Connected in talk-01
  mute leg-1 false
> does anna disconnect talk-03
  hang up leg-4: normal (near, the agent disconnected)
  say anna call talk-03 gone Over (invited, 666) normal (near, the agent disconnected)
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> ends 666
> hangs-up 555
  say anna call 1000000001 changed Connected
  say anna call talk-02 gone Over (invited, 555) normal (far)
  bridge leg-1 leg-2
  converse conversation-1: over
> does anna disconnect -
  hang up leg-2: normal (near, the agent disconnected)
  park leg-1 silence
