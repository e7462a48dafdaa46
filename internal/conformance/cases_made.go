package conformance

import (
	"context"
	"errors"
	"slices"
)

const interactionsPath = "/{session}/interactions"

// made are the facts of calls that the agent makes himself (section 5.2). Each
// case has the call up that the first one made, or makes it again.
func made() []Case {
	all := []Case{
		{Name: "made/created", Section: "5.2", Mark: Client, run: func(ctx context.Context, v *visit) error { _, err := v.make(ctx); return err },
			Fact: "POST interactions with createCallParameters answers 201 with the interactionId."},
		{Name: "made/location", Section: "5.2", Mark: Lib, run: callCreated(func(v *visit, a *answer) error {
			return headerHas("Location", "/interactions/"+text(a.json, "interactionId"))(v, a)
		}), Fact: "Its Location is that of the interaction."},
		{Name: "made/connected", Section: "5.2", Mark: Client, run: ofMade("GET", "?select=Eic_State,Eic_CallStateString", "", has("attributes.Eic_State", "C"), has("attributes.Eic_CallStateString", "Connected")),
			Fact: "Once the other side answers, Eic_State is C and Eic_CallStateString Connected."},
		{Name: "made/purpose", Section: "5.2", Mark: Inferred, run: ofMade("GET", "?select=Eic_CallPurpose", "", tellsNot(`"2"`)),
			Fact: "Its Eic_CallPurpose is not 2, which is that of the dialer's calls."},
		{Name: "made/direction", Section: "5.2", Mark: Inferred, run: ofMade("GET", "?select=Eic_CallDirection", "", has("attributes.Eic_CallDirection", "O")),
			Fact: "Its Eic_CallDirection is O."},
		{Name: "made/queued", Section: "3.4", Mark: Client, run: madeQueued,
			Fact: "The user's queue lists it."},
		{Name: "made/hold", Section: "5.2", Mark: Client, run: onOff("/hold"), Fact: "hold answers 200, on and off."},
		{Name: "made/mute", Section: "5.2", Mark: Client, run: onOff("/mute"), Fact: "mute answers 200, on and off."},
		{Name: "made/private", Section: "11", Mark: Decision, run: onOff("/make-private"), Fact: "make-private answers 200, on and off."},
		{Name: "made/digits", Section: "5.2", Mark: Client, run: ofMade("POST", "/send-digits", `{"dtmfDigits":"12#"}`, status(200)), Fact: "send-digits answers 200."},
		{Name: "made/park", Section: "11", Mark: Decision, run: madeParked, Fact: "park on the own queue answers 200, and pickup takes the call back."},
		{Name: "made/morphed", Section: "3.4", Mark: Inferred, run: madeMorphed,
			Fact: "If a call that is followed becomes another interaction as it is parked, interactionMorphedMessage names that."},
		{Name: "made/consult", Section: "5.2", Mark: Lib, run: madeConsult,
			Fact: "consult answers 201 with consultId, consultInteractionId and Location; the audience can be changed; DELETE ends the consultation and the call stays."},
		{Name: "made/conclude", Section: "5.2", Mark: Lib, run: madeConclude,
			Fact: "conclude answers 202 with a requestId, asyncOperationCompletedMessage follows, and the call is the agent's no more."},
		{Name: "made/conference", Section: "5.2", Mark: Lib, run: madeConference,
			Fact: "POST interactions/conferences of two calls answers 201 with the conferenceId."},
		{Name: "made/transfer", Section: "11", Mark: Decision, run: madeTransfer,
			Fact: "blind-transfer to a phone answers 200, and the call is the agent's no more."},
		{Name: "made/disconnect", Section: "5.2", Mark: Client, run: madeEnded,
			Fact: "disconnect answers 200 and the call ends."},
		{Name: "made/deallocated", Section: "3.4", Mark: Inferred, run: madeDeallocated,
			Fact: "When a call that is followed is over and gone, interactionDeallocatedMessage says so."},
		{Name: "made/history", Section: "3.4", Mark: Inferred, run: madeHistory,
			Fact: "The user's history tells of the call when it is over, before or after it is subscribed to."},
	}
	for i := range all {
		all[i].Needs, all[i].Dials, all[i].Feature, all[i].Version = Station, true, "interactions", 1
	}
	return all
}

// create asks for a call to the phone that may be called.
func (v *visit) create(ctx context.Context, checks ...check) (string, error) {
	body := object{"__type": urn + "interactions:createCallParameters", "target": v.options.Call}
	a, err := v.ask(ctx, v.desk, post(interactionsPath, body.String()), append([]check{status(201), is("interactions:interactionCreated")}, checks...)...)
	if err != nil {
		return "", err
	}
	id := text(a.json, "interactionId")
	v.own = append(v.own, id)
	return id, nil
}

// make gives a call of the agent's own, and makes one if there is none.
func (v *visit) make(ctx context.Context) (string, error) {
	if len(v.own) > 0 {
		return v.own[0], nil
	}
	return v.made(ctx)
}

// made makes a call and waits until it is up.
func (v *visit) made(ctx context.Context, checks ...check) (string, error) {
	id, err := v.create(ctx, checks...)
	if err != nil {
		return "", err
	}
	return id, v.answered(ctx, id)
}

