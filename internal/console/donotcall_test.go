package console

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// refusers stands for what keeps the lists.
type refusers struct {
	lists   compliance.DoNotCall
	refused map[string]campaign.Refusal
}

func (r *refusers) Lists() []compliance.List { return r.lists.Lists() }

func (r *refusers) Load(_ context.Context, l compliance.List, from io.Reader, country string) (compliance.List, error) {
	text, err := io.ReadAll(from)
	if err != nil {
		return l, err
	}
	var g compliance.Gather
	for line := range strings.FieldsSeq(string(text)) {
		n, ok := compliance.E164("+" + country + line)
		if !ok {
			return l, fault.New(fault.Invalid, "%s is no number", line)
		}
		g.Add(n)
	}
	l.Loaded, l.Sum, l.Numbers = noon, "5a", g.Numbers()
	r.lists = r.lists.With(l)
	return l, nil
}

func (r *refusers) Drop(_ context.Context, name string) error {
	if name != "national" {
		return fault.New(fault.NotFound, "there is no list %s", name)
	}
	r.lists = compliance.DoNotCall{}
	return nil
}

func (r *refusers) Refusals(context.Context) (int, error) { return len(r.refused), nil }

func (r *refusers) Refusal(_ context.Context, number string) (campaign.Refusal, error) {
	if found, ok := r.refused[number]; ok {
		return found, nil
	}
	return campaign.Refusal{}, fault.New(fault.NotFound, "%s is not on the list", number)
}

func (r *refusers) Refuse(_ context.Context, refusal campaign.Refusal) error {
	r.refused[refusal.Number] = refusal
	return nil
}

func (r *refusers) Permit(ctx context.Context, number string) error {
	_, err := r.Refusal(ctx, number)
	delete(r.refused, number)
	return err
}

func TestDoNotCallLists(t *testing.T) {
	o := newOffice()
	s := serve(t, o, func(c *Config) {
		o.book(t, c)
		c.Now = func() time.Time { return noon }
		c.DoNotCall = &refusers{refused: map[string]campaign.Refusal{}}
	})
	const national = `{"list": "national", "numbers": 2, "version": "7", "date": "2026-03-01", "ageDays": 2, "loadedAt": "2026-03-04T12:00:00.123Z", "sha256": "5a"}`
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "", "", 200, `[{"list": "internal", "numbers": 0}]`},
		{"PUT", "/national?version=7&date=2026-03-01&country=1", "3175550100\n3175550101\n", 200, national},
		{"PUT", "/national?version=8&date=2026-03-01", "Ann", 400, `{"kind": "invalid", "message": "Ann is no number"}`},
		{"PUT", "/national?version=8", "3175550100", 400, `{"kind": "invalid", "property": "date", "message": "say of which day the list is: ?date=2026-11-20"}`},
		{"PUT", "/internal?date=2026-03-01", "", 400, `{"kind": "invalid", "property": "list", "message": "numbers of the internal list come and go one by one: PUT /api/do-not-call/numbers/{number}"}`},
		{"GET", "/numbers/+13175550100", "", 200, `{"number": "+13175550100", "lists": ["national"]}`},
		{"GET", "/numbers/100", "", 200, `{"number": "100", "lists": []}`},
		{"GET", "/numbers/ann", "", 400, `{"kind": "invalid", "property": "number", "message": "\"ann\" is no number and no SIP address"}`},
		{"GET", "/numbers/+1%20317-555-0100", "", 200, `{"number": "+13175550100", "lists": ["national"]}`},
		{"GET", "/numbers/sip:Ann@example.org", "", 200, `{"number": "sip:ann@example.org", "lists": []}`},
		{"PUT", "/numbers/+13175550100", `{"reason": "a letter"}`, 200,
			`{"number": "+13175550100", "lists": ["internal", "national"], "refusedAt": "2026-03-04T12:00:00.123Z", "by": "boss", "reason": "a letter"}`},
		{"GET", "", "", 200, `[{"list": "internal", "numbers": 1}, ` + national + `]`},
		{"DELETE", "/numbers/+13175550100", "", 400, `{"kind": "invalid", "property": "reason", "message": "say why: ?reason=TEXT"}`},
		{"DELETE", "/numbers/+13175550100?reason=consent", "", 200, `{"number": "+13175550100", "lists": ["national"]}`},
		{"DELETE", "/numbers/+13175550100?reason=consent", "", 404, `{"kind": "not found", "message": "+13175550100 is not on the list"}`},
		{"DELETE", "/state", "", 404, `{"kind": "not found", "message": "there is no list state"}`},
		{"DELETE", "/national", "", 204, ""},
		{"GET", "", "", 200, `[{"list": "internal", "numbers": 0}]`},
	} {
		got, body := ask(t, s, step.method, "/api/do-not-call"+step.path, step.body, nil)
		if got.StatusCode != step.status {
			t.Errorf("%s %s: %s", step.method, step.path, got.Status)
		}
		if step.want != "" {
			wantJSON(t, body, step.want)
		}
	}
	if want := 4; len(o.diary) != want || !strings.Contains(o.diary[0], "do-not-call list national is version 7, sha256 5a") {
		t.Errorf("written down as audit: %q, want %d lines", o.diary, want)
	}
}

func TestRules(t *testing.T) {
	o := newOffice()
	law, err := compliance.Law{}.With(map[string][]compliance.Rule{"house": {{
		ID: "house/hours", Version: "2", Where: "US-FL", From: compliance.Date{Year: 2026, Month: 4, Day: 1}, Source: "the board", Read: "2026-03-01", Says: "not at noon",
	}}}, map[string]compliance.Calendar{"house": compliance.Days()})
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, o, func(c *Config) { o.book(t, c); c.Law = law })
	_, body := ask(t, s, "GET", "/api/rules", "", nil)
	wantJSON(t, body, `{
		"campaigns": [{"campaign": "Spring Sale", "hours": "08:00-21:00", "rules": [], "holidays": [], "doNotCall": ["internal"], "zoneBy": "column"}],
		"rules": [{"id": "house/hours", "set": "house", "version": "2", "where": "US-FL", "from": "2026-04-01", "inForce": false,
			"says": "not at noon", "source": "the board", "read": "2026-03-01"}],
		"calendars": ["house"]}`)
	_, body = ask(t, s, "GET", "/api/rules?campaign=spring%20sale", "", nil)
	wantJSON(t, body, `{
		"campaigns": [{"campaign": "Spring Sale", "hours": "08:00-21:00", "rules": [], "holidays": [], "doNotCall": ["internal"], "zoneBy": "column"}],
		"rules": [], "calendars": ["house"]}`)
	if got, _ := ask(t, s, "GET", "/api/rules?campaign=Winter", "", nil); got.StatusCode != 404 {
		t.Errorf("of a campaign that is not there: %s", got.Status)
	}
}
