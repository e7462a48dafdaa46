> script
> contacts 100 200
> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
  say anna script of AUTUMN, 1 pages
> establish anna
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  play leg-1 welcome
> ready anna
> status anna Available
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> data anna NAME=Amy colour=red
  update contact 1 map[name:Amy]
  say anna call 1000000001 changed Connected map[colour:red]
> data anna NAME=Amy colour=blue taste=sweet
  say anna call 1000000001 changed Connected map[colour:blue taste:sweet]
> data anna =x
  refused (invalid): an attribute needs a name, and text
> data-of anna anna campaign=SPRING
  refused (invalid): call 1000000001 is one of campaign AUTUMN, not of SPRING
> arrive bert
  say bert status Available, No ACD
> data-of bert anna campaign=AUTUMN
  refused (forbidden): call 1000000001 is not yours
> rewrites-script anna
  say anna campaigns whole=false ~Autumn(on)
  say anna script of AUTUMN, 2 pages
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over map[colour:blue taste:sweet]
  park leg-1 silence
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over map[colour:blue taste:sweet]
