> campaigns SPRING on
> arrive susan supervises
  say susan status Available, No ACD
> arrive carl
  say carl status Available, No ACD
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
  say anna campaigns whole=false ~Spring(on)
> shift bert persistent
  say bert status Available
> allocate carl agents=anna in=SPRING
  refused (forbidden): user carl does not oversee anna
> allocate susan agents=anna
  refused (invalid): name the agents, and campaigns to log them in to or out of
> allocate susan agents=anna,zoe,carl in=SPRING
  refused (not found): not logged in to the dialer: zoe, carl; nobody was moved
> allocate susan agents=anna in=NONE
  refused (not found): there is no campaign NONE
> allocate susan agents=anna in=spring out=SPRING
  refused (invalid): campaign Spring is named both to log in to and out of
> allocate susan agents=anna,bert out=spring
  say anna taken out of [SPRING] by susan
  say bert taken out of [SPRING] by susan
  say anna campaigns whole=false +Spring(on,in=false) -SPRING
  say anna logged off entirely=false
  say bert campaigns whole=false +Spring(on,in=false) -SPRING
  say bert logged off entirely=false
> contacts 100
> pass 2s
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
  dial leg-3 customer 100 ring 25s
  say anna campaigns whole=false ~Autumn(on)
  say bert campaigns whole=false ~Autumn(on)
> answers 100
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> allocate susan agents=anna,bert in=SPRING out=autumn
  say anna logged in to SPRING by susan
  say anna campaigns whole=false +Spring(on,in=true) -SPRING
  say anna taken out of [AUTUMN] by susan
  say bert logged in to SPRING by susan
  say bert campaigns whole=false +Spring(on,in=true) -SPRING
  say bert taken out of [AUTUMN] by susan
  say bert campaigns whole=false +Autumn(on,in=false) -AUTUMN
  say bert logged off entirely=false
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> dispose anna Success
  record 1000000001 closed: Talked, Success / Success, contact U never counts=true
  say attempt 1000000001 over: Talked
  say anna is Idle
  say anna call 1000000001 gone Over
  say anna campaigns whole=false +Autumn(on,in=false) -AUTUMN
  say anna logged off entirely=false
> allocate susan agents=anna,bert in=AUTUMN
  say anna logged in to AUTUMN by susan
  say anna campaigns whole=false +Autumn(on,in=true) -AUTUMN
  say bert logged in to AUTUMN by susan
  say bert campaigns whole=false +Autumn(on,in=true) -AUTUMN
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Follow Up
> leave bert
  hang up leg-2: normal (near, the agent's last session ended)
  say bert line None
  say bert is Out
  say bert status Available
