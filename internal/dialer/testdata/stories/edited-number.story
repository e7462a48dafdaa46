> mode preview
> contacts 100 200
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna IS_ATTR_NUMBERTODIAL=555 name=Amy
  update contact 1 map[name:Amy]
  record 1000000001 placed, number 555
  dial leg-2 customer 555 ring 25s
  say anna is Placing
  say anna pop 1000000001 555 placed=true
  say anna call 1000000001 changed Dialing
> answers 555
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
> hangs-up 555
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
