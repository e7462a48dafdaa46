> allows
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
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
  park leg-1 silence
> ledger waits
> again anna Answering machine
  record 1000000001 closed: Talked, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  no answer yet
> leave anna
  say anna call 1000000001 gone Over
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Follow Up
> ledger goes-on
  say attempt 1000000001 over: Talked
> book 1
  contact 1 C in 4h0m0s attempts=1
> shift bert persistent
  say bert status Available
  say bert campaigns whole=false ~Autumn(on)
