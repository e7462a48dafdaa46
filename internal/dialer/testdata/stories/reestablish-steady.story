A line that comes and goes is not called for ever: tries are counted anew only once it
has stood for a minute.

> reestablish
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> expires anna
  say anna line Lost, failure: session expired (near), try 1 in 5s
> pass 5s
  say anna line counted: retried 
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing, failure: session expired (near)
> answers anna
  say anna line Up
  play leg-2 welcome
> pass 30s
> expires anna
  say anna line Lost, failure: session expired (near), try 2 in 10s
> pass 10s
  say anna line counted: retried 
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: session expired (near)
> answers anna
  say anna line Up
  play leg-3 welcome
> pass 60s
> expires anna
  say anna line Lost, failure: session expired (near), try 1 in 5s
> pass 5s
  say anna line counted: retried 
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing, failure: session expired (near)
> answers anna
  say anna line Up
  play leg-4 welcome
