package icws

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/dialer"
)

// TestContactData: the columns of a contact, for its agent and for who supervises
// the campaign.
func TestContactData(t *testing.T) {
	c := worker(t, Config{})
	c.floor.change("1000000001", func(v *dialer.CallView) {
		v.Attributes = map[string]string{"NOTE": "hot", "IS_ATTR_STATUS": "forged"}
		v.Stage, v.Number = 2, "+13175550199"
	})
	const body = `{"callId":"1000000001","campaignId":"` + springID + `"}`
	golden(t, c.must(200, "POST", "/dialer/request-contact-data", body).json(t), `{"contacts":[{"contactdata":{
		"FIRST_NAME":"Cleo","LAST_NAME":"Dunn","PLAN":"Gold","NOTE":"hot","I3_IDENTITY":"7","IS_ATTR_I3_IDENTITY":"7","IS_ATTR_CALLID":"1000000001",
		"IS_ATTR_CAMPAIGNID":"4E883D1E-4B03-4E89-8DA6-CE904BB64983","IS_ATTR_CAMPAIGNNAME":"Spring","IS_ATTR_NUMBERTODIAL":"+13175550199",
		"IS_ATTR_STATUS":"I","IS_ATTR_ATTEMPTS":"0","IS_ATTR_STAGE":"2","IS_ATTR_ZONE":"America/New_York","IS_ATTR_WORKGROUPNAME":"Sales"}}]}`)
	for user, want := range map[string]int{"sara": 200, "root": 200, "bert": 403} {
		other := c.signIn(user, "desk")
		other.must(want, "POST", "/dialer/request-contact-data", body)
		other.must(want, "POST", "/dialer/request-phone-number-details", `{"interactionId":"1000000001"}`)
	}
	c.floor.ring(dialer.CallView{ID: "1000000002", Agent: c.agent, Number: "200"})
	for body, why := range map[string]string{
		`{"callId":"9","campaignId":"A"}`:          "There is no call 9.",
		`{"callId":"1000000001","campaignId":"A"}`: "Call 1000000001 is of campaign " + springID + ".",
		`{"callId":"1000000002","campaignId":"A"}`: "Call 1000000002 is not for a contact.",
	} {
		if b := c.must(400, "POST", "/dialer/request-contact-data", body).json(t); b["message"] != why {
			t.Errorf("%s: %v", body, b)
		}
	}
}

// TestPhoneNumberDetails: the numbers of a contact by their columns, and what blocks
// them now.
func TestPhoneNumberDetails(t *testing.T) {
	c := worker(t, Config{})
	details := func(body string) any {
		t.Helper()
		return c.must(200, "POST", "/dialer/request-phone-number-details", body).json(t)
	}
	c.floor.change("1000000001", func(v *dialer.CallView) {
		v.Campaign.Hours = compliance.Hours{Always: true}
		v.Contact.Attempts = 2
	})
	golden(t, details(`{"interactionId":"1000000001","campaignId":"`+strings.ToLower(springID)+`"}`), `{"records":[{"ccid":1,"name":"","phonenumbertype":"","phonenumber":"+13175550142","attempts":2,"blockingresult":""}]}`)
	c.floor.change("1000000001", func(v *dialer.CallView) {
		v.Campaign.PhoneColumns = []string{"HOME", "MOBILE", "WORK"}
		v.Contact.Columns = map[string]string{"HOME": "+13175550142", "Work": "+1 (317) 555-0143", "MOBILE": ""}
		v.Campaign.Hours = compliance.Hours{From: 13 * time.Hour, To: 20 * time.Hour} // it is 12:30 in New York
	})
	const closed = "hours 13:00-20:00, 12:30 in America/New_York"
	golden(t, details(""), `{"records":[
		{"ccid":1,"name":"HOME","phonenumbertype":"HOME","phonenumber":"+13175550142","attempts":2,"blockingresult":"`+closed+`"},
		{"ccid":3,"name":"WORK","phonenumbertype":"WORK","phonenumber":"+13175550143","attempts":2,"blockingresult":"`+closed+`"}]}`)
	for _, zone := range []string{"", "Mars/Olympus"} {
		c.floor.change("1000000001", func(v *dialer.CallView) { v.Campaign.Zone, v.Contact.Zone = "", zone })
		rows := details("{}").(map[string]any)["records"].([]any)
		if why := rows[0].(map[string]any)["blockingresult"].(string); !strings.Contains(why, "not known") {
			t.Errorf("zone %q: %s", zone, why)
		}
	}
	c.must(400, "POST", "/dialer/request-phone-number-details", `{"campaignId":"A"}`)
	idle := c.signIn("bert", "desk")
	if b := idle.must(400, "POST", "/dialer/request-phone-number-details", "").json(t); b["propertyName"] != "interactionId" {
		t.Errorf("%v", b)
	}
}
