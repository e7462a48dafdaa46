# A contact who is handed over leaves the conference that the first agent is in, and
# who listened there.
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> type bert composite
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> invite anna - 555
  say anna call 1000000001 changed Connected in talk-01
  say anna call talk-02 new Dialing (invited, 555) in talk-01
  dial leg-4 customer 555 ring 30s
> answers 555
  say anna call talk-02 changed Connected (invited, 555) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-4] leg-2 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-2]
> invite anna - 556
  say anna call talk-03 new Dialing (invited, 556) in talk-01
  dial leg-5 customer 556 ring 30s
> answers 556
  say anna call talk-03 changed Connected (invited, 556) in talk-01
  converse conversation-1: leg-1 hears [leg-2 leg-4 leg-5] leg-2 hears [leg-1 leg-4 leg-5] leg-4 hears [leg-1 leg-2 leg-5] leg-5 hears [leg-1 leg-2 leg-4]
> arrive susan supervises
  say susan status Available, No ACD
> sit susan persistent
  say susan status Available, No ACD
  say susan line None
> listen susan 1000000001
  dial leg-6 agent sip:susan@home ring 30s
  say susan line Dialing
  say anna call 1000000001 changed Connected in talk-01 susan: listen
> answers susan
  say susan line Up
  converse conversation-1: leg-1 hears [leg-2 leg-4 leg-5] leg-2 hears [leg-1 leg-4 leg-5] leg-4 hears [leg-1 leg-2 leg-5] leg-5 hears [leg-1 leg-2 leg-4] leg-6 hears [leg-1 leg-2 leg-4 leg-5]
> mark anna
  say anna call 1000000001 changed Connected finishing in talk-01 susan: listen
> transfer anna - bert
  say  call talk-04 new Offered (passed on, 100) on queue bert
  say call talk-04 alerts bert
  say anna call 1000000001 changed Held finishing in talk-01 susan: listen
  park leg-2 hold music
  park leg-6 silence
  converse conversation-1: leg-1 hears [leg-4 leg-5] leg-4 hears [leg-1 leg-5] leg-5 hears [leg-1 leg-4]
> does bert pickup talk-04
  say call talk-04 alerts no longer bert
  say anna is Idle
  say anna call 1000000001 gone Connected susan: listen
  say anna status Follow Up
  say bert is Talking
  say bert call 1000000001 new Connected susan: listen
  say bert pop 1000000001 100 placed=true
  say bert call 1000000001 changed Connected
  say bert status Campaign Call
  say bert call talk-04 gone Over (passed on, 100) transferred (near, went on as 1000000001)
  say bert call 1000000001 changed Connected
  bridge leg-3 leg-2
> does bert hold -
  say bert call 1000000001 changed Held
  park leg-2 hold music
> does bert pickup -
  say bert call 1000000001 changed Connected
  bridge leg-3 leg-2
> does anna disconnect talk-02
  hang up leg-4: normal (near, the agent disconnected)
  say anna call talk-03 changed Connected (invited, 556)
  say anna call talk-02 gone Over (invited, 555) normal (near, the agent disconnected)
  bridge leg-1 leg-5
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  hang up leg-5: normal (near, the agent's line broke)
  say anna call talk-03 gone Over (invited, 556) normal (near, the agent's line broke)
  say anna status Follow Up
  say anna is Out
  say anna status Follow Up
