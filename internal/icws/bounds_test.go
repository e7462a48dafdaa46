package icws

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestBounds: what a session may have the server keep is bounded; one too many is
// named, and the last that fits is taken.
func TestBounds(t *testing.T) {
	c := talker(t)
	list := func(n int, of func(int) string) string {
		var names []string
		for i := range n {
			names = append(names, of(i))
		}
		b, _ := json.Marshal(names)
		return string(b)
	}
	number := func(i int) string { return fmt.Sprint(i) }
	long := func(n int) func(int) string { return func(int) string { return strings.Repeat("x", n) } }
	anna := func(int) string { return "anna" }
	const subs = "/messaging/subscriptions"
	own := `{"queueIds":[{"queueType":1,"queueName":"anna"}],"attributeNames":`
	for _, s := range []struct {
		verb, path, body, property string
	}{
		{"PUT", subs + "/queues/q", own + list(nameLimit+1, number) + "}", "attributeNames"},
		{"PUT", subs + "/queues/q", own + list(1, long(nameLength+1)) + "}", "attributeNames"},
		{"PUT", subs + "/queues/" + long(nameLength+1)(0), own + "[]}", "subscriptionId"},
		{"PUT", subs + "/interactions/1000000001", `{"attributeNames":` + list(1, long(nameLength+1)) + "}", "attributeNames"},
		{"PUT", subs + "/interaction-alerting", `{"attributeNames":` + list(1, long(nameLength+1)) + "}", "attributeNames"},
		{"PUT", subs + "/status/user-statuses", `{"userIds":["anna"],"userStatusProperties":` + list(nameLimit+1, number) + "}", "userStatusProperties"},
		{"PUT", subs + "/status/user-statuses", `{"userIds":["anna"],"userStatusProperties":` + list(1, long(nameLength+1)) + "}", "userStatusProperties"},
		{"PUT", subs + "/status/user-statuses", `{"userIds":` + list(listLimit+1, anna) + "}", "userIds"},
		{"PUT", subs + "/session/sessions-users", `{"userIds":` + list(listLimit+1, anna) + "}", "userIds"},
		{"PUT", subs + "/session/sessions-stations", `{"stationIds":` + list(listLimit+1, number) + "}", "stationIds"},
		{"PUT", subs + "/session/sessions-layouts", `{"layoutIds":` + list(listLimit+1, number) + "}", "layoutIds"},
		{"PUT", subs + "/licenses", `{"licenseList":` + list(licenceLimit+1, number) + "}", "licenseList"},
		{"POST", "/licenses", `{"licenseList":` + list(1, long(nameLength+1)) + "}", "licenseList"},
		{"POST", "/interactions/conferences", `{"interactions":` + list(partyLimit+1, number) + "}", "interactions"},
		{"POST", "/dialer/log-off", `{"campaignIds":` + list(listLimit+1, number) + "}", "campaignIds"},
		{"POST", "/dialer/ready-for-calls", `{"campaignIds":` + list(listLimit+1, number) + "}", "campaignIds"},
		{"POST", "/dialer/allocate-agents", `{"campaignIdsIn":["x"],"agentIds":` + list(listLimit+1, anna) + "}", "agentIds"},
	} {
		b := c.must(400, s.verb, s.path, s.body).json(t)
		if b["propertyName"] != s.property {
			t.Errorf("%s %s: %v", s.verb, s.path, b)
		}
	}
	for path, body := range map[string]string{
		"/queues/q":             own + list(nameLimit, number) + "}",
		"/queues/r":             own + list(1, long(nameLength)) + "}",
		"/status/user-statuses": `{"userIds":` + list(listLimit, anna) + `,"userStatusProperties":["notes"]}`,
	} {
		c.must(200, "PUT", subs+path, body)
	}
}

// TestNamesInTheAuditTrail: what is written down of a sign-in is one line.
func TestNamesInTheAuditTrail(t *testing.T) {
	o := openOffice(t, Config{})
	for property, body := range map[string]string{
		"applicationName": signInBody("anna", "secret", "desk\nsign-out desk"),
		"userID":          signInBody("anna\x00", "secret", "desk"),
	} {
		r := o.send("POST", "/icws/connection", body, "Accept-Language: en")
		if b := r.json(t); r.StatusCode != 400 || b["propertyName"] != property {
			t.Errorf("%s: %d %v", property, r.StatusCode, b)
		}
	}
}

// TestWhoIsNotThere is told alike wherever a path or a body names somebody.
func TestWhoIsNotThere(t *testing.T) {
	c := openOffice(t, Config{}).signIn("anna", "desk")
	for _, s := range []struct{ verb, path, body string }{
		{"GET", "/status/user-statuses/nobody", ""},
		{"GET", "/status/status-messages-user-access/nobody", ""},
		{"GET", "/status/user-status-previous-info/nobody", ""},
		{"PUT", "/messaging/subscriptions/status/user-statuses", `{"userIds":["nobody"]}`},
	} {
		if b := c.must(404, s.verb, s.path, s.body).json(t); b["message"] != "There is no user nobody." {
			t.Errorf("%s %s: %v", s.verb, s.path, b)
		}
	}
}
