package icws

import "testing"

// Clients that greet their handlers at the start go on.
func TestHandlers(t *testing.T) {
	c := openOffice(t, Config{}).signIn("anna", "desk")
	const notification, subscription = "/system/handler-notification", "/messaging/subscriptions/system/handler-sent-notifications"
	for _, r := range []struct {
		status           int
		verb, path, body string
		property         string
	}{
		{202, "POST", notification, `{"objectId":"desk","eventId":"hello","data":["a","b"]}`, ""},
		{202, "POST", notification, `{"objectId":"desk","eventId":"hello"}`, ""},
		{400, "POST", notification, `{"eventId":"hello"}`, "objectId"},
		{400, "POST", notification, `{"objectId":"desk"}`, "eventId"},
		{400, "POST", notification, `{"objectId":"desk","eventId":"hello","data":"a"}`, "data"},
		{204, "PUT", subscription, `{"headers":[{"objectId":"desk","eventIds":["hello"]},{"objectId":"board","eventIds":[]}]}`, ""},
		{204, "PUT", subscription, `{"headers":[]}`, ""},
		{400, "PUT", subscription, `{}`, "headers"},
		{400, "PUT", subscription, `{"headers":[{"eventIds":["hello"]}]}`, "headers.objectId"},
		{204, "DELETE", subscription, "", ""},
		{204, "DELETE", subscription, "", ""},
	} {
		got := c.do(r.verb, r.path, r.body)
		if got.StatusCode != r.status {
			t.Errorf("%s %s %s: %d, want %d: %s", r.verb, r.path, r.body, got.StatusCode, r.status, got.text)
		} else if r.property != "" && got.json(t)["propertyName"] != r.property {
			t.Errorf("%s %s %s: %s, want a word about %s", r.verb, r.path, r.body, got.text, r.property)
		}
	}
}
