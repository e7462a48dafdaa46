package icws

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// talker is anna at her desk with a customer, 1000000001, and two calls of her own
// making, of which the second is a consultation about the first.
func talker(t *testing.T) *seat {
	t.Helper()
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	o.signIn("sara", "desk")
	c.remote()
	o.floor.ring(customer("1000000001", c.agent))
	o.floor.put(dialer.CallView{ID: "1700000000001", Kind: call.Made, Agent: c.agent, Number: "+13175550150", State: call.Held, Conference: "1700000000009"})
	o.floor.put(dialer.CallView{ID: "1700000000002", Kind: call.Consultation, Agent: c.agent, Number: "+13175550151", State: call.Connected, Consults: "1000000001"})
	c.fetch("effectiveStationChangeMessage")
	return c
}

// TestInteractionDeeds: each resource, the command that it gives the floor, and its
// answer.
func TestInteractionDeeds(t *testing.T) {
	c := talker(t)
	const id, base = call.ID("1000000001"), "/interactions/1000000001"
	act := func(a dialer.Action) dialer.Command { return dialer.Act{By: c.agent, Call: id, Action: a} }
	sarasQueue := call.Destination{Queue: &call.Queue{Type: call.UserQueue, Name: "sara"}}
	for _, s := range []struct {
		verb, path, body string
		status           int
		want             dialer.Command
	}{
		{"POST", base + "/pickup", "", 200, act(dialer.Pickup)},
		{"POST", base + "/pickup", "{}", 200, act(dialer.Pickup)},
		{"POST", base + "/hold", `{"on":true}`, 200, act(dialer.Hold)},
		{"POST", base + "/hold", `{"on":false}`, 200, act(dialer.Unhold)},
		{"POST", base + "/mute", `{"on":true}`, 200, act(dialer.Mute)},
		{"POST", base + "/mute", `{"on":false}`, 200, act(dialer.Unmute)},
		{"POST", base + "/make-private", `{"on":true}`, 200, act(dialer.MakePrivate)},
		{"POST", base + "/make-private", `{"on":false}`, 200, act(dialer.MakePublic)},
		{"POST", base + "/pause", `{"on":true}`, 200, act(dialer.PauseRecording)},
		{"POST", base + "/pause", `{"on":false}`, 200, act(dialer.ResumeRecording)},
		{"POST", base + "/record", `{"on":true,"supervisor":false}`, 200, act(dialer.StartRecording)},
		{"POST", base + "/record", `{"on":false,"supervisor":false}`, 200, act(dialer.StopRecording)},
		{"POST", base + "/record-snippet", `{"on":true,"supervisor":false}`, 200, act(dialer.StartSnippet)},
		{"POST", base + "/record-snippet", `{"on":false,"supervisor":false}`, 200, act(dialer.StopSnippet)},
		{"POST", base + "/secure-pause", `{"securePauseType":1}`, 200, dialer.SecurePause{By: c.agent, Call: id, For: 30 * time.Second}},
		{"POST", base + "/secure-pause", `{"securePauseType":2,"duration":7}`, 200, dialer.SecurePause{By: c.agent, Call: id}},
		{"POST", base + "/secure-pause", `{"securePauseType":3,"duration":90}`, 200, dialer.SecurePause{By: c.agent, Call: id, For: 90 * time.Second}},
		{"POST", base + "/secure-pause", `{"securePauseType":4}`, 200, dialer.SecurePause{By: c.agent, Call: id, Resume: true}},
		{"POST", base + "/listen", `{"on":true,"supervisor":false}`, 200, dialer.Supervise{By: c.agent, Call: id, How: call.Listen, On: true}},
		{"POST", base + "/coach", `{"on":false,"supervisor":false}`, 200, dialer.Supervise{By: c.agent, Call: id, How: call.Coach}},
		{"POST", base + "/join", "", 200, dialer.Supervise{By: c.agent, Call: id, How: call.Join, On: true}},
		{"POST", base + "/blind-transfer", `{"target":"+1 (317) 555-0160"}`, 200, dialer.Transfer{By: c.agent, Call: id, To: call.Destination{Number: "+13175550160"}}},
		{"POST", base + "/blind-transfer", `{"target":"sip:ivr@192.0.2.7"}`, 200, dialer.Transfer{By: c.agent, Call: id, To: call.Destination{Number: "sip:ivr@192.0.2.7"}}},
		{"POST", base + "/blind-transfer", `{"target":"SARA"}`, 200, dialer.Transfer{By: c.agent, Call: id, To: sarasQueue}},
		{"POST", base + "/blind-transfer", `{"target":"","queueID":{"queueType":1,"queueName":"Sara"}}`, 200, dialer.Transfer{By: c.agent, Call: id, To: sarasQueue}},
		{"POST", base + "/blind-transfer", `{"queueID":{"queueType":2,"queueName":"Sales"}}`, 200,
			dialer.Transfer{By: c.agent, Call: id, To: call.Destination{Queue: &call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}}}},
		{"POST", base + "/park", `{"queueID":{"queueType":3,"queueName":"Desk7"}}`, 200,
			dialer.Park{By: c.agent, Call: id, To: call.Destination{Queue: &call.Queue{Type: call.StationQueue, Name: "Desk7"}}}},
		{"POST", base + "/park", `{"target":"sara"}`, 200, dialer.Park{By: c.agent, Call: id, To: sarasQueue}},
		{"POST", base + "/send-digits", `{"dtmfDigits":"1,a#"}`, 200, dialer.SendDigits{By: c.agent, Call: id, Digits: "1,A#"}},
		{"POST", base + "/play-wav", `{"file":"Welcome back.WAV"}`, 200, dialer.PlayPrompt{By: c.agent, Call: id, Prompt: "Welcome back"}},
		{"POST", base + "/play-wav", `{"file":"legal"}`, 200, dialer.PlayPrompt{By: c.agent, Call: id, Prompt: "legal"}},
		{"POST", base + "/play-wav", `{"file":"tone:busy"}`, 200, dialer.PlayPrompt{By: c.agent, Call: id, Prompt: "tone:busy"}},
		{"POST", base, `{"attributes":{"Order":"7","Empty":""}}`, 200, dialer.SetAttributes{By: c.agent, Call: id, Attributes: map[string]string{"Order": "7", "Empty": ""}}},
		{"POST", base, `{"attributes":{"Order":"8"},"appendMode":1}`, 200, dialer.SetAttributes{By: c.agent, Call: id, Attributes: map[string]string{"Order": "8"}, Append: dialer.AppendText}},
		{"POST", base, `{"attributes":{"Order":"9"},"appendMode":2}`, 200, dialer.SetAttributes{By: c.agent, Call: id, Attributes: map[string]string{"Order": "9"}, Append: dialer.AppendSeparated}},
		{"POST", base + "/wrap-up-assignments", `{"code":"Sold","segmentId":1,"time":"20260131T173000Z","user":"Anna","sourceInteractionId":"1000000001"}`, 201,
			dialer.AssignWrapUp{By: c.agent, Call: id, WrapUp: dialer.WrapUp{Code: "Sold", Segment: 1, At: c.floor.at, User: "anna"}}},
		{"POST", base + "/consult/1700000000002/change-audience", `{"audience":{"originalParty":true,"consultedParty":true}}`, 200,
			dialer.SetAudience{By: c.agent, Call: id, Consultation: "1700000000002", Original: true, Consulted: true}},
		{"POST", base + "/consult/1700000000002/change-audience", `{"audience":{"consultedParty":true}}`, 200,
			dialer.SetAudience{By: c.agent, Call: id, Consultation: "1700000000002", Consulted: true}},
		{"DELETE", base + "/consult/1700000000002", "", 200, dialer.CancelConsult{By: c.agent, Call: id, Consultation: "1700000000002"}},
		{"POST", base + "/invite-party", `{"target":"+13175550161","callMadeStage":2}`, 200, dialer.Invite{By: c.agent, Call: id, Target: "+13175550161"}},
		{"POST", base + "/invite-party", `{"target":"Sara"}`, 200, dialer.Invite{By: c.agent, Call: id, Target: "sara"}},
		{"PUT", "/interactions/conferences/1700000000009", `{"interactions":["1000000001"]}`, 200,
			dialer.AddParties{By: c.agent, Conference: "1700000000009", Calls: []call.ID{"1000000001"}}},
		{"POST", "/interactions/conferences/1700000000009/invite-party", `{"target":"sip:boss@192.0.2.8"}`, 200,
			dialer.Invite{By: c.agent, Conference: "1700000000009", Target: "sip:boss@192.0.2.8"}},
		{"POST", base + "/disconnect", "", 200, act(dialer.Disconnect)},
	} {
		r := c.must(s.status, s.verb, s.path, s.body)
		if r.text != "" {
			t.Errorf("%s %s: a body %q", s.verb, s.path, r.text)
		}
		if got := c.floor.lastAsked(); !reflect.DeepEqual(got, s.want) {
			t.Errorf("%s %s %s: asked %+v, want %+v", s.verb, s.path, s.body, got, s.want)
		}
	}
}

