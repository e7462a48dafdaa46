> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive carl supervises
  say carl status Available, No ACD
> sit carl persistent
  say carl status Available, No ACD
  say carl line None
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> listen carl 100
  dial leg-3 agent sip:carl@home ring 30s
  say carl line Dialing
  say anna call 1000000001 changed Connected carl: listen
> busy carl
  say carl line None, failure: busy (far, sip 486)
  say anna call 1000000001 changed Connected
> listen carl 100
  dial leg-4 agent sip:carl@home ring 30s
  say carl line Dialing, failure: busy (far, sip 486)
  say anna call 1000000001 changed Connected carl: listen
> answers carl
  say carl line Up
  converse conversation-1: leg-1 hears [leg-2] leg-2 hears [leg-1] leg-4 hears [leg-1 leg-2]
> hangs-up carl
  say carl line Lost, failure: normal (far)
  say anna call 1000000001 changed Connected
  bridge leg-1 leg-2
  converse conversation-1: over
> listen carl 100
  dial leg-5 agent sip:carl@home ring 30s
  say carl line Dialing, failure: normal (far)
  say anna call 1000000001 changed Connected carl: listen
> answers carl
  say carl line Up
  converse conversation-2: leg-1 hears [leg-2] leg-2 hears [leg-1] leg-5 hears [leg-1 leg-2]
> stop-watch carl 100
  say anna call 1000000001 changed Connected
  park leg-5 silence
  bridge leg-1 leg-2
  converse conversation-2: over
> join carl 100
  say anna call 1000000001 changed Connected carl: join
  converse conversation-3: leg-1 hears [leg-2 leg-5] leg-2 hears [leg-1 leg-5] leg-5 hears [leg-1 leg-2]
> calls carl 555
  say anna call 1000000001 changed Connected
  say carl call talk-01 new Dialing (made, 555)
  dial leg-6 customer 555 ring 30s
  park leg-5 ring-back
  bridge leg-1 leg-2
  converse conversation-3: over
> answers 555
  say carl call talk-01 changed Connected (made, 555)
  bridge leg-5 leg-6
  say carl status Available, No ACD
> join carl 100
  say carl call talk-01 changed Held (made, 555)
  say anna call 1000000001 changed Connected carl: join
  park leg-6 hold music
  converse conversation-4: leg-1 hears [leg-2 leg-5] leg-2 hears [leg-1 leg-5] leg-5 hears [leg-1 leg-2]
> leave carl
  hang up leg-5: normal (near, the agent's last session ended)
  say carl line None
  say anna call 1000000001 changed Connected
  hang up leg-6: normal (near, the agent's line broke)
  say carl call talk-01 gone Over (made, 555) normal (near, the agent's line broke)
  say carl status Available, No ACD
  say carl status Available, No ACD
  bridge leg-1 leg-2
> ends 555
> join anna -
  refused (forbidden): who holds interaction 1000000001 may not supervise it
