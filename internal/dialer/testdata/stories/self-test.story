The standing line is tried out between calls. Nobody is dialed for the agent, and no
customer comes to him, until it is over.

> line-idle 1m
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> test anna
  listen leg-1 for an echo
  say anna line Up, under test
> test anna
  refused (conflict): the phone of user anna is under test; try again in a few seconds
> contacts 100
> pass 4s
> tested anna echo
  say anna line Up, tested: The customer will hear himself after 200 ms (-12 dB): turn the phone's loudspeaker down, or use a headset.
  say anna campaigns whole=false ~Autumn(on)
  dial leg-2 customer 100 ring 25s
> pass 1s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> test anna
  refused (conflict): user anna has a call in hand; test the line after it
