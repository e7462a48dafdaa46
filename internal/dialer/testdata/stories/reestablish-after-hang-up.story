With that wish he is called again, until he does not take the call.

> reestablish after-hang-up
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> hangs-up anna
  say anna line Lost, failure: normal (far), try 1 in 5s
> pass 5s
  say anna line counted: retried 
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far)
> refuses anna
  say anna line None, failure: refused (far, sip 603)
> pass 10m
