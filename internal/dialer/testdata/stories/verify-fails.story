A voicemail answers: it presses no key, so it is hung up, and the agent takes no
calls until he says that he is available.

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
> establish anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
> cancelled 100
  record 1000000001 closed: Not reached, System Hang Up / System Hang Up, contact C in 1h0m0s counts=true
  say attempt 1000000001 over: Not reached
> answers anna
  say anna line Verifying
  play leg-2 ask for a key
> pass 14s
> pass 1s
  say anna line counted: verified late
  hang up leg-2: normal (near, not verified)
  say anna line None, failure: not verified
  say anna status ACD - Agent Not Answering
> contacts 200
> pass 10s
> ends leg-2
> establish anna
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: not verified
> answers anna
  say anna line Verifying, failure: not verified
  play leg-3 ask for a key
> hangs-up anna
  say anna line counted: verified hung up
  say anna line None, failure: normal (far)
