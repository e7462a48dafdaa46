A customer who is not reached costs the agent nothing, and the contact waits.

> contacts 100 200 300 400 500
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> busy 100
  record 1000000001 closed: Not reached, Busy / Busy - Remote Busy, contact C in 15m0s counts=true
  say attempt 1000000001 over: Not reached
  dial leg-3 customer 200 ring 25s
> rings 200
> no-answer 200
  record 1000000002 closed: Not reached, No Answer / No Answer, contact C in 2h0m0s counts=true
  say attempt 1000000002 over: Not reached
  dial leg-4 customer 300 ring 25s
> refuses 300
  record 1000000003 closed: Not reached, Not Reached / Not Reached, contact C in 1h0m0s counts=true
  say attempt 1000000003 over: Not reached
  dial leg-5 customer 400 ring 25s
> no-lines 400
  record 1000000004 closed: Not reached, No Lines / No Lines, contact C in 1m0s counts=false
  say attempt 1000000004 over: Not reached
> pass 1s
  dial leg-6 customer 500 ring 25s
