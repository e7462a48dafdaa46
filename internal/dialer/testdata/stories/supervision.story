> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive carl supervises
  say carl status Available, No ACD
> sit carl plain
  say carl status Available, No ACD
  say carl line None
> listen carl 100
  refused (conflict): interaction 1000000001 is dialing; nobody is on the phone with it
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> listen anna -
  refused (forbidden): who holds interaction 1000000001 may not supervise it
> listen carl 100
  dial leg-3 agent sip:carl@home ring 30s
  say carl line Dialing
  say anna call 1000000001 changed Connected carl: listen
> answers carl
  say carl line Up
  converse conversation-1: leg-1 hears [leg-2] leg-2 hears [leg-1] leg-3 hears [leg-1 leg-2]
> coach carl 100
  say anna call 1000000001 changed Connected carl: coach
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1] leg-3 hears [leg-1 leg-2]
> join carl 100
  say anna call 1000000001 changed Connected carl: join
  converse conversation-1: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> does anna hold -
  say anna call 1000000001 changed Held carl: join
  park leg-1 silence
  park leg-2 hold music
  park leg-3 silence
  converse conversation-1: over
> does anna pickup -
  say anna call 1000000001 changed Connected carl: join
  converse conversation-2: leg-1 hears [leg-2 leg-3] leg-2 hears [leg-1 leg-3] leg-3 hears [leg-1 leg-2]
> does carl mute 100
  refused (forbidden): only the agent who holds interaction 1000000001 may mute it
> does anna make-private -
  say anna call 1000000001 changed Connected private
  hang up leg-3: normal (near, the call is over)
  say carl line None
  say anna call 1000000001 changed Connected private
  bridge leg-1 leg-2
> listen carl 100
  refused (forbidden): interaction 1000000001 is private
> does anna make-public -
  say anna call 1000000001 changed Connected
> listen carl 100
  dial leg-4 agent sip:carl@home ring 30s
  say carl line Dialing
  say anna call 1000000001 changed Connected carl: listen
> answers carl
  say carl line Up
  converse conversation-3: leg-1 hears [leg-2] leg-2 hears [leg-1] leg-4 hears [leg-1 leg-2]
> hangs-up 100
  say anna call 1000000001 changed Over
  hang up leg-4: normal (near, the call is over)
  say carl line None
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
