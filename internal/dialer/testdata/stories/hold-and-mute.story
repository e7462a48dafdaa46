> zip-tone
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> hold anna
  refused (not found): there is no interaction 
> answers 100
  bridge leg-1 leg-2
  play leg-1 zip tone
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> hold anna
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> hold anna
> pickup anna
  say anna call 1000000001 changed Connected
  bridge leg-1 leg-2
> mute anna
  say anna call 1000000001 changed Connected muted
  mute leg-1 true
> mute anna
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
  mute leg-1 false
> hold anna
  refused (conflict): interaction 1000000001 is over and can not be held
