Whoever answers the agent's phone must press a key: then the line is up and the
next customer is bridged to it. Until then nobody is dialed for it.

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
> ready anna
> status anna Available
  say anna status Available
  dial leg-1 customer 100 ring 25s
> ledger waits
> establish anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
> ledger goes-on
> answers anna
  say anna line Verifying
  play leg-2 ask for a key
> pass 2s
> presses anna 5
  say anna line counted: verified key
  say anna line Up
  play leg-2 welcome
> pass 1s
> answers 100
  bridge leg-2 leg-1
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> presses anna 5
> fades anna
  say anna line Up, faded
