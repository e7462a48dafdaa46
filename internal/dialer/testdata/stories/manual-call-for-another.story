> contact 1001 100
> arrive susan supervises
  say susan status Available, No ACD
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> arrive bert
  say bert status Available, No ACD
> manual bert 1001 for=anna
  say manual call by bert for  to contact 1001: invalid agent
> manual susan 1001 for=anna
  record 1000000001 placed, manual
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna call 1000000001 new Dialing manual
  say anna pop 1000000001 100 placed=true manual
  say anna status Awaiting Callback
  say manual call by susan for anna to contact 1001: call placed
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected manual
  say anna status Campaign Call
> disconnect anna
  hang up leg-2: normal (near, the agent disconnected)
  park leg-1 silence
> ends 100
  say manual call by susan for anna to contact 1001: call complete
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over manual
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over manual
