What is missing never fails the method; operators see why nothing happened.

> establish anna
> arrive anna
  say anna status Available, No ACD
> ready anna
  refused (conflict): agent anna is not logged in to the dialer; log in first
> establish anna
  say anna line None, refused: the station is not a remote number
> sit anna workstation
  say anna status Available, No ACD
  say anna line None
> establish anna
  say anna line None, refused: the station is not a remote number
> sit anna plain
  say anna status Available, No ACD
  say anna line None
> establish anna
  say anna line None, refused: persistentConnection is not true
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> establish anna
  say anna line None, refused: not logged in to a campaign
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=true)
  say anna NotOnBreak
> establish anna
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> busy anna
  say anna line None, failure: busy (far, sip 486)
> establish anna
  dial leg-2 agent sip:anna@home ring 30s
  say anna line Dialing, failure: busy (far, sip 486)
