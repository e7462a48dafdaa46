An agent who hangs up has ended his line: nobody calls him, unless that is wished. A
refusal does not pass either.

> reestablish
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> hangs-up anna
  say anna line Lost, failure: normal (far)
> pass 10m
> establish anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
> refuses anna
  say anna line None, failure: refused (far, sip 603)
> pass 10m
> establish anna
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: refused (far, sip 603)
> busy anna
  say anna line None, failure: busy (far, sip 486), try 1 in 5s
> pass 1s
> establish anna
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing, failure: busy (far, sip 486)
> answers anna
  say anna line Up
  play leg-4 welcome
