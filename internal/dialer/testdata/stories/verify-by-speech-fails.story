A greeting with a short last sentence is not taken for a person: it began before the
question had been put again.

> verify speech
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
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Verifying
  listen leg-1 for words
  play leg-1 ask for a word
> pass 1400ms
> hears-out anna
> pass 6s
> speaks anna 7s
  play leg-1 ask for a word
> pass 1s
> speaks anna 900ms
  play leg-1 ask for a word
> pass 10s
  say anna line counted: verified late
  hang up leg-1: normal (near, not verified)
  say anna line None, failure: not verified
