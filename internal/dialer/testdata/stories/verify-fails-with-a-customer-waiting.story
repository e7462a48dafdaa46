The agent has no standing line. Voicemail answers his phone: the customer is not
bridged to it, and another agent takes the call if one is free in time.

> verify key
> contacts 100 200
> shift anna plain
  say anna status Available
  dial leg-1 customer 100 ring 25s
> answers 100
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna is Connecting
  say anna call 1000000001 new Connecting
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> answers anna
  say anna line Verifying
  play leg-2 ask for a key
> pass 5s
> shift bert plain
  say bert status Available
  dial leg-3 customer 200 ring 25s
> status bert At Lunch
  say bert status At Lunch
> pass 10s
  say anna line counted: verified late
  hang up leg-2: normal (near, not verified)
  say anna line None, failure: not verified
  say anna is Idle
  say anna call 1000000001 gone Connecting
  say anna status ACD - Agent Not Answering
  hang up leg-1: normal (near, no agent)
> status bert Available
  say bert status Available
