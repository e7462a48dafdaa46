What may no longer be called is not placed, neither by the agent nor by the countdown.

> mode preview
> preview-time 20s
> contacts 100
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> campaign paused
  say anna campaigns whole=false ~Autumn(paused)
> place anna
  refused (conflict): campaign Autumn is paused; no calls are placed
> pass 20s
> campaign on
  say anna campaigns whole=false ~Autumn(on)
> place anna
  record 1000000001 placed
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
