> contacts 100 200 300
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> campaign paused
  say anna campaigns whole=false ~Autumn(paused)
> busy 100
  record 1000000001 closed: Not reached, Busy / Busy - Remote Busy, contact C in 15m0s counts=true
  say attempt 1000000001 over: Not reached
> campaign on
  say anna campaigns whole=false ~Autumn(on)
  dial leg-3 customer 200 ring 25s
> campaign off
  say anna campaigns whole=false -AUTUMN
> answers 200
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
  say anna logged off entirely=false
> hangs-up 200
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over
  park leg-1 silence
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Idle
  say anna call 1000000002 gone Over
> log-in anna AUTUMN
  refused (forbidden): user anna has no right to choose campaigns; log in without campaignId
> campaign on
  say anna campaigns whole=false +Autumn(on,in=true)
> ready anna
> status anna Available
  say anna status Available
  dial leg-4 customer 300 ring 25s
> campaign sideways
  refused (invalid): campaign Autumn: state "sideways", mode "power": states are off, on, scheduled, paused; modes are predictive, power, precise, preview, manual, agentless