// TestInteractionsMade: what makes something answers with its id and place.
func TestInteractionsMade(t *testing.T) {
	c := talker(t)
	sales := &call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}
	for _, s := range []struct {
		path, body, answer, location string
		want                         dialer.Command
	}{
		{"/interactions", `{"__type":"urn:inin.com:interactions:createCallParameters","target":"+1 317 555 0170"}`,
			`{"interactionId":"2000000001"}`, "/interactions/2000000001", dialer.Make{By: c.agent, Target: "+13175550170"}},
		{"/interactions", `{"__type":"urn:inin.com:interactions:createCallParameters","target":"SARA","workgroup":"sales","callMadeStage":3,"notes":"about 7","accountCodeId":"A1","additionalAttributes":{"Order":"7"}}`,
			`{"interactionId":"2000000002"}`, "/interactions/2000000002",
			dialer.Make{By: c.agent, Target: "sara", Workgroup: "sales", Notes: "about 7", Attributes: map[string]string{"Order": "7", "Eic_AccountCode": "A1"}}},
		{"/interactions/1000000001/consult", `{"target":"+13175550171","callMadeStage":2,"additionalAttributes":{"Why":"price"}}`,
			`{"consultId":"2000000003","consultInteractionId":"2000000003"}`, "/interactions/1000000001/consult/2000000003",
			dialer.Consult{By: c.agent, Call: "1000000001", To: call.Destination{Number: "+13175550171"}, Attributes: map[string]string{"Why": "price"}}},
		{"/interactions/1000000001/consult", `{"queueID":{"queueType":2,"queueName":"Sales"}}`,
			`{"consultId":"2000000004","consultInteractionId":"2000000004"}`, "/interactions/1000000001/consult/2000000004",
			dialer.Consult{By: c.agent, Call: "1000000001", To: call.Destination{Queue: sales}}},
		{"/interactions/conferences", `{"interactions":["1000000001","1700000000001"]}`,
			`{"conferenceId":"2000000005"}`, "/interactions/conferences/2000000005",
			dialer.Confer{By: c.agent, Calls: []call.ID{"1000000001", "1700000000001"}}},
	} {
		r := c.must(201, "POST", s.path, s.body)
		golden(t, r.json(t), s.answer)
		if got, want := r.Header.Get("Location"), "/icws/"+c.id+s.location; got != want {
			t.Errorf("%s: Location %q, want %q", s.path, got, want)
		}
		if got := c.floor.lastAsked(); !reflect.DeepEqual(got, s.want) {
			t.Errorf("%s %s: asked %+v, want %+v", s.path, s.body, got, s.want)
		}
	}
}

