package conformance

import (
	"context"
	"slices"
	"strings"
)

const (
	logInPath     = "/{session}/dialer/log-in"
	readyPath     = "/{session}/dialer/ready-for-calls"
	breakPath     = "/{session}/dialer/request-break"
	endBreakPath  = "/{session}/dialer/end-break"
	establishPath = "/{session}/dialer/establish-persistent-connection"
	disposePath   = "/{session}/dialer/disposition"
)

// dialing are the facts of the dialer while there is no call (section 4).
func dialing() []Case {
	noCall := `{"label":"no such label"}`
	all := []Case{
		{Name: "dialer/session-required", Section: "4.2", Mark: Lib, run: each([]question{
			post("/1/dialer/log-in", ""), post("/1/dialer/establish-persistent-connection", ""), post("/1/dialer/request-break", ""),
		}, status(401), isError), Fact: "The dialer's resources need a session."},
		{Name: "dialer/log-in", Section: "4.2", Mark: Client, Needs: Station, run: func(ctx context.Context, v *visit) error { return v.logIn(ctx) },
			Fact: "log-in answers 200 without a body; availableCampaignsMessage and breakStatusMessage follow."},
		{Name: "dialer/campaigns-whole", Section: "4.4", Mark: Inferred, Needs: Dialer, run: func(_ context.Context, v *visit) error { return whole(v.campaign.told) },
			Fact: "The first availableCampaignsMessage has isDelta false."},
		{Name: "dialer/campaigns", Section: "4.4", Mark: Doc, Needs: Dialer, run: campaignsListed,
			Fact: "It lists the agent's campaigns, each an availableCampaign with its __type."},
		{Name: "dialer/not-on-break", Section: "4.4", Mark: Doc, Needs: Dialer, run: notOnBreak,
			Fact: "breakStatusMessage of the log-in is NotOnBreak, 0."},
		{Name: "dialer/campaign-without-right", Section: "4.2", Mark: Doc, Needs: Dialer, run: campaignWithoutRight,
			Fact: "A log-in to a campaign without the Logon Campaign right answers 403."},
		{Name: "dialer/unknown-campaign", Section: "11", Mark: Decision, Needs: Dialer, run: unknownCampaign,
			Fact: "A log-in to a campaign that there is not answers 400 with a campaignLogonError."},
		{Name: "dialer/second-session", Section: "4.1", Mark: Doc, Needs: Dialer, run: joins(campaignsMessage, breakMessage),
			Fact: "A further session of the user and application hears the dialer's messages too."},
		{Name: "dialer/establish", Section: "4.5", Mark: Doc, Needs: Dialer, run: asks(post(establishPath, ""), status(202), empty),
			Fact: "establish-persistent-connection answers 202 without a body."},
		{Name: "dialer/establish-bodies", Section: "12.2", Mark: Wire, Needs: Dialer, run: each([]question{post(establishPath, "{}"), post(establishPath, "null"), post(establishPath+"/", "")}, status(202)),
			Fact: "It takes {}, null, a slash at its end, and is repeated without harm."},
		{Name: "dialer/line-up", Section: "4.5", Mark: Doc, Needs: Dialer, Feature: "outdial", Version: 1, run: lineUp,
			Fact: "With a remote number and persistentConnection it calls the agent's phone; once answered, the line is up."},
		{Name: "dialer/disposition-without-call", Section: "4.2", Mark: Lib, Needs: Dialer, run: asks(post(disposePath, noCall), status(404, 400), isError),
			Fact: "A disposition without a call is refused."},
		{Name: "dialer/disposition-404", Section: "4.2", Mark: Doc, Needs: Dialer, run: asks(post(disposePath, noCall), status(404)),
			Fact: "That refusal is a 404."},
		{Name: "dialer/label-required", Section: "4.3", Mark: Lib, Needs: Dialer, run: asks(post(disposePath, "{}"), status(400), isError),
			Fact: "A disposition without a label answers 400."},
		{Name: "dialer/break", Section: "4.4", Mark: Doc, Needs: Dialer, run: takesBreak(breakPath, endBreakPath, status(200, 202)),
			Fact: "request-break leads to OnBreak, 2, end-break to NotOnBreak, 0."},
		{Name: "dialer/break-accepted", Section: "11", Mark: Decision, Needs: Dialer, run: takesBreak(breakPath, endBreakPath, status(202), empty),
			Fact: "Both answer 202 without a body."},
		{Name: "dialer/break-slash", Section: "1.1", Mark: Client, Needs: Dialer, run: takesBreak(breakPath+"/", endBreakPath+"/", succeeded),
			Fact: "Both take a slash at the end, and {}."},
		{Name: "dialer/ready", Section: "4.2", Mark: Client, Needs: Dialer, run: readies,
			Fact: "ready-for-calls answers 200 without a body to campaignIds, and may be repeated."},
		{Name: "dialer/ready-loosely", Section: "9.9", Mark: Client, Needs: Dialer, run: readiesLoosely,
			Fact: "It takes {} and a misspelt campaignId as well."},
	}
	for i := range all {
		all[i].Feature, all[i].Version = orElse(all[i].Feature, "dialer"), max(all[i].Version, 1)
	}
	return all
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func campaignsListed(_ context.Context, v *visit) error {
	list, is := find(v.campaign.told.value, "campaignsAdded").([]any)
	if !is {
		return saw(v.campaign.told.value, "campaignsAdded")
	}
	if len(list) == 0 {
		return notMet("the agent has no campaign")
	}
	return v.shaped("campaignsAdded", "dialer:availableCampaign[]", any(list))
}

func notOnBreak(_ context.Context, v *visit) error {
	return has("breakStatus", 0)(v, &answer{json: v.campaign.rest.value})
}

func campaignWithoutRight(ctx context.Context, v *visit) error {
	switch {
	case v.campaign.right:
		return notMet("the agent has the right")
	case v.campaign.id == "":
		return notMet("no campaign of the agent's was named")
	}
	_, err := v.ask(ctx, v.desk, post(logInPath, object{"campaignId": v.campaign.id}.String()), status(403), isError)
	return err
}

func unknownCampaign(ctx context.Context, v *visit) error {
	if !v.campaign.right {
		return notMet("the agent does not have the Logon Campaign right")
	}
	_, err := v.ask(ctx, v.desk, post(logInPath, `{"campaignId":"6F1D9B0C-7A55-4F3E-9D4E-2F6F3C0A8B11"}`), status(400), is("dialer:campaignLogonError"))
	return err
}

// joins is the run of a case about a session that is opened later: it logs in as
// well, as every tab does, and hears these messages.
func joins(wanted ...string) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		s, err := v.fresh(ctx)
		if err != nil {
			return err
		}
		for _, kind := range wanted {
			if _, err := v.awaitKind(ctx, s, kind); err != nil {
				return err
			}
		}
		return v.signOut(ctx, s)
	}
}

