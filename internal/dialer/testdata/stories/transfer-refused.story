> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> arrive bert
  say bert status Available, No ACD
> sit bert persistent
  say bert status Available, No ACD
  say bert line None
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> transfer anna - bert
  say  call talk-01 new Offered (passed on, 100) on queue bert
  say call talk-01 alerts bert
  say anna call 1000000001 changed Held
  park leg-1 silence
  park leg-2 hold music
> does bert refuse talk-01
  say call talk-01 alerts no longer bert
  say anna call 1000000001 changed Held the transfer failed: refused (far, refused by bert)
  say  call talk-01 gone Over (passed on, 100) refused (far, refused by bert)
> transfer anna - at:bert's
  say  call talk-02 new Offered (passed on, 100) on queue bert's
  say call talk-02 alerts bert
  say anna call 1000000001 changed Held
> pass 30s
  say call talk-02 alerts no longer bert
  say anna call 1000000001 changed Held the transfer failed: no answer (far, nobody picked up)
  say  call talk-02 gone Over (passed on, 100) no answer (far, nobody picked up)
> transfer anna - bert
  say  call talk-03 new Offered (passed on, 100) on queue bert
  say call talk-03 alerts bert
  say anna call 1000000001 changed Held
> does bert pickup talk-03
  say call talk-03 alerts no longer bert
  dial leg-3 agent sip:bert@home ring 30s
  say bert line Dialing
  say bert call talk-03 changed Connecting (passed on, 100)
> no-answer bert
  say bert line None, failure: no answer (near, sip 487)
  say anna call 1000000001 changed Held the transfer failed: no answer (far, the phone of bert was not reached)
  say  call talk-03 gone Over (passed on, 100) no answer (far, the phone of bert was not reached)
> does anna pickup -
  say anna call 1000000001 changed Connected
  bridge leg-1 leg-2
> transfer anna - system
  refused (invalid): no call can be sent to that queue; name a user, a station or a workgroup
> transfer anna - of:carl
  refused (conflict): user carl has no session and can not be reached
> transfer anna - at:nowhere
  refused (conflict): nobody is at station nowhere
> transfer anna - group:Nobody
  refused (not found): there is no workgroup Nobody