// TestInteractionRefusals: what is wrong is a 400 that names the property, what is
// not there a 404, what is another's a 403.
func TestInteractionRefusals(t *testing.T) {
	c := talker(t)
	other := c.signIn("bert", "desk")
	c.floor.put(dialer.CallView{ID: "1700000000005", Agent: other.agent, Kind: call.Made, State: call.Connected})
	const base = "/interactions/1000000001"
	make := func(rest string) string {
		return `{"__type":"urn:inin.com:interactions:createCallParameters"` + rest + `}`
	}
	wrap := `{"code":"Sold","segmentId":1,"time":"20260131T173000Z","user":"anna","sourceInteractionId":"1"}`
	for _, s := range []struct {
		verb, path, body string
		status           int
		property         string
	}{
		{"POST", "/interactions", `{"target":"1"}`, 400, "__type"},
		{"POST", "/interactions", `{"__type":"urn:inin.com:interactions:createGenericInteractionParameters","queueId":{}}`, 400, "__type"},
		{"POST", "/interactions", `{"__type":"urn:inin.com:interactions.callback:createCallbackParameters"}`, 400, "__type"},
		{"POST", "/interactions", make(``), 400, "target"},
		{"POST", "/interactions", make(`,"target":""`), 400, "target"},
		{"POST", "/interactions", make(`,"target":"nobody"`), 400, "target"},
		{"POST", "/interactions", make(`,"target":"sip:a@b\r\nEvil: 1"`), 400, "target"},
		{"POST", "/interactions", make(`,"target":17`), 400, "target"},
		{"POST", "/interactions", make(`,"target":"root"`), 400, ""}, // has no session
		{"POST", "/interactions", make(`,"target":"123","workgroup":"Support"`), 400, "workgroup"},
		{"POST", "/interactions", make(`,"target":"123","callMadeStage":4`), 400, "callMadeStage"},
		{"POST", "/interactions", make(`,"target":"123","additionalAttributes":{"a":1}`), 400, "additionalAttributes"},
		{"POST", "/interactions", make(`,"target":"123","additionalAttributes":{"eic_remotename":"x"}`), 400, "additionalAttributes"},
		{"POST", base, `{}`, 400, "attributes"},
		{"POST", base, `{"attributes":{"a":["b"]}}`, 400, "attributes"},
		{"POST", base, `{"attributes":{"EIC_State":"C"}}`, 400, "attributes"},
		{"POST", base, `{"attributes":{},"appendMode":3}`, 400, "appendMode"},
		{"POST", base, `{"attributes":{},"appendMode":0}`, 400, "appendMode"},
		{"POST", base + "/hold", `{}`, 400, "on"},
		{"POST", base + "/hold", `{"on":"yes"}`, 400, "on"},
		{"POST", base + "/mute", ``, 400, "on"},
		{"POST", base + "/pause", `{}`, 400, "on"},
		{"POST", base + "/make-private", `{}`, 400, "on"},
		{"POST", base + "/record", `{"supervisor":false}`, 400, "on"},
		{"POST", base + "/record", `{"on":true}`, 400, "supervisor"},
		{"POST", base + "/record", `{"on":true,"supervisor":true}`, 403, ""},
		{"POST", base + "/record-snippet", `{"on":true}`, 400, "supervisor"},
		{"POST", base + "/listen", `{"on":true,"supervisor":true}`, 403, ""},
		{"POST", base + "/coach", `{}`, 400, "on"},
		{"POST", base + "/secure-pause", `{}`, 400, "securePauseType"},
		{"POST", base + "/secure-pause", `{"securePauseType":0}`, 400, "securePauseType"},
		{"POST", base + "/secure-pause", `{"securePauseType":3}`, 400, "duration"},
		{"POST", base + "/secure-pause", `{"securePauseType":3,"duration":0}`, 400, "duration"},
		{"POST", base + "/secure-pause", `{"securePauseType":3,"duration":86401}`, 400, "duration"},
		{"POST", base + "/blind-transfer", `{}`, 400, "target"},
		{"POST", base + "/blind-transfer", `{"target":"123","queueID":{"queueType":1,"queueName":"sara"}}`, 400, "target"},
		{"POST", base + "/blind-transfer", `{"target":"no such user"}`, 400, "target"},
		{"POST", base + "/blind-transfer", `{"queueID":{}}`, 400, "queueID.queueType"},
		{"POST", base + "/blind-transfer", `{"queueID":{"queueType":1}}`, 400, "queueID.queueName"},
		{"POST", base + "/blind-transfer", `{"queueID":{"queueType":2,"queueName":""}}`, 400, "queueID.queueName"},
		{"POST", base + "/blind-transfer", `{"queueID":{"queueType":1,"queueName":"nobody"}}`, 400, "queueID.queueName"},
		{"POST", base + "/blind-transfer", `{"queueID":{"queueType":0,"queueName":""}}`, 400, "queueID.queueType"},
		{"POST", base + "/blind-transfer", `{"queueID":{"queueType":9,"queueName":"x"}}`, 400, "queueID.queueType"},
		{"POST", base + "/park", `{"target":"+13175550160"}`, 400, "target"},
		{"POST", base + "/consult", `{}`, 400, "target"},
		{"POST", base + "/consult", `{"target":"123","callMadeStage":-1}`, 400, "callMadeStage"},
		{"POST", base + "/consult/1700000000002/change-audience", `{}`, 400, "audience"},
		{"POST", base + "/consult/1700000000002/change-audience", `{"audience":{}}`, 400, "audience"},
		{"POST", base + "/consult/1700000000099/conclude", ``, 404, ""},
		{"DELETE", base + "/consult/1700000000099", ``, 404, ""},
		{"POST", base + "/invite-party", `{}`, 400, "target"},
		{"POST", "/interactions/conferences", `{}`, 400, "interactions"},
		{"POST", "/interactions/conferences", `{"interactions":[]}`, 400, "interactions"},
		{"POST", "/interactions/conferences", `{"interactions":"1"}`, 400, "interactions"},
		{"POST", "/interactions/conferences", `{"interactions":["1000000001","1000000099"]}`, 404, ""},
		{"POST", "/interactions/conferences", `{"interactions":["1000000001","1700000000005"]}`, 403, ""},
		{"PUT", "/interactions/conferences/1", `{"interactions":["1000000001"]}`, 404, ""},
		{"POST", "/interactions/conferences/1/invite-party", `{"target":"123"}`, 404, ""},
		{"POST", base + "/send-digits", `{}`, 400, "dtmfDigits"},
		{"POST", base + "/send-digits", `{"dtmfDigits":"X"}`, 400, "dtmfDigits"},
		{"POST", base + "/send-digits", `{"dtmfDigits":"` + strings.Repeat("1", 65) + `"}`, 400, "dtmfDigits"},
		{"POST", base + "/play-wav", `{}`, 400, "file"},
		{"POST", base + "/play-wav", `{"file":"nothing.wav"}`, 400, "file"},
		{"POST", base + "/play-wav", `{"file":"../../etc/passwd"}`, 400, "file"},
		{"POST", base + "/play-wav", `{"file":"tone:../busy"}`, 400, "file"},
		{"POST", base + "/play-wav", `{"file":"C:\\sounds\\a.wav"}`, 400, "file"},
		{"POST", base + "/wrap-up-assignments", `{}`, 400, "code"},
		{"POST", base + "/wrap-up-assignments", strings.Replace(wrap, `"segmentId":1,`, "", 1), 400, "segmentId"},
		{"POST", base + "/wrap-up-assignments", strings.Replace(wrap, `"segmentId":1,`, `"segmentId":-1,`, 1), 400, "segmentId"},
		{"POST", base + "/wrap-up-assignments", strings.Replace(wrap, "20260131T173000Z", "soon", 1), 400, "time"},
		{"POST", base + "/wrap-up-assignments", strings.Replace(wrap, `"user":"anna",`, "", 1), 400, "user"},
		{"POST", base + "/wrap-up-assignments", strings.Replace(wrap, `"user":"anna"`, `"user":"bert"`, 1), 403, ""},
		{"POST", base + "/wrap-up-assignments", strings.Replace(wrap, `,"sourceInteractionId":"1"`, "", 1), 400, "sourceInteractionId"},
		{"POST", base + "/send-to-voicemail", ``, 400, ""},
		{"POST", base + "/transfer-to-voicemail", `{"target":"sara"}`, 400, ""},
		{"POST", "/interactions/1000000099/send-to-voicemail", ``, 404, ""},
		{"POST", "/interactions/1700000000005/transfer-to-voicemail", ``, 403, ""},
		{"POST", "/interactions/1700000000005/hold", `{"on":true}`, 403, ""},
		{"POST", "/interactions/1700000000005/blind-transfer", `{"target":"123"}`, 403, ""},
		{"POST", "/interactions/1000000099/consult", `{"target":"123"}`, 404, ""},
		{"PUT", "/messaging/subscriptions/interaction-history", `{"numberOfHistoryMessages":-1}`, 400, "numberOfHistoryMessages"},
		{"PUT", "/messaging/subscriptions/queues/q", `{"attributeNames":[]}`, 400, "queueIds"},
		{"PUT", "/messaging/subscriptions/queues/q", `{"queueIds":[{"queueName":"x"}],"attributeNames":[]}`, 400, "queueIds.queueType"},
		{"PUT", "/messaging/subscriptions/queues/q", `{"queueIds":[{"queueType":4,"queueName":"x"}],"attributeNames":[]}`, 400, "queueIds.queueType"},
		{"PUT", "/messaging/subscriptions/queues/q", `{"queueIds":[{"queueType":1,"queueName":"anna"}]}`, 400, "attributeNames"},
	} {
		asked := len(c.floor.asked())
		r := c.do(s.verb, s.path, s.body)
		b := r.json(t)
		property, _ := b["propertyName"].(string)
		if r.StatusCode != s.status || property != s.property || b["message"] == "" {
			t.Errorf("%s %s %s: %d %v", s.verb, s.path, s.body, r.StatusCode, b)
		}
		if s.status == 400 && s.property != "" && s.property != "dtmfDigits" && s.property != "file" && len(c.floor.asked()) != asked {
			t.Errorf("%s %s %s: the floor was asked", s.verb, s.path, s.body)
		}
	}
	if b := c.must(400, "POST", base+"/send-to-voicemail", "").json(t); b["errorId"] != "error.request.interactions.noVoicemail" {
		t.Errorf("voicemail: %v", b)
	}
	c.must(200, "DELETE", "/connection/station", "")
	if b := c.must(400, "POST", "/interactions", make(`,"target":"123"`)).json(t); !strings.Contains(b["message"].(string), "station") {
		t.Errorf("a call without a phone: %v", b)
	}
}

