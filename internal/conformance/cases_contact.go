package conformance

import (
	"context"
	"slices"
	"strings"
)

// allocation are the facts of what a supervisor does to the agent (section 4.2),
// and of what can be done at the dialer without a call.
func allocation() []Case {
	all := []Case{
		{Name: "dialer/form-definition", Section: "4.2", Mark: Lib, Needs: Dialer, Version: 3, run: formDefinition,
			Fact: "request-form-definition of a campaign with a base script answers 200 with a formDefinition."},
		{Name: "dialer/form-told", Section: "4.4", Mark: Inferred, Needs: Dialer, Version: 3, run: formTold,
			Fact: "The base script of a campaign is told by setFormDefinitionMessage when the agent logs in."},
		{Name: "dialer/agent-type", Section: "4.2", Mark: Lib, Needs: Dialer, Version: 3, run: inCampaign(func(v *visit) question {
			return post("/{session}/dialer/set-agent-type", object{"agentType": 1, "campaignIds": []string{v.campaign.id}}.String())
		}, status(200)), Fact: "set-agent-type to regular, 1, answers 200."},
		{Name: "dialer/ready-unknown", Section: "4.2", Mark: Inferred, Needs: Dialer, Version: 4, run: asks(post(readyPath, `{"campaignIds":["`+noCampaign+`"]}`), refused),
			Fact: "ready-for-calls for a campaign that there is not is refused."},
		{Name: "dialer/manual-unknown", Section: "4.4", Mark: Lib, Needs: Dialer, Version: 7, run: manualUnknown,
			Fact: "A manual call to a contact that there is not is taken, 200 with response; manualOutboundCallStatusMessage tells that nobody was called."},
		{Name: "dialer/log-off-without-right", Section: "4.1", Mark: Doc, Needs: Dialer, Version: 2, run: func(ctx context.Context, v *visit) error {
			if v.campaign.right {
				return notMet("the agent has the right")
			}
			return inCampaign(func(v *visit) question {
				return post("/{session}/dialer/log-off", object{"campaignIds": []string{v.campaign.id}}.String())
			}, status(403), isError)(ctx, v)
		}, Fact: "Without the Logon Campaign right, a log-off from single campaigns answers 403."},
		{Name: "dialer/log-off-campaign", Section: "4.4", Mark: Doc, Needs: Dialer, Version: 2, run: leavesCampaign,
			Fact: "A log-off from a campaign is granted with its id, and the agent can log in to it again."},
		{Name: "dialer/logged-in-told", Section: "11", Mark: Decision, Needs: Dialer, Version: 2, run: loggedInTold,
			Fact: "A change of isLoggedIn is told by campaignsRemoved and campaignsAdded of one message."},
		{Name: "dialer/allocated-out", Section: "4.4", Mark: Lib, Needs: Dialer, Admin: true, Version: 7, run: allocates("campaignIdsOut", "dialer:autoLogoutMessage"),
			Fact: "allocate-agents out of a campaign answers 202; the agent hears autoLogoutMessage with who did it."},
		{Name: "dialer/allocated-in", Section: "4.4", Mark: Lib, Needs: Dialer, Admin: true, Version: 7, run: allocates("campaignIdsIn", "dialer:autoLoginMessage"),
			Fact: "allocate-agents into it answers 202; the agent hears autoLoginMessage."},
		{Name: "dialer/query", Section: "11", Mark: Decision, Needs: Session, Admin: true, Version: 9, run: queryList,
			Fact: "perform-call-list-query reads a contact list with a SELECT: 200."},
	}
	for i := range all {
		all[i].Feature = "dialer"
	}
	return all
}

// inCampaign is the run of a case that asks about the campaign that was named.
func inCampaign(q func(*visit) question, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if v.campaign.id == "" {
			return notMet("no campaign of the agent's was named")
		}
		_, err := v.ask(ctx, v.asker, q(v), checks...)
		return err
	}
}

// scripted finds a campaign of the agent's that has a base script.
func (v *visit) scripted() (string, error) {
	list, _ := find(v.campaign.told.value, "campaignsAdded").([]any)
	for _, c := range list {
		if find(c, "hasBaseScript") == true {
			return text(c, "id"), nil
		}
	}
	return "", notMet("no campaign of the agent's has a base script")
}

