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
> transfer anna - 555
  say  call talk-01 new Dialing (passed on, 555)
  dial leg-3 customer 555 ring 30s
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> busy 555
  say anna call 1000000001 changed Held the transfer failed: busy (far, sip 486)
  say  call talk-01 gone Over (passed on, 555) busy (far, sip 486)
> does anna pickup -
  say anna call 1000000001 changed Connected
  bridge leg-1 leg-2
> transfer anna - 555
  say  call talk-02 new Dialing (passed on, 555)
  dial leg-4 customer 555 ring 30s
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> does anna pickup -
  hang up leg-4: cancelled (near, the transfer was taken back)
  say  call talk-02 gone Over (passed on, 555) cancelled (near, the transfer was taken back)
  say anna call 1000000001 changed Connected
  bridge leg-1 leg-2
> ends 555
> transfer anna - 666
  say  call talk-03 new Dialing (passed on, 666)
  dial leg-5 customer 666 ring 30s
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> hangs-up 100
  hang up leg-5: cancelled (near, the party hung up)
  say  call talk-03 gone Over (passed on, 666) cancelled (near, the party hung up)
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
> ends 666