// lineUp asks what Outdial tells beyond the documented interface.
func lineUp(ctx context.Context, v *visit) error {
	if v.options.RemoteNumber == "" {
		return notMet("no remote number was given")
	}
	if _, err := v.ask(ctx, v.desk, post(establishPath, ""), status(202)); err != nil {
		return err
	}
	return v.until(ctx, get("/{session}/dialer/persistent-connection"), "state", "up")
}

func takesBreak(request, end string, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if err := v.drain(ctx, v.desk); err != nil {
			return err
		}
		for _, step := range []struct {
			path, body string
			leads      int
		}{{request, "{}", 2}, {end, "", 0}} {
			if _, err := v.ask(ctx, v.desk, post(step.path, step.body), checks...); err != nil {
				return err
			}
			if err := v.onBreak(ctx, step.leads); err != nil {
				return err
			}
		}
		return nil
	}
}

// onBreak waits for a state of the break.
func (v *visit) onBreak(ctx context.Context, state int) error {
	_, err := v.await(ctx, v.desk, breakMessage+" of "+brief(state), func(m message) bool {
		return m.kind == breakMessage && brief(find(m.value, "breakStatus")) == brief(state)
	})
	return err
}

// readies says ready for the campaign that was named; the status keeps calls away.
func readies(ctx context.Context, v *visit) error {
	if v.campaign.id == "" {
		return notMet("no campaign of the agent's was named")
	}
	q := post(readyPath, object{"campaignIds": []string{v.campaign.id}}.String())
	return each([]question{q, q}, status(200), empty)(ctx, v)
}

