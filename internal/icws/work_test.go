package icws

import (
	"reflect"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

const springID = "4E883D1E-4B03-4E89-8DA6-CE904BB64983"

// worker is anna, logged in to the dialer with a customer on the line.
func worker(t *testing.T, cfg Config) *seat {
	t.Helper()
	c := openOffice(t, cfg).signIn("anna", "desk")
	c.must(200, "POST", "/dialer/log-in", "")
	c.floor.ring(customer("1000000001", c.agent))
	return c
}

// lastAsked is the last command that the floor got.
func (f *stage) lastAsked() dialer.Command {
	all := f.asked()
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// TestDialerWork: what is asked of the floor, and the answer once it is done.
func TestDialerWork(t *testing.T) {
	c := worker(t, Config{})
	const call = `"callId":"1000000001","campaignId":"` + springID + `"`
	everything := dialer.Overrides{Filter: true, QueryFilter: true, Zone: true, Skills: true, DailyLimit: true, Spacing: true, DoNotCall: true, Ownership: true}
	for _, s := range []struct {
		path, body string
		status     int
		answer     string
		want       dialer.Command
	}{
		{"/dialer/update-call-data", `{` + call + `,"callAttributes":{"PLAN":"Silver"}}`, 202, "",
			dialer.UpdateCallData{Agent: c.agent, Call: "1000000001", Campaign: springID, Attributes: map[string]string{"PLAN": "Silver"}}},
		{"/dialer/update-call-data", `{` + call + `,"callAttributes":{}}`, 202, "",
			dialer.UpdateCallData{Agent: c.agent, Call: "1000000001", Campaign: springID, Attributes: map[string]string{}}},
		{"/dialer/set-agent-type", `{"agentType":3,"campaignIds":["` + springID + `"]}`, 200, "",
			dialer.SetAgentType{Agent: c.agent, Type: dialer.Composite, Campaigns: []campaign.ID{springID}}},
		{"/dialer/update-stage", `{"newStageId":2,"campaignId":"` + springID + `"}`, 200, "", dialer.SetStage{Agent: c.agent, Campaign: springID, Stage: 2}},
		{"/dialer/update-stage", `{"agentId":"BERT","newStageId":0,"campaignId":"` + springID + `"}`, 200, "", dialer.SetStage{Agent: c.agent, User: "bert", Campaign: springID}},
		{"/dialer/update-stage", `{"agentId":"nobody","newStageId":1,"campaignId":"` + springID + `"}`, 200, "", dialer.SetStage{Agent: c.agent, User: "nobody", Campaign: springID, Stage: 1}},
		{"/dialer/initiate-manual-outbound-call", `{"campaignid":"` + springID + `","agentid":"Anna","identity":"9007199254740993","type":3,"numbervalue":"+13175550142"}`, 200, `{"response":true}`,
			dialer.DialManually{By: c.agent, For: "anna", Campaign: springID, Contact: 9007199254740993, Kind: dialer.PhoneNumber, Number: "+13175550142"}},
		{"/dialer/initiate-manual-outbound-call", `{"campaignid":"X","agentid":"nobody","identity":"7","type":2,"numbervalue":"1","ignorefilter":true,"ignorequeryfilter":true,"ignorezoneblocking":true,
			"ignoreskills":true,"ignoredailylimit":true,"ignoreminimumspacing":true,"ignoredncscrub":true,"ignorecampaignownership":true}`, 200, `{"response":true}`,
			dialer.DialManually{By: c.agent, For: "nobody", Campaign: "X", Contact: 7, Kind: dialer.ColumnID, Number: "1", Ignore: everything}},
		{"/dialer/mark-call-for-finishing", `{` + call + `}`, 200, "", dialer.MarkForFinishing{Agent: c.agent, Call: "1000000001", Campaign: springID}},
		{"/dialer/mark-call-for-finishing", `{` + call + `,"callAttributes":{"NOTE":"hot"}}`, 200, "",
			dialer.MarkForFinishing{Agent: c.agent, Call: "1000000001", Campaign: springID, Attributes: map[string]string{"NOTE": "hot"}}},
		{"/dialer/allocate-agents", `{"agentIds":["ANNA","bert","nobody"],"campaignIdsIn":["A"],"campaignIdsOut":["B","C"]}`, 202, "",
			dialer.AllocateAgents{By: c.agent, Agents: []string{"anna", "bert", "nobody"}, In: []campaign.ID{"A"}, Out: []campaign.ID{"B", "C"}}},
		{"/dialer/allocate-agents", `{"agentIds":["anna"],"campaignIdsIn":[],"campaignIdsOut":["B"]}`, 202, "",
			dialer.AllocateAgents{By: c.agent, Agents: []string{"anna"}, In: []campaign.ID{}, Out: []campaign.ID{"B"}}},
		{"/dialer/transfer-to-attendant-profile", `{` + call + `,"target":"Night desk"}`, 200, "",
			dialer.TransferToProfile{Agent: c.agent, Call: "1000000001", Campaign: springID, Profile: "Night desk"}},
		{"/dialer/reset-campaign", `{"campaignid":"` + springID + `"}`, 200, "", dialer.ResetCampaign{By: c.agent, Campaign: springID}},
		{"/dialer/reset-campaign", ``, 200, "", dialer.ResetCampaign{By: c.agent}},
		{"/dialer/recycle-campaign", `{"campaignid":"` + springID + `"}`, 200, "", dialer.RecycleCampaign{By: c.agent, Campaign: springID}},
		{"/dialer/recycle-campaign", `{}`, 200, "", dialer.RecycleCampaign{By: c.agent}},
		{"/dialer/transition-campaign", `{"groupname":"Mornings"}`, 200, "", dialer.TransitionCampaign{By: c.agent, Group: "Mornings"}},
		{"/dialer/transition-campaign", `{"campaignid":"A","groupname":"Mornings"}`, 200, "", dialer.TransitionCampaign{By: c.agent, Campaign: "A", Group: "Mornings"}},
		{"/dialer/place-preview-call", `{"callInitiatedByTimer":true,"callAttributes":{"PLAN":"Silver"}}`, 200, "", dialer.PlacePreview{Agent: c.agent, Attributes: map[string]string{"PLAN": "Silver"}}},
	} {
		r := c.must(s.status, "POST", s.path, s.body)
		if got := c.floor.lastAsked(); !reflect.DeepEqual(got, s.want) {
			t.Errorf("%s %s: asked\n%#v, want\n%#v", s.path, s.body, got, s.want)
		}
		switch {
		case s.answer != "":
			golden(t, r.json(t), s.answer)
		case r.text != "":
			t.Errorf("%s: a body %s", s.path, r.text)
		}
		if got := r.Header.Get("Content-Type"); got != mediaType {
			t.Errorf("%s: type %s", s.path, got)
		}
	}
}

// TestDialerWorkBodies: what is missing or wrong is named, and nothing is asked of
// the floor.
func TestDialerWorkBodies(t *testing.T) {
	c := worker(t, Config{})
	const missingType, invalidType = "urn:inin.com:common:missingPropertyError", "urn:inin.com:common:invalidPropertyError"
	before := len(c.floor.asked())
	many := `"` + strings.Repeat(`x","`, 1000) + `x"`
	manual := func(change string) string {
		return `{"campaignid":"A","agentid":"anna","identity":"7","type":3,` + change + `}`
	}
	for _, s := range []struct {
		path, body    string
		typ, property string
	}{
		{"update-call-data", ``, missingType, "callId"},
		{"update-call-data", `{"callId":"1"}`, missingType, "campaignId"},
		{"update-call-data", `{"callId":"1","campaignId":"A"}`, missingType, "callAttributes"},
		{"update-call-data", `{"callId":1}`, invalidType, "callId"},
		{"update-call-data", `{"callId":"1","campaignId":"A","callAttributes":{"a":1}}`, invalidType, "callAttributes"},
		{"set-agent-type", `{}`, missingType, "agentType"},
		{"set-agent-type", `{"agentType":"Regular"}`, invalidType, "agentType"},
		{"set-agent-type", `{"agentType":0,"campaignIds":["A"]}`, invalidType, "agentType"},
		{"set-agent-type", `{"agentType":4,"campaignIds":["A"]}`, invalidType, "agentType"},
		{"set-agent-type", `{"agentType":1}`, missingType, "campaignIds"},
		{"set-agent-type", `{"agentType":1,"campaignIds":[]}`, missingType, "campaignIds"},
		{"set-agent-type", `{"agentType":1,"campaignIds":[` + many + `]}`, invalidType, "campaignIds"},
		{"update-stage", `{"campaignId":"A"}`, missingType, "newStageId"},
		{"update-stage", `{"newStageId":1}`, missingType, "campaignId"},
		{"update-stage", `{"newStageId":1.5,"campaignId":"A"}`, invalidType, "newStageId"},
		{"initiate-manual-outbound-call", `{}`, missingType, "campaignid"},
		{"initiate-manual-outbound-call", `{"campaignid":"A"}`, missingType, "agentid"},
		{"initiate-manual-outbound-call", `{"campaignid":"A","agentid":"anna"}`, missingType, "identity"},
		{"initiate-manual-outbound-call", `{"campaignid":"A","agentid":"anna","identity":"7"}`, missingType, "type"},
		{"initiate-manual-outbound-call", manual(`"identity":"seven"`), invalidType, "identity"},
		{"initiate-manual-outbound-call", manual(`"identity":"9223372036854775808"`), invalidType, "identity"},
		{"initiate-manual-outbound-call", manual(`"identity":7`), invalidType, "identity"},
		{"initiate-manual-outbound-call", manual(`"type":4`), invalidType, "type"},
		{"initiate-manual-outbound-call", manual(`"type":-1`), invalidType, "type"},
		{"initiate-manual-outbound-call", manual(`"ignoreskills":"yes"`), invalidType, "ignoreskills"},
		{"mark-call-for-finishing", `{}`, missingType, "callId"},
		{"mark-call-for-finishing", `{"callId":"1"}`, missingType, "campaignId"},
		{"allocate-agents", `{"campaignIdsIn":["A"]}`, missingType, "agentIds"},
		{"allocate-agents", `{"agentIds":["anna"]}`, invalidType, "campaignIdsIn"},
		{"allocate-agents", `{"agentIds":["anna"],"campaignIdsIn":[],"campaignIdsOut":[]}`, invalidType, "campaignIdsIn"},
		{"allocate-agents", `{"agentIds":["anna"],"campaignIdsIn":[` + many + `]}`, invalidType, "campaignIdsIn"},
		{"allocate-agents", `{"agentIds":["anna"],"campaignIdsOut":[` + many + `]}`, invalidType, "campaignIdsOut"},
		{"allocate-agents", `{"agentIds":[` + many + `],"campaignIdsOut":["A"]}`, invalidType, "agentIds"},
		{"transfer-to-attendant-profile", `{"target":"x"}`, missingType, "callId"},
		{"transfer-to-attendant-profile", `{"callId":"1","campaignId":"A"}`, missingType, "target"},
		{"reset-campaign", `{"campaignid":7}`, invalidType, "campaignid"},
		{"recycle-campaign", `{"campaignid":[]}`, invalidType, "campaignid"},
		{"transition-campaign", `{"campaignid":"A"}`, missingType, "groupname"},
		{"request-form-definition", `{"campaignId":7}`, invalidType, "campaignId"},
		{"request-contact-data", `{}`, missingType, "callId"},
		{"request-phone-number-details", `{"interactionId":7}`, invalidType, "interactionId"},
		{"perform-call-list-query", `{}`, missingType, "connectionid"},
		{"place-preview-call", `{"callInitiatedByTimer":"no"}`, invalidType, "callInitiatedByTimer"},
	} {
		b := c.must(400, "POST", "/dialer/"+s.path, s.body).json(t)
		if name, _ := b["propertyName"].(string); b["__type"] != s.typ || !strings.HasPrefix(name, s.property) {
			t.Errorf("%s %.80s: %v", s.path, s.body, b)
		}
	}
	if now := len(c.floor.asked()); now != before {
		t.Errorf("the floor was asked %d times", now-before)
	}
}

// TestDialerWorkRefused: the status of each kind of refusal is one that the resource
// documents (contract section 4.2).
func TestDialerWorkRefused(t *testing.T) {
	c := worker(t, Config{})
	const call = `"callId":"1000000001","campaignId":"` + springID + `"`
	bodies := map[string]string{
		"log-in": ``, "log-off": ``, "ready-for-calls": ``, "disposition": `{"label":"Sale"}`, "place-preview-call": ``,
		"update-call-data":              `{` + call + `,"callAttributes":{}}`,
		"set-agent-type":                `{"agentType":3,"campaignIds":["A"]}`,
		"update-stage":                  `{"newStageId":2,"campaignId":"A"}`,
		"initiate-manual-outbound-call": `{"campaignid":"A","agentid":"anna","identity":"7","type":3,"numbervalue":"1"}`,
		"mark-call-for-finishing":       `{` + call + `}`,
		"allocate-agents":               `{"agentIds":["anna"],"campaignIdsIn":["A"]}`,
		"transfer-to-attendant-profile": `{` + call + `,"target":"x"}`,
		"reset-campaign":                ``, "recycle-campaign": ``,
		"transition-campaign": `{"groupname":"x"}`,
	}
	for name, body := range bodies {
		want := map[fault.Kind]int{fault.Invalid: 400, fault.Conflict: 400, fault.Forbidden: 403, fault.NotFound: 400, fault.Busy: 500, fault.Gone: 500, fault.Internal: 500}
		switch name {
		case "disposition", "place-preview-call":
			want[fault.NotFound] = 404
		case "update-call-data":
			want[fault.Forbidden] = 400
		}
		for kind, status := range want {
			c.floor.stop(fault.New(kind, "no, for a reason"))
			r := c.do("POST", "/dialer/"+name, body)
			if r.StatusCode != status {
				t.Errorf("%s, %v: %d, want %d: %s", name, kind, r.StatusCode, status, r.text)
			}
			if told := strings.Contains(r.text, "No, for a reason."); told != (status < 500) {
				t.Errorf("%s, %v: %s", name, kind, r.text)
			}
		}
	}
	c.floor.stop(nil)
}

// TestDialerAbsences: what is documented and not offered is an unknown resource, and
// does not lower the version.
func TestDialerAbsences(t *testing.T) {
	c := worker(t, Config{})
	for _, name := range []string{"put-xml", "update-dialer-object", "remove-dialer-object", "request-dialer-objects", "request-dialer-object"} {
		if b := c.must(404, "POST", "/dialer/"+name, "{}").json(t); b["errorId"] != errUnknownResource.Code {
			t.Errorf("%s: %v", name, b)
		}
	}
	golden(t, c.send("GET", "/icws/connection/features/dialer", "").json(t), `{"featureId":"dialer","version":9}`)
}
