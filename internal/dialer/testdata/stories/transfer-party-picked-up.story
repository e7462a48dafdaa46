# The agent's line breaks while the destination rings; the party is picked up again
# before anybody answers there, and stays with the agent.
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
> transfer anna - 666
  say  call talk-01 new Dialing (passed on, 666)
  dial leg-3 customer 666 ring 30s
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> ends anna
  say anna line Lost, failure: normal (near)
  say  call talk-02 new Offered (passed on, 100) on queue anna
  say call 1000000001 goes on as talk-02
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over
> does anna pickup talk-02
  hang up leg-3: cancelled (near, the transfer was taken back)
  say  call talk-01 gone Over (passed on, 666) cancelled (near, the transfer was taken back)
  dial leg-4 agent sip:anna@home ring 30s
  say anna line Dialing, failure: normal (near)
  say anna call talk-02 changed Connecting (passed on, 100)
> answers anna
  say anna line Up
  say anna call talk-02 changed Connected (passed on, 100)
  bridge leg-4 leg-2
  say anna status Follow Up
