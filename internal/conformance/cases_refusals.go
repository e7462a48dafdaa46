package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// action is something that can be done to an interaction, with a body that would
// do it. In it {user} stands for the user's id.
type action struct {
	verb, rest, body string
	codes            []int    // that are documented for one that there is not
	lacking          []string // bodies that lack something, or have it of another type
}

// actions are the resources of one interaction (section 5.2).
func actions() []action {
	gone, may := []int{404}, []int{404, 403}
	on, both := `{"on":true}`, `{"on":true,"supervisor":false}`
	noOn := []string{"{}", "", `{"on":"yes"}`, `{"on":1}`, "{"}
	noBoth := append([]string{on}, noOn...)
	to := `{"queueID":{"queueType":1,"queueName":"{user}"}}`
	nowhere := []string{"{}", `{"target":"{user}","queueID":{"queueType":1,"queueName":"{user}"}}`, `{"queueID":{"queueType":1}}`, `{"queueID":{"queueType":9,"queueName":"x"}}`, `{"target":7}`}
	return []action{
		{"POST", "", `{"attributes":{"conformance":"1"}}`, gone, []string{"{}", `{"attributes":["a"]}`, `{"attributes":{"a":7}}`, `{"attributes":{"a":"b"},"appendMode":3}`}},
		{"POST", "/pickup", "", gone, nil},
		{"POST", "/disconnect", "", gone, nil},
		{"POST", "/join", "", may, nil},
		{"POST", "/send-to-voicemail", "", gone, nil},
		{"POST", "/transfer-to-voicemail", to, gone, nil},
		{"POST", "/hold", on, gone, noOn},
		{"POST", "/mute", on, gone, noOn},
		{"POST", "/pause", on, gone, noOn},
		{"POST", "/make-private", on, gone, noOn},
		{"POST", "/record", both, gone, noBoth},
		{"POST", "/record-snippet", both, gone, noBoth},
		{"POST", "/listen", both, may, noBoth},
		{"POST", "/coach", both, may, noBoth},
		{"POST", "/secure-pause", `{"securePauseType":1}`, gone, []string{"{}", `{"securePauseType":9}`, `{"securePauseType":3}`, `{"securePauseType":"1"}`}},
		{"POST", "/park", to, gone, nowhere},
		{"POST", "/blind-transfer", to, gone, nowhere},
		{"POST", "/consult", to, gone, nowhere},
		{"POST", "/consult/1/change-audience", `{"audience":{"originalParty":true,"consultedParty":true}}`, gone, []string{"{}", `{"audience":7}`}},
		{"POST", "/consult/1/conclude", "", gone, nil},
		{"DELETE", "/consult/1", "", gone, nil},
		{"POST", "/invite-party", `{"target":"{user}"}`, []int{400, 404, 403, 409}, []string{"{}", `{"target":7}`}},
		{"POST", "/send-digits", `{"dtmfDigits":"1"}`, gone, []string{"{}", `{"dtmfDigits":1}`}},
		{"POST", "/play-wav", `{"file":"conformance.wav"}`, gone, []string{"{}", `{"file":7}`}},
		{"POST", "/wrap-up-assignments", `{"code":"x","segmentId":1,"time":"20260131T173000Z","user":"{user}","sourceInteractionId":"` + noInteraction + `"}`, gone,
			[]string{"{}", `{"code":"x","segmentId":1,"time":"tomorrow","user":"{user}","sourceInteractionId":"1"}`, `{"code":"x","segmentId":"1","time":"20260131T173000Z","user":"{user}","sourceInteractionId":"1"}`}},
	}
}

// of is the question that asks for the action on an interaction.
func (a action) of(v *visit, interaction, body string) question {
	return question{verb: a.verb, path: "/{session}/interactions/" + interaction + a.rest, body: strings.ReplaceAll(body, "{user}", v.asker.user)}
}

// unknownInteractions are the facts of interactions that there are not, which
// nobody can harm (section 5.2).
func unknownInteractions() []Case {
	var all []Case
	for _, a := range actions() {
		name := strings.Trim(notInNames.ReplaceAllString(strings.ReplaceAll(a.rest, "/1", ""), "-"), "-")
		switch {
		case name == "":
			name = "attributes"
		case a.verb == "DELETE":
			name += "-cancel"
		}
		called := fmt.Sprintf("%s interactions/{id}%s", a.verb, a.rest)
		all = append(all, Case{Name: "interaction/" + name + "-unknown", Section: "5.2", Mark: Lib, Needs: Session,
			Fact: called + " of an interaction that there is not answers " + alternatives(a.codes) + " with an error.",
			run: func(ctx context.Context, v *visit) error {
				_, err := v.ask(ctx, v.asker, a.of(v, noInteraction, a.body), status(a.codes...), isError)
				return err
			}})
		if len(a.lacking) == 0 {
			continue
		}
		all = append(all, Case{Name: "interaction/" + name + "-required", Section: "11", Mark: Decision, Needs: Session,
			Fact: called + " judges the body before the interaction: without what it needs it answers 400.",
			run: func(ctx context.Context, v *visit) error {
				for _, body := range a.lacking {
					if _, err := v.ask(ctx, v.asker, a.of(v, noInteraction, body), status(400), isError); err != nil {
						return err
					}
				}
				return nil
			}})
	}
	all = append(all, creations()...)
	for i := range all {
		all[i].Feature, all[i].Version = "interactions", 1
	}
	return all
}

