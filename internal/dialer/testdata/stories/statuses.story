> arrive anna
  say anna status Available, No ACD
> status-until anna Available 1h forward=100 notes=busy
  say anna status Available, forward 100
> status-until anna Available -1h
  refused (invalid): the status was to be kept until 2026-11-02T11:00:00Z, which is over
> status anna At Lunch
  say anna status At Lunch
> status anna At Lunch
> status anna Available
  say anna status Available
> previous anna
  [{Status:At Lunch Notes: Forward:} {Status:Available Notes:busy Forward:100} {Status:Available, No ACD Notes: Forward:}]