func readiesLoosely(ctx context.Context, v *visit) error {
	list, _ := find(v.campaign.told.value, "campaignsAdded").([]any)
	if v.campaign.id == "" || len(list) != 1 {
		return notMet("it would ask for calls of other campaigns than the one that was named")
	}
	return each([]question{post(readyPath, "{}"), post(readyPath, object{"campaignId": v.campaign.id}.String())}, status(200))(ctx, v)
}

// until asks again until a property has a value.
func (v *visit) until(ctx context.Context, q question, path, want string, checks ...check) error {
	got := ""
	for range int(v.options.Timeout/pause) + 1 {
		a, err := v.ask(ctx, v.desk, q, append([]check{status(200)}, checks...)...)
		if err != nil {
			return err
		}
		if got = text(a.json, path); got == want {
			return nil
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
	return saw(path+" "+got+" for "+v.options.Timeout.String(), "%s %s", path, want)
}

// calls are the facts of a call, in its order (sections 4 and 5.2).
func calls() []Case {
	return ofDialer(
		Case{Name: "call/pop", Section: "4.4", Mark: Doc, Needs: Dialer, run: popped,
			Fact: "A ready agent who is Available gets a call of the campaign, told by dataPopMessage."},
		Case{Name: "call/pop-shape", Section: "4.4", Mark: Lib, Needs: Pop, run: func(_ context.Context, v *visit) error { return v.shaped(popMessage, popMessage, v.pop.value) },
			Fact: "Its call is a dataPop or a previewPop, with the __type that says which."},
		Case{Name: "call/pop-campaign", Section: "4.4", Mark: Doc, Needs: Pop, run: func(_ context.Context, v *visit) error {
			return has("call.campaignId", v.campaign.id)(v, &answer{json: v.pop.value})
		}, Fact: "It names the campaign."},
		Case{Name: "call/preview-placed", Section: "4.4", Mark: Doc, Needs: Pop, run: previewPlaced,
			Fact: "A preview's pop comes with callPlaced false, and again with true once place-preview-call was asked for."},
		Case{Name: "call/status", Section: "5.1", Mark: Doc, Needs: Call, run: func(ctx context.Context, v *visit) error {
			return v.until(ctx, get(statusPath), "statusId", "Campaign Call")
		}, Fact: "During a call of the dialer the agent's status is Campaign Call."},
		Case{Name: "call/joined", Section: "11", Mark: Decision, Needs: Call, run: joins(campaignsMessage, breakMessage, popMessage),
			Fact: "A session that is opened during the call hears of it."},
		Case{Name: "call/only-id", Section: "5.2", Mark: Doc, Needs: Call, run: ofCall("GET", "", "", status(200), onlyCallID),
			Fact: "GET of an interaction without select gives Eic_CallId alone."},
		Case{Name: "call/attributes", Section: "5.2", Mark: Doc, Needs: Call, run: ofCall("GET", "?select=Eic_State,Eic_CallPurpose,Eic_RemoteName,Eic_NoSuchAttribute", "", status(200), textValues),
			Fact: "select chooses attributes, whose values are texts; a name that is not known does no harm."},
		Case{Name: "call/attribute-case", Section: "9.10", Mark: Doc, Needs: Call, run: ofCall("GET", "?select=EIC_STATE", "", status(200), valueWithoutCase("Eic_State", "C")),
			Fact: "Names of attributes compare without case."},
		Case{Name: "call/purpose", Section: "5.2", Mark: Client, Needs: Call, run: ofCall("GET", "?select=Eic_CallPurpose", "", has("attributes.Eic_CallPurpose", "2")),
			Fact: "Eic_CallPurpose of a call of the dialer is 2."},
		Case{Name: "call/state-text", Section: "5.2", Mark: Client, Needs: Call, run: ofCall("GET", "?select=Eic_CallStateString", "", has("attributes.Eic_CallStateString", "Connected")),
			Fact: "Eic_CallStateString tells the state in a word: Connected."},
		Case{Name: "call/unknown-action", Section: "5.2", Mark: Lib, Needs: Dialer, run: asks(post("/{session}/interactions/1000000000000/disconnect", ""), status(404), isError),
			Fact: "An action on an interaction that there is not answers 404."},
		Case{Name: "call/unknown", Section: "5.2", Mark: Lib, Needs: Session, run: asks(get("/{session}/interactions/1000000000000"), status(404), isError),
			Fact: "An interaction that there is not answers 404."},
		Case{Name: "call/subscription", Section: "3.4", Mark: Doc, Needs: Call, run: watchesCall,
			Fact: "PUT of an interaction's subscription answers 204, interactionChangedMessage with isDelta false follows, DELETE answers 204."},
		Case{Name: "call/queued", Section: "3.4", Mark: Client, Needs: Call, run: queued,
			Fact: "The user's queue lists the call with every attribute that was asked for, spelled as asked."},
		Case{Name: "call/hold", Section: "5.2", Mark: Client, Needs: Call, run: holds,
			Fact: "hold answers 200 and the call is held, pickup takes it back; the queue tells what changed and nothing else."},
		Case{Name: "call/mute", Section: "5.2", Mark: Client, Needs: Call, run: inTurn(ofCall("POST", "/mute", `{"on":true}`, status(200)), ofCall("POST", "/mute", `{"on":false}`, status(200))),
			Fact: "mute answers 200, on and off."},
		Case{Name: "call/on-required", Section: "5.2", Mark: Lib, Needs: Call, run: ofCall("POST", "/hold", "{}", status(400), isError),
			Fact: "hold without on answers 400."},
	)
}

// endings are the facts of how a call ends.
func endings() []Case {
	return ofDialer(
		Case{Name: "call/pending-break", Section: "4.4", Mark: Doc, Needs: Call, run: pendingBreak,
			Fact: "A break that is asked for during a call is pending, 1, until the disposition."},
		Case{Name: "call/disconnect", Section: "5.2", Mark: Client, Needs: Call, run: disconnects,
			Fact: "disconnect answers 200 and ends the call; the disposition is still to come."},
		Case{Name: "call/unknown-label", Section: "4.3", Mark: Doc, Needs: Pop, run: asks(post(disposePath, `{"label":"no such label"}`), refused),
			Fact: "A label that the pop does not have is refused."},
		Case{Name: "call/disposition", Section: "4.2", Mark: Client, Needs: Pop, run: disposes,
			Fact: "disposition answers 200 without a body, also after the call."},
		Case{Name: "call/follow-up", Section: "8.4", Mark: Doc, Needs: Dialer, run: followsUp,
			Fact: "After the disposition the agent's status is one of work after a call."},
		Case{Name: "call/skipped", Section: "8.5", Mark: Doc, Needs: Dialer, run: skips,
			Fact: "A preview that may be skipped is, by the disposition Skipped - Agent Skip: 200, and nobody is called."},
		Case{Name: "call/break-granted", Section: "4.4", Mark: Doc, Needs: Call, run: breakGranted,
			Fact: "The pending break is granted by the disposition: 2."},
		Case{Name: "call/log-off", Section: "4.1", Mark: Doc, Needs: Call, run: logOffPending,
			Fact: "A log-off during a call answers 200 and is granted after the disposition."},
	)
}

func popped(ctx context.Context, v *visit) error {
	if v.pop != nil {
		return nil
	}
	return v.takeCall(ctx)
}

func previewPlaced(ctx context.Context, v *visit) error {
	if text(v.pop.value, "call.__type") != urn+"dialer:previewPop" {
		return notMet("the campaign does not preview")
	}
	if err := has("call.callPlaced", false)(v, &answer{json: v.pop.value}); err != nil {
		return err
	}
	_, err := v.await(ctx, v.desk, popMessage+" with callPlaced true", func(m message) bool {
		return m.kind == popMessage && text(m.value, "call.interactionId") == v.pop.id && find(m.value, "call.callPlaced") == true
	})
	return err
}

// ofCall is the run of a case that asks about the call that is up.
func ofCall(verb, rest, body string, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		_, err := v.ask(ctx, v.desk, question{verb: verb, path: "/{session}/interactions/" + v.pop.id + rest, body: body}, checks...)
		return err
	}
}

func onlyCallID(v *visit, a *answer) error {
	all, _ := a.property("attributes").(map[string]any)
	if len(all) != 1 {
		return saw(a.json, "one attribute")
	}
	return valueWithoutCase("Eic_CallId", v.pop.id)(v, a)
}

func textValues(v *visit, a *answer) error {
	return v.shaped("attributes", "string{}", a.property("attributes"))
}

// valueWithoutCase wants an attribute, in whatever spelling.
func valueWithoutCase(name, want string) check {
	return func(_ *visit, a *answer) error {
		all, _ := a.property("attributes").(map[string]any)
		for key, value := range all {
			if strings.EqualFold(key, name) && value == want {
				return nil
			}
		}
		return saw(a.json, "attribute %s %q", name, want)
	}
}

func watchesCall(ctx context.Context, v *visit) error {
	path := subscription + "/interactions/" + v.pop.id
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, put(path, `{"attributeNames":["Eic_State"]}`), status(204)); err != nil {
		return err
	}
	if _, err := v.awaitWhole(ctx, v.desk, changedMessage); err != nil {
		return err
	}
	_, err := v.ask(ctx, v.desk, remove(path), status(204))
	return err
}

