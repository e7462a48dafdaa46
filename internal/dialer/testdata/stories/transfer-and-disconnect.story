# The agent ends the call while the destination rings: nobody is called for nothing.
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> transfer anna - 666
  say  call talk-01 new Dialing (passed on, 666)
  dial leg-3 customer 666 ring 30s
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> does anna disconnect -
  hang up leg-3: cancelled (near, the transfer was taken back)
  say  call talk-01 gone Over (passed on, 666) cancelled (near, the transfer was taken back)
  hang up leg-2: normal (near, the agent disconnected)
> ends 666
> ends 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