// TestConferencePathsAreNoInteractions: the two kinds of paths do not meet.
func TestConferencePathsAreNoInteractions(t *testing.T) {
	c := talker(t)
	for _, s := range []struct {
		verb, path string
		status     int
	}{
		{"GET", "/interactions/conferences", 405},
		{"GET", "/interactions/conferences/7", 405},
		{"POST", "/interactions/conferences/7", 405},
		{"POST", "/interactions/conferences/7/hold", 404},
		{"GET", "/interactions/conferencesX", 404},
		{"POST", "/interactions/agent-assistance/7", 404},
		{"PUT", "/messaging/subscriptions/interactions/agent-assistance", 404},
		{"DELETE", "/messaging/subscriptions/interactions/agent-assistance", 404},
		{"POST", "/interactions/1000000001/chat/messages", 404},
	} {
		if r := c.do(s.verb, s.path, "{}"); r.StatusCode != s.status {
			t.Errorf("%s %s: %d, want %d", s.verb, s.path, r.StatusCode, s.status)
		}
	}
}

// TestConclude: 202 at once, and a message that tells how it went.
func TestConclude(t *testing.T) {
	c := talker(t)
	const path = "/interactions/1000000001/consult/1700000000002/conclude"
	id := c.must(202, "POST", path, "").json(t)["requestId"]
	golden(t, c.fetch("asyncOperationCompletedMessage"), `[{"__type":"urn:inin.com:messaging:asyncOperationCompletedMessage","isDelta":false,"requestId":"`+id.(string)+`","error":null}]`)
	c.floor.put(dialer.CallView{ID: "1700000000002", Kind: call.Consultation, Agent: c.agent, State: call.Alerting, Consults: "1000000001"})
	id = c.must(202, "POST", path, "").json(t)["requestId"]
	golden(t, c.fetch("asyncOperationCompletedMessage"), `[{"__type":"urn:inin.com:messaging:asyncOperationCompletedMessage","isDelta":false,"requestId":"`+id.(string)+`","error":{"message":"Nobody has answered yet."}}]`)
}

