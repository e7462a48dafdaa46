package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 4, 12, 0, 0, 123456789, time.UTC)

// office stands for the floor, the records and the users.
type office struct {
	mu       sync.Mutex
	snapshot dialer.Snapshot
	asked    []dialer.Command
	attempts []campaign.Attempt
	ledger   []campaign.Daily
	verdicts []campaign.Verdicts
	query    []any
	checked  int // passwords
	pacing   dialer.PacingView
	floorErr error
	storeErr error

	passwords []string
	diary     []string
	auditErr  error
}

// Listen gives events that never come.
func (o *office) Listen(int) (<-chan dialer.Event, func()) { return nil, func() {} }

func (o *office) Do(_ context.Context, c dialer.Command) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.floorErr != nil {
		return o.floorErr
	}
	o.asked = append(o.asked, c)
	def := &o.snapshot.Campaigns[0].Campaign
	var err error
	switch c := c.(type) {
	case dialer.SetCampaignState:
		def.State = c.State
	case dialer.ChangeCampaign:
		*def, err = def.With(c.Change, c.By, noon)
	}
	return err
}

func (o *office) Last(context.Context) (uint64, error) { return 0, nil }

func (o *office) Look(context.Context) (dialer.Snapshot, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.snapshot, o.floorErr
}

func (o *office) Pacing(_ context.Context, name string) (dialer.PacingView, error) {
	if name != "A1" {
		return dialer.PacingView{}, fault.New(fault.NotFound, "there is no campaign %q", name).On("name")
	}
	return o.pacing, nil
}

func (o *office) Load() dialer.Load {
	return dialer.Load{Inputs: 7, Busy: time.Second, Longest: 20 * time.Millisecond, Waiting: 3, Room: 1024}
}

func (o *office) Attempts(_ context.Context, of string, after campaign.AttemptID, limit int) ([]campaign.Attempt, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.query = []any{of, int64(after), limit}
	if of == "Winter" {
		return nil, fault.New(fault.NotFound, "there is no campaign Winter")
	}
	return o.attempts, o.storeErr
}

// FindAttempts gives all there are on one page.
func (o *office) FindAttempts(_ context.Context, f campaign.AttemptFilter) ([]campaign.Attempt, error) {
	if f.Campaign == "Winter" {
		return nil, fault.New(fault.NotFound, "there is no campaign Winter")
	}
	if f.After > 0 {
		return nil, nil
	}
	return o.attempts, o.storeErr
}

func (o *office) Campaigns(context.Context) ([]campaign.Campaign, error) {
	return []campaign.Campaign{spring}, nil
}

func (o *office) Lists(context.Context) (map[string]map[campaign.Status]int, error) {
	return map[string]map[campaign.Status]int{
		"leads": {campaign.Callable: 5, campaign.InProcess: 1}, "empty": {},
	}, nil
}

func (o *office) Ledger(_ context.Context, of campaign.ID, from, to campaign.Day) ([]campaign.Daily, error) {
	o.query = []any{of, from, to}
	return o.ledger, o.storeErr
}

func (o *office) Verdicts(_ context.Context, of campaign.ID, from, to campaign.Day) ([]campaign.Verdicts, error) {
	o.query = []any{of, from, to}
	return o.verdicts, o.storeErr
}

func (o *office) Check(context.Context) error { return o.storeErr }

func (o *office) Authenticate(_ context.Context, id, password string) (agent.User, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.checked++
	switch {
	case id == "boss" && password == "right":
		return agent.User{ID: "boss", Admin: true}, nil
	case id == "anna" && password == "right":
		return agent.User{ID: "anna"}, nil
	}
	return agent.User{}, fault.New(fault.Unauthenticated, "the user id or the password is wrong")
}

var spring = campaign.Campaign{ID: "A1", Name: "Spring Sale", List: "leads", Workgroup: "Sales", State: campaign.Off}.Defaults()

