A standing line that the network loses is set up again by itself: after 5 s, then
twice as long from try to try, and three times in all.

> reestablish
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> pass 2m
> fails anna
  say anna line Lost, failure: media failure (far, no sign of life), try 1 in 5s
> pass 4s
> pass 1s
  say anna line counted: retried 
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing, failure: media failure (far, no sign of life)
> unreachable anna
  say anna line None, failure: unreachable (far, sip 408), try 2 in 10s
> pass 10s
  say anna line counted: retried 
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: unreachable (far, sip 408)
> busy anna
  say anna line None, failure: busy (far, sip 486), try 3 in 20s
> pass 20s
  say anna line counted: retried 
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing, failure: busy (far, sip 486)
> no-answer anna
  say anna line counted: given up no answer
  say anna line None, failure: no answer (near, sip 487)
> pass 10m
> establish anna
  dial leg-5 agent sip:anna@home ring 30s
  say anna line Dialing, failure: no answer (near, sip 487)
> answers anna
  say anna line Up
  play leg-5 welcome
