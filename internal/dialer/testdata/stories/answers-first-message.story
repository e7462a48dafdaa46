A message for machines waits for the beep. Meanwhile the agents are for others.

> analyse first
> machine-message voicemail
> contacts 100 101
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 3s
> judged 100 machine
  dial leg-3 customer 101 ring 25s
> pass 9s
> judged 100 beep
  play leg-2 prompt:voicemail
> pass 15s
> told 100 voicemail
  hang up leg-2: normal (near, the message is over)
> ends 100
  record 1000000001 closed: No person, Machine / Machine - Recording played to Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine, voicemail after 12s, whole=true; Machine - Recording played to Machine