func newOffice() *office {
	return &office{snapshot: dialer.Snapshot{
		Campaigns: []dialer.CampaignView{{Campaign: spring, Agents: 2, Idle: 1, Flying: 3, Connected: 1, Dialed: 9, Answered: 4, Abandoned: 1, Left: 77, Why: "dialed 1: 1 idle"}},
		Agents: []dialer.AgentView{{
			ID: agent.ID{User: "anna", Application: "icws"}, State: agent.Talking, Since: noon, Break: agent.BreakPending, Call: "1000000001",
			Station: agent.Station{Kind: agent.RemoteNumber, Target: "+13175550101", Persistent: true},
			Line: dialer.LineView{State: agent.LineUp, Since: noon, Target: "+13175550101", Persistent: true, Attempts: 2, Failure: "busy", SIP: 486,
				Tries: 1, Next: noon, Verify: agent.VerifyKey, Proven: true, Media: call.Quality{Codec: "PCMA", Secure: true}, ToCustomer: 300 * time.Microsecond, ToAgent: time.Millisecond},
			Campaigns: []dialer.AvailableCampaign{{ID: "A1", Name: "Spring Sale", LoggedIn: true, Ready: true}},
		}},
		Calls: make([]dialer.CallView, 4),
	}}
}

func serve(t *testing.T, o *office, change func(*Config)) *httptest.Server {
	t.Helper()
	cfg := Config{
		Floor: o, Records: o, Users: o, Audit: o, Trunks: func() []Trunk { return nil }, Registry: prometheus.NewRegistry(), OpenMetrics: true, Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&cfg)
	}
	s := httptest.NewServer(judge(t, New(cfg)))
	t.Cleanup(s.Close)
	return s
}

// ask makes a request as an administrator, unless told otherwise.
func ask(t *testing.T, s *httptest.Server, method, path, body string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("boss", "right")
	if change != nil {
		change(r)
	}
	got, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got, string(text)
}