// queueAttributes are asked for in a spelling of our own.
var queueAttributes = []string{"EIC_State", "eic_callpurpose", "Eic_RemoteName"}

// watchQueue follows the user's queue and gives what it lists of the call.
func (v *visit) watchQueue(ctx context.Context) (any, error) {
	if err := v.drain(ctx, v.desk); err != nil {
		return nil, err
	}
	body := object{"queueIds": []object{{"queueType": 1, "queueName": v.desk.user}}, "attributeNames": queueAttributes}
	if _, err := v.ask(ctx, v.desk, put(queuePath, body.String()), status(200)); err != nil {
		return nil, err
	}
	m, err := v.awaitWhole(ctx, v.desk, queueMessage)
	if err != nil {
		return nil, err
	}
	return v.ofThisCall(m, "interactionsAdded"), nil
}

// ofThisCall finds what a queue's message says of the call.
func (v *visit) ofThisCall(m message, list string) any {
	all, _ := find(m.value, list).([]any)
	if i := slices.IndexFunc(all, func(c any) bool { return text(c, "interactionId") == v.pop.id }); i >= 0 {
		return all[i]
	}
	return nil
}

func queued(ctx context.Context, v *visit) error {
	listed, err := v.watchQueue(ctx)
	if err != nil {
		return err
	}
	all, _ := find(listed, "attributes").(map[string]any)
	for _, name := range queueAttributes {
		if _, there := all[name]; !there {
			return saw(listed, "the attributes %s", strings.Join(queueAttributes, ", "))
		}
	}
	_, err = v.ask(ctx, v.desk, remove(queuePath), succeeded)
	return err
}

