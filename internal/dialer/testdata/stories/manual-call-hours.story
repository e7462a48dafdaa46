> hours Asia/Tokyo
> script-overrides
> contact 1001 100
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> manual anna 1001
  say manual call by anna for anna to contact 1001: contact blocked (), zone
> manual anna 1001 pass=zone
  record 1000000001 placed, manual
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna call 1000000001 new Dialing manual
  say anna pop 1000000001 100 placed=true manual
  say anna status Awaiting Callback
  say manual call by anna for anna to contact 1001: call placed
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected manual
  say anna status Campaign Call