// wantJSON compares JSON by meaning.
func wantJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil || !reflect.DeepEqual(g, w) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAttempts(t *testing.T) {
	o := newOffice()
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	o.attempts = []campaign.Attempt{
		{
			ID: 1, Campaign: "A1", List: "leads", Contact: 7, Number: "+13175550101", Kind: "mobile", CCID: 2, Preview: true, Rule: "hours always",
			Claimed: at(0), Placed: at(1), Ringing: at(2), Answered: at(3), Bridged: at(4), Ended: at(5), Disposed: at(6), Closed: at(7),
			ToCustomer: 812 * time.Microsecond, ToAgent: 20 * time.Millisecond, Agent: "anna", Trunk: "carrier", Outcome: "Talked",
			Reason: "normal", SIP: 200, Q850: 16, Label: "Success", Category: "Success", Code: "S",
			Media:      call.Quality{Codec: "PCMU", Sent: 4500, Received: 4480, Lost: 3, FarLost: 2, Jitter: 1250 * time.Microsecond, RoundTrip: 38 * time.Millisecond},
			AgentCodec: "G722", AgentSecure: true, Attestation: "TN-Validation-Passed-A",
		},
		{ID: 2, Campaign: "B2", List: "other", Contact: 8, Number: "100", Claimed: at(0)},
	}
	s := serve(t, o, nil)
	got, body := ask(t, s, "GET", "/api/attempts", "", nil)
	if got.StatusCode != 200 || got.Header.Get("Content-Type") != "application/json" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %v", got.Status, got.Header)
	}
	wantJSON(t, body, `[
		{"id": 1, "call": "1000000001", "campaign": "Spring Sale", "campaignId": "A1", "list": "leads", "contact": 7, "number": "+13175550101", "phoneColumn": "mobile", "ccid": 2, "callerId": "",
		 "preview": true, "state": "closed", "outcome": "Talked", "agent": "anna", "reason": "normal", "sip": 200, "q850": 16,
		 "claimedAt": "2026-03-04T12:00:00.123Z", "placedAt": "2026-03-04T12:00:01.123Z", "ringingAt": "2026-03-04T12:00:02.123Z",
		 "answeredAt": "2026-03-04T12:00:03.123Z", "bridgedAt": "2026-03-04T12:00:04.123Z", "endedAt": "2026-03-04T12:00:05.123Z",
		 "disposedAt": "2026-03-04T12:00:06.123Z", "closedAt": "2026-03-04T12:00:07.123Z", "toCustomerMs": 0.812, "toAgentMs": 20,
		 "label": "Success", "wrapUpCode": "S", "wrapUpCategory": "Success", "rule": "hours always", "trunk": "carrier",
		 "attestation": "TN-Validation-Passed-A", "transcoded": true, "abandoned": false, "agentMedia": {"codec": "G722", "secure": true},
		 "media": {"codec": "PCMU", "secure": false, "sent": 4500, "received": 4480, "lost": 3, "farLost": 2, "jitterMs": 1.25, "roundTripMs": 38}},
		{"id": 2, "call": "1000000002", "campaign": "", "campaignId": "B2", "list": "other", "contact": 8, "number": "100", "phoneColumn": "", "ccid": 0, "callerId": "",
		 "preview": false, "state": "open", "outcome": "", "agent": "", "reason": "", "sip": 0, "q850": 0,
		 "claimedAt": "2026-03-04T12:00:00.123Z", "label": "", "wrapUpCode": "", "wrapUpCategory": "", "rule": "", "trunk": "", "attestation": "", "transcoded": false, "abandoned": false}
	]`)
	for query, want := range map[string][]any{
		"": {"", int64(0), usualLimit},
		"?campaign=Spring%20Sale&limit=5&after=12": {"Spring Sale", int64(12), 5},
	} {
		ask(t, s, "GET", "/api/attempts"+query, "", nil)
		if !reflect.DeepEqual(o.query, want) {
			t.Errorf("%q asks the records for %v, want %v", query, o.query, want)
		}
	}
	o.attempts = nil
	if _, body := ask(t, s, "GET", "/api/attempts", "", nil); strings.TrimSpace(body) != "[]" {
		t.Errorf("no attempts are %s", body)
	}
}

func TestMillisecondsHaveThreeDecimals(t *testing.T) {
	text, err := json.Marshal([]millis{0, 812 * millis(time.Microsecond), millis(2 * time.Second)})
	if err != nil || string(text) != "[0.000,0.812,2000.000]" {
		t.Errorf("%s %v", text, err)
	}
}

func TestCampaigns(t *testing.T) {
	s := serve(t, newOffice(), nil)
	_, body := ask(t, s, "GET", "/api/campaigns", "", nil)
	wantJSON(t, body, `[{"id": "A1", "name": "Spring Sale", "list": "leads", "filter": "", "sort": "", "workgroup": "Sales", "mode": "power", "state": "off", "auto": false,
		"callerId": "", "callerName": "", "callerIdWithheld": false, "attestation": "", "trunk": "", "ringMs": 25000, "linesPerAgent": 1, "answers": {"analysis": "off"}, "pace": {"adjust": "target", "abandonLimit": 0.03, "linesByRate": false, "maxFlying": 0, "maxRate": 0, "priority": 0, "weight": 1, "skillColumn": ""}, "abandonAfterMs": 2000, "previewTimeMs": 0,
		"allowSkip": false, "autoDisconnect": false, "onCallStatus": "Campaign Call", "followUpStatus": "Follow Up",
		"hours": "08:00-21:00", "zone": "", "dispositions": [
			{"label": "Success", "category": "Success", "code": "Success", "abandon": false},
			{"label": "Not interested", "category": "Failure", "code": "Failure", "abandon": false},
			{"label": "Wrong party", "category": "Wrong Party", "code": "Wrong Party", "abandon": false},
			{"label": "Answering machine", "category": "Machine", "code": "Machine - Answering Machine", "abandon": false},
			{"label": "Call back", "category": "Scheduled", "code": "Scheduled", "abandon": false},
			{"label": "Do not call again", "category": "Deleted", "code": "Deleted", "abandon": false}],
		"retry": {"maxAttempts": 6, "busyMs": 900000, "noAnswerMs": 7200000, "machineMs": 14400000, "otherMs": 3600000},
		"live": {"agents": 2, "idle": 1, "flying": 3, "connected": 1, "dialed": 9, "answered": 4, "abandoned": 1, "left": 77, "why": "dialed 1: 1 idle", "completed": false}}]`)
}