// changes waits until the queue tells a state of the call.
func (v *visit) changes(ctx context.Context, state ...string) error {
	m, err := v.await(ctx, v.desk, "the call in state "+strings.Join(state, " or "), func(m message) bool {
		return m.kind == queueMessage && slices.Contains(state, text(v.ofThisCall(m, "interactionsChanged"), "attributes.EIC_State"))
	})
	if err != nil {
		return err
	}
	all, _ := find(v.ofThisCall(m, "interactionsChanged"), "attributes").(map[string]any)
	if m.isDelta() != true || len(all) != 1 {
		return saw(m.value, "isDelta true, and only the attribute that changed")
	}
	return nil
}

func holds(ctx context.Context, v *visit) error {
	if _, err := v.watchQueue(ctx); err != nil {
		return err
	}
	return inTurn(
		ofCall("POST", "/hold", `{"on":true}`, status(200)),
		func(ctx context.Context, v *visit) error { return v.changes(ctx, "H") },
		ofCall("POST", "/pickup", "", status(200)),
		func(ctx context.Context, v *visit) error { return v.changes(ctx, "C") },
		asks(remove(queuePath), succeeded),
	)(ctx, v)
}

func pendingBreak(ctx context.Context, v *visit) error {
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, post(breakPath, ""), succeeded); err != nil {
		return err
	}
	if err := v.onBreak(ctx, 1); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, post(endBreakPath, ""), succeeded); err != nil {
		return err
	}
	return v.onBreak(ctx, 0)
}

