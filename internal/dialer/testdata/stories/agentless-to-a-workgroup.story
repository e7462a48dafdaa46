A key leads to those who work for the workgroup.

> agentless sales
> contacts 100
> arrive anna
  say anna status Available, No ACD
  dial leg-1 customer 100 ring 25s
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> arrive bert
  say bert status Available, No ACD
> answers 100
  play leg-1 prompt:offer
> presses 100 1
  say  call talk-01 new Offered (passed on, 100) on queue Sales
  say call talk-01 alerts anna
  say call 1000000001 goes on as talk-01
  record 1000000001 closed: Informed, Transferred / Transferred, contact U never counts=true
  park leg-1 hold music
  say attempt 1000000001 over: Informed, offer after 0s, whole=false; Transferred
> hangs-up 100
  say call talk-01 alerts no longer anna
  say  call talk-01 gone Over (passed on, 100) normal (far)