func TestAgents(t *testing.T) {
	s := serve(t, newOffice(), nil)
	_, body := ask(t, s, "GET", "/api/agents", "", nil)
	wantJSON(t, body, `[{"user": "anna", "application": "icws", "state": "Talking", "since": "2026-03-04T12:00:00.123Z", "break": "BreakPending",
		"leaving": false, "call": "1000000001",
		"station": {"kind": "remote number", "name": "", "target": "+13175550101", "trunk": "", "persistent": true},
		"line": {"state": "Up", "since": "2026-03-04T12:00:00.123Z", "target": "+13175550101", "persistent": true, "held": false, "faded": false,
			"attempts": 2, "tries": 1, "nextTry": "2026-03-04T12:00:00.123Z", "failure": "busy", "sip": 486, "q850": 0, "refusal": "", "verify": "key", "verified": true,
			"codec": "PCMA", "srtp": true, "toCustomerMs": 0.3, "toAgentMs": 1, "test": ""},
		"campaigns": [{"id": "A1", "name": "Spring Sale", "loggedIn": true, "ready": true}]}]`)
}

func TestLists(t *testing.T) {
	s := serve(t, newOffice(), nil)
	_, body := ask(t, s, "GET", "/api/lists", "", nil)
	wantJSON(t, body, `[{"name": "empty", "contacts": 0, "status": {}}, {"name": "leads", "contacts": 6, "status": {"C": 5, "I": 1}}]`)
}

func TestSwitchingACampaign(t *testing.T) {
	for _, path := range []string{"/api/campaigns/Spring%20Sale/state", "/api/campaigns/spring%20sale/state", "/api/campaigns/a1/state"} {
		o := newOffice()
		got, body := ask(t, serve(t, o, nil), "PUT", path, `{"state":"on"}`, nil)
		if want := []dialer.Command{dialer.SetCampaignState{Campaign: "A1", State: campaign.On}}; !reflect.DeepEqual(o.asked, want) {
			t.Errorf("%s: asked the floor for %+v", path, o.asked)
		}
		if got.StatusCode != 200 || !strings.Contains(body, `"state":"on"`) {
			t.Errorf("%s: %s %s", path, got.Status, body)
		}
	}
}

