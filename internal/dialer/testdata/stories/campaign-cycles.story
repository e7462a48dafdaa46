> mode preview
> group Turns
> contacts 100 200
> arrive susan supervises
  say susan status Available, No ACD
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> reset anna
  refused (forbidden): user anna does not supervise workgroup Sales of campaign Autumn
> reset susan
  refused (invalid): agent susan is logged in to 0 campaigns; name one
> reset susan campaign=autumn
  say anna is Idle
  say anna call 1000000001 gone Previewed
  say anna status Available
  record 1000000001 closed: Withdrawn, Withdrawn / Withdrawn, contact C in 0s counts=false
  say attempt 1000000001 over: Withdrawn
  say anna is Previewing
  say anna call 1000000002 new Previewed
  say anna pop 1000000002 200 placed=false
  say anna status Campaign Call
> recycle anna campaign=AUTUMN
  refused (forbidden): user anna does not supervise workgroup Sales of campaign Autumn
> recycle susan campaign=AUTUMN
  recycle autumn: 0
> campaigns SPRING off group=turns
> campaigns WINTER off group=turns
> transition anna turns
  refused (forbidden): user anna does not supervise workgroup Sales of campaign Autumn
> transition susan none
  refused (not found): there is no campaign group "none"
> transition susan turns
  say anna campaigns whole=false -AUTUMN
  say anna logged off entirely=false
  say anna campaigns whole=false +Spring(on,in=true)
> transition susan turns
  say anna campaigns whole=false -SPRING
  say anna logged off entirely=false
  say anna campaigns whole=false +Winter(on,in=true)
> transition susan turns campaign=AUTUMN
  say anna campaigns whole=false -WINTER
  say anna logged off entirely=false
  say anna campaigns whole=false +Autumn(on,in=true)
> transition susan turns campaign=autumn
> leave anna
  say anna call 1000000002 gone Previewed
  record 1000000002 closed: Withdrawn, Withdrawn / Withdrawn, contact C in 0s counts=false
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Campaign Call
  say attempt 1000000002 over: Withdrawn
