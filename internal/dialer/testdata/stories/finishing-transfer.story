A call that is marked for finishing goes to a finishing agent with its contact: the
first agent is free without a disposition, the second one dispositions it. To anybody
else the transfer is one as any other.

> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> shift bert persistent
  say bert status Available
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> type bert finishing
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> mark anna sold=yes
  say anna call 1000000001 changed Connected finishing map[sold:yes]
> does anna record -
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected finishing map[sold:yes] recorded
> transfer anna - bert
  say  call talk-01 new Offered map[sold:yes] (passed on, 100) on queue bert
  say call talk-01 alerts bert
  say anna call 1000000001 changed Held finishing map[sold:yes] recorded
  park leg-1 silence
  park leg-2 hold music
  tape 2026/11/02/1000000001-1 runs left [] right [leg-2]
> does bert pickup talk-01
  say call talk-01 alerts no longer bert
  say anna is Idle
  say anna call 1000000001 gone Connected map[sold:yes] recorded
  say anna status Campaign Call
  say anna status Follow Up
  say bert is Talking
  say bert call 1000000001 new Connected map[sold:yes] recorded
  say bert pop 1000000001 100 placed=true map[sold:yes]
  say bert status Campaign Call
  say bert call talk-01 gone Over map[sold:yes] (passed on, 100) transferred (near, went on as 1000000001)
  say bert call 1000000001 changed Connected map[sold:yes] recorded
  bridge leg-3 leg-2
  tape 2026/11/02/1000000001-1 runs left [leg-3] right [leg-2]
> does bert hold -
  say bert call 1000000001 changed Held map[sold:yes] recorded
  park leg-2 hold music
  tape 2026/11/02/1000000001-1 runs left [] right [leg-2]
> does bert pickup -
  say bert call 1000000001 changed Connected map[sold:yes] recorded
  bridge leg-3 leg-2
  tape 2026/11/02/1000000001-1 runs left [leg-3] right [leg-2]
> hangs-up 100
  tape 2026/11/02/1000000001-1 stops left [leg-3] right [leg-2]
  say bert is WrapUp
  say bert status Follow Up
  say bert call 1000000001 changed Over map[sold:yes] recording 2026/11/02/1000000001-1
  park leg-3 silence
> dispose bert Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say bert is Idle
  say bert call 1000000001 gone Over map[sold:yes] recording 2026/11/02/1000000001-1
