> contacts 100
> arrive anna chooses
  say anna status Available, No ACD
> sit anna persistent
  say anna status Available, No ACD
  say anna line None
> log-in anna
  say anna is Idle
  say anna campaigns whole=true +Autumn(on,in=false)
  say anna NotOnBreak
> establish anna
  say anna line None, refused: not logged in to a campaign
> log-in anna WINTER
  refused (invalid): there is no campaign WINTER; take an id from availableCampaigns
> log-in anna AUTUMN
  say anna campaigns whole=false +Autumn(on,in=true) -AUTUMN
> log-in anna AUTUMN
> establish anna
  dial leg-1 agent sip:anna@home ring 30s
  say anna line Dialing
> answers anna
  say anna line Up
  play leg-1 welcome
> ready anna
> status anna Available
  say anna status Available
  dial leg-2 customer 100 ring 25s
