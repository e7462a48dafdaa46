A party that is passed on to a colleague is recorded on as a call of its own, without another announcement.

> record 1
> announcement legal
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
  play leg-2 prompt:legal
  play leg-1 prompt:legal
  say anna call 1000000001 changed Connected
> heard 100
  tape 2026/11/02/1000000001-1 runs left [leg-1] right [leg-2]
  say anna call 1000000001 changed Connected recorded
> shift bert persistent
  say bert status Available
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> transfer anna - bert
  say  call talk-01 new Offered (passed on, 100) on queue bert
  say call talk-01 alerts bert
  say anna call 1000000001 changed Held recorded
  park leg-1 silence
  park leg-2 hold music
  tape 2026/11/02/1000000001-1 runs left [] right [leg-2]
> does bert pickup talk-01
  say call talk-01 alerts no longer bert
  say call 1000000001 goes on as talk-01
  tape 2026/11/02/1000000001-1 stops left [] right [leg-2]
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over recording 2026/11/02/1000000001-1
  say bert call talk-01 changed Connected (passed on, 100)
  bridge leg-3 leg-2
  say bert status Available
  tape 2026/11/02/talk-01-1 runs left [leg-3] right [leg-2]
  say bert call talk-01 changed Connected (passed on, 100) recorded
> hangs-up 100
  tape 2026/11/02/talk-01-1 stops left [leg-3] right [leg-2]
  say bert call talk-01 gone Over (passed on, 100) recording 2026/11/02/talk-01-1 normal (far)
  say bert status Available
  park leg-3 silence