// TestSupervisor: who oversees an agent sees her calls and queues, and what she is
// told of them.
func TestSupervisor(t *testing.T) {
	c := talker(t)
	sara := c.signIn("sara", "desk")
	golden(t, sara.must(200, "GET", "/interactions/1000000001?select=eic_state,Eic_LocalUserId", "").json(t), `{"attributes":{"eic_state":"C","Eic_LocalUserId":"anna"}}`)
	sara.must(200, "PUT", "/messaging/subscriptions/queues/hers", `{"queueIds":[{"queueType":1,"queueName":"ANNA"}],"attributeNames":["Eic_State","Eic_Monitors"]}`)
	golden(t, sara.fetch("queueContentsMessage"), `[{"__type":"urn:inin.com:queues:queueContentsMessage","isDelta":false,"subscriptionId":"hers","interactionsAdded":[
		{"interactionId":"1000000001","attributes":{"Eic_State":"C","Eic_Monitors":""}},
		{"interactionId":"1700000000001","conferenceParentId":"1700000000009","attributes":{"Eic_State":"H","Eic_Monitors":""}},
		{"interactionId":"1700000000002","attributes":{"Eic_State":"C","Eic_Monitors":""}}]}]`)
	c.floor.change("1000000001", func(v *dialer.CallView) {
		v.Supervisors = map[string]call.Supervision{"sara": call.Listen, "zoe": call.Listen, "root": call.Coach}
	})
	golden(t, sara.fetch("queueContentsMessage"), `[{"__type":"urn:inin.com:queues:queueContentsMessage","isDelta":true,"subscriptionId":"hers","interactionsChanged":[
		{"interactionId":"1000000001","attributes":{"Eic_Monitors":"sara|zoe"}}]}]`)
	sara.must(204, "DELETE", "/messaging/subscriptions/queues/hers", "")
	for _, q := range []string{`{"queueType":0,"queueName":""}`, `{"queueType":2,"queueName":"Sales"}`, `{"queueType":3,"queueName":"remote-anna"}`} {
		sara.must(200, "PUT", "/messaging/subscriptions/queues/all", `{"queueIds":[`+q+`],"attributeNames":[]}`)
		sara.fetch("queueContentsMessage")
	}
	if b := sara.must(400, "PUT", "/messaging/subscriptions/queues/q", `{"queueIds":[{"queueType":1,"queueName":"nobody"}],"attributeNames":[]}`).json(t); b["propertyName"] != "queueIds.queueName" {
		t.Errorf("%v", b)
	}
	sara.must(403, "PUT", "/messaging/subscriptions/queues/his", `{"queueIds":[{"queueType":1,"queueName":"bert"}],"attributeNames":[]}`)
}

