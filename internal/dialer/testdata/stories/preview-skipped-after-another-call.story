An agent calls somebody while he looks at a preview, and skips that. His line was kept
for the contact, and is dropped with the preview, as his station does not persist.

> mode preview
> contacts 100
> arrive anna
  say anna status Available, No ACD
> sit anna plain
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> ready anna
> status anna Available
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> calls anna 555
  say anna call talk-01 new Dialing (made, 555)
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  dial leg-2 customer 555 ring 30s
  park leg-1 ring-back
> answers 555
  say anna call talk-01 changed Connected (made, 555)
  bridge leg-1 leg-2
  say anna status Campaign Call
> hangs-up 555
  say anna call talk-01 gone Over (made, 555) normal (far)
  say anna status Campaign Call
  park leg-1 silence
> dispose anna Skipped - Agent Skip
  record 1000000001 closed: Skipped, Skipped / Skipped - Agent Skip, contact C in 1h0m0s counts=false
  say attempt 1000000001 over: Skipped
  say anna is Idle
  say anna status Follow Up
  say anna call 1000000001 gone Over
  hang up leg-1: normal (near, the call is over)
  say anna line None
