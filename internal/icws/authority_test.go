package icws

import (
	"cmp"
	"net/http"
	"strings"
	"testing"
)

// whose says whose thing a request names.
type whose int

const (
	// mine: it is about the session itself, or about nobody.
	mine whose = iota
	// annas: it names Anna, her call, her queue, her station, or the campaign of her
	// workgroup.
	annas
)

// warrant is one row of the table of rights: a request and what each asker gets.
type warrant struct {
	body string // $CALL is Anna's call with Cleo, $CAMPAIGN the campaign it is of
	what whose
	// Anna, Carl of her workgroup, Bert of another, Sue who supervises hers, Sam who
	// supervises another, the administrator.
	anna, carl, bert, sue, sam, root int
}

// everybody gets the same.
func everybody(status int, body string) warrant {
	return warrant{body, mine, status, status, status, status, status, status}
}

// holder is for who holds the call.
func holder(status int, body string) warrant {
	return warrant{body, annas, status, 403, 403, 403, 403, 403}
}

// overseen is for who holds the call, supervises it, or administers all.
func overseen(status int, body string) warrant {
	return warrant{body, annas, status, 403, 403, status, 403, status}
}

// overseer is for who supervises the call or administers all, not for its agent.
func overseer(status int, body string) warrant {
	return warrant{body, annas, 403, 403, 403, status, 403, status}
}

const (
	listenOn  = `{"on":true,"supervisor":true}`
	elsewhere = `{"target":"+13175550155"}`
)