// A campaign that runs is changed, and what was said is written down under the name of
// who said it.
func TestChangingACampaign(t *testing.T) {
	boss := agent.ID{User: "boss"}
	for _, c := range []struct {
		method, path, body string
		status             int
		says, audit        string
		asked              dialer.Command
	}{
		{"PUT", "", `{"mode":"predictive","abandonLimit":0.02,"filter":"age > 30"}`, 200, `"mode":"predictive"`,
			`boss: campaign Spring Sale changed: {"abandonLimit":0.02,"filter":"age \u003e 30","mode":"predictive"}`, nil},
		{"PUT", "", `{"mode":"preview"}`, 200, `"changed":{"mode":{"file":"power","now":"preview","at":"2026-03-04T12:00:00.123Z","by":"boss"}}`,
			`boss: campaign Spring Sale changed: {"mode":"preview"}`, nil},
		{"PUT", "", `{"mode":null,"sort":null,"maxFlying":3}`, 200, `"changed":{"maxFlying":{"file":0,"now":3,`,
			`boss: campaign Spring Sale changed: {"maxFlying":3,"mode":null,"sort":null}`, nil},
		{"PUT", "", `{"linesPerAgent":0}`, 200, `"linesByRate":true`, `boss: campaign Spring Sale changed: {"linesPerAgent":0}`, nil},
		{"PUT", "", `{"mode":"fast"}`, 400, "modes are predictive, power", "", nil},
		{"PUT", "", `{"linesPerAgent":0.5}`, 400, "0.5 lines for each agent: it is 1 or more", "", nil},
		{"PUT", "", `{"filter":"age >"}`, 400, "filter: ", "", nil},
		{"PUT", "", `{"abandonLimit":0}`, 400, "write a share", "", nil},
		{"PUT", "", `{}`, 400, "name what is to change", "", nil},
		{"PUT", "", `{"name":"Autumn"}`, 400, `"property":"name"`, "", nil},
		{"PUT", "", `{"mode":7}`, 400, "7 is no text", "", nil},
		{"POST", "/recycle", "", 200, `"id":"A1"`, "boss: campaign Spring Sale recycled", dialer.RecycleCampaign{By: boss, Campaign: "A1", Administrator: true}},
		{"POST", "/reset", "", 200, `"id":"A1"`, "boss: campaign Spring Sale reset", dialer.ResetCampaign{By: boss, Campaign: "A1", Administrator: true}},
	} {
		o := newOffice()
		got, body := ask(t, serve(t, o, nil), c.method, "/api/campaigns/spring%20sale"+c.path, c.body, nil)
		if got.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %s %s", c.path, c.body, got.Status, body)
		}
		if said := strings.Join(o.diary, "|"); said != c.audit {
			t.Errorf("%s %s: written down is %q", c.path, c.body, said)
		}
		if c.asked != nil && !reflect.DeepEqual(o.asked, []dialer.Command{c.asked}) {
			t.Errorf("%s: asked the floor for %+v", c.path, o.asked)
		}
	}
	if got, _ := ask(t, serve(t, newOffice(), nil), "POST", "/api/campaigns/Winter/recycle", "", nil); got.StatusCode != 404 {
		t.Errorf("of a campaign that is not there: %s", got.Status)
	}
}

