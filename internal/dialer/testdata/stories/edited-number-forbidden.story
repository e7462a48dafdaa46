> mode preview
> script
> contacts 100
> shift anna persistent
  say anna status Available
  say anna is Previewing
  say anna call 1000000001 new Previewed
  say anna pop 1000000001 100 placed=false
  say anna status Campaign Call
> place anna IS_ATTR_NUMBERTODIAL=555
  refused (invalid): the base script of campaign Autumn does not let agents change the number to dial
> place anna IS_ATTR_NUMBERTODIAL=100
  record 1000000001 placed
  dial leg-2 customer 100 ring 25s
  say anna is Placing
  say anna pop 1000000001 100 placed=true
  say anna call 1000000001 changed Dialing
