A previewed contact is called only while there is a phone to connect it to and the
campaign runs; the agent keeps the contact and may try again or skip it.

> mode preview
> preview-time 10s
> contacts 100
> shift anna plain
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> stand anna
  say anna status Campaign Call
  say anna line None
> place anna
  refused (conflict): user anna has no phone for the call; connect to a station first
> pass 10s
> sit anna plain
  say anna status Campaign Call
  say anna line None
> ledger waits
> campaign paused
  no answer yet
> place anna
  record 1000000001 placed
  no answer yet
> ledger goes-on
  say anna campaigns whole=false ~Autumn(paused)
> campaign on
  say anna campaigns whole=false ~Autumn(on)
> place anna
  record 1000000001 placed
  dial leg-1 customer 100 ring 25s
  say anna is Placing
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> answers anna
  say anna line Up
> answers 100
  bridge leg-2 leg-1
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