// creations are the facts of what can not be made.
func creations() []Case {
	const interactions, rooms = "/{session}/interactions", "/{session}/interactions/conferences"
	made := func(kind, rest string) question {
		return post(interactions, `{"__type":"`+urn+kind+`"`+rest+`}`)
	}
	none := `{"interactions":["` + noInteraction + `"]}`
	return []Case{
		{Name: "interaction/type-required", Section: "5.2", Mark: Lib, Needs: Session, run: each([]question{post(interactions, "{}"), post(interactions, `{"workgroup":"x"}`)}, status(400), isError),
			Fact: "POST interactions without __type answers 400."},
		{Name: "interaction/unknown-type", Section: "5.2", Mark: Lib, Needs: Session, run: asks(made("interactions:noSuchParameters", ""), status(400), isError),
			Fact: "With a __type that there is not it answers 400."},
		{Name: "interaction/target-required", Section: "5.2", Mark: Lib, Needs: Session, run: asks(made("interactions:createCallParameters", ""), status(400), isError),
			Fact: "A call without a target answers 400."},
		{Name: "interaction/target-type", Section: "1.5", Mark: Doc, Needs: Session, run: asks(made("interactions:createCallParameters", `,"target":{"a":"b"}`), status(400), isError),
			Fact: "A target that is no text answers 400."},
		{Name: "interaction/conference-required", Section: "5.2", Mark: Lib, Needs: Session, run: each([]question{post(rooms, "{}"), post(rooms, `{"interactions":7}`), put(rooms+"/1", "{}")}, status(400), isError),
			Fact: "A conference without interactions answers 400."},
		{Name: "interaction/conference-of-nobody", Section: "5.2", Mark: Lib, Needs: Session, run: asks(post(rooms, none), status(400, 403, 404), isError),
			Fact: "One of interactions that there are not is refused."},
		{Name: "interaction/conference-unknown", Section: "5.2", Mark: Lib, Needs: Session, run: asks(put(rooms+"/1", none), status(404), isError),
			Fact: "Parties can not be added to a conference that there is not: 404."},
		{Name: "interaction/conference-invite", Section: "5.2", Mark: Lib, Needs: Session, run: asks(post(rooms+"/1/invite-party", "{}"), status(400), isError),
			Fact: "An invitation without a target answers 400."},
	}
}

