Nobody is there to be led to: the message goes on.

> agentless anna
> contacts 100
> arrive bert
  say bert status Available, No ACD
  dial leg-1 customer 100 ring 25s
> answers 100
  play leg-1 prompt:offer
> presses 100 1
> hangs-up 100
  record 1000000001 closed: Informed, Remote Hang Up / Remote Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Informed, offer after 0s, whole=false; Remote Hang Up
