A key plays it again; another one, in the moment after it, ends it for good.

> agentless sales
> contacts 100 101
> arrive bert
  say bert status Available, No ACD
  dial leg-1 customer 100 ring 25s
> answers 100
  play leg-1 prompt:offer
> presses 100 5
> presses 100 2
  play leg-1 prompt:offer
> told-in-part 100 other
> told 100 offer
> pass 3s
> presses 100 9
  hang up leg-1: normal (near, wants no more calls)
> ends 100
  record 1000000001 closed: Informed, Deleted / Deleted, contact D never counts=true
  say attempt 1000000001 over: Informed, offer after 0s, whole=true; Deleted
  dial leg-2 customer 101 ring 25s
> pass 2s
> answers 101
  play leg-2 prompt:offer
> told 101 offer
> pass 6s
  hang up leg-2: normal (near, the message is over)
> ends 101
  record 1000000002 closed: Informed, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Informed, offer after 0s, whole=true; Success
