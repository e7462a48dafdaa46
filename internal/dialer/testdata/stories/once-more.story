> allows
> phone-columns home mobile
> contacts 100 200
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> again anna Answering machine
  record 1000000001 closed: Talked, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000001 changed Connected
> break anna
  say anna BreakPending
> hangs-up 100
  say anna is Idle
  say anna call 1000000001 gone Over
  say anna status Follow Up
  record 1000000001 ended: normal
  park leg-1 silence
  say anna is Previewing
  say anna call 1000000002 new Previewed
  say anna pop 1000000002 100 placed=false
  say anna status Campaign Call
> place anna mobile=1
  refused (invalid): "1" has 1 digits; a number to dial has 2 to 32
> place anna IS_ATTR_NUMBERTODIAL=bert
  refused (invalid): "bert" is not a number to dial; write digits, and + before a country code
> place anna IS_ATTR_NUMBERTODIAL=(317)_555-0100
  record 1000000002 placed, manual, number 3175550100
  dial leg-3 customer 3175550100 ring 25s
  say anna is Placing
  say anna pop 1000000002 3175550100 placed=true
  say anna call 1000000002 changed Dialing
> answers 3175550100
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 changed Connected
  say anna status Campaign Call
> dispose anna Success
  record 1000000002 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000002 over: Talked
  say anna is Disposed
  say anna status Follow Up
  say anna call 1000000002 changed Connected
> hangs-up 3175550100
  say anna is Idle
  say anna call 1000000002 gone Over
  say anna status Follow Up
  record 1000000002 ended: normal
  say anna OnBreak
  park leg-1 silence
> book 1
  contact 1 U never attempts=2
