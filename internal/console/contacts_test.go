package console

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// cabinet stands for the contact lists: one, called leads.
type cabinet struct {
	contacts []campaign.Contact
	loaded   []string // what was imported
	pages    int
}

func (c *cabinet) CreateList(_ context.Context, name string) error {
	if name == "leads" {
		return fault.New(fault.Conflict, "there is a list leads already")
	}
	return nil
}

func (c *cabinet) DeleteList(_ context.Context, name string) (int, error) {
	if name != "leads" {
		return 0, fault.New(fault.NotFound, "there is no list %s", name)
	}
	return len(c.contacts), nil
}

func (c *cabinet) AddContacts(_ context.Context, list string, how campaign.Addition, all []campaign.Contact) ([]campaign.Contact, error) {
	for i, one := range all {
		if one.Key == "taken" {
			return nil, fault.New(fault.Conflict, "contact 1 has the key taken already; change that one").On("key")
		}
		all[i].ID, all[i].Key = campaign.ContactID(len(c.contacts)+1), one.Number+how.Region+string(how.Duplicates)
		all[i].Status = cmp.Or(one.Status, campaign.Callable)
		c.contacts = append(c.contacts, all[i])
	}
	return all, nil
}

func (c *cabinet) Contact(_ context.Context, list string, id campaign.ContactID) (campaign.Contact, error) {
	if list != "leads" || int(id) > len(c.contacts) {
		return campaign.Contact{}, fault.New(fault.NotFound, "there is no contact %d", id)
	}
	return c.contacts[id-1], nil
}

func (c *cabinet) FindContacts(ctx context.Context, f campaign.ContactFilter) ([]campaign.Contact, error) {
	return c.ContactPage(ctx, f)
}

func (c *cabinet) ContactPage(_ context.Context, f campaign.ContactFilter) ([]campaign.Contact, error) {
	if f.List != "leads" {
		return nil, fault.New(fault.NotFound, "there is no list %s", f.List)
	}
	c.pages++
	var found []campaign.Contact
	for _, one := range c.contacts {
		if one.ID > f.After && len(found) < f.Limit && (f.Status == "" || f.Status == one.Status) && (f.Number == "" || f.Number == one.Number) {
			found = append(found, one)
		}
	}
	return found, nil
}

func (c *cabinet) ChangeContact(ctx context.Context, list string, id campaign.ContactID, _ string, change campaign.ContactChange) (campaign.Contact, error) {
	was, err := c.Contact(ctx, list, id)
	if err == nil && was.Status == campaign.InProcess && change.Status != nil {
		return was, fault.New(fault.Conflict, "contact %d is being called", id)
	}
	if change.Status != nil {
		was.Status = *change.Status
	}
	return was, err
}

func (c *cabinet) RemoveContact(ctx context.Context, list string, id campaign.ContactID) error {
	_, err := c.Contact(ctx, list, id)
	return err
}

func (c *cabinet) Columns(context.Context, string) ([]string, error) {
	return []string{"Name", "Status"}, nil
}

func (c *cabinet) Pasts(context.Context, []campaign.ContactID) (map[campaign.ContactID]campaign.Past, error) {
	return map[campaign.ContactID]campaign.Past{1: {LastCalled: noon, Categories: map[string]int{"Busy": 2}, Abandoned: 1}}, nil
}

// load reads a source as an import would.
func (c *cabinet) load(_ context.Context, o Load) (Loaded, error) {
	text, err := io.ReadAll(o.Source)
	c.loaded = append(c.loaded, o.Form+" "+o.Number+" "+string(text))
	fmt.Fprint(o.Rejects, "line,reason\n3,none\n")
	return Loaded{Rows: 2, Added: 1, Rejected: 1}, err
}

// lists is an office with contacts in its cabinet.
func lists(t *testing.T, contacts ...campaign.Contact) (*httptest.Server, *office, *cabinet) {
	t.Helper()
	o, c := newOffice(), &cabinet{contacts: contacts}
	s := serve(t, o, func(cfg *Config) { cfg.Audit, cfg.Contacts, cfg.Import = o, c, c.load })
	return s, o, c
}