// TestALostQueue: the subscription is at fault, and says why.
func TestALostQueue(t *testing.T) {
	m := session.QueueLost{Subscription: "hers", Err: fault.New(fault.Forbidden, "you may not see this queue any more")}
	golden(t, (&server{}).message(m), `{"__type":"urn:inin.com:queues:queueSubscriptionStateMessage","isDelta":true,"subscriptionId":"hers","state":3,"error":{"errorCode":7,"message":"You may not see this queue any more."}}`)
}

// TestInteractionEnds: an interaction that one follows becomes another, is recorded,
// goes to somebody else, and is over.
func TestInteractionEnds(t *testing.T) {
	c := talker(t)
	const sub = "/messaging/subscriptions/interactions/"
	c.must(204, "PUT", sub+"1000000001", `{"attributeNames":["Eic_State","Eic_CallId"]}`)
	c.must(204, "PUT", sub+"1700000000001", `{"attributeNames":["Eic_State"]}`)
	c.must(204, "PUT", sub+"1700000000002", `{"attributeNames":["Eic_State"]}`)
	c.fetch("interactionChangedMessage", "interactionChangedMessage", "interactionChangedMessage")
	c.floor.publish(dialer.SnippetMade{Call: "1000000001", By: "anna", Recording: "2026/01/31/1000000001-2"})
	c.floor.morph("1000000001", dialer.CallView{ID: "1700000000010", Kind: call.Passed, Queue: call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}, State: call.Offered})
	golden(t, c.fetch("interactionRecordingSnippetCreatedMessage", "interactionMorphedMessage", "interactionChangedMessage"), `[
		{"__type":"urn:inin.com:interactions:interactionRecordingSnippetCreatedMessage","isDelta":true,"interactionID":"1000000001","recordingSnippetId":"2026/01/31/1000000001-2"},
		{"__type":"urn:inin.com:interactions:interactionMorphedMessage","isDelta":true,"interactionID":"1000000001","newInteractionID":"1700000000010"},
		{"__type":"urn:inin.com:interactions:interactionChangedMessage","isDelta":true,"interactionID":"1700000000010","attributes":{"Eic_CallId":"1700000000010","Eic_State":"O"}}]`)
	c.floor.change("1700000000010", func(v *dialer.CallView) { v.Agent, v.Queue = agent.ID{User: "sara", Application: "desk"}, call.Queue{} })
	golden(t, c.fetch("interactionLostRightsMessage"), `[{"__type":"urn:inin.com:interactions:interactionLostRightsMessage","isDelta":true,"interactionID":"1700000000010"}]`)
	c.must(204, "DELETE", sub+"1700000000001", "")
	c.floor.gone("1700000000001")
	c.floor.gone("1700000000002")
	golden(t, c.fetch("interactionDeallocatedMessage"), `[{"__type":"urn:inin.com:interactions:interactionDeallocatedMessage","isDelta":true,"interactionID":"1700000000002"}]`)
}

