package console

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/session"
	"github.com/outdial/outdial/internal/witness"
)

// document is openapi.yaml, read once for all tests.
var document = sync.OnceValue(func() *witness.Witness {
	w, err := witness.Read(description)
	if err != nil {
		panic(err)
	}
	return w
})

// judge lets the witness see all that is asked of the API and answered.
func judge(t *testing.T, h http.Handler) http.Handler {
	return witness.Judge(h, func(e witness.Exchange) {
		asked, path := e.Request.Method+" "+e.Request.URL.String(), e.Request.URL.EscapedPath()
		if err := document().Answer(e, path); err != nil {
			t.Errorf("%s: %d is not as openapi.yaml says: %v\n%.300s", asked, e.Status, err, e.Body)
		}
		if e.Status < 300 {
			if err := document().Request(e, path); err != nil {
				t.Errorf("%s was taken, and is not as openapi.yaml says: %v\n%.300s", asked, err, e.Asked)
			}
		}
	}, nil)
}

// TestTheDescriptionIsValid: openapi.yaml is OpenAPI, and its examples fit.
func TestTheDescriptionIsValid(t *testing.T) {
	if err := document().Document.Validate(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestTheDescriptionHasTheRoutes: openapi.yaml describes what is served, with the same
// parameters, and nothing else.
func TestTheDescriptionHasTheRoutes(t *testing.T) {
	var served, described []string
	for _, r := range (&console{Config: Config{Floor: newOffice(), Trunks: carriers}}).routes() {
		served = append(served, strings.TrimSpace(r.pattern+" "+r.query))
	}
	for _, name := range document().Routes() {
		method, path, _ := strings.Cut(name, " ")
		for _, p := range document().Route(method, path).Operation.Parameters {
			if p.Value.In == "query" {
				name += " " + p.Value.Name
			}
		}
		described = append(described, name)
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) {
		t.Errorf("served are\n%s\nand described are\n%s", strings.Join(served, "\n"), strings.Join(described, "\n"))
	}
}

// TestEveryRouteAnswersAsDescribed: each is asked once as it should be, and once
// without showing who asks.
func TestEveryRouteAnswersAsDescribed(t *testing.T) {
	asked := map[string]struct {
		path, body string
		status     int
	}{
		"GET /api/attempts":                        {"", "", 200},
		"GET /api/attempts/export":                 {"?format=ndjson", "", 200},
		"GET /api/campaigns":                       {"", "", 200},
		"PUT /api/campaigns/{name}/state":          {"/api/campaigns/A1/state", `{"state":"on"}`, 200},
		"PUT /api/campaigns/{name}":                {"/api/campaigns/A1", `{"mode":"precise"}`, 200},
		"POST /api/campaigns/{name}/recycle":       {"/api/campaigns/A1/recycle", "", 200},
		"POST /api/campaigns/{name}/reset":         {"/api/campaigns/A1/reset", "", 200},
		"GET /api/campaigns/{name}/abandonment":    {"/api/campaigns/A1/abandonment", "", 200},
		"GET /api/campaigns/{name}/analysis":       {"/api/campaigns/A1/analysis", "", 200},
		"GET /api/campaigns/{name}/pacing":         {"/api/campaigns/A1/pacing", "", 200},
		"GET /api/agents":                          {"", "", 200},
		"GET /api/lists":                           {"", "", 200},
		"POST /api/lists":                          {"", `{"name":"spring"}`, 201},
		"DELETE /api/lists/{list}":                 {"/api/lists/leads?reason=old", "", 200},
		"GET /api/lists/{list}/contacts":           {"/api/lists/leads/contacts", "", 200},
		"POST /api/lists/{list}/contacts":          {"/api/lists/leads/contacts", `{"number":"1"}`, 201},
		"GET /api/lists/{list}/contacts/{id}":      {"/api/lists/leads/contacts/1", "", 200},
		"PUT /api/lists/{list}/contacts/{id}":      {"/api/lists/leads/contacts/1", `{"status":"E"}`, 200},
		"DELETE /api/lists/{list}/contacts/{id}":   {"/api/lists/leads/contacts/1?reason=old", "", 204},
		"GET /api/lists/{list}/export":             {"/api/lists/leads/export?format=ndjson", "", 200},
		"GET /api/server":                          {"", "", 200},
		"PUT /api/server":                          {"", `{"accepting":true}`, 200},
		"GET /api/trunks":                          {"", "", 200},
		"GET /api/sessions":                        {"", "", 200},
		"DELETE /api/sessions/{id}":                {"/api/sessions/SESSION", "", 200},
		"PUT /api/users/{id}/password":             {"/api/users/anna/password", `{"password":"new"}`, 204},
		"GET /api/recordings":                      {"", "", 200},
		"GET /api/recordings/{id}":                 {"/api/recordings/3", "", 200},
		"PUT /api/recordings/{id}":                 {"/api/recordings/3", `{"hold":true}`, 200},
		"DELETE /api/recordings/{id}":              {"/api/recordings/3?reason=old", "", 200},
		"GET /api/recordings/{id}/audio":           {"/api/recordings/3/audio", "", 200},
		"GET /api/rules":                           {"", "", 200},
		"GET /api/do-not-call":                     {"", "", 200},
		"PUT /api/do-not-call/{list}":              {"/api/do-not-call/national?date=2026-03-01&country=1", "3175550100", 200},
		"DELETE /api/do-not-call/{list}":           {"/api/do-not-call/national", "", 204},
		"GET /api/do-not-call/numbers/{number}":    {"/api/do-not-call/numbers/+13175550100", "", 200},
		"PUT /api/do-not-call/numbers/{number}":    {"/api/do-not-call/numbers/+13175550100", `{"reason":"a letter"}`, 200},
		"DELETE /api/do-not-call/numbers/{number}": {"/api/do-not-call/numbers/+13175550100?reason=old", "", 200},
		"PUT /api/prompts":                         {"", "", 200},
		"GET /api/openapi.yaml":                    {"", "", 200},
		"GET /healthz":                             {"", "", 200},
		"GET /metrics":                             {"", "", 200},
	}
	for _, name := range document().Routes() {
		t.Run(name, func(t *testing.T) {
			row, ok := asked[name]
			if !ok {
				t.Fatal("no request of this test asks it")
			}
			method, pattern, _ := strings.Cut(name, " ")
			s, session := wholeOffice(t)
			path := strings.Replace(row.path, "SESSION", session, 1)
			if !strings.HasPrefix(path, "/") {
				path = pattern + path
			}
			got, body := ask(t, s, method, path, row.body, func(r *http.Request) { r.Header.Del("Authorization") })
			if open := opens(method, pattern); open != (got.StatusCode != 401) {
				t.Errorf("nobody, whom the description lets in: %v; %s %s", open, got.Status, body)
			}
			if got, body := ask(t, s, method, path, row.body, nil); got.StatusCode != row.status {
				t.Errorf("%s %s, want %d", got.Status, body, row.status)
			}
		})
	}
}

// opens tells whether the description says that anybody may ask.
func opens(method, pattern string) bool {
	security := document().Route(method, pattern).Operation.Security
	return security != nil && len(*security) == 0
}

// wholeOffice serves everything, each thing with one of it there.
func wholeOffice(t *testing.T) (*httptest.Server, string) {
	o, shelf, lists := newOffice(), newShelf(), &cabinet{contacts: []campaign.Contact{{ID: 1, List: "leads", Key: "a", Number: "1", Status: campaign.Callable}}}
	o.attempts, o.pacing.Campaign, o.pacing.At = []campaign.Attempt{{ID: 1, Campaign: "A1", Claimed: noon}}, spring, noon
	o.snapshot.Campaigns[0].Today = 20260304
	var book *session.Book
	s := serve(t, o, func(c *Config) {
		o.book(t, c)
		book = c.Book
		c.Archive, c.Contacts, c.Import, c.Trunks, c.OpenMetrics = shelf, lists, lists.load, carriers, false
		c.DoNotCall = &refusers{refused: map[string]campaign.Refusal{"+13175550100": {Number: "+13175550100", At: noon, By: "anna"}}}
		c.Prompts = func(context.Context) ([]string, error) { return []string{"legal"}, nil }
	})
	opened, err := book.SignIn(t.Context(), session.Card{User: "anna", Password: "right", Application: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	return s, opened.ID
}

// TestTheDescriptionIsServed: anybody may read it.
func TestTheDescriptionIsServed(t *testing.T) {
	got, body := ask(t, serve(t, newOffice(), nil), "GET", "/api/openapi.yaml", "", func(r *http.Request) { r.Header.Del("Authorization") })
	if got.StatusCode != 200 || got.Header.Get("Content-Type") != "application/yaml" || body != string(description) {
		t.Errorf("%s %v", got.Status, got.Header)
	}
}
