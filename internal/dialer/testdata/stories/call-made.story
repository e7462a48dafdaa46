An agent who is not logged in to the dialer makes a call: his phone is called first,
then the other party, and the line goes with the last call.

> arrive anna
  say anna status Available, No ACD
> sit anna plain
  say anna status Available, No ACD
  say anna line None
> calls anna 555-0100
  say anna call talk-01 new Dialing (made, 5550100)
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  dial leg-2 customer 5550100 ring 30s
  park leg-1 ring-back
> rings 5550100
  say anna call talk-01 changed Alerting (made, 5550100)
> answers 5550100
  say anna call talk-01 changed Connected (made, 5550100)
  bridge leg-1 leg-2
  say anna status Available, No ACD
> does anna hold talk-01
  say anna call talk-01 changed Held (made, 5550100)
  park leg-1 silence
  park leg-2 hold music
> does anna pickup talk-01
  say anna call talk-01 changed Connected (made, 5550100)
  bridge leg-1 leg-2
> does anna mute talk-01
  say anna call talk-01 changed Connected (made, 5550100) muted
  mute leg-1 true
> calls anna 0800
  say anna call talk-01 changed Held (made, 5550100) muted
  say anna call talk-02 new Dialing (made, 0800)
  dial leg-3 customer 0800 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
  mute leg-1 false
> answers 0800
  say anna call talk-02 changed Connected (made, 0800)
  bridge leg-1 leg-3
> does anna pickup talk-01
  say anna call talk-02 changed Held (made, 0800)
  say anna call talk-01 changed Connected (made, 5550100) muted
  park leg-3 hold music
  bridge leg-1 leg-2
  mute leg-1 true
> does anna pickup talk-02
  say anna call talk-01 changed Held (made, 5550100) muted
  say anna call talk-02 changed Connected (made, 0800)
  park leg-2 hold music
  bridge leg-1 leg-3
  mute leg-1 false
> hangs-up 0800
  say anna call talk-02 gone Over (made, 0800) normal (far)
  park leg-1 silence
> does anna pickup talk-01
  say anna call talk-01 changed Connected (made, 5550100) muted
  bridge leg-1 leg-2
  mute leg-1 true
> does anna disconnect talk-01
  hang up leg-2: normal (near, the agent disconnected)
  say anna call talk-01 gone Over (made, 5550100) muted normal (near, the agent disconnected)
  say anna status Available, No ACD
  hang up leg-1: normal (near, the call is over)
  say anna line None
> ends 5550100
