The agent sits down elsewhere while his phone is called, or while whoever answered it
is to show himself; a customer who waits for it goes to somebody else, or is let go.

> verify key
> contacts 100
> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> establish anna
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> sit anna plain
  hang up leg-1: normal (near, the station changed)
  say anna line None
  say anna status Available, No ACD
  say anna line None
> ends leg-1
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> establish anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Verifying
  play leg-2 ask for a key
> stand anna
  hang up leg-2: normal (near, the station was disconnected)
  say anna line None
  say anna status Available, No ACD
  say anna line None
> presses leg-2 1
> ends leg-2
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> ready anna
> status anna Available
  say anna status Available
  dial leg-3 customer 100 ring 25s
> answers 100
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna is Connecting
  say anna call 1000000001 new Connecting
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> answers anna
  say anna line Verifying
  play leg-4 ask for a key
> sit anna plain
  hang up leg-4: normal (near, the station changed)
  say anna line None
  say anna is Idle
  say anna call 1000000001 gone Connecting
  say anna status ACD - Agent Not Answering
  say anna status ACD - Agent Not Answering
  say anna line None
> ends 100
  record 1000000001 closed: Abandoned, Remote Hang Up / Remote Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Abandoned
