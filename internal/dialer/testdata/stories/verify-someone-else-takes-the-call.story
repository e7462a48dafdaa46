The one agent's phone is answered by a voicemail; meanwhile another agent has
become free, who gets the customer as soon as that is known.

> verify key
> contacts 100
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
> shift bert persistent
  say bert status Available
> presses bert 1
  say bert line counted: verified key
  say bert line Up
  play leg-3 welcome
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> pass 15s
  say anna line counted: verified late
  hang up leg-2: normal (near, not verified)
  say anna line None, failure: not verified
  say anna is Idle
  say anna call 1000000001 gone Connecting
  say anna status ACD - Agent Not Answering
  bridge leg-3 leg-1
  say bert is Talking
  say bert call 1000000001 new Connected
  say bert pop 1000000001 100 placed=true
  say bert status Campaign Call
