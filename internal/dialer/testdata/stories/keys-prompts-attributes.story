> prompts thanks
> contacts 100
> shift anna persistent
  say anna status Available
  dial leg-2 customer 100 ring 25s
> digits anna - 12
  refused (not found): there is no interaction 
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 new Connected
  say anna pop 1000000001 100 placed=true
  say anna status Campaign Call
> digits anna - 12#,a
  press leg-2 12#,A
> digits anna - 12x
  refused (invalid): 1 to 64 digits can be sent: 0-9, *, #, A-D, and the comma for a second's pause
> prompt anna - Thanks
  play leg-2 prompt:thanks
> prompt anna - tone:busy
  play leg-2 tone:busy
> prompt anna - tone:nothing
  refused (not found): there is no prompt "tone:nothing"; the configuration names them
> prompt anna - ../secret
  refused (not found): there is no prompt "../secret"; the configuration names them
> attribute anna - colour=red
  say anna call 1000000001 changed Connected map[colour:red]
> attribute anna - Colour=blue append
  say anna call 1000000001 changed Connected map[colour:redblue]
> attribute anna - COLOUR=green separated
  say anna call 1000000001 changed Connected map[colour:redblue;green]
> attribute anna - Eic_State=C
  refused (invalid): attribute Eic_State tells the state of the interaction and can not be set
> wrap-up anna - Sale
  say anna call 1000000001 changed Connected map[colour:redblue;green]
> hangs-up 100
  say anna is WrapUp
  say anna status Follow Up
  say anna call 1000000001 changed Over map[colour:redblue;green]
  park leg-1 silence
> wrap-up anna - Late_sale
  say anna call 1000000001 changed Over map[colour:redblue;green]
> digits anna - 1
  refused (conflict): interaction 1000000001 is over
