Whoever ends a consultation, the agent is with the customer again at once.

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
> consult anna - 555
  say anna call 1000000001 changed Held
  say anna call talk-01 new Dialing (consultation, 555)
  dial leg-3 customer 555 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> cancel anna - talk-01
  hang up leg-3: cancelled (near, the consultation was cancelled)
  say anna call 1000000001 changed Connected
  say anna call talk-01 gone Over (consultation, 555) cancelled (near, the consultation was cancelled)
  bridge leg-1 leg-2
> ends 555
> consult anna - 555
  say anna call 1000000001 changed Held
  say anna call talk-02 new Dialing (consultation, 555)
  dial leg-4 customer 555 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 555
  say anna call talk-02 changed Connected (consultation, 555)
  bridge leg-1 leg-4
> does anna pickup -
  say anna call talk-02 changed Held (consultation, 555)
  say anna call 1000000001 changed Connected
  park leg-4 hold music
  bridge leg-1 leg-2
> does anna pickup talk-02
  say anna call 1000000001 changed Held
  say anna call talk-02 changed Connected (consultation, 555)
  park leg-2 hold music
  bridge leg-1 leg-4
> hangs-up 555
  say anna call 1000000001 changed Connected
  say anna call talk-02 gone Over (consultation, 555) normal (far)
  bridge leg-1 leg-2
> consult anna - 666
  say anna call 1000000001 changed Held
  say anna call talk-03 new Dialing (consultation, 666)
  dial leg-5 customer 666 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> busy 666
  say anna call 1000000001 changed Connected
  say anna call talk-03 gone Over (consultation, 666) busy (far, sip 486)
  bridge leg-1 leg-2
> consult anna - 777
  say anna call 1000000001 changed Held
  say anna call talk-04 new Dialing (consultation, 777)
  dial leg-6 customer 777 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 777
  say anna call talk-04 changed Connected (consultation, 777)
  bridge leg-1 leg-6
> hangs-up 100
  say anna call talk-04 changed Connected (made, 777)
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
> does anna disconnect talk-04
  hang up leg-6: normal (near, the agent disconnected)
  say anna call talk-04 gone Over (made, 777) normal (near, the agent disconnected)
  say anna status Follow Up
  park leg-1 silence
> consult anna - 888
  refused (conflict): interaction 1000000001 is over and can not be sent on
