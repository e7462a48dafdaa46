# A list is recycled in parts, so that nothing waits for a long one.
> contact 1 100 due=1h
> contact 2 101 due=1h
> contact 3 102 due=2h
> contact 4 103 due=1h status=S
> contact 5 104 due=1h
> contact 6 105
> arrive susan supervises
  say susan status Available, No ACD
> recycle susan campaign=AUTUMN
  recycle autumn: 2
  recycle autumn: 2
  recycle autumn: 0
> book 3
  contact 3 C in 0s attempts=0
> book 4
  contact 4 S in 1h0m0s attempts=0
> ledger breaks
> recycle susan campaign=AUTUMN
  recycle autumn: 0
  refused (internal): campaign Autumn was not recycled; try again: disk full
