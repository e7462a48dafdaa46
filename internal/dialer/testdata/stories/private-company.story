# A private call that is brought together with others keeps supervisors and recordings
# out of all of them.
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> arrive bert supervises
  say bert status Available, No ACD
> sit bert persistent
  say bert status Available, No ACD
  say bert line None
> log-in bert
  say bert is Idle
  say bert campaigns whole=true +Autumn(on,in=true)
  say bert NotOnBreak
> establish bert
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
> answers bert
  say bert line Up
  play leg-3 welcome
> does anna make-private -
  say anna call 1000000001 changed Connected private
> consult anna - 555
  say anna call 1000000001 changed Held private
  say anna call talk-01 new Dialing (consultation, 555) private
  dial leg-4 customer 555 ring 30s
  park leg-1 ring-back
  park leg-2 hold music
> answers 555
  say anna call talk-01 changed Connected (consultation, 555) private
  bridge leg-1 leg-4
> does anna make-public talk-01
  say anna call talk-01 changed Connected (consultation, 555)
> listen bert talk-01
  say anna call talk-01 changed Connected (consultation, 555) bert: listen
  converse conversation-1: leg-1 hears [leg-4] leg-3 hears [leg-1 leg-4] leg-4 hears [leg-1]
> does anna record talk-01
  tape 2026/11/02/talk-01-1 runs left [leg-1] right [leg-4]
  say anna call talk-01 changed Connected (consultation, 555) recorded bert: listen
> audience anna - talk-01 both
  say anna call 1000000001 changed Connected private
  say anna call talk-01 changed Connected (consultation, 555) recorded
  tape 2026/11/02/talk-01-1 stops left [leg-1] right [leg-4]
  park leg-3 silence
  converse conversation-1: leg-1 hears [leg-2 leg-4] leg-2 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-2]
> audience anna - talk-01 consulted
  say anna call 1000000001 changed Held private
  park leg-2 hold music
  bridge leg-1 leg-4
  converse conversation-1: over
> listen bert talk-01
  say anna call talk-01 changed Connected (consultation, 555) recording 2026/11/02/talk-01-1 bert: listen
  converse conversation-2: leg-1 hears [leg-4] leg-3 hears [leg-1 leg-4] leg-4 hears [leg-1]
> confer anna - talk-01
  say anna call talk-01 changed Connected (invited, 555) in talk-02 recording 2026/11/02/talk-01-1
  say anna call 1000000001 changed Connected in talk-02 private
  say anna call talk-01 changed Connected (invited, 555) in talk-02 recording 2026/11/02/talk-01-1
  park leg-3 silence
  converse conversation-2: leg-1 hears [leg-2 leg-4] leg-2 hears [leg-1 leg-4] leg-4 hears [leg-1 leg-2]
> listen bert talk-01
  refused (forbidden): interaction talk-01 is private
> does anna record talk-01
  refused (forbidden): interaction talk-01 is private and may not be recorded
