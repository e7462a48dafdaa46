Taken for a person, it beeps after all. The agent is spared the rest, and the machine
still gets its message.

> analyse first
> machine-message voicemail
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 2s
> greeted 100 1s
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> pass 8s
> judged 100 beep
  say anna is Idle
  say anna call 1000000001 gone Told
  say anna status Campaign Call
  say anna status Available
  park leg-1 silence
  play leg-2 prompt:voicemail
  say anna campaigns whole=false ~Autumn(on)
> told 100 voicemail
  hang up leg-2: normal (near, the message is over)
> ends 100
  record 1000000001 closed: No person, Machine / Machine - Recording played to Machine, contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, live, greeted for 1s, corrected, voicemail after 10s, whole=true; Machine - Recording played to Machine