// warrants has a row for every resource.
var warrants = map[string]warrant{
	"POST /connection":                     everybody(400, `{}`),
	"GET /connection/version":              everybody(200, ""),
	"GET /connection/features":             everybody(200, ""),
	"GET /connection/features/{featureId}": everybody(200, ""),
	"GET /connection/server-info":          everybody(200, ""),
	"GET /connection/server-time":          everybody(200, ""),
	"GET /openapi.yaml":                    everybody(200, ""),

	"GET /connection":                    everybody(200, ""),
	"DELETE /connection":                 everybody(200, ""),
	"GET /connection/switchover-status":  everybody(200, ""),
	"POST /connection/unique-auth-token": everybody(200, `{"authTokenSeed":"6f1d3c52-0b0e-4a53-9f0a-2f6c8f0a7b11"}`),
	"GET /connection/station":            everybody(200, ""),
	"DELETE /connection/station":         everybody(200, ""),
	"PUT /connection/station":            everybody(200, `{"__type":"urn:inin.com:connection:stationlessSettings"}`),
	"GET /messaging/messages":            everybody(200, ""),
	"POST /messaging/heartbeat":          everybody(200, ""),

	// Subscriptions: what they tell of is judged here; ending them is everybody's own.
	"PUT /messaging/subscriptions/connection/station":                    everybody(200, ""),
	"DELETE /messaging/subscriptions/connection/station":                 everybody(200, ""),
	"PUT /messaging/subscriptions/status/user-statuses":                  everybody(200, `{"userIds":["anna"]}`),
	"DELETE /messaging/subscriptions/status/user-statuses":               everybody(204, ""),
	"PUT /messaging/subscriptions/status/status-messages":                everybody(200, ""),
	"DELETE /messaging/subscriptions/status/status-messages":             everybody(204, ""),
	"PUT /messaging/subscriptions/status/status-messages-user-access":    everybody(200, `{"userIds":["anna"]}`),
	"DELETE /messaging/subscriptions/status/status-messages-user-access": everybody(200, ""),
	"PUT /messaging/subscriptions/status/user-status-previous-info":      everybody(200, ""),
	"DELETE /messaging/subscriptions/status/user-status-previous-info":   everybody(204, ""),
	"PUT /messaging/subscriptions/queues/{subscriptionId}":               overseen(200, `{"attributeNames":["Eic_State"],"queueIds":[{"queueType":1,"queueName":"anna"}]}`),
	"DELETE /messaging/subscriptions/queues/{subscriptionId}":            everybody(204, ""),
	"PUT /messaging/subscriptions/interactions/{interactionId}":          overseen(204, `{"attributeNames":["Eic_State"]}`),
	"DELETE /messaging/subscriptions/interactions/{interactionId}":       everybody(204, ""),
	"PUT /messaging/subscriptions/interaction-alerting":                  everybody(200, ""),
	"DELETE /messaging/subscriptions/interaction-alerting":               everybody(204, ""),
	"PUT /messaging/subscriptions/interaction-history":                   everybody(200, ""),
	"DELETE /messaging/subscriptions/interaction-history":                everybody(204, ""),
	"PUT /messaging/subscriptions/licenses":                              everybody(200, `{"licenseList":["I3_ACCESS_CLIENT"]}`),
	"DELETE /messaging/subscriptions/licenses":                           everybody(204, ""),
	"PUT /messaging/subscriptions/session/sessions-users":                overseen(200, `{"userIds":["anna"]}`),
	"DELETE /messaging/subscriptions/session/sessions-users":             everybody(204, ""),
	// Tells only of sessions that one may see: TestSessionsOfOthersAreNotTold.
	"PUT /messaging/subscriptions/session/sessions-stations":       everybody(200, `{"stationIds":["Desk-anna"]}`),
	"DELETE /messaging/subscriptions/session/sessions-stations":    everybody(200, ""),
	"PUT /messaging/subscriptions/session/sessions-layouts":        everybody(200, `{"layoutIds":["x"]}`),
	"DELETE /messaging/subscriptions/session/sessions-layouts":     everybody(204, ""),
	"PUT /messaging/subscriptions/dialer/persistent-connection":    everybody(200, ""),
	"DELETE /messaging/subscriptions/dialer/persistent-connection": everybody(204, ""),

	"GET /status/status-messages":                      everybody(200, ""),
	"GET /status/status-messages-user-access/{userId}": everybody(200, ""),
	"GET /status/user-statuses/{userId}":               everybody(200, ""),
	"PUT /status/user-statuses/{userId}":               overseen(202, `{"statusId":"At Lunch"}`),
	"GET /status/user-status-previous-info/{userId}":   {"", annas, 200, 404, 404, 200, 404, 200},
	"POST /licenses":                                   everybody(200, `{"licenseList":["I3_ACCESS_CLIENT"]}`),
	"PUT /licenses":                                    everybody(200, `{"licenseList":["I3_ACCESS_CLIENT"]}`),
	"DELETE /licenses":                                 everybody(200, ""),
	"POST /licenses/license-stages":                    everybody(200, `{"licenseStageOperationList":[]}`),

	"POST /system/handler-notification":                                 everybody(202, `{"objectId":"a","eventId":"b"}`),
	"PUT /messaging/subscriptions/system/handler-sent-notifications":    everybody(204, `{"headers":[]}`),
	"DELETE /messaging/subscriptions/system/handler-sent-notifications": everybody(204, ""),

	"POST /dialer/log-in":                          {`{"campaignId":"$CAMPAIGN"}`, mine, 403, 403, 403, 403, 403, 400},
	"POST /dialer/log-off":                         everybody(200, ""),
	"POST /dialer/ready-for-calls":                 everybody(200, ""),
	"POST /dialer/disposition":                     {`{"label":"Sale"}`, mine, 200, 404, 404, 404, 404, 404},
	"POST /dialer/request-break":                   everybody(202, ""),
	"POST /dialer/end-break":                       everybody(202, ""),
	"POST /dialer/place-preview-call":              everybody(404, ""),
	"POST /dialer/establish-persistent-connection": everybody(202, ""),
	"GET /dialer/persistent-connection":            everybody(200, ""),
	"POST /dialer/persistent-connection/test":      {"", mine, 400, 202, 202, 202, 202, 202}, // anna is in a call
	"GET /dialer/persistent-connection/test":       everybody(404, ""),                       // nobody has tested it
	"POST /dialer/request-form-definition":         {`{"campaignId":"$CAMPAIGN"}`, annas, 200, 200, 403, 200, 403, 200},
	"POST /dialer/update-call-data":                {`{"callId":"$CALL","campaignId":"$CAMPAIGN","callAttributes":{"PLAN":"Gold"}}`, annas, 202, 400, 400, 400, 400, 400},
	"POST /dialer/set-agent-type":                  {`{"agentType":1,"campaignIds":["$CAMPAIGN"]}`, mine, 200, 200, 400, 200, 400, 400},
	"POST /dialer/update-stage":                    {`{"newStageId":1,"campaignId":"$CAMPAIGN","agentId":"anna"}`, annas, 200, 403, 403, 200, 403, 200},
	// Refused by message: TestAManualCallForAnother.
	"POST /dialer/initiate-manual-outbound-call": everybody(200, `{"campaignid":"$CAMPAIGN","agentid":"anna","identity":"7","type":3,"numbervalue":"+13175550142"}`),
	"POST /dialer/mark-call-for-finishing":       {`{"callId":"$CALL","campaignId":"$CAMPAIGN"}`, annas, 200, 403, 403, 403, 403, 403},
	"POST /dialer/allocate-agents":               {`{"agentIds":["anna"],"campaignIdsOut":["$CAMPAIGN"]}`, annas, 403, 403, 403, 202, 403, 202},
	"POST /dialer/request-phone-number-details":  {`{"campaignId":"$CAMPAIGN","interactionId":"$CALL"}`, annas, 200, 403, 403, 200, 403, 200},
	"POST /dialer/request-contact-data":          {`{"callId":"$CALL","campaignId":"$CAMPAIGN"}`, annas, 200, 403, 403, 200, 403, 200},
	"POST /dialer/transfer-to-attendant-profile": {`{"callId":"$CALL","campaignId":"$CAMPAIGN","target":"front"}`, annas, 200, 403, 403, 403, 403, 403},
	"POST /dialer/reset-campaign":                {`{"campaignid":"$CAMPAIGN"}`, annas, 403, 403, 403, 200, 403, 200},
	"POST /dialer/recycle-campaign":              {`{"campaignid":"$CAMPAIGN"}`, annas, 403, 403, 403, 200, 403, 200},
	"POST /dialer/transition-campaign":           {`{"campaignid":"$CAMPAIGN","groupname":"Seasons"}`, annas, 403, 403, 403, 200, 403, 200},
	"POST /dialer/perform-call-list-query":       {`{"connectionid":"6f1d3c52-0b0e-4a53-9f0a-2f6c8f0a7b11","contactlisttable":"spring","statement":"SELECT NAME FROM spring"}`, annas, 403, 403, 403, 200, 403, 200},

	"POST /interactions":                                                     everybody(201, `{"__type":"urn:inin.com:interactions:createCallParameters","target":"+13175550155"}`),
	"GET /interactions/{interactionId}":                                      overseen(200, ""),
	"POST /interactions/{interactionId}":                                     overseen(200, `{"attributes":{"note":"x"}}`),
	"POST /interactions/{interactionId}/disconnect":                          overseen(200, ""),
	"POST /interactions/{interactionId}/pickup":                              {"", annas, 200, 403, 403, 400, 403, 400},
	"POST /interactions/{interactionId}/hold":                                holder(200, `{"on":true}`),
	"POST /interactions/{interactionId}/mute":                                holder(200, `{"on":true}`),
	"POST /interactions/{interactionId}/make-private":                        holder(200, `{"on":true}`),
	"POST /interactions/{interactionId}/pause":                               overseen(400, `{"on":true}`), // nothing is recorded
	"POST /interactions/{interactionId}/record":                              overseen(200, `{"on":true,"supervisor":false}`),
	"POST /interactions/{interactionId}/record-snippet":                      overseen(200, `{"on":true,"supervisor":false}`),
	"POST /interactions/{interactionId}/secure-pause":                        overseen(400, `{"securePauseType":1}`), // nothing is recorded
	"POST /interactions/{interactionId}/listen":                              overseer(200, listenOn),
	"POST /interactions/{interactionId}/coach":                               overseer(200, listenOn),
	"POST /interactions/{interactionId}/join":                                overseer(200, ""),
	"POST /interactions/{interactionId}/park":                                holder(200, `{"queueID":{"queueType":2,"queueName":"Sales"}}`),
	"POST /interactions/{interactionId}/blind-transfer":                      holder(200, elsewhere),
	"POST /interactions/{interactionId}/transfer-to-voicemail":               overseen(400, elsewhere),
	"POST /interactions/{interactionId}/send-to-voicemail":                   overseen(400, ""),
	"POST /interactions/{interactionId}/send-digits":                         holder(200, `{"dtmfDigits":"1"}`),
	"POST /interactions/{interactionId}/play-wav":                            holder(400, `{"file":"no such prompt"}`),
	"POST /interactions/{interactionId}/wrap-up-assignments":                 overseen(201, `{"code":"Sold","segmentId":1,"time":"20260131T173000Z","user":"anna","sourceInteractionId":"$CALL"}`),
	"POST /interactions/{interactionId}/consult":                             holder(201, elsewhere),
	"POST /interactions/{interactionId}/consult/{consultId}/change-audience": holder(404, `{"audience":{"originalParty":true,"consultedParty":true}}`),
	"POST /interactions/{interactionId}/consult/{consultId}/conclude":        holder(404, ""),
	"DELETE /interactions/{interactionId}/consult/{consultId}":               holder(404, ""),
	"POST /interactions/{interactionId}/invite-party":                        holder(200, elsewhere),
	"POST /interactions/conferences":                                         holder(404, `{"interactions":["$CALL","9"]}`),
	"PUT /interactions/conferences/{conferenceId}":                           everybody(404, `{"interactions":["$CALL"]}`),
	"POST /interactions/conferences/{conferenceId}/invite-party":             everybody(404, elsewhere),

	"GET /configuration/users/{id}":                              {"", annas, 200, 200, 404, 200, 404, 200},
	"GET /configuration/workgroups/{id}":                         {"", annas, 200, 200, 404, 200, 404, 200},
	"GET /configuration/stations/{id}":                           everybody(200, ""),
	"GET /configuration/station-groups/{id}":                     everybody(404, ""),
	"GET /configuration/roles/{id}":                              everybody(200, ""),
	"GET /configuration/skills/{id}":                             everybody(404, ""),
	"GET /configuration/wrap-up-codes/{id}":                      {"", annas, 200, 200, 404, 200, 404, 200},
	"GET /configuration/wrap-up-categories/{id}":                 everybody(200, ""),
	"GET /configuration/status-messages/{id}":                    everybody(200, ""),
	"GET /configuration/interaction-dialer-campaign-acls/{id}":   {"", annas, 200, 200, 404, 200, 404, 200},
	"GET /configuration/interaction-dialer-call-list-acls/{id}":  {"", annas, 200, 200, 404, 200, 404, 200},
	"GET /configuration/interaction-dialer-script-acls/{id}":     {"", annas, 200, 200, 404, 200, 404, 200},
	"GET /configuration/interaction-dialer-stage-set-acls/{id}":  {"", annas, 200, 200, 404, 200, 404, 200},
	"GET /configuration/interaction-dialer-zone-set-acls/{id}":   everybody(404, ""),
	"GET /configuration/interaction-dialer-policy-set-acls/{id}": everybody(404, ""),
	"GET /configuration/interaction-dialer-rule-set-acls/{id}":   everybody(404, ""),
	"GET /configuration/interaction-dialer-schedule-acls/{id}":   everybody(404, ""),
	"GET /configuration/interaction-dialer-skill-set-acls/{id}":  everybody(404, ""),
}

