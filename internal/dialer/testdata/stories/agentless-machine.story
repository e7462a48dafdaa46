With analysis machines are told apart, and left the message for them.

> agentless sales
> analyse first
> machine-message voicemail
> contacts 100
> arrive bert
  say bert status Available, No ACD
  dial leg-1 customer 100 ring 25s
> answers 100
> pass 3s
> judged 100 machine
> presses 100 9
> judged 100 beep
  play leg-1 prompt:voicemail
> told 100 voicemail
  hang up leg-1: normal (near, the message is over)
> ends 100
  record 1000000001 closed: No person, Machine / Machine - Recording played to Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine, voicemail after 3s, whole=true; Machine - Recording played to Machine