// TestAlerting: what alerts now, a call on one's own queue and one of the
// workgroup, and their end.
func TestAlerting(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	const path = "/messaging/subscriptions/interaction-alerting"
	bert := agent.ID{User: "bert", Application: "desk"}
	mine, sales := call.Queue{Type: call.UserQueue, Name: "anna"}, call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}
	aside := dialer.CallView{ID: "1700000000001", Kind: call.Made, Agent: bert, Target: "anna", State: call.Alerting, Queue: mine, Alerts: []agent.ID{c.agent}, Rings: mine}
	o.floor.put(aside)
	golden(t, c.must(200, "PUT", path, `{"attributeNames":["Eic_State","Eic_CallDirection","Eic_CallType"]}`).json(t), `{}`)
	golden(t, c.fetch("interactionAlertingMessage"), `[{"__type":"urn:inin.com:interactions:interactionAlertingMessage","isDelta":false,"alertingInteractionDetails":[
		{"interactionId":"1700000000001","interactionType":"Call","name":"bert","address":"bert","alertType":1,"alertAction":1,"autoAnswer":false,
		 "monitoredQueue":{"queueType":1,"queueName":"anna"},"attributes":{"Eic_State":"A","Eic_CallDirection":"I","Eic_CallType":"I"}}]}]`)
	passed := customer("1700000000002", agent.ID{})
	passed.Kind, passed.State, passed.Queue = call.Passed, call.Offered, sales
	o.floor.publish(dialer.Alert{Agent: bert, Call: passed, Queue: sales})
	o.floor.publish(dialer.Alert{Agent: c.agent, Call: passed, Queue: sales})
	o.floor.publish(dialer.Alert{Agent: c.agent, Call: passed, Queue: sales, Stop: true})
	golden(t, c.fetch("interactionAlertingMessage", "interactionAlertingMessage"), `[
		{"__type":"urn:inin.com:interactions:interactionAlertingMessage","isDelta":true,"alertingInteractionDetails":[
			{"interactionId":"1700000000002","interactionType":"Call","name":"Cleo Dunn","address":"+13175550142","alertType":3,"alertAction":1,"autoAnswer":false,
			 "monitoredQueue":{"queueType":2,"queueName":"Sales"},"attributes":{"Eic_State":"O","Eic_CallDirection":"I","Eic_CallType":"E"}}]},
		{"__type":"urn:inin.com:interactions:interactionAlertingMessage","isDelta":true,"alertingInteractionDetails":[
			{"interactionId":"1700000000002","interactionType":"Call","name":"Cleo Dunn","address":"+13175550142","alertType":3,"alertAction":2,"autoAnswer":false,
			 "monitoredQueue":{"queueType":2,"queueName":"Sales"},"attributes":{"Eic_State":"O","Eic_CallDirection":"I","Eic_CallType":"E"}}]}]`)
	c.must(204, "DELETE", path, "")
	c.must(200, "PUT", path, "")
	if d := c.fetch("interactionAlertingMessage")[0]["alertingInteractionDetails"].([]any)[0].(map[string]any); d["attributes"] != nil {
		t.Errorf("attributes that nobody asked for: %v", d)
	}
}

// TestHistory: the last calls, and each that ends.
func TestHistory(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	const path = "/messaging/subscriptions/interaction-history"
	golden(t, c.must(200, "PUT", path, `{"numberOfHistoryMessages":5}`).json(t), `{}`)
	golden(t, c.fetch("historyMessage"), `[{"__type":"urn:inin.com:interactions:historyMessage","isDelta":false,"interactionHistory":[]}]`)
	v := customer("1000000001", c.agent)
	v.Dialed, v.Connected = o.floor.at, o.floor.at.Add(8*time.Second)
	o.floor.ring(v)
	o.floor.change(v.ID, func(v *dialer.CallView) {
		v.State, v.Ended, v.FarEnd, v.Cause = call.Over, o.floor.at.Add(time.Minute), true, "normal clearing"
	})
	o.floor.gone(v.ID)
	const item = `{"interactionId":"1000000001","direction":2,"interactionHistoryStatus":1,"log":"normal clearing","localAddress":"+13175550000","localId":"anna","localName":"anna","notes":"",
		"remoteAddress":"+13175550142","remoteId":"+13175550142","remoteName":"Cleo Dunn","initiationTime":"20260131T173000Z","terminationTime":"20260131T173100Z"}`
	golden(t, c.fetch("historyMessage"), `[{"__type":"urn:inin.com:interactions:historyMessage","isDelta":true,"interactionHistory":[`+item+`]}]`)
	c.must(200, "PUT", path, "")
	golden(t, c.fetch("historyMessage"), `[{"__type":"urn:inin.com:interactions:historyMessage","isDelta":false,"interactionHistory":[`+item+`]}]`)
	c.must(204, "DELETE", path, "")
}

