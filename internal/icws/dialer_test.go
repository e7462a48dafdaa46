package icws

import (
	"reflect"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/session"
)

// TestDispositionProperties: every property reaches the floor, together and alone.
func TestDispositionProperties(t *testing.T) {
	c := worker(t, Config{})
	for _, s := range []struct {
		body string
		want dialer.Dispose
	}{
		{`{"label":"Sale"}`, dialer.Dispose{Label: "Sale"}},
		{`{"label":"Sale","isAbandon":true}`, dialer.Dispose{Label: "Sale", Abandon: true}},
		{`{"label":"Sale","placeAdditionalFollowUpCall":true}`, dialer.Dispose{Label: "Sale", Again: true}},
		{`{"label":"Sale","callAttributes":{"PLAN":"Silver","NEW":""}}`, dialer.Dispose{Label: "Sale", Attributes: map[string]string{"PLAN": "Silver", "NEW": ""}}},
		{`{"label":"Sale","scheduledAgent":"","callAttributes":null,"relativeTo":null}`, dialer.Dispose{Label: "Sale"}},
		{`{"label":"Later","scheduledTime":0}`, dialer.Dispose{Label: "Later", Callback: time.Unix(0, 0).UTC()}},
		{`{"label":"Later","scheduledTime":1770022800,"scheduledAgent":"Bert","relativeTo":0,"isAbandon":false,"placeAdditionalFollowUpCall":false}`,
			dialer.Dispose{Label: "Later", Owner: "bert", Callback: time.Unix(1770022800, 0).UTC()}},
	} {
		v := customer("1000000001", c.agent)
		v.Campaign.AllowAgain = true
		c.floor.ring(v)
		c.must(200, "POST", "/dialer/disposition", s.body)
		s.want.Agent = c.agent
		if got := c.floor.lastAsked(); !reflect.DeepEqual(got, s.want) {
			t.Errorf("%s: asked\n%+v, want\n%+v", s.body, got, s.want)
		}
	}
	c.floor.ring(customer("1000000001", c.agent))
	if b := c.must(400, "POST", "/dialer/disposition", `{"label":"Sale","placeAdditionalFollowUpCall":true}`).json(t); b["propertyName"] != "placeAdditionalFollowUpCall" {
		t.Errorf("%v", b)
	}
	c.floor.change("1000000001", func(v *dialer.CallView) { v.Campaign.Zone = "" })
	if b := c.must(400, "POST", "/dialer/disposition", `{"label":"Later","scheduledTime":1,"relativeTo":1}`).json(t); b["propertyName"] != "relativeTo" {
		t.Errorf("%v", b)
	}
}

// TestDispositionBodies: each wrong type is named by its property.
func TestDispositionBodies(t *testing.T) {
	c := worker(t, Config{})
	for body, property := range map[string]string{
		`{"label":"Sale","scheduledTime":-1}`:                         "scheduledTime",
		`{"label":"Sale","scheduledTime":"1770022800"}`:               "scheduledTime",
		`{"label":"Sale","scheduledTime":17700228000000}`:             "scheduledTime",
		`{"label":"Later","scheduledTime":1,"relativeTo":-1}`:         "relativeTo",
		`{"label":"Later","scheduledTime":1,"relativeTo":"UTC"}`:      "relativeTo",
		`{"label":"Later","scheduledTime":1,"scheduledAgent":"Nora"}`: "scheduledAgent",
		`{"label":"Later","scheduledTime":1,"scheduledAgent":7}`:      "scheduledAgent",
		`{"label":"Sale","isAbandon":"true"}`:                         "isAbandon",
		`{"label":"Sale","placeAdditionalFollowUpCall":1}`:            "placeAdditionalFollowUpCall",
		`{"label":"Sale","callAttributes":[]}`:                        "callAttributes",
		`{"label":""}`:                                                "label",
	} {
		if b := c.must(400, "POST", "/dialer/disposition", body).json(t); b["propertyName"] != property {
			t.Errorf("%s: %v", body, b)
		}
	}
}

