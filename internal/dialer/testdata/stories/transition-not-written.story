> group Turns
> campaigns SPRING off group=turns
> arrive susan supervises
  say susan status Available, No ACD
> ledger breaks
> transition susan turns
  refused (internal): the campaign could not be written (disk full); try again
> ledger mends
> recycle susan campaign=AUTUMN
  recycle autumn: 0