func formDefinition(ctx context.Context, v *visit) error {
	id, err := v.scripted()
	if err != nil {
		return err
	}
	_, err = v.ask(ctx, v.desk, post("/{session}/dialer/request-form-definition", object{"campaignId": id}.String()), status(200), is("dialer:formDefinition"))
	return err
}

func formTold(_ context.Context, v *visit) error {
	id, err := v.scripted()
	if err != nil {
		return err
	}
	const kind = "dialer:setFormDefinitionMessage"
	if !slices.ContainsFunc(v.messages, func(m message) bool { return m.kind == kind && text(m.value, "campaignId") == id }) {
		return saw("no "+kind+" of campaign "+id+" since the log-in", "one")
	}
	return nil
}

// manualUnknown asks for a call to a contact that no list has.
func manualUnknown(ctx context.Context, v *visit) error {
	const nobody = "999999999999"
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	err := inCampaign(func(v *visit) question {
		return post("/{session}/dialer/initiate-manual-outbound-call", object{
			"campaignid": v.campaign.id, "agentid": v.desk.user, "identity": nobody, "type": 3, "numbervalue": "0",
		}.String())
	}, status(200), is("dialer:initiateManualOutboundCallResponse"))(ctx, v)
	if err != nil {
		return err
	}
	const kind = "dialer:manualOutboundCallStatusMessage"
	m, err := v.awaitKind(ctx, v.desk, kind)
	if err != nil {
		return err
	}
	if got := brief(find(m.value, "status")); got == "12" || got == "13" {
		return saw("status "+got, "one that tells that no call was placed")
	}
	return nil
}

func leavesCampaign(ctx context.Context, v *visit) error {
	switch {
	case !v.campaign.right:
		return notMet("the agent does not have the Logon Campaign right")
	case v.campaign.id == "":
		return notMet("no campaign of the agent's was named")
	}
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, post("/{session}/dialer/log-off", object{"campaignIds": []string{v.campaign.id}}.String()), status(200)); err != nil {
		return err
	}
	m, err := v.await(ctx, v.desk, logoutMessage+" of campaign "+v.campaign.id, func(m message) bool {
		list, _ := find(m.value, "campaigns").([]any)
		return m.kind == logoutMessage && slices.ContainsFunc(list, func(c any) bool { return text(c, "id") == v.campaign.id })
	})
	if err != nil {
		return err
	}
	if goneHome(m) {
		return saw(m.value, "no campaign of blank id, as the dialer is not left")
	}
	_, err = v.ask(ctx, v.desk, post(logInPath, object{"campaignId": v.campaign.id}.String()), status(200))
	return err
}