// refusals are the facts of the dialer's resources that anybody can be shown
// without a call: what they refuse (sections 4.2 and 4.3). Nothing in them names a
// campaign, a call or a user that there is.
func refusals() []Case {
	var all []Case
	for _, r := range []struct {
		name    string
		version int // 0: not known
		codes   []int
		lacking []string
		strange string // everything that it needs, of nothing that there is
	}{
		{"update-call-data", 3, []int{400}, []string{"{}", `{"callId":7,"callAttributes":{},"campaignId":"x"}`, `{"callId":"1","campaignId":"x"}`},
			`{"callId":"` + noInteraction + `","callAttributes":{"a":"b"},"campaignId":"` + noCampaign + `"}`},
		{"set-agent-type", 3, []int{400, 403}, []string{"{}", `{"agentType":1}`, `{"agentType":1,"campaignIds":[]}`, `{"agentType":4,"campaignIds":["` + noCampaign + `"]}`, `{"agentType":"1","campaignIds":["` + noCampaign + `"]}`},
			`{"agentType":1,"campaignIds":["` + noCampaign + `"]}`},
		{"update-stage", 5, []int{400, 403}, []string{"{}", `{"newStageId":1}`, `{"campaignId":"` + noCampaign + `"}`, `{"newStageId":"x","campaignId":"` + noCampaign + `"}`},
			`{"newStageId":1,"campaignId":"` + noCampaign + `"}`},
		{"initiate-manual-outbound-call", 7, []int{400, 403}, []string{"{}", `{"campaignid":"` + noCampaign + `","agentid":"{user}","identity":"1"}`, `{"campaignid":"` + noCampaign + `","agentid":"{user}","identity":"1","type":9}`,
			`{"campaignid":"` + noCampaign + `","agentid":"{user}","identity":1,"type":1}`}, ""},
		{"mark-call-for-finishing", 7, []int{400, 403}, []string{"{}", `{"callId":"` + noInteraction + `"}`, `{"callId":7,"campaignId":"x"}`},
			`{"callId":"` + noInteraction + `","campaignId":"` + noCampaign + `"}`},
		{"allocate-agents", 7, []int{400, 403}, []string{"{}", `{"agentIds":[]}`, `{"agentIds":["` + stranger + `"]}`, `{"agentIds":"x","campaignIdsIn":["` + noCampaign + `"]}`},
			`{"agentIds":["` + stranger + `"],"campaignIdsIn":["` + noCampaign + `"]}`},
		{"perform-call-list-query", 9, []int{400, 403}, []string{"{}", `{"connectionid":7}`},
			`{"connectionid":"` + seed + `","contactlisttable":"outdial_conformance","statement":"SELECT 1 FROM outdial_conformance"}`},
		{"request-form-definition", 3, []int{400, 403}, []string{`{"campaignId":7}`}, `{"campaignId":"` + noCampaign + `"}`},
		{"request-phone-number-details", 0, []int{400, 403}, []string{`{"interactionId":7}`}, `{"interactionId":"` + noInteraction + `","campaignId":"` + noCampaign + `"}`},
		{"request-contact-data", 0, []int{400, 403}, []string{"{}", `{"callId":"` + noInteraction + `"}`, `{"callId":7,"campaignId":"x"}`}, `{"callId":"` + noInteraction + `","campaignId":"` + noCampaign + `"}`},
		{"transfer-to-attendant-profile", 0, []int{400, 403}, []string{"{}", `{"callId":"` + noInteraction + `","campaignId":"` + noCampaign + `"}`},
			`{"callId":"` + noInteraction + `","campaignId":"` + noCampaign + `","target":"no such profile"}`},
		{"reset-campaign", 0, []int{400, 403}, []string{`{"campaignid":7}`}, `{"campaignid":"` + noCampaign + `"}`},
		{"recycle-campaign", 0, []int{400, 403}, []string{`{"campaignid":7}`}, `{"campaignid":"` + noCampaign + `"}`},
		{"transition-campaign", 0, []int{400, 403}, []string{"{}", `{"campaignid":"` + noCampaign + `"}`}, `{"campaignid":"` + noCampaign + `","groupname":"no such group"}`},
		{"disposition", 2, []int{400, 403}, []string{"{}", `{"label":7}`, `{"label":"x","scheduledTime":"tomorrow"}`, `{"label":"x","relativeTo":7}`}, ""},
	} {
		path := "/{session}/dialer/" + r.name
		c := Case{Section: "4.2", Mark: Lib, Needs: Session, Feature: "dialer", Version: max(r.version, 2), May: r.version == 0}
		c.Name, c.Fact = "dialer/"+r.name+"-required", r.name+" refuses a request that lacks what it needs, or has it of another type, with "+alternatives(r.codes)+"."
		if slices.Contains(r.lacking, "{}") { // of others a careless server could take it for a wish for everything
			r.lacking = append(r.lacking, "{", "[]")
		}
		c.run = ofUser(path, r.lacking, r.codes)
		all = append(all, c)
		if r.strange != "" {
			c.Name, c.Fact = "dialer/"+r.name+"-unknown", r.name+" of what there is not answers "+alternatives(r.codes)+", and not 404."
			c.run = ofUser(path, []string{r.strange}, r.codes)
			all = append(all, c)
		}
	}
	return append(all, Case{Name: "dialer/objects", Section: "11", Mark: Decision, Needs: Session, Feature: "dialer", Version: 2,
		Fact: "put-xml and the resources of the dialer's objects are not offered: 404 with error.request.unsupported.",
		run: each([]question{
			post("/{session}/dialer/put-xml", "{"), post("/{session}/dialer/update-dialer-object", "{"), post("/{session}/dialer/remove-dialer-object", "{"),
			post("/{session}/dialer/request-dialer-object", "{"), post("/{session}/dialer/request-dialer-objects", "{"),
		}, status(404), has("errorId", "error.request.unsupported"))})
}

// ofUser is the run of a case that posts bodies with the user's id in them, each
// of which must be refused.
func ofUser(path string, bodies []string, codes []int) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		for _, body := range bodies {
			if _, err := v.ask(ctx, v.asker, post(path, strings.ReplaceAll(body, "{user}", v.asker.user)), status(codes...), isError); err != nil {
				return err
			}
		}
		return nil
	}
}
