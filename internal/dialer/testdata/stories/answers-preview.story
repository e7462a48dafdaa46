Who looks at the contact first hears for himself who answers.

> mode preview
> analyse first
> contacts 100
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna
  record 1000000001 placed
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
> answers 100
  bridge leg-1 leg-2
  say anna is Talking
  say anna call 1000000001 changed Connected
  say anna status Campaign Call