func TestErrors(t *testing.T) {
	as := func(id, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(id, password) }
	}
	for _, c := range []struct {
		name, method, path, body string
		change                   func(*http.Request)
		office                   func(*office)
		status                   int
		want                     string
	}{
		{"nobody", "GET", "/api/lists", "", func(r *http.Request) { r.Header.Del("Authorization") }, nil, 401,
			`{"kind": "unauthenticated", "message": "sign in with the id and password of an administrator"}`},
		{"a wrong password", "GET", "/api/lists", "", as("boss", "wrong"), nil, 401,
			`{"kind": "unauthenticated", "message": "the user id or the password is wrong"}`},
		{"an agent", "GET", "/api/lists", "", as("anna", "right"), nil, 403,
			`{"kind": "forbidden", "message": "user anna is not an administrator"}`},
		{"no such path", "GET", "/api/nothing", "", nil, nil, 404,
			`{"kind": "not found", "message": "there is nothing at /api/nothing"}`},
		{"no such method", "DELETE", "/api/lists", "", nil, nil, 405,
			`{"kind": "invalid", "message": "this method is not offered here"}`},
		{"no such campaign", "GET", "/api/attempts?campaign=Winter", "", nil, nil, 404,
			`{"kind": "not found", "message": "there is no campaign Winter"}`},
		{"a limit that is none", "GET", "/api/attempts?limit=all", "", nil, nil, 400,
			`{"kind": "invalid", "property": "limit", "message": "limit is a whole number from 1 to 10000, not \"all\""}`},
		{"a limit too high", "GET", "/api/attempts?limit=10001", "", nil, nil, 400,
			`{"kind": "invalid", "property": "limit", "message": "limit is a whole number from 1 to 10000, not \"10001\""}`},
		{"switching what is not there", "PUT", "/api/campaigns/Winter/state", `{"state":"on"}`, nil, nil, 404,
			`{"kind": "not found", "property": "name", "message": "there is no campaign \"Winter\""}`},
		{"an unknown state", "PUT", "/api/campaigns/a1/state", `{"state":"mad"}`, nil, nil, 400,
			`{"kind": "invalid", "property": "state", "message": "a campaign's state is one of off, on, scheduled, paused, or auto, not \"mad\""}`},
		{"no JSON", "PUT", "/api/campaigns/a1/state", `on`, nil, nil, 400,
			`{"kind": "invalid", "message": "the body is not the JSON that belongs here (invalid character 'o' looking for beginning of value)"}`},
		{"no body", "PUT", "/api/campaigns/a1/state", ``, nil, nil, 400,
			`{"kind": "invalid", "message": "there is no body; JSON belongs here"}`},
		{"another type", "PUT", "/api/campaigns/a1/state", `{"state":1}`, nil, nil, 400,
			`{"kind": "invalid", "property": "state", "message": "state can not be a JSON number"}`},
		{"an unknown parameter", "GET", "/api/attempts?campain=Winter", "", nil, nil, 400,
			`{"kind": "invalid", "property": "campain", "message": "there is no parameter \"campain\" here; there are campaign, limit, after"}`},
		{"a parameter where there is none", "GET", "/api/lists?limit=1", "", nil, nil, 400,
			`{"kind": "invalid", "property": "limit", "message": "there is no parameter \"limit\" here, nor any other"}`},
		{"a bare semicolon", "POST", "/api/lists/leads/contacts?comma=;", "", nil, nil, 400,
			`{"kind": "invalid", "message": "the parameters can not be read (invalid semicolon separator in query); write ; as %3B and % as %25"}`},
		{"an unknown field", "PUT", "/api/campaigns/a1/state", `{"state":"on","x":1}`, nil, nil, 400,
			`{"kind": "invalid", "message": "the body is not the JSON that belongs here (unknown field \"x\")"}`},
		{"too much", "PUT", "/api/campaigns/a1/state", `{"state":"on"} {}`, nil, nil, 400,
			`{"kind": "invalid", "message": "the body goes on after its JSON"}`},
		{"a busy floor", "GET", "/api/agents", "", nil, func(o *office) { o.floorErr = fault.New(fault.Busy, "come back") }, 503,
			`{"kind": "busy", "message": "come back"}`},
		{"a failure, whose cause stays here", "GET", "/api/attempts", "", nil,
			func(o *office) {
				o.storeErr = fault.Wrap(errors.New("/secret/path"), fault.Internal, "the disk is full")
			}, 500,
			`{"kind": "internal", "message": "the disk is full"}`},
		{"a failure without words", "GET", "/api/attempts", "", nil, func(o *office) { o.storeErr = errors.New("/secret/path") }, 500,
			`{"kind": "internal", "message": "the server failed; its log says why"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice()
			if c.office != nil {
				c.office(o)
			}
			got, body := ask(t, serve(t, o, nil), c.method, c.path, c.body, c.change)
			if got.StatusCode != c.status {
				t.Errorf("%s, want %d", got.Status, c.status)
			}
			wantJSON(t, body, c.want)
			for status, header := range map[int]string{401: "WWW-Authenticate", 405: "Allow", 503: "Retry-After"} {
				if (got.Header.Get(header) != "") != (got.StatusCode == status) {
					t.Errorf("%s is %q", header, got.Header.Get(header))
				}
			}
			if len(o.asked) != 0 {
				t.Errorf("the floor was asked for %+v", o.asked)
			}
		})
	}
}

func TestACheckedPasswordIsBelievedForAMinute(t *testing.T) {
	o, now := newOffice(), noon
	s := serve(t, o, func(c *Config) { c.Now = func() time.Time { return now } })
	for _, step := range []struct {
		after    time.Duration
		password string
		status   int
		checked  int
	}{
		{0, "right", 200, 1},
		{trust - 1, "right", 200, 1},
		{0, "wrong", 401, 2},
		{0, "wrong", 401, 3},
		{1, "right", 200, 4},
		{0, "right", 200, 4},
	} {
		now = now.Add(step.after)
		got, _ := ask(t, s, "GET", "/api/lists", "", func(r *http.Request) { r.SetBasicAuth("boss", step.password) })
		if got.StatusCode != step.status || o.checked != step.checked {
			t.Errorf("%+v: %s, %d passwords checked", step, got.Status, o.checked)
		}
	}
}

func TestPasswordsCanNotBeTriedAtWill(t *testing.T) {
	o, now := newOffice(), noon
	s := serve(t, o, func(c *Config) { c.Now = func() time.Time { return now } })
	try := func(user, password string) (status, checked int) {
		before := o.checked
		got, _ := ask(t, s, "GET", "/api/lists", "", func(r *http.Request) { r.SetBasicAuth(user, password) })
		return got.StatusCode, o.checked - before
	}
	for i := range 10 {
		if status, checked := try("boss", "wrong"); status != 401 || checked != 1 {
			t.Fatalf("try %d: %d, %d passwords checked", i, status, checked)
		}
	}
	for _, user := range []string{"boss", "BOSS"} {
		if status, checked := try(user, "right"); status != 401 || checked != 0 {
			t.Errorf("%s after ten wrong ones: %d, %d passwords checked", user, status, checked)
		}
	}
	if status, _ := try("anna", "right"); status != 403 {
		t.Errorf("another user: %d", status)
	}
	now = now.Add(5 * time.Minute)
	if status, _ := try("boss", "right"); status != 200 {
		t.Errorf("five minutes later: %d", status)
	}
	for i := range 50 {
		try(fmt.Sprint("user", i), "wrong")
	}
	if status, checked := try("anna", "right"); status != 401 || checked != 0 {
		t.Errorf("an address that tried many users: %d, %d passwords checked", status, checked)
	}
	if status, _ := try("boss", "right"); status != 200 {
		t.Errorf("who was believed a moment ago: %d", status)
	}
}

func TestHealth(t *testing.T) {
	alone := func(r *http.Request) { r.Header.Del("Authorization") }
	for _, c := range []struct {
		name   string
		office func(*office)
		status int
		want   string
	}{
		{"all is well", func(*office) {}, 200, `{"status": "ok"}`},
		{"no database", func(o *office) { o.storeErr = errors.New("gone") }, 503, `{"status": "failing", "reason": "the database cannot be read"}`},
		{"no floor", func(o *office) { o.floorErr = errors.New("over") }, 503, `{"status": "failing", "reason": "the dialer does not answer"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice()
			c.office(o)
			got, body := ask(t, serve(t, o, nil), "GET", "/healthz", "", alone)
			if got.StatusCode != c.status {
				t.Error(got.Status)
			}
			wantJSON(t, body, c.want)
		})
	}
}

func TestMetricsAreOpenOnlyWhereSaid(t *testing.T) {
	alone := func(r *http.Request) { r.Header.Del("Authorization") }
	metrics := NewMetrics()
	for _, open := range []bool{true, false} {
		s := serve(t, newOffice(), func(c *Config) {
			c.OpenMetrics = open
			c.Registry.MustRegister(metrics)
		})
		got, body := ask(t, s, "GET", "/metrics", "", alone)
		if open != (got.StatusCode == 200) {
			t.Errorf("open %v: %s", open, got.Status)
		}
		if !open {
			_, body = ask(t, s, "GET", "/metrics", "", nil)
		}
		for _, line := range []string{"outdial_attempts_open 4\n", `outdial_agents{state="Talking"} 1`, "outdial_persistent_connections 0\n"} {
			if !strings.Contains(body, line) {
				t.Errorf("open %v: no %q in\n%s", open, line, body)
			}
		}
	}
}