func TestContactsAreAddedAndChanged(t *testing.T) {
	ann := campaign.Contact{ID: 1, List: "leads", Key: "a", Number: "+13175550101", Status: campaign.InProcess}
	for _, c := range []struct {
		method, path, body string
		status             int
		says, audit        string
	}{
		{"POST", "/api/lists", `{"name":"spring"}`, 201, `"name":"spring"`, "list spring created"},
		{"POST", "/api/lists", `{"name":"leads"}`, 409, "there is a list leads already", ""},
		{"DELETE", "/api/lists/leads", "", 400, "say why", ""},
		{"DELETE", "/api/lists/leads?reason=old", "", 200, `"contacts":1`, "list leads deleted, with 1 contacts: old"},
		{"DELETE", "/api/lists/none?reason=old", "", 404, "there is no list none", ""},
		{"POST", "/api/lists/leads/contacts?region=US", `{"number":"3175550102","status":"J","columns":{"Name":"Bob"}}`, 201,
			`{"id":2,"key":"3175550102US","number":"3175550102","zone":"","status":"J","attempts":0,"columns":{"Name":"Bob"}}`, "contact 2 added to list leads"},
		{"POST", "/api/lists/leads/contacts?duplicates=reject", `{"number":"1"}`, 201, `"key":"1reject"`, "contact 2 added to list leads"},
		{"POST", "/api/lists/leads/contacts?duplicates=never", `{"number":"1"}`, 400, `"property":"duplicates"`, ""},
		{"POST", "/api/lists/leads/contacts", ` [{"number":"1"},{"number":"2"}]`, 201, `[{"id":2,`, "2 contacts added to list leads, the first 2"},
		{"POST", "/api/lists/leads/contacts", `{"number":"1","key":"taken"}`, 409, `"property":"key"`, ""},
		{"POST", "/api/lists/leads/contacts", `[]`, 400, "add 1 to 1000", ""},
		{"POST", "/api/lists/leads/contacts?check=true", `{"number":"1"}`, 400, "check is for an import", ""},
		{"POST", "/api/lists/leads/contacts", "number\n1\n", 400, "Content-Type: text/csv", ""},
		{"POST", "/api/lists/leads/contacts", `{"phone":"1"}`, 400, "not the JSON that belongs here", ""},
		{"POST", "/api/lists/leads/contacts", `{"number":"1"} {}`, 400, "goes on", ""},
		{"POST", "/api/lists/leads/contacts", `{"number":"` + strings.Repeat("1", maxContactsBody) + `"}`, 400, "text/csv", ""},
		{"GET", "/api/lists/leads/contacts?number=+13175550101", "", 200, `"id":1`, ""},
		{"GET", "/api/lists/leads/contacts?limit=0", "", 400, "limit", ""},
		{"GET", "/api/lists/none/contacts", "", 404, "none", ""},
		{"GET", "/api/lists/leads/contacts/1", "", 200, `"status":"I"`, ""},
		{"GET", "/api/lists/leads/contacts/x", "", 404, "there is no contact", ""},
		{"PUT", "/api/lists/leads/contacts/1", `{"columns":{"Name":"Zoë","Old":null}}`, 200, `"id":1`, "contact 1 of list leads changed: 2 columns"},
		{"PUT", "/api/lists/leads/contacts/1", `{"status":"E"}`, 409, "is being called", ""},
		{"DELETE", "/api/lists/leads/contacts/1", "", 400, "say why", ""},
		{"DELETE", "/api/lists/leads/contacts/1?reason=twice", "", 204, "", "contact 1 of list leads removed: twice"},
		{"PATCH", "/api/lists/leads/contacts/1", "", 405, "not offered", ""},
	} {
		s, o, _ := lists(t, ann)
		res, body := ask(t, s, c.method, c.path, c.body, nil)
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s %.60s: %d %s", c.method, c.path, c.body, res.StatusCode, body)
		}
		if got := strings.Join(o.diary, "|"); !strings.Contains(got, c.audit) || (c.audit == "") != (got == "") {
			t.Errorf("%s %s: audit %q, want %q", c.method, c.path, got, c.audit)
		}
	}
}