func disconnects(ctx context.Context, v *visit) error {
	if _, err := v.watchQueue(ctx); err != nil {
		return err
	}
	return inTurn(
		ofCall("POST", "/disconnect", "", status(200)),
		func(ctx context.Context, v *visit) error { return v.changes(ctx, "I", "E") },
		asks(remove(queuePath), succeeded),
	)(ctx, v)
}

func disposes(ctx context.Context, v *visit) error {
	if _, err := v.ask(ctx, v.desk, post("/{session}/interactions/"+v.pop.id+"/disconnect", "")); err != nil {
		return err
	}
	return v.dispose(ctx, empty)
}

func followsUp(ctx context.Context, v *visit) error {
	if len(v.disposed) == 0 || v.pop != nil {
		return notMet("no call of the dialer was dispositioned")
	}
	a, err := v.ask(ctx, v.desk, get(statusPath), status(200))
	if err != nil {
		return err
	}
	id := text(a.json, "statusId")
	if a, err = v.ask(ctx, v.desk, get("/{session}/status/status-messages"), status(200)); err != nil {
		return err
	}
	list, _ := a.property("statusMessageList").([]any)
	if !slices.ContainsFunc(list, func(s any) bool {
		return strings.EqualFold(text(s, "statusId"), id) && find(s, "isAfterCallWorkStatus") == true
	}) {
		return saw("status "+id, "a status with isAfterCallWorkStatus")
	}
	return nil
}

// skips waits for a preview and skips it.
func skips(ctx context.Context, v *visit) error {
	if v.previewed == nil {
		return notMet("the campaign does not preview")
	}
	if find(v.previewed, "call.allowSkip") != true {
		return notMet("previews of the campaign may not be skipped")
	}
	if err := v.ready(ctx); err != nil {
		return err
	}
	m, err := v.await(ctx, v.desk, "a preview", v.newCall)
	if err != nil {
		return err
	}
	v.pop = &pop{text(m.value, "call.interactionId"), m.value}
	if _, err := v.ask(ctx, v.desk, post(disposePath, `{"label":"Skipped - Agent Skip"}`), status(200), empty); err != nil {
		return err
	}
	v.disposed, v.pop = append(v.disposed, v.pop.id), nil
	return nil
}

func breakGranted(ctx context.Context, v *visit) error {
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	return inOrder(
		func() error { _, err := v.ask(ctx, v.desk, post(breakPath, ""), succeeded); return err },
		func() error { return v.onBreak(ctx, 1) },
		func() error { return v.finish(ctx) },
		func() error { return v.onBreak(ctx, 2) },
		func() error { _, err := v.ask(ctx, v.desk, post(endBreakPath, ""), succeeded); return err },
		func() error { return v.onBreak(ctx, 0) },
	)
}

func logOffPending(ctx context.Context, v *visit) error {
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, post("/{session}/dialer/log-off", ""), status(200)); err != nil {
		return err
	}
	if err := v.poll(ctx, v.desk); err != nil {
		return err
	}
	if slices.ContainsFunc(v.desk.inbox, goneHome) {
		return saw(logoutMessage+" during the call", "it after the disposition")
	}
	if err := v.finish(ctx); err != nil {
		return err
	}
	return v.goHome(ctx)
}
