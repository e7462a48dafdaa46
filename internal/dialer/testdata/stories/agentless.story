Nobody is at work: who answers hears the message to its end.

> agentless sales
> no-keys
> contacts 100
> arrive bert
  say bert status Available, No ACD
  dial leg-1 customer 100 ring 25s
> answers 100
  play leg-1 prompt:offer
> told 100 offer
  hang up leg-1: normal (near, the message is over)
> ends 100
  record 1000000001 closed: Informed, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Informed, offer after 0s, whole=true; Success
