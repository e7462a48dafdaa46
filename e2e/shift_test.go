//go:build linux

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// winter is a second campaign, and alternate hosts for those who are sent away.
const winter = `
[[campaign]]
name = "Winter"
list = "winter"
workgroup = "Sales"
state = "on"
hours = "always"
ring = "4s"
caller_id = "+13175550100"
[icws]
alternate_hosts = ["spare.example.com"]
`

// TestShift is what a dialer's shift holds besides the next customer: calls by hand,
// promised ones, those for a second agent, agents who are moved, and the end of it,
// by an administrator's hand.
func TestShift(t *testing.T) {
	o := openOffice(t, shift{campaign: "allow_owned_callbacks = true\nallow_additional_calls = true", more: winter}, 0)
	o.ben.desk.logIn(t, "Autumn")
	for _, story := range []struct {
		name string
		tell func(*testing.T, *office)
	}{
		{"a call by hand", byHandCall},
		{"a callback of one's own, and one more call", promised},
		{"a finishing agent", finished},
		{"an agent is moved", moved},
		{"draining", drained},
		{"sent home", sentHome},
		{"the server stops", stopped},
	} {
		if !t.Run(story.name, func(t *testing.T) { story.tell(t, o) }) {
			t.Fatal("the office is not as the next story wants it")
		}
	}
}

// manual is the status of a manual call, as it is told.
type manual struct {
	Identity string `json:"identity"`
	Agent    string `json:"agentId"`
	Status   int    `json:"status"`
	Spacing  bool   `json:"minimumspacingblocked"`
	Before   bool   `json:"previouslydialed"`
}

const (
	manualMessage = "urn:inin.com:dialer:manualOutboundCallStatusMessage"
	blocked       = 8
	placedByHand  = 12
	completed     = 13
)

// dials asks for a manual call to a contact and gives the first status.
func (c *colleague) dials(t testing.TB, identity, number string, ignoreSpacing bool) manual {
	t.Helper()
	var taken struct {
		Response bool `json:"response"`
	}
	c.desk.must(t, http.MethodPost, "/dialer/initiate-manual-outbound-call", http.StatusOK, map[string]any{
		"campaignid": c.desk.campaign[0], "agentid": c.name, "identity": identity, "type": 3, "numbervalue": number,
		"ignoreminimumspacing": ignoreSpacing,
	}, &taken)
	if !taken.Response {
		t.Fatal("the manual call is not taken")
	}
	return c.manual(t)
}

func (c *colleague) manual(t testing.TB) manual {
	t.Helper()
	var m manual
	c.await(t, manualMessage, &m)
	return m
}

// A contact who was engaged a moment ago is blocked until the agent insists; then
// the call is placed, and over once it is.
func byHandCall(t *testing.T, o *office) {
	engaged, elsewhere := number(busy, 1), number(talks, 1)
	o.load(t, engaged)
	o.anna.desk.ready(t)
	o.awaitClosed(t, engaged)
	if m := o.anna.dials(t, "1", elsewhere, false); m != (manual{"1", "anna", blocked, true, true}) {
		t.Errorf("too early: %+v", m)
	}
	if m := o.anna.dials(t, "1", elsewhere, true); m != (manual{"1", "anna", placedByHand, false, true}) {
		t.Errorf("insisting: %+v", m)
	}
	customer := o.anna.desk.mustPop(t)
	o.expect(t, "called by hand", o.anna.hears("customer"), o.customer.hears("anna"))
	o.anna.act(t, customer.Interaction, "disconnect", nil)
	if m := o.anna.manual(t); m != (manual{"1", "anna", completed, false, true}) {
		t.Errorf("in the end: %+v", m)
	}
	o.customers.awaitCall(t, "BYE", elsewhere)
	if err := o.anna.desk.dispose("Sale"); err != nil {
		t.Fatal(err)
	}
}

