> mode preview
> contacts 100
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> calls anna 555
  say anna call talk-01 new Dialing (made, 555)
  dial leg-2 customer 555 ring 30s
  park leg-1 ring-back
> answers 555
  say anna call talk-01 changed Connected (made, 555)
  bridge leg-1 leg-2
  say anna status Campaign Call
> place anna
  record 1000000001 placed
  dial leg-3 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> answers 100
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna call talk-01 changed Held (made, 555)
  park leg-2 hold music
> does anna pickup talk-01
  say anna call 1000000001 changed Held
  say anna call talk-01 changed Connected (made, 555)
  park leg-3 hold music
  bridge leg-1 leg-2
> does anna pickup -
  say anna call talk-01 changed Held (made, 555)
  say anna call 1000000001 changed Connected
  park leg-2 hold music
  bridge leg-1 leg-3
> hangs-up 555
  say anna call talk-01 gone Over (made, 555) normal (far)
> drain
  say anna link up=false: the dialer is stopping
  say anna call 1000000001 gone Connected
  say anna status Campaign Call
  hang up leg-3: normal (near, Ambiguous - Agent Logout)
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Campaign Call
  hang up leg-3: shutdown (near)