// TestNamedCampaigns: log-off and ready-for-calls take campaigns, none, and the wrong
// property of a deployed client.
func TestNamedCampaigns(t *testing.T) {
	c := worker(t, Config{})
	for body, want := range map[string]int{``: 0, `{}`: 0, `{"campaignId":"A"}`: 0, `{"campaignIds":null}`: 0, `{"campaignIds":[]}`: 0, `{"campaignIds":["A","B"]}`: 2} {
		c.must(200, "POST", "/dialer/ready-for-calls", body)
		if got := c.floor.lastAsked().(dialer.Ready); len(got.Campaigns) != want || got.Agent != c.agent {
			t.Errorf("ready %s: %+v", body, got)
		}
	}
	c.must(400, "POST", "/dialer/ready-for-calls", `{"campaignIds":"A"}`)
	c.must(400, "POST", "/dialer/log-off", `{"campaignIds":[7]}`)
	c.must(200, "POST", "/dialer/log-off", `{"campaignIds":["A"]}`)
	if got := c.floor.lastAsked().(dialer.LogOff); len(got.Campaigns) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestPlacePreview: with attributes, by the client's timer or not, and 404 without a
// preview.
func TestPlacePreview(t *testing.T) {
	c := worker(t, Config{})
	c.floor.gone("1000000001")
	c.must(404, "POST", "/dialer/place-preview-call", `{"callInitiatedByTimer":true}`)
	v := customer("1000000002", c.agent)
	v.Preview, v.State, v.Owned, v.Campaign.AllowOwned = true, call.Previewed, true, true
	c.floor.ring(v)
	c.fetch("availableCampaignsMessage", "breakStatusMessage", "dataPopMessage", "dataPopMessage")
	for _, body := range []string{``, `{}`, `{"callInitiatedByTimer":false}`} {
		c.must(200, "POST", "/dialer/place-preview-call", body)
		p := c.fetch("dataPopMessage")[0]["call"].(map[string]any)
		if p["callPlaced"] != true || p["dialingMode"] != 1.0 || p["allowAgentCallbacks"] != true || p["allowSkip"] != false {
			t.Errorf("%s: %v", body, p)
		}
	}
	c.must(400, "POST", "/dialer/place-preview-call", `{"callAttributes":{"PLAN":7}}`)
}

// TestDialerLicence: who has no licence can not work, and it is free again once its
// holder has left the dialer. What needs no licence goes on without.
func TestDialerLicence(t *testing.T) {
	o := openOffice(t, Config{}, func(c *session.Config) { c.Licences = map[string]int{session.DialerAddOn: 1} })
	anna, bert := o.signIn("anna", "desk"), o.signIn("bert", "desk")
	anna.must(404, "POST", "/dialer/disposition", `{"label":"Sale"}`) // what fails takes none
	bert.must(200, "POST", "/dialer/log-in", "")
	bert.must(200, "POST", "/dialer/log-in", "")
	for path, body := range map[string]string{
		"log-in": "", "ready-for-calls": "", "place-preview-call": "", "disposition": `{"label":"Sale"}`,
	} {
		if b := anna.must(403, "POST", "/dialer/"+path, body).json(t); b["errorCode"] != 7.0 {
			t.Errorf("%s: %v", path, b)
		}
	}
	anna.must(400, "POST", "/dialer/disposition", "") // the body before the licence
	anna.must(202, "POST", "/dialer/request-break", "")
	anna.must(202, "POST", establish, "")
	bert.must(200, "POST", "/dialer/log-off", "")
	bert.fetch("availableCampaignsMessage", "breakStatusMessage", "availableCampaignsMessage", "breakStatusMessage", "logoutGrantedMessage")
	anna.must(200, "POST", "/dialer/log-in", "")
	bert.must(403, "POST", "/dialer/log-in", "")
}
