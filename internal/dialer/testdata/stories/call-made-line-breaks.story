> arrive anna
  say anna status Available, No ACD
> sit anna plain
  say anna status Available, No ACD
  say anna line None
> calls anna 555
  say anna call talk-01 new Dialing (made, 555)
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> busy anna
  say anna line None, failure: busy (far, sip 486)
  say anna call talk-01 gone Over (made, 555) normal (near, the agent's line broke)
> calls anna 555
  say anna call talk-02 new Dialing (made, 555)
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing, failure: busy (far, sip 486)
> answers anna
  say anna line Up
  dial leg-3 customer 555 ring 30s
  park leg-2 ring-back
> answers 555
  say anna call talk-02 changed Connected (made, 555)
  bridge leg-2 leg-3
  say anna status Available, No ACD
> hangs-up anna
  say anna line Lost, failure: normal (far)
  hang up leg-3: normal (near, the agent's line broke)
  say anna call talk-02 gone Over (made, 555) normal (near, the agent's line broke)
  say anna status Available, No ACD
> ends 555
> leave anna
  say anna line None, failure: normal (far)
  say anna status Available, No ACD
