A network that answers and then plays its tones: the number is vacant.

> analyse first
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
> pass 1s
> judged 100 sit
  hang up leg-2: normal (near, answered by SIT Uncallable)
  say anna campaigns whole=false ~Autumn(on)
> ends 100
  record 1000000001 closed: No person, SIT Uncallable / SIT Uncallable, contact U never counts=true
  say attempt 1000000001 over: No person, sit; SIT Uncallable