// answered waits until a call is up.
func (v *visit) answered(ctx context.Context, id string) error {
	return v.until(ctx, get(interactionsPath+"/"+id+"?select=Eic_State"), "attributes.Eic_State", "C")
}

// callCreated is the run of a case that looks at how a call is created.
func callCreated(checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if err := v.hangUp(ctx); err != nil {
			return err
		}
		_, err := v.made(ctx, checks...)
		return err
	}
}

// ofMade is the run of a case that asks about a call that was made.
func ofMade(verb, rest, body string, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		id, err := v.make(ctx)
		if err != nil {
			return err
		}
		_, err = v.ask(ctx, v.desk, question{verb: verb, path: interactionsPath + "/" + id + rest, body: body}, checks...)
		return err
	}
}

// onOff is the run of a case that switches something of the call.
func onOff(rest string) func(context.Context, *visit) error {
	return inTurn(ofMade("POST", rest, `{"on":true}`, status(200)), ofMade("POST", rest, `{"on":false}`, status(200)))
}

// ended waits until an interaction is over or out of the agent's hands.
func (v *visit) ended(ctx context.Context, id string) error {
	state := ""
	for range int(v.options.Timeout/pause) + 1 {
		a, err := v.ask(ctx, v.desk, get(interactionsPath+"/"+id+"?select=Eic_State"), status(200, 403, 404))
		if err != nil {
			return err
		}
		if state = text(a.json, "attributes.Eic_State"); a.status != 200 || state == "I" || state == "E" {
			v.own = slices.DeleteFunc(v.own, func(one string) bool { return one == id })
			return nil
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
	return saw("Eic_State "+state+" for "+v.options.Timeout.String(), "the call ended or gone")
}

// hangUp ends all calls that the desk has made. One that is gone is as good.
func (v *visit) hangUp(ctx context.Context) error {
	var all []error
	for _, id := range slices.Clone(v.own) {
		a, err := v.client.ask(ctx, v.desk, post(interactionsPath+"/"+id+"/disconnect", ""))
		if err == nil && a.status/100 != 2 && a.status/100 != 4 {
			err = saw(a.status, "the call disconnected")
		}
		if err == nil {
			err = v.ended(ctx, id)
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

func madeQueued(ctx context.Context, v *visit) error {
	id, err := v.make(ctx)
	if err != nil {
		return err
	}
	held, err := v.held(ctx)
	if err != nil {
		return err
	}
	if held[id] == "" {
		return saw(held, "interaction %s on the user's queue", id)
	}
	return nil
}

// madeParked parks the call and takes it back. Parked, it may be another
// interaction: what the queue then holds.
func madeParked(ctx context.Context, v *visit) error {
	body := object{"queueID": object{"queueType": 1, "queueName": v.desk.user}}
	if err := ofMade("POST", "/park", body.String(), status(200))(ctx, v); err != nil {
		return err
	}
	parked := ""
	for range int(v.options.Timeout/pause) + 1 {
		held, err := v.held(ctx)
		if err != nil {
			return err
		}
		for id, state := range held {
			if id == v.own[0] || state == "P" {
				parked = id
			}
		}
		if parked != "" {
			break
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
	if parked == "" {
		return saw("no call on the user's queue", "the parked one")
	}
	v.own[0] = parked
	if _, err := v.ask(ctx, v.desk, post(interactionsPath+"/"+parked+"/pickup", ""), status(200)); err != nil {
		return err
	}
	return v.answered(ctx, parked)
}

// followOwn subscribes to a call of the agent's own.
func (v *visit) followOwn(ctx context.Context) (string, error) {
	id, err := v.make(ctx)
	if err != nil {
		return "", err
	}
	if err := v.drain(ctx, v.desk); err != nil {
		return "", err
	}
	if _, err := v.ask(ctx, v.desk, put(subscription+"/interactions/"+id, `{"attributeNames":["Eic_State"]}`), status(204)); err != nil {
		return "", err
	}
	_, err = v.awaitWhole(ctx, v.desk, changedMessage)
	return id, err
}

// madeMorphed parks the call while it is followed.
func madeMorphed(ctx context.Context, v *visit) error {
	id, err := v.followOwn(ctx)
	if err != nil {
		return err
	}
	if err := madeParked(ctx, v); err != nil {
		return err
	}
	now := v.own[0]
	if now == id {
		return notMet("a parked call stays the interaction that it was")
	}
	for _, m := range v.messages {
		if m.kind == "interactions:interactionMorphedMessage" && text(m.value, "interactionID") == id && text(m.value, "newInteractionID") == now {
			return nil
		}
	}
	return saw("no such message", "interactionMorphedMessage from %s to %s", id, now)
}

func madeDeallocated(ctx context.Context, v *visit) error {
	const kind = "interactions:interactionDeallocatedMessage"
	id, err := v.followOwn(ctx)
	if err != nil {
		return err
	}
	if err := v.hangUp(ctx); err != nil {
		return err
	}
	_, err = v.await(ctx, v.desk, kind+" of "+id, func(m message) bool { return m.kind == kind && text(m.value, "interactionID") == id })
	return err
}

// held tells which calls the user's queue holds that are not over, and their
// states.
func (v *visit) held(ctx context.Context) (map[string]string, error) {
	if err := v.drain(ctx, v.desk); err != nil {
		return nil, err
	}
	m, err := v.follow(ctx, "conformance", object{"queueType": 1, "queueName": v.desk.user})
	if err != nil {
		return nil, err
	}
	states := map[string]string{}
	list, _ := find(m.value, "interactionsAdded").([]any)
	for _, c := range list {
		if state := text(c, "attributes.Eic_State"); state != "I" && state != "E" {
			states[text(c, "interactionId")] = state
		}
	}
	return states, v.unfollow(ctx, "conformance")
}

// consult opens a consultation with the phone that may be called, and waits until
// it is answered.
func (v *visit) consult(ctx context.Context) (id, consultation string, err error) {
	if id, err = v.make(ctx); err != nil {
		return "", "", err
	}
	path := interactionsPath + "/" + id + "/consult"
	a, err := v.ask(ctx, v.desk, post(path, object{"target": v.options.Call}.String()), status(201), is("interactions:consultTransferResult"), func(v *visit, a *answer) error {
		return headerHas("Location", "/consult/"+text(a.json, "consultId"))(v, a)
	})
	if err != nil {
		return "", "", err
	}
	other := text(a.json, "consultInteractionId")
	v.own = append(v.own, other)
	return id, path + "/" + text(a.json, "consultId"), v.answered(ctx, other)
}

func madeConsult(ctx context.Context, v *visit) error {
	id, consultation, err := v.consult(ctx)
	if err != nil {
		return err
	}
	other := v.own[len(v.own)-1]
	return inOrder(
		func() error {
			_, err := v.ask(ctx, v.desk, post(consultation+"/change-audience", `{"audience":{"originalParty":true,"consultedParty":true}}`), status(200))
			return err
		},
		func() error { _, err := v.ask(ctx, v.desk, remove(consultation), succeeded); return err },
		func() error { return v.ended(ctx, other) },
		func() error {
			_, err := v.ask(ctx, v.desk, get(interactionsPath+"/"+id), status(200))
			return err
		},
	)
}

func madeConclude(ctx context.Context, v *visit) error {
	id, consultation, err := v.consult(ctx)
	if err != nil {
		return err
	}
	a, err := v.ask(ctx, v.desk, post(consultation+"/conclude", ""), status(202), is("common:asyncOperationAcceptedResponse"))
	if err != nil {
		return err
	}
	if err := v.completed(ctx, v.desk, text(a.json, "requestId")); err != nil {
		return err
	}
	return errors.Join(v.gone(ctx, id), v.hangUp(ctx))
}

// gone waits until the user's queue does not hold a call any more: it may go on
// without the agent.
func (v *visit) gone(ctx context.Context, id string) error {
	for range int(v.options.Timeout/pause) + 1 {
		held, err := v.held(ctx)
		if err != nil {
			return err
		}
		if _, there := held[id]; !there {
			v.own = slices.DeleteFunc(v.own, func(one string) bool { return one == id })
			return nil
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
	return saw("interaction "+id+" on the user's queue for "+v.options.Timeout.String(), "it gone")
}

func madeConference(ctx context.Context, v *visit) error {
	first, err := v.make(ctx)
	if err != nil {
		return err
	}
	second, err := v.made(ctx)
	if err != nil {
		return err
	}
	_, err = v.ask(ctx, v.desk, post(interactionsPath+"/conferences", object{"interactions": []string{first, second}}.String()), status(201), is("interactions:conferenceCreationResult"))
	return errors.Join(err, v.hangUp(ctx))
}

func madeTransfer(ctx context.Context, v *visit) error {
	if err := ofMade("POST", "/blind-transfer", object{"target": v.options.Call}.String(), status(200))(ctx, v); err != nil {
		return err
	}
	return errors.Join(v.gone(ctx, v.own[0]), v.hangUp(ctx))
}

func madeEnded(ctx context.Context, v *visit) error {
	id, err := v.make(ctx)
	if err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, post(interactionsPath+"/"+id+"/disconnect", ""), status(200)); err != nil {
		return err
	}
	return v.ended(ctx, id)
}

func madeHistory(ctx context.Context, v *visit) error {
	id, err := v.make(ctx)
	if err != nil {
		return err
	}
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, put(historyPath, ""), status(200)); err != nil {
		return err
	}
	if err := v.hangUp(ctx); err != nil {
		return err
	}
	m, err := v.await(ctx, v.desk, historyMessage+" with interaction "+id, func(m message) bool {
		list, _ := find(m.value, "interactionHistory").([]any)
		return m.kind == historyMessage && slices.ContainsFunc(list, func(c any) bool { return text(c, "interactionId") == id })
	})
	if err != nil {
		return err
	}
	if err := v.shaped(m.kind, m.kind, m.value); err != nil {
		return err
	}
	_, err = v.ask(ctx, v.desk, remove(historyPath), succeeded)
	return err
}