func TestASourceIsImported(t *testing.T) {
	s, o, c := lists(t)
	as := func(kind string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Content-Type", kind) }
	}
	res, body := ask(t, s, "POST", "/api/lists/leads/contacts?number=phone", "phone\n100\nx\n", as("text/csv; charset=utf-8"))
	if res.StatusCode != 200 || !strings.Contains(body, `"added":1`) || !strings.Contains(body, `"rejects":"line,reason\n3,none\n"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	ask(t, s, "POST", "/api/lists/leads/contacts?check=true", `{"number":"100"}`, as("application/x-ndjson"))
	if want := []string{"csv phone phone\n100\nx\n", "ndjson  {\"number\":\"100\"}"}; !slices.Equal(c.loaded, want) {
		t.Errorf("%q", c.loaded)
	}
	if len(o.diary) != 1 || !strings.Contains(o.diary[0], "1 contacts added and 0 changed in list leads by an import") {
		t.Errorf("audit %q: one entry, as a check changes nothing", o.diary)
	}
	for _, wrong := range []string{"?check=perhaps", "?duplicates=never", "?priority=2", "?comma=ab"} {
		if res, _ := ask(t, s, "POST", "/api/lists/leads/contacts"+wrong, "x", as("text/csv")); res.StatusCode != 400 {
			t.Errorf("%s: %d", wrong, res.StatusCode)
		}
	}
}

func TestContactsAreExported(t *testing.T) {
	var all []campaign.Contact
	for i := range 2*page + 1 {
		all = append(all, campaign.Contact{ID: campaign.ContactID(i + 1), Key: "k", Number: "+13175550101", Status: campaign.Callable,
			Columns: map[string]string{"Name": "=cmd()", "Status": "gold"}})
	}
	s, o, c := lists(t, all...)
	res, body := ask(t, s, "GET", "/api/lists/leads/export", "", nil)
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != len(all)+1 || res.Header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" {
		t.Fatalf("%d rows, %v, %v", len(rows), err, res.Header)
	}
	if got := strings.Join(rows[0], " "); got != "i3_identity i3_key i3_number i3_status zone attempts i3_due_utc i3_owner i3_lastcalled_utc i3_attemptsabandoned "+
		"i3_attemptsbusy i3_attemptsfax i3_attemptsmachine i3_attemptsnoanswer i3_attemptsremotehangup i3_attemptsrescheduled i3_attemptssitcallable i3_attemptssystemhangup Name Status" {
		t.Errorf("columns %s", got)
	}
	if got := strings.Join(rows[1], "|"); got != "1|k|+13175550101|C||0|||2026-03-04T12:00:00.123Z|1|2|0|0|0|0|0|0|0|'=cmd()|gold" {
		t.Errorf("row %s", got)
	}
	if c.pages != 4 || len(o.diary) != 1 || !strings.Contains(o.diary[0], "contacts of list leads exported") {
		t.Errorf("%d pages, audit %q", c.pages, o.diary)
	}
	_, body = ask(t, s, "GET", "/api/lists/leads/export?format=ndjson", "", nil)
	first, _, _ := strings.Cut(body, "\n")
	var one map[string]any
	if err := json.Unmarshal([]byte(first), &one); err != nil || one["key"] != "k" || one["abandoned"] != 1.0 || strings.Count(body, "\n") != len(all) {
		t.Errorf("%v %s", err, first)
	}
	for path, status := range map[string]int{"/api/lists/none/export": 404, "/api/lists/leads/export?format=xls": 400} {
		if res, body := ask(t, s, "GET", path, "", nil); res.StatusCode != status {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}

func TestAttemptsAreExported(t *testing.T) {
	s, o, _ := lists(t)
	o.attempts = []campaign.Attempt{
		{ID: 1, Campaign: "A1", List: "leads", Contact: 7, Number: "+13175550101", CallerID: "+13175550100", Claimed: noon, Agent: "anna", Label: "-1+1=x"},
		{ID: 2, Campaign: "A1", Number: "100", Answered: noon, Answer: campaign.Answer{Message: "seller", Abandoned: true}},
	}
	_, body := ask(t, s, "GET", "/api/attempts/export?campaign=Spring&from=2026-03-04&to=2026-03-05T00:00:00Z", "", nil)
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v %s", err, body)
	}
	cell := func(row int, column string) string { return rows[row][slices.Index(rows[0], column)] }
	for _, c := range []struct {
		row          int
		column, want string
	}{
		{1, "campaign", "Spring Sale"}, {1, "number", "+13175550101"}, {1, "callerId", "+13175550100"}, {1, "claimedAt", "2026-03-04T12:00:00.123Z"},
		{1, "agent", "anna"}, {1, "label", "'-1+1=x"}, {1, "message.prompt", ""}, {1, "contact", "7"},
		{2, "message.prompt", "seller"}, {2, "abandoned", "true"}, {2, "media.codec", ""}, {2, "preview", "false"},
	} {
		if got := cell(c.row, c.column); got != c.want {
			t.Errorf("%s of row %d is %q, want %q", c.column, c.row, got, c.want)
		}
	}
	if res, body := ask(t, s, "GET", "/api/attempts/export?from=yesterday", "", nil); res.StatusCode != 400 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, body := ask(t, s, "GET", "/api/attempts/export?campaign=Winter", "", nil); res.StatusCode != 404 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestCellsAreNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "Ann": "Ann", "+13175550101": "+13175550101", "+1 (317) 555-0101": "+1 (317) 555-0101", "-5.50": "-5.50",
		"=1+1": "'=1+1", "+cmd": "'+cmd", "-": "'-", "@sum": "'@sum", "\tx": "'\tx", "'=1": "''=1", "'tis": "'tis", "-1+2*A1": "'-1+2*A1",
	} {
		if got := guarded(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

// Who is to be called at once is not left until the floor looks by itself.
func TestTheFloorHearsOfContactsWhoAreUrgent(t *testing.T) {
	s, o, _ := lists(t)
	for _, c := range []struct {
		method, path, kind, body string
		urgent                   bool
	}{
		{"POST", "/api/lists/leads/contacts", "application/json", `{"number":"+13175550102"}`, false},
		{"POST", "/api/lists/leads/contacts", "application/json", `[{"number":"+13175550103"},{"number":"+13175550104","status":"J"}]`, true},
		{"PUT", "/api/lists/leads/contacts/1", "application/json", `{"status":"C"}`, false},
		{"PUT", "/api/lists/leads/contacts/1", "application/json", `{"status":"J"}`, true},
		{"POST", "/api/lists/leads/contacts", "text/csv", "number\n+13175550105\n", false},
		{"POST", "/api/lists/leads/contacts?priority=true", "text/csv", "number\n+13175550105\n", true},
		{"POST", "/api/lists/leads/contacts?priority=true&check=true", "text/csv", "number\n+13175550105\n", false},
	} {
		o.asked = nil
		got, text := ask(t, s, c.method, c.path, c.body, func(r *http.Request) { r.Header.Set("Content-Type", c.kind) })
		if got.StatusCode >= 300 {
			t.Fatalf("%s %s: %s %s", c.method, c.path, got.Status, text)
		}
		if told := slices.Contains(o.asked, dialer.Command(dialer.HurryList{List: "leads"})); told != c.urgent {
			t.Errorf("%s %s %s: the floor is told %v", c.method, c.path, c.body, o.asked)
		}
	}
}