// configured are ids of configuration objects in the house: those of Anna's work,
// where there are any.
var configured = map[string]string{
	"users": "anna", "workgroups": "Sales", "stations": "Desk-anna", "roles": "Agent", "wrap-up-codes": "Sold",
	"wrap-up-categories": "Success", "status-messages": "Available", "interaction-dialer-campaign-acls": springID,
	"interaction-dialer-call-list-acls": "spring", "interaction-dialer-script-acls": springID,
	"interaction-dialer-stage-set-acls": springID,
}

// warrantOf finds the row of a route. Lists of configuration objects are
// everybody's: what is in them depends on who asks, and is tested with them.
func warrantOf(rt route) (warrant, bool) {
	if row, ok := warrants[rt.verb+" "+rt.name()]; ok {
		return row, true
	}
	if rt.verb == "GET" && strings.HasPrefix(rt.name(), "/configuration/") && strings.Count(rt.name(), "/") == 2 {
		return everybody(200, ""), true
	}
	return warrant{}, false
}

// askers are those who are not let in at all, and how they ask.
var askers = []struct {
	name    string
	headers func(h *house, c *seat) []string
	// let in by these.
	by []auth
}{
	{"nobody", func(*house, *seat) []string { return nil }, []auth{open}},
	{"somebody with a wrong cookie", func(_ *house, c *seat) []string {
		return []string{"Cookie: icws_" + c.id + "=6f1d3c52-0b0e-4a53-9f0a-2f6c8f0a7b11|languageId=en", tokenHeader + ": " + c.token}
	}, []auth{open}},
	{"somebody with another session's cookie and token", func(h *house, c *seat) []string {
		other := h.seats["bert"]
		return []string{"Cookie: " + strings.ReplaceAll(other.cookie, other.id, c.id), tokenHeader + ": " + other.token}
	}, []auth{open}},
	{"somebody without the token", func(_ *house, c *seat) []string { return []string{"Cookie: " + c.cookie} }, []auth{open, cookieOnly}},
	{"somebody with a wrong token", func(_ *house, c *seat) []string {
		return []string{"Cookie: " + c.cookie, tokenHeader + ": wrong"}
	}, []auth{open, cookieOnly}},
	{"a page of a foreign origin", func(_ *house, c *seat) []string {
		return []string{"Cookie: " + c.cookie, "Origin: https://evil.example.com"}
	}, []auth{open}},
	{"a picture of a foreign page", func(_ *house, c *seat) []string {
		return []string{"Cookie: " + c.cookie, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"}
	}, []auth{open}},
}

// TestNobodyIsLetInWithoutASession asks for every resource without the proofs that
// it wants.
func TestNobodyIsLetInWithoutASession(t *testing.T) {
	h := openHouse(t)
	over := h.signIn("anna", "another")
	over.must(200, "DELETE", "/connection", "")
	for _, rt := range routes() {
		row, _ := warrantOf(rt)
		for _, a := range askers {
			c := h.seats["anna"]
			r := h.send(rt.verb, h.path(rt, c), h.fill(row.body), append(a.headers(h, c), "Accept-Language: en")...)
			let := false
			for _, by := range a.by {
				let = let || rt.auth == by
			}
			if (r.StatusCode != http.StatusUnauthorized) != let {
				t.Errorf("%s asks %s %s: %d %s", a.name, rt.verb, rt.path, r.StatusCode, r.text)
			}
		}
		r := h.send(rt.verb, h.path(rt, over), h.fill(row.body), "Cookie: "+over.cookie, tokenHeader+": "+over.token, "Accept-Language: en")
		// A session that has ended may ask why, and fetch its last message.
		let := rt.auth == open || rt.auth == alsoOver || rt.auth == cookieOnly && len(over.leftover(r)) > 0
		if (r.StatusCode != http.StatusUnauthorized) != let {
			t.Errorf("an ended session asks %s %s: %d %s", rt.verb, rt.path, r.StatusCode, r.text)
		}
	}
	h.untouched(t)
}

// leftover are the messages of a poll that was answered.
func (c *seat) leftover(r reply) string {
	if r.StatusCode != http.StatusOK {
		return ""
	}
	return strings.Trim(r.text, "[]")
}

// path is a route's path with names of the house, for a session.
func (h *house) path(rt route, c *seat) string {
	collection, _, _ := strings.Cut(strings.TrimPrefix(rt.name(), "/configuration/"), "/")
	return "/icws" + strings.NewReplacer("{sessionId}", c.id, "{userId}", "anna", "{subscriptionId}", "q", "{interactionId}", h.call,
		"{consultId}", h.call, "{conferenceId}", "1", "{featureId}", "dialer", "{id}", cmp.Or(configured[collection], "nothing")).Replace(rt.path)
}

// untouched fails unless Anna is in her call still.
func (h *house) untouched(t *testing.T) {
	t.Helper()
	state := h.seats["anna"].must(200, "GET", "/interactions/"+h.call+"?select=Eic_State,Eic_Muted,Eic_UserName", "").json(t)
	golden(t, state, `{"attributes":{"Eic_State":"C","Eic_Muted":"0","Eic_UserName":"anna"}}`)
}

// TestRights asks for every resource as everybody. What is refused, and what only
// looks, is asked in one house, which must be as before in the end; what is done is
// done in a house of its own.
func TestRights(t *testing.T) {
	shared := openHouse(t)
	for _, rt := range routes() {
		row, ok := warrantOf(rt)
		if !ok {
			t.Errorf("%s %s: nobody has said who may; add a row", rt.verb, rt.name())
			continue
		}
		looks := rt.verb == "GET" || strings.HasPrefix(rt.path, sub)
		for user, want := range map[string]int{"anna": row.anna, "carl": row.carl, "bert": row.bert, "sue": row.sue, "sam": row.sam, "root": row.root} {
			if row.what == annas && want < 400 && (user == "bert" || user == "sam") {
				t.Errorf("%s %s: the table itself lets %s at what is Anna's", rt.verb, rt.name(), user)
			}
			h := shared
			if want < 400 && !looks {
				h = openHouse(t)
			}
			if r := h.ask(user, rt, row); r.StatusCode != want {
				t.Errorf("%s asks %s %s: %d, want %d: %s", user, rt.verb, rt.name(), r.StatusCode, want, r.text)
			}
		}
	}
	shared.untouched(t)
}

// ask makes the request of a row as a user.
func (h *house) ask(user string, rt route, row warrant) reply {
	c := h.seats[user]
	return h.send(rt.verb, h.path(rt, c), h.fill(row.body), "Cookie: "+c.cookie, tokenHeader+": "+c.token, "Accept-Language: en")
}

// TestRightsInOtherWays asks for what is Anna's by other names than the table does.
func TestRightsInOtherWays(t *testing.T) {
	queue := func(typ, name string) string {
		return `{"attributeNames":["Eic_State"],"queueIds":[{"queueType":1,"queueName":"$WHO"},{"queueType":` + typ + `,"queueName":"` + name + `"}]}`
	}
	for _, c := range []struct {
		verb, path string
		warrant
	}{
		// One queue that is not one's own among those that are.
		{"PUT", sub + "/queues/q", overseen(200, queue("1", "ANNA"))},
		{"PUT", sub + "/queues/q", overseen(200, queue("3", "desk-ANNA"))},
		{"PUT", sub + "/queues/q", warrant{queue("2", "sales"), annas, 200, 200, 403, 200, 403, 200}},
		{"PUT", sub + "/queues/q", warrant{queue("0", ""), mine, 403, 403, 403, 200, 200, 200}},
		// Her name in other letters, and among others.
		{"PUT", "/{sessionId}/status/user-statuses/ANNA", overseen(202, `{"statusId":"At Lunch"}`)},
		{"PUT", "/{sessionId}/status/user-statuses/%61nna", overseen(202, `{"statusId":"At Lunch"}`)},
		{"PUT", sub + "/session/sessions-users", overseen(200, `{"userIds":["$WHO","Anna"]}`)},
		{"POST", "/{sessionId}/dialer/allocate-agents", warrant{`{"agentIds":["$WHO","ANNA"],"campaignIdsOut":["$CAMPAIGN"]}`, annas, 403, 403, 403, 202, 403, 202}},
		{"POST", "/{sessionId}/dialer/update-stage", warrant{`{"newStageId":1,"campaignId":"$CAMPAIGN","agentId":"ANNA"}`, annas, 200, 403, 403, 200, 403, 200}},
		// Her call beside one that is not there.
		{"POST", "/{sessionId}/interactions/conferences", holder(404, `{"interactions":["$CALL","17"]}`)},
		{"GET", "/{sessionId}/interactions/$CALL?select=*,Eic_RemoteId,PLAN", overseen(200, "")},
		// Supervising that ends what never began, and by who is no supervisor.
		{"POST", "/{sessionId}/interactions/$CALL/listen", overseer(200, `{"on":false,"supervisor":true}`)},
		{"POST", "/{sessionId}/interactions/$CALL/record", overseer(200, `{"on":true,"supervisor":true}`)},
		{"POST", "/{sessionId}/interactions/$CALL/mute", holder(200, `{"on":false}`)},
		{"POST", "/{sessionId}/interactions/$CALL/make-private", holder(200, `{"on":false}`)},
	} {
		rt := route{verb: c.verb, path: c.path}
		shared := openHouse(t)
		for user, want := range map[string]int{"anna": c.anna, "carl": c.carl, "bert": c.bert, "sue": c.sue, "sam": c.sam, "root": c.root} {
			h := shared
			if want < 400 {
				h = openHouse(t)
			}
			rt.path = h.fill(c.path)
			row := c.warrant
			row.body = strings.ReplaceAll(row.body, "$WHO", user)
			if r := h.ask(user, rt, row); r.StatusCode != want {
				t.Errorf("%s asks %s %s %s: %d, want %d: %s", user, c.verb, c.path, row.body, r.StatusCode, want, r.text)
			}
		}
		shared.untouched(t)
	}
}

// TestAStationIsOnesOwn: who sits down where Anna sits takes neither her phone nor
// her call.
func TestAStationIsOnesOwn(t *testing.T) {
	h := openHouse(t)
	for _, user := range []string{"carl", "bert", "sue", "root"} {
		r := h.seats[user].do("PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Desk-anna"}`)
		if r.StatusCode < 400 {
			t.Errorf("%s sits at Anna's desk: %d", user, r.StatusCode)
		}
	}
	h.untouched(t)
	if id := h.seats["anna"].must(200, "GET", "/connection/station", "").json(t)["id"]; id != "Desk-anna" {
		t.Errorf("Anna sits at %v", id)
	}
}

// TestAManualCallForAnother is accepted and refused by message, as the interface
// has it; nothing is dialed and nobody is called away.
func TestAManualCallForAnother(t *testing.T) {
	h := openHouse(t)
	for _, user := range []string{"carl", "bert", "sam"} {
		c := h.seats[user]
		c.poll()
		row := warrants["POST /dialer/initiate-manual-outbound-call"]
		c.must(200, "POST", "/dialer/initiate-manual-outbound-call", h.fill(row.body))
		if m := c.fetch("manualOutboundCallStatusMessage")[0]; m["status"] != 3.0 {
			t.Errorf("%s was told %v, want status 3, an invalid agent", user, m)
		}
	}
	if got := h.seats["anna"].poll(); len(got) > 0 && strings.Contains(strings.Join(kinds(got), " "), "manualOutboundCallStatusMessage") {
		t.Errorf("Anna was told %v", kinds(got))
	}
	h.untouched(t)
}

// TestSessionsOfOthersAreNotTold: who asks for the sessions at a station, or of all
// users, hears of those whom he may see.
func TestSessionsOfOthersAreNotTold(t *testing.T) {
	for user, sees := range map[string]bool{"anna": true, "carl": false, "bert": false, "sue": true, "sam": false, "root": true} {
		h := openHouse(t)
		c := h.seats[user]
		c.poll()
		for path, body := range map[string]string{
			"/messaging/subscriptions/session/sessions-stations": `{"stationIds":["Desk-anna"]}`,
			"/messaging/subscriptions/session/sessions-users":    `{"userIds":[]}`,
		} {
			c.must(200, "PUT", path, body)
			added, _ := c.fetch("sessionsMessage")[0]["sessionsAdded"].([]any)
			told := false
			for _, s := range added {
				told = told || s.(map[string]any)["userId"].(map[string]any)["id"] == "anna"
			}
			if told != sees {
				t.Errorf("%s asks %s and is told of Anna's session: %v", user, path, told)
			}
		}
	}
}
