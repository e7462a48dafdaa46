The second call never happens: what the first one left the contact with holds.
> allows
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> no-answer 100
  record 1000000001 closed: Not reached, No Answer / No Answer, contact C in 2h0m0s counts=true
  say attempt 1000000001 over: Not reached
  say anna campaigns whole=false ~Autumn(on)
> contacts 200
> pass 2s
  say anna campaigns whole=false ~Autumn(on)
  dial leg-3 customer 200 ring 25s
> answers 200
  bridge leg-1 leg-3
  say anna is Talking
  say anna call 1000000002 new Connected
  say anna pop 1000000002 200 placed=true
  say anna status Campaign Call
> hangs-up 200
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000002 changed Over
  park leg-1 silence
> again anna Answering machine
  record 1000000002 closed: Talked, Machine / Machine - Answering Machine, contact C in 4h0m0s counts=true
  say attempt 1000000002 over: Talked
  say anna is Idle
  say anna call 1000000002 gone Over
  say anna is Previewing
  say anna call 1000000003 new Previewed
  say anna pop 1000000003 200 placed=false
  say anna status Campaign Call
> dispose anna Skipped - Agent Skip
  record 1000000003 closed: Skipped, Skipped / Skipped - Agent Skip, contact C in 4h0m0s counts=false
  say attempt 1000000003 over: Skipped
  say anna is Idle
  say anna status Follow Up
  say anna call 1000000003 gone Over
> book 2
  contact 2 C in 4h0m0s attempts=1
> leave anna
  hang up leg-1: normal (near, the agent's last session ended)
  say anna line None
  say anna is Out
  say anna status Follow Up
