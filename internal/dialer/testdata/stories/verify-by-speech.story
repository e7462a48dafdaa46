A word will do that begins once the question was heard. A greeting that talks through
the question, or goes on, does not; it is asked again. A key does at any time.

> verify speech
> shift bert persistent
  say bert status Available
> presses bert 1
  listen leg-1 no more
  say bert line counted: verified key
  say bert line Up
  play leg-1 welcome
  say bert campaigns whole=false ~Autumn(on)
> arrive anna
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> establish anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Verifying
  listen leg-2 for words
  play leg-2 ask for a word
> pass 1400ms
> hears-out anna
> pass 1s
> speaks anna 2s
  play leg-2 ask for a word
> pass 1400ms
> hears-out anna
> pass 5s
> speaks anna 4s
  play leg-2 ask for a word
> hears-out anna
> pass 2s
> speaks anna 700ms
  listen leg-2 no more
  say anna line counted: verified speech
  say anna line Up
  play leg-2 welcome