// A callback that an agent promised for a colleague is the colleague's alone; who
// wants to call the same contact once more is shown it again.
func promised(t *testing.T, o *office) {
	number := number(talks, 2)
	o.load(t, number)
	customer := o.withCustomer(t, o.anna)
	o.anna.act(t, customer.Interaction, "disconnect", nil)
	o.anna.desk.must(t, http.MethodPost, "/dialer/disposition", http.StatusOK, map[string]any{
		"label": "Call back", "scheduledTime": time.Now().Unix(), "scheduledAgent": "ben",
	}, nil)
	o.awaitClosed(t, number)
	o.anna.desk.ready(t)
	since(time.Now(), 1500*time.Millisecond) // longer than the dialer takes to look again
	o.customers.awaitCalls(t, "INVITE", number, 1)
	o.ben.desk.ready(t)
	back := o.ben.desk.mustPop(t)
	if back.number() != number {
		t.Fatalf("ben is given %s", back.number())
	}
	o.expect(t, "called back", o.ben.hears("customer"), o.customer.hears("ben"), o.anna.hears())

	o.ben.act(t, back.Interaction, "disconnect", nil)
	o.ben.desk.must(t, http.MethodPost, "/dialer/disposition", http.StatusOK, map[string]any{
		"label": "Engaged", "placeAdditionalFollowUpCall": true,
	}, nil)
	again := o.ben.desk.mustPop(t)
	if again.Type != previewType || again.number() != number || again.Interaction == back.Interaction {
		t.Fatalf("once more is %+v", again)
	}
	o.ben.desk.must(t, http.MethodPost, "/dialer/place-preview-call", http.StatusOK, nil, nil)
	if placed := o.ben.desk.mustPop(t); !placed.Placed {
		t.Fatalf("placed is %+v", placed)
	}
	o.expect(t, "once more", o.ben.hears("customer"), o.customer.hears("ben"), o.anna.hears())
	o.ben.act(t, again.Interaction, "disconnect", nil)
	o.customers.awaitCalls(t, "BYE", number, 3)
	if err := o.ben.desk.dispose("Sale"); err != nil {
		t.Fatal(err)
	}
	if n := len(o.anna.desk.messages.all(func(m message) bool { return m.Type == popMessage && strings.Contains(m.String(), back.Interaction) })); n > 0 {
		t.Error("anna was shown ben's callback")
	}
}

// A call that is marked for finishing goes to the finishing agent with its data, and
// the first agent is free without a disposition.
func finished(t *testing.T, o *office) {
	number := number(talks, 3)
	o.ben.desk.must(t, http.MethodPost, "/dialer/set-agent-type", http.StatusOK, map[string]any{"agentType": 2, "campaignIds": o.ben.desk.campaign}, nil)
	o.ben.desk.ready(t)
	o.load(t, number)
	customer := o.withCustomer(t, o.anna)
	o.anna.desk.must(t, http.MethodPost, "/dialer/mark-call-for-finishing", http.StatusOK, map[string]any{
		"callId": customer.Interaction, "campaignId": customer.Campaign, "callAttributes": map[string]string{"sold": "two"},
	}, nil)
	o.anna.act(t, customer.Interaction, "blind-transfer", to("ben"))
	o.ben.act(t, o.ben.alerted(t), "pickup", nil)
	taken := o.ben.desk.mustPop(t)
	if taken.Interaction != customer.Interaction || taken.Attributes["sold"] != "two" || taken.number() != number {
		t.Errorf("ben gets %+v", taken)
	}
	o.expect(t, "finishing", o.ben.hears("customer"), o.customer.hears("ben"), o.anna.hears())
	if err := o.anna.desk.dispose("Sale"); err == nil {
		t.Error("anna had something left to dispose")
	}
	o.ben.act(t, taken.Interaction, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", number)
	if a := o.over(t, o.ben, taken, "Sale"); a.Agent != "ben" {
		t.Errorf("the sale is %q's", a.Agent)
	}
	o.ben.desk.must(t, http.MethodPost, "/dialer/set-agent-type", http.StatusOK, map[string]any{"agentType": 1, "campaignIds": o.ben.desk.campaign}, nil)
}

// A supervisor moves an agent to another campaign: he is told, says that he is
// ready for it, and has its customers.
func moved(t *testing.T, o *office) {
	number := number(talks, 4)
	other := o.ben.campaignNamed(t, "Winter")
	o.loadInto(t, "Winter", number)
	o.sue.desk.must(t, http.MethodPost, "/dialer/allocate-agents", http.StatusAccepted, map[string]any{
		"agentIds": []string{"ben"}, "campaignIdsIn": []string{other}, "campaignIdsOut": o.ben.desk.campaign,
	}, nil)
	o.ben.await(t, "urn:inin.com:dialer:autoLoginMessage", nil, `"campaignId":"`+other+`"`, `"initiatorName":"sue"`)
	o.ben.await(t, "urn:inin.com:dialer:autoLogoutMessage", nil, o.ben.desk.campaign[0])
	o.ben.desk.campaign = []string{other}
	o.ben.desk.ready(t)
	customer := o.ben.desk.mustPop(t)
	if customer.Campaign != other || customer.number() != number {
		t.Errorf("ben gets %+v", customer)
	}
	o.expect(t, "moved", o.ben.hears("customer"), o.customer.hears("ben"))
	o.ben.act(t, customer.Interaction, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", number)
	if err := o.ben.desk.dispose("Success"); err != nil {
		t.Fatal(err)
	}
}

// campaignNamed is the id of a campaign that the agent was offered.
func (c *colleague) campaignNamed(t testing.TB, name string) string {
	t.Helper()
	var offer struct {
		Added []struct{ ID, Name string } `json:"campaignsAdded"`
	}
	for _, m := range c.desk.messages.all(func(m message) bool { return m.Type == campaignsMessage }) {
		if err := json.Unmarshal(m.body, &offer); err != nil {
			t.Fatal(err)
		}
		for _, campaign := range offer.Added {
			if campaign.Name == name {
				return campaign.ID
			}
		}
	}
	t.Fatalf("%s was never offered %s", c.name, name)
	return ""
}

// Who connects to a server that is being emptied is sent elsewhere; a call that is
// up goes on, and its agent works on.
func drained(t *testing.T, o *office) {
	o.load(t, number(talks, 5))
	customer := o.withCustomer(t, o.anna)
	o.order(t, http.MethodPut, "/api/server", `{"accepting":false,"reason":"Maintenance."}`, nil)
	status, body := knock(t, o.http, "sue")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "error.server.notAcceptingConnections") || !strings.Contains(body, `"alternateHostList":["spare.example.com"]`) {
		t.Errorf("who connects gets %d %s", status, body)
	}
	o.holds(t, "the call goes on", 2*window, o.anna.hears("customer"), o.customer.hears("anna"))
	o.bye(t, o.anna, customer, "Sale")
	o.order(t, http.MethodPut, "/api/server", `{"accepting":true}`, nil)
	if status, body = knock(t, o.http, "sue"); status != http.StatusCreated {
		t.Errorf("who connects again gets %d %s", status, body)
	}
}

// knock asks for a session.
func knock(t testing.TB, server, user string) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/icws/connection", strings.NewReader(fmt.Sprintf(
		`{"__type":"urn:inin.com:connection:icAuthConnectionRequestSettings","applicationName":"knock","userID":%q,"password":%q}`, user, password(user))))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Language", "en-us")
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

