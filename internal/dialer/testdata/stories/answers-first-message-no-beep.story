No beep is heard. By then the machine records; a message that does not get to its end
is told as such.

> analyse first
> machine-message voicemail
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 3s
> judged 100 machine
  say anna campaigns whole=false ~Autumn(on)
> pass 27s
  play leg-2 prompt:voicemail
> told-in-part 100 voicemail
  hang up leg-2: normal (near, the message is over)
> ends 100
  record 1000000001 closed: No person, Machine / Machine - Failed to play recording., contact C in 4h0m0s counts=true
  say attempt 1000000001 over: No person, machine, voicemail after 30s, whole=false; Machine - Failed to play recording.
