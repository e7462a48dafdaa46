> calls anna 555
  refused (conflict): agent anna/desk has no session
> arrive anna
  say anna status Available, No ACD
> calls anna 555
  refused (conflict): user anna has no phone for the call; connect to a station first
> sit anna plain
  say anna status Available, No ACD
  say anna line None
> calls anna nonsense!
  refused (invalid): "nonsense!" is no number, no SIP address and no user with a session
> calls anna sip:x<y>@z
  refused (invalid): "sip:x<y>@z" is no number, no SIP address and no user with a session
> calls anna anna
  refused (conflict): that is your own queue; give somebody else's
> arrive bert
  say bert status Available, No ACD
> calls anna bert
  refused (conflict): user bert is on a call, or has no phone
> sit bert plain
  say bert status Available, No ACD
  say bert line None
> calls anna 555 Marketing
  refused (forbidden): user anna is no member of workgroup Marketing
> does anna hold 77
  refused (not found): there is no interaction 77
> calls anna 555
  say anna call talk-01 new Dialing (made, 555)
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> does bert disconnect talk-01
  refused (forbidden): interaction talk-01 is not yours
> does anna hold talk-01
  refused (conflict): interaction talk-01 is dialing and can not be held
> holds anna
  say anna line Dialing, held
> does anna disconnect talk-01
  say anna call talk-01 gone Over (made, 555) normal (near, the agent disconnected)
  hang up leg-1: normal (near, the call is over)
  say anna line None