// An agent whose session an administrator ends is told so and leaves the floor: the
// customer is hung up on and the result says why.
func sentHome(t *testing.T, o *office) {
	o.load(t, number(talks, 6))
	customer := o.withCustomer(t, o.anna)
	var sessions []struct{ ID, User string }
	o.administer(t, http.MethodGet, "/api/sessions", &sessions)
	mine := slices.IndexFunc(sessions, func(s struct{ ID, User string }) bool { return s.User == "anna" })
	if mine < 0 {
		t.Fatalf("no session of anna's among %v", sessions)
	}
	o.administer(t, http.MethodDelete, "/api/sessions/"+sessions[mine].ID+"?reconnect=true&reason=Go+home.", nil)
	o.anna.await(t, "urn:inin.com:connection:connectionStateChangeMessage", nil, `"shouldReconnect":true`, "Go home.")
	o.customers.awaitCall(t, "BYE", customer.number())
	o.anna.phone.awaitEvent(t, "CALL_CLOSED", 1)
	if a := o.awaitClosed(t, customer.number()); a.WrapUpCode != "Ambiguous - Agent Logout" {
		t.Errorf("%+v", a)
	}
	var state struct {
		State     int    `json:"connectionState"`
		Reason    string `json:"reason"`
		Reconnect bool   `json:"shouldReconnect"`
	}
	o.anna.desk.must(t, http.MethodGet, "/connection", http.StatusOK, nil, &state)
	if state.State != 2 || state.Reason != "Go home." || !state.Reconnect {
		t.Errorf("the connection that is over is %+v", state)
	}
	o.anna.desk.must(t, http.MethodGet, "/connection/station", http.StatusUnauthorized, nil, nil)
}

// A server that stops tells its sessions, and hangs up what is up.
func stopped(t *testing.T, o *office) {
	called := number(talks, 107)
	began := o.ben.phone.calls()
	o.ben.calls(t, o.outsider.uri(called))
	o.expect(t, "up", o.ben.hears("outsider"), o.other.hears("ben"))
	o.signal(syscall.SIGTERM)
	if err := o.awaitEnd(t); err != nil {
		t.Errorf("the program ends with %v", err)
	}
	o.outsider.awaitCall(t, "BYE", called)
	o.ben.phone.awaitEvent(t, "CALL_CLOSED", began+1)
	o.ben.await(t, "urn:inin.com:connection:connectionStateChangeMessage", nil)
	o.allEnded(t)
}