// loggedInTold leaves the campaign and comes back.
func loggedInTold(ctx context.Context, v *visit) error {
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if err := leavesCampaign(ctx, v); err != nil {
		return err
	}
	for _, in := range []bool{false, true} {
		_, err := v.await(ctx, v.desk, campaignsMessage+" that the campaign was removed and added with isLoggedIn "+brief(in), func(m message) bool {
			gone, _ := find(m.value, "campaignsRemoved").([]any)
			come, _ := find(m.value, "campaignsAdded").([]any)
			of := func(c any) bool { return text(c, "id") == v.campaign.id }
			return m.kind == campaignsMessage && slices.ContainsFunc(gone, of) &&
				slices.ContainsFunc(come, func(c any) bool { return of(c) && find(c, "isLoggedIn") == in })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// allocates is the run of a case in which the administrator moves the agent.
func allocates(list, kind string) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if err := v.drain(ctx, v.desk); err != nil {
			return err
		}
		err := inCampaign(func(v *visit) question {
			return post("/{session}/dialer/allocate-agents", object{"agentIds": []string{v.desk.user}, list: []string{v.campaign.id}}.String())
		}, status(202), empty)(ctx, v)
		if err != nil {
			return err
		}
		_, err = v.awaitKind(ctx, v.desk, kind)
		return err
	}
}

func queryList(ctx context.Context, v *visit) error {
	a, err := v.ask(ctx, v.admin, get(configPath+"interaction-dialer-call-list-acls"), status(200))
	if err != nil {
		return err
	}
	if len(a.items()) == 0 {
		return notMet("there is no contact list")
	}
	list := text(a.items()[0], "configurationId.id")
	_, err = v.ask(ctx, v.admin, post("/{session}/dialer/perform-call-list-query", object{
		"connectionid": seed, "contactlisttable": list, "statement": "SELECT * FROM " + list,
	}.String()), status(200), array("rows"))
	return err
}

// contacts are the facts of what an agent does with a call of the dialer and its
// contact (sections 4.2, 4.3 and 5.2).
func contacts() []Case {
	about := func(name string, more object, checks ...check) func(context.Context, *visit) error {
		return func(ctx context.Context, v *visit) error {
			body := object{"callId": v.pop.id, "campaignId": v.campaign.id}
			for name, value := range more {
				body[name] = value
			}
			_, err := v.ask(ctx, v.desk, post("/{session}/dialer/"+name, body.String()), checks...)
			return err
		}
	}
	refusedWith := func(more object) func(context.Context, *visit) error {
		return func(ctx context.Context, v *visit) error {
			body := object{"label": v.pop.label()}
			for name, value := range more {
				body[name] = value
			}
			_, err := v.ask(ctx, v.desk, post(disposePath, body.String()), status(400), isError)
			return err
		}
	}
	return ofDialer(
		Case{Name: "call/update-data", Section: "4.2", Mark: Lib, Needs: Call, Version: 3, run: about("update-call-data", object{"callAttributes": object{"conformance": "1"}}, status(202), empty),
			Fact: "update-call-data answers 202 without a body."},
		Case{Name: "call/contact-data", Section: "4.2", Mark: Lib, Needs: Call, May: true, run: about("request-contact-data", nil, status(200), is("dialer:requestContactDataResponse")),
			Fact: "request-contact-data answers 200 with the columns of the contact."},
		Case{Name: "call/phone-numbers", Section: "4.3", Mark: Lib, Needs: Call, May: true, run: phoneNumbers,
			Fact: "request-phone-number-details answers 200 with the contact's numbers, in properties of lower case, with the call named or not."},
		Case{Name: "call/stage", Section: "4.2", Mark: Inferred, Needs: Call, Version: 5, run: inCampaign(func(v *visit) question {
			return post("/{session}/dialer/update-stage", object{"newStageId": 0, "campaignId": v.campaign.id}.String())
		}, status(200)), Fact: "update-stage to 0, the stage that every set has, answers 200."},
		Case{Name: "call/attributes-set", Section: "5.2", Mark: Client, Needs: Call, run: attributesSet,
			Fact: "POST of an attribute answers 200, and it can be read."},
		Case{Name: "call/attributes-appended", Section: "5.2", Mark: Lib, Needs: Call, run: attributesAppended,
			Fact: "appendMode 1 appends to the value, 2 with something between."},
		Case{Name: "call/every-attribute", Section: "5.2", Mark: Client, Needs: Call, run: everyAttribute,
			Fact: "Every attribute that desktops ask for can be selected, has a text, and is spelled as asked."},
		Case{Name: "call/id", Section: "5.2", Mark: Client, Needs: Call, run: func(ctx context.Context, v *visit) error {
			return ofCall("GET", "?select=Eic_CallId", "", has("attributes.Eic_CallId", v.pop.id))(ctx, v)
		}, Fact: "Eic_CallId is the interaction's id."},
		Case{Name: "call/remote", Section: "5.2", Mark: Client, Needs: Call, run: ofCall("GET", "?select=Eic_RemoteTnRaw", "", matches("attributes.Eic_RemoteTnRaw", `^(sip|tel):`)),
			Fact: "Eic_RemoteTnRaw is an address like sip:…@… or tel:…."},
		Case{Name: "call/digits", Section: "5.2", Mark: Client, Needs: Call, run: ofCall("POST", "/send-digits", `{"dtmfDigits":"1"}`, status(200)),
			Fact: "send-digits answers 200."},
		Case{Name: "call/wrap-up", Section: "5.2", Mark: Client, Needs: Call, run: assignsWrapUp,
			Fact: "wrap-up-assignments answers 201."},
		Case{Name: "call/followed", Section: "3.4", Mark: Client, Needs: Call, run: callFollowed,
			Fact: "interactionChangedMessage with isDelta true tells of an attribute that changes, in the spelling of the subscription."},
		Case{Name: "call/callback-time", Section: "4.3", Mark: Doc, Needs: Call, run: refusedWith(object{"scheduledAgent": stranger}),
			Fact: "A disposition with scheduledAgent and without scheduledTime answers 400."},
		Case{Name: "call/callback-category", Section: "4.3", Mark: Doc, Needs: Call, run: refusedWith(object{"scheduledTime": 4000000000}),
			Fact: "scheduledTime with a disposition that is not of the category Scheduled answers 400."},
		Case{Name: "call/relative-to", Section: "4.3", Mark: Lib, Needs: Call, run: refusedWith(object{"relativeTo": 7}),
			Fact: "relativeTo other than 0 and 1 answers 400."},
	)
}

// ofDialer are cases of which each needs the dialer at version 2, if it names no
// other.
func ofDialer(all ...Case) []Case {
	for i := range all {
		all[i].Feature, all[i].Version = "dialer", max(all[i].Version, 2)
	}
	return all
}

func phoneNumbers(ctx context.Context, v *visit) error {
	bodies := []object{{}, {"campaignId": v.campaign.id, "interactionId": v.pop.id}}
	for _, body := range bodies {
		if _, err := v.ask(ctx, v.desk, post("/{session}/dialer/request-phone-number-details", body.String()), status(200), is("dialer:phoneNumberDetails")); err != nil {
			return err
		}
	}
	return nil
}

func attributesSet(ctx context.Context, v *visit) error {
	return inTurn(
		ofCall("POST", "", `{"attributes":{"Conformance_Set":"one"}}`, status(200)),
		ofCall("GET", "?select=Conformance_Set", "", status(200), has("attributes.Conformance_Set", "one")),
	)(ctx, v)
}

func attributesAppended(ctx context.Context, v *visit) error {
	return inTurn(
		ofCall("POST", "", `{"attributes":{"Conformance_Append":"one"}}`, status(200)),
		ofCall("POST", "", `{"attributes":{"Conformance_Append":"two"},"appendMode":1}`, status(200)),
		ofCall("GET", "?select=Conformance_Append", "", has("attributes.Conformance_Append", "onetwo")),
		ofCall("POST", "", `{"attributes":{"Conformance_Append":"three"},"appendMode":2}`, status(200)),
		ofCall("GET", "?select=Conformance_Append", "", matches("attributes.Conformance_Append", "^onetwo.+three$")),
	)(ctx, v)
}

// attributeNames are those that desktops of dialer agents ask for (section 5.2).
var attributeNames = []string{
	"Eic_CallId", "Eic_State", "Eic_CallState", "Eic_CallStateString", "Eic_CallDirection", "Eic_CallPurpose", "Eic_RemoteName", "Eic_RemoteId",
	"Eic_RemoteTnRaw", "Eic_LocalTnRaw", "Eic_LocalName", "Eic_LocalAddress", "Eic_LocalUserId", "Eic_UWSegmentQueues", "Eic_DispositionCode", "Eic_IRRecordingId",
}

func everyAttribute(ctx context.Context, v *visit) error {
	asked := slices.Clone(attributeNames)
	for i := range asked {
		asked[i] = strings.ToUpper(asked[i])
	}
	return ofCall("GET", "?select="+strings.Join(asked, ","), "", status(200), is("interactions:interactionAttributes"), func(_ *visit, a *answer) error {
		all, _ := a.property("attributes").(map[string]any)
		for _, name := range asked {
			if _, there := all[name]; !there {
				return saw(a.json, "%s", name)
			}
		}
		return nil
	})(ctx, v)
}

func assignsWrapUp(ctx context.Context, v *visit) error {
	list, _ := find(v.pop.value, "call.dispositions").([]any)
	if len(list) == 0 {
		return notMet("the pop has no dispositions, so no wrap-up code is known")
	}
	code := text(list[0], "wrapUpCode")
	for _, d := range list {
		if text(d, "label") == v.pop.label() {
			code = text(d, "wrapUpCode")
		}
	}
	return ofCall("POST", "/wrap-up-assignments", object{
		"code": code, "segmentId": 1, "time": "20260131T173000Z", "user": v.desk.user, "sourceInteractionId": v.pop.id,
	}.String(), status(201))(ctx, v)
}

func callFollowed(ctx context.Context, v *visit) error {
	path := subscription + "/interactions/" + v.pop.id
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, put(path, `{"attributeNames":["CONFORMANCE_watched"]}`), status(204)); err != nil {
		return err
	}
	if _, err := v.awaitWhole(ctx, v.desk, changedMessage); err != nil {
		return err
	}
	if err := ofCall("POST", "", `{"attributes":{"Conformance_Watched":"yes"}}`, status(200))(ctx, v); err != nil {
		return err
	}
	_, err := v.await(ctx, v.desk, changedMessage+" with isDelta true and CONFORMANCE_watched yes", func(m message) bool {
		return m.kind == changedMessage && m.isDelta() == true && text(m.value, "attributes.CONFORMANCE_watched") == "yes"
	})
	if err != nil {
		return err
	}
	_, err = v.ask(ctx, v.desk, remove(path), status(204))
	return err
}

// recordings are the facts of recording a call, where calls can be recorded.
func recordings() []Case {
	on, off := `{"on":true,"supervisor":false}`, `{"on":false,"supervisor":false}`
	record, stop := action{rest: "/record", body: on}, action{rest: "/record", body: off}
	return ofDialer(
		Case{Name: "call/record", Section: "5.2", Mark: Client, Needs: Call, run: ofRecording(record, stop),
			Fact: "record answers 200, on and off."},
		Case{Name: "call/snippet", Section: "5.2", Mark: Inferred, Needs: Call, run: ofRecording(action{rest: "/record-snippet", body: on}, action{rest: "/record-snippet", body: off}),
			Fact: "So does record-snippet."},
		Case{Name: "call/snippet-told", Section: "3.4", Mark: Inferred, Needs: Call, run: snippetTold,
			Fact: "Who follows the interaction hears of the snippet, with its id."},
		Case{Name: "call/pause", Section: "5.2", Mark: Client, Needs: Call, run: ofRecording(record, action{rest: "/pause", body: `{"on":true}`}, action{rest: "/pause", body: `{"on":false}`}, stop),
			Fact: "While a call is recorded, pause answers 200, on and off."},
		Case{Name: "call/secure-pause", Section: "11", Mark: Decision, Needs: Call, run: ofRecording(record,
			action{rest: "/secure-pause", body: `{"securePauseType":1}`}, action{rest: "/secure-pause", body: `{"securePauseType":4}`},
			action{rest: "/secure-pause", body: `{"securePauseType":3,"duration":1}`}, stop),
			Fact: "So does secure-pause: for the usual time, to resume, for some seconds."},
		Case{Name: "call/private", Section: "11", Mark: Decision, Needs: Call, run: inTurn(ofCall("POST", "/make-private", `{"on":true}`, status(200)), ofCall("POST", "/make-private", `{"on":false}`, status(200))),
			Fact: "make-private answers 200, on and off."},
	)
}

// ofRecording is the run of a case that does some things to the call. If the first
// is refused, calls are not recorded here.
func ofRecording(first action, then ...action) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		path := interactionsPath + "/" + v.pop.id
		a, err := v.ask(ctx, v.desk, post(path+first.rest, first.body))
		switch {
		case err != nil:
			return err
		case a.status/100 == 4:
			return notMet("%s is refused: %d %s", first.rest, a.status, text(a.json, "message"))
		}
		if err := status(200)(v, a); err != nil {
			return err
		}
		for _, next := range then {
			if _, err := v.ask(ctx, v.desk, post(path+next.rest, next.body), status(200)); err != nil {
				return err
			}
		}
		return nil
	}
}

// snippetTold records a piece of the call while it is followed.
func snippetTold(ctx context.Context, v *visit) error {
	const kind = "interactions:interactionRecordingSnippetCreatedMessage"
	path := subscription + "/interactions/" + v.pop.id
	if _, err := v.ask(ctx, v.desk, put(path, `{"attributeNames":["Eic_State"]}`), status(204)); err != nil {
		return err
	}
	on, off := `{"on":true,"supervisor":false}`, `{"on":false,"supervisor":false}`
	if err := ofRecording(action{rest: "/record-snippet", body: on}, action{rest: "/record-snippet", body: off})(ctx, v); err != nil {
		return err
	}
	if _, err := v.awaitKind(ctx, v.desk, kind); err != nil {
		return err
	}
	_, err := v.ask(ctx, v.desk, remove(path), status(204))
	return err
}
