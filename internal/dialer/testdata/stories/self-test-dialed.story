Without a standing line the phone is called for the test, and hung up after it; unless
the agent has asked for the line meanwhile.

> arrive anna
  say anna status Available, No ACD
> test anna
  refused (conflict): user anna has no phone for the call; connect to a station first
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> test anna
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing, under test
> answers anna
  say anna line Up, under test
  listen leg-1 for an echo
> tested anna
  hang up leg-1: normal (near, the self-test is over)
  say anna line None, tested: The line is good.
> ends leg-1
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> test anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing, under test
> answers anna
  say anna line Up, under test
  listen leg-2 for an echo
> establish anna
> tested anna
  say anna line Up, tested: The line is good.
> hangs-up anna
  say anna line Lost, failure: normal (far), tested: The line is good.
> test anna
  dial leg-3 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (far), under test
> busy anna
  say anna line None, failure: busy (far, sip 486), tested: busy (far, sip 486)
