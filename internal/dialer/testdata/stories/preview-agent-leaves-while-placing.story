> mode preview
> contacts 100
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> ledger waits
> place anna
  record 1000000001 placed
  no answer yet
> leave anna
  say anna call 1000000001 gone Previewed
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Campaign Call
> ends leg-1
> ledger goes-on
  record 1000000001 closed: Withdrawn, Withdrawn / Withdrawn, contact C in 0s counts=false
  say attempt 1000000001 over: Withdrawn
