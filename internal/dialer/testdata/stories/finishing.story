> contacts 100 200 300
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  dial leg-4 customer 200 ring 25s
> hangs-up leg-4
  record 1000000002 closed: Not reached, Remote Hang Up / Remote Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000002 over: Not reached
  dial leg-5 customer 300 ring 25s
> dispose bert Success
  refused (not found): agent bert has no call to disposition
> type bert finishing
> type bert regular
> type bert finishing
> status bert Available
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> hand-over anna bert
  handed over: false
> mark bert sold=yes
  refused (not found): there is no call 
> mark anna sold=yes NAME=Amy
  update contact 1 map[name:Amy]
  say anna call 1000000001 changed Connected finishing map[sold:yes]
> mute anna
  say anna call 1000000001 changed Connected finishing map[sold:yes] muted
  mute leg-1 true
> hand-over anna bert
  handed over: true
  say anna is Idle
  say anna call 1000000001 gone Connected map[sold:yes]
  say anna status Campaign Call
  say anna status Follow Up
  say bert is Talking
  say bert call 1000000001 new Connected map[sold:yes]
  say bert pop 1000000001 100 placed=true map[sold:yes]
  say bert status Campaign Call
  park leg-1 silence
  bridge leg-3 leg-2
  mute leg-1 false
> dispose anna Success
  refused (not found): agent anna has no call to disposition
> dispose bert Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say bert is Disposed
  say bert status Follow Up
  say bert call 1000000001 changed Connected map[sold:yes]
> hangs-up 100
  say bert is Idle
  say bert call 1000000001 gone Over map[sold:yes]
  say bert status Follow Up
  record 1000000001 ended: normal
  park leg-3 silence
> leave bert
  hang up leg-3: normal (near, the agent's last session ended)
  say bert line None
  say bert is Out
  say bert status Follow Up
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Follow Up
