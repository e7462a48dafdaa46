> line-idle 30m
> shift anna persistent
  say anna status Available
  say anna campaigns whole=false ~Autumn(on)
> pass 29m
> pass 1m
  hang up leg-1: normal (near, idle for 30m0s)
  say anna line None
> ends leg-1
