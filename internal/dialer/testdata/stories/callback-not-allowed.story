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
> promise anna anna 1h
  refused (invalid): this campaign does not allow callbacks that an agent owns
> again anna Success
  refused (invalid): campaign Autumn does not allow to call a contact again after the disposition