// TestAttributes: what each kind of call shows to whom.
func TestAttributes(t *testing.T) {
	anna, s := agent.ID{User: "anna", Application: "desk"}, &server{cfg: Config{ServerName: "d.example"}}
	at := time.Date(2026, 1, 31, 17, 30, 0, 0, time.UTC)
	contact := customer("1", anna)
	contact.Station, contact.Recording, contact.Recorded, contact.Dialed = "Desk7", "2026/01/31/1-1", true, at
	contact.Attributes = map[string]string{"Order": "7", "eic_dispositioncode": "Sale"}
	disposed := contact
	disposed.Disposition, disposed.Recorded = "Sold", false
	contact.WrapUps = []dialer.WrapUp{{Code: "Old"}, {Code: "Sold"}}
	colleague := dialer.CallView{ID: "2", Kind: call.Made, Agent: anna, Target: "bert", State: call.Offered, Began: at}
	consult := dialer.CallView{ID: "3", Kind: call.Consultation, Agent: anna, Number: "+1555", State: call.Alerting, Consults: "1", Attributes: map[string]string{"Eic_WrapUpCode": "mine"}}
	parked := dialer.CallView{ID: "4", Kind: call.Passed, Number: "+1555", Queue: call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}, State: call.Parked, Campaign: campaign.Campaign{Workgroup: "Spring"}}
	about := dialer.CallView{ID: "6", Kind: call.Consultation, Agent: anna, Number: "+1556", State: call.Connected, Consults: "1", Contact: contact.Contact, Campaign: contact.Campaign}
	given := dialer.CallView{ID: "7", Kind: call.Passed, Agent: agent.ID{User: "bert"}, Target: "bert", Number: "+13175550142", State: call.Connected, Contact: contact.Contact, Campaign: contact.Campaign}
	coming := given
	coming.Agent, coming.State, coming.Queue = agent.ID{}, call.Offered, call.Queue{Type: call.UserQueue, Name: "bert"}
	outside := dialer.CallView{ID: "5", Kind: call.Passed, Number: "+1555", State: call.Connected, Conference: "9"}
	for _, c := range []struct {
		name string
		call dialer.CallView
		by   string
		want map[string]string
	}{
		{"a contact's", contact, "anna", map[string]string{
			"EIC_CallID": "1", "Eic_ObjectType": "Call", "Eic_State": "C", "Eic_CallState": "Connected", "Eic_CallStateString": "Connected", "Eic_CallDirection": "O", "Eic_CallPurpose": "2", "Eic_CallType": "E",
			"Eic_RemoteName": "Cleo Dunn", "Eic_RemoteTn": "+13175550142", "Eic_RemoteTnRaw": "sip:+13175550142@d.example", "Eic_LocalTnRaw": "sip:+13175550000@d.example",
			"Eic_LocalUserId": "anna", "Eic_StationName": "Desk7", "Eic_UWSegmentQueues": "Sales", "Eic_IRRecordingId": "2026/01/31/1-1", "Eic_Recording": "1", "Eic_RecordingPaused": "0",
			"Eic_WrapUpCode": "Sold", "Eic_DispositionCode": "Sale", "order": "7", "ORDER": "7", "plan": "Gold", "is_attr_campaignname": "Spring", "Eic_InitiationTime": "20260131T173000Z",
			"Eic_ConnectTime": "", "Eic_Monitors": "", "Eic_NoSuchThing": "", "": "",
		}},
		{"dispositioned", disposed, "anna", map[string]string{"Eic_DispositionCode": "Sold", "Eic_IRRecordingId": "2026/01/31/1-1", "Eic_Recording": "0"}},
		{"a colleague is called: the caller", colleague, "anna", map[string]string{"Eic_CallDirection": "O", "Eic_CallPurpose": "1", "Eic_CallType": "I", "Eic_State": "O",
			"Eic_RemoteId": "bert", "Eic_RemoteName": "bert", "Eic_LocalUserId": "anna", "Eic_InitiationTime": "20260131T173000Z", "IS_ATTR_CALLID": ""}},
		{"a colleague is called: the colleague", colleague, "Bert", map[string]string{"Eic_CallDirection": "I", "Eic_State": "A", "Eic_CallStateString": "Alerting", "Eic_RemoteId": "anna", "Eic_LocalUserId": "bert"}},
		{"a consultation", consult, "anna", map[string]string{"Eic_State": "R", "Eic_ConsultCallId": "1", "Eic_ConsultingUser": "anna", "Eic_RemoteTn": "+1555", "Eic_WrapUpCode": "mine"}},
		{"parked", parked, "anna", map[string]string{"Eic_State": "P", "Eic_CallStateString": "Parked", "Eic_CallDirection": "I", "Eic_WorkgroupName": "Sales", "Eic_LocalUserId": "", "Eic_ConsultingUser": ""}},
		{"a consultation about a contact", about, "anna", map[string]string{"Eic_RemoteName": "+1556", "Eic_RemoteTn": "+1556", "Eic_CallPurpose": "1", "plan": "Gold"}},
		{"a customer who was passed on", given, "bert", map[string]string{"Eic_State": "C", "Eic_CallType": "E", "Eic_CallDirection": "I", "Eic_RemoteName": "Cleo Dunn", "Eic_RemoteTn": "+13175550142", "Eic_LocalUserId": "bert", "Eic_CallPurpose": "1"}},
		{"a customer who is being passed on", coming, "Bert", map[string]string{"Eic_State": "A", "Eic_CallType": "E", "Eic_CallDirection": "I", "Eic_RemoteName": "Cleo Dunn", "Eic_LocalUserId": "bert", "Eic_UserQueueNames": "bert"}},
		{"sent on to an outside number", outside, "root", map[string]string{"Eic_CallDirection": "O", "Eic_ConferenceId": "9", "Eic_CallPurpose": "1"}},
	} {
		var names []string
		for n := range c.want {
			names = append(names, n)
		}
		if got := s.attributes(c.call, c.by, names); !reflect.DeepEqual(got, c.want) {
			for n, v := range got {
				if v != c.want[n] {
					t.Errorf("%s: %s is %q, want %q", c.name, n, v, c.want[n])
				}
			}
		}
	}
}
