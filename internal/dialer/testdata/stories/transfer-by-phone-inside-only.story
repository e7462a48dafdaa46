# It is the agent's wish like any other, and needs the same rights.
> contacts 100
> arrive anna inside-only
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
> answers anna
  say anna line Up
  play leg-1 welcome
> ready anna
> status anna Available
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> refers anna 555
  tell leg-1 of its transfer: refused (near, user anna may not call outside numbers; name a user or a workgroup)
