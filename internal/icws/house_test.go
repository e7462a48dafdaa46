package icws

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/session"
)

// A house is an office over the real floor with people of several workgroups: for
// what only the floor decides, such as rights.

// answers are rows for every query.
type answers struct{}

func (answers) Query(context.Context, string, string, []string) ([]string, [][]string, bool, error) {
	return []string{"NAME"}, [][]string{{"Cleo"}}, false, nil
}

// people are those of the house: who works in Sales, who supervises it, and who has
// nothing to do with it.
var people = staff{
	{ID: "anna", Name: "Anna Berg", Workgroups: []string{"Sales"}, DefaultStation: "Desk-anna"},
	{ID: "carl", Name: "Carl Dorn", Workgroups: []string{"Sales"}},
	{ID: "bert", Name: "Bert Cole", Workgroups: []string{"Support"}},
	{ID: "sue", Name: "Sue Egan", Workgroups: []string{"Sales"}, Supervisor: true},
	{ID: "sam", Name: "Sam Fisk", Workgroups: []string{"Support"}, Supervisor: true},
	{ID: "root", Name: "Root", Admin: true},
}

func (s staff) Users(context.Context) ([]agent.User, error) { return s, nil }

func (s staff) Stations(context.Context) ([]agent.Station, error) { return desks, nil }

var desks = phones{
	{Kind: agent.Workstation, Name: "Desk-anna", Target: "sip:anna@127.0.0.1"}, {Kind: agent.Workstation, Name: "Desk-carl", Target: "sip:carl@127.0.0.1"},
	{Kind: agent.Workstation, Name: "Desk-bert", Target: "sip:bert@127.0.0.1"}, {Kind: agent.Workstation, Name: "Desk-sue", Target: "sip:sue@127.0.0.1"},
	{Kind: agent.Workstation, Name: "Desk-sam", Target: "sip:sam@127.0.0.1"}, {Kind: agent.Workstation, Name: "Desk-root", Target: "sip:root@127.0.0.1"},
}

// house is an office with everybody at his desk, and Anna in a call with Cleo.
type house struct {
	*office
	floor *dialer.Floor
	seats map[string]*seat
	call  string // Anna's
}

func openHouse(t *testing.T) *house {
	t.Helper()
	x := &carrier{legs: map[call.LegID]chan call.Cause{}}
	list := &drawer{contacts: []campaign.Contact{listed(7)}, open: map[campaign.AttemptID]campaign.ContactID{}}
	floor := dialer.New(dialer.Config{
		Switch: x, Mixer: x, Ledger: list, Contacts: list, Archive: list, Campaigns: []campaign.Campaign{sales(campaign.Power)},
		Rules: dialer.Rules{Profiles: map[string]call.Destination{"front": {Number: "+13175550177"}}},
	})
	x.report = floor.Report
	ran := make(chan error, 1)
	go func() { ran <- floor.Run(context.Background()) }()
	listen := func(size int) (<-chan dialer.Event, func()) {
		l := floor.Listen(size)
		return l.C, l.Close
	}
	book := session.New(session.Config{Floor: floor, Listen: listen, Users: people, Stations: desks})
	h := judge(t, "", New(Config{ServerName: "dialer.example.com", Records: people, Queries: answers{}}, book, floor))
	o := &office{t: t, book: book, http: httptest.NewServer(http.HandlerFunc(h.ServeHTTP))}
	t.Cleanup(func() {
		book.Close(context.Background())
		o.http.Close()
		if err := floor.Drain(context.Background()); err != nil {
			t.Error("drain:", err)
		}
		if err := <-ran; err != nil {
			t.Error("run:", err)
		}
		x.wait.Wait()
	})
	ho := &house{office: o, floor: floor, seats: map[string]*seat{}}
	for _, u := range people {
		c := o.signIn(u.ID, "desk")
		c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Desk-`+u.ID+`"}`)
		c.must(200, "POST", "/dialer/log-in", "")
		ho.seats[u.ID] = c
	}
	ho.connect()
	return ho
}

// connect lets Anna take Cleo's call.
func (h *house) connect() {
	h.t.Helper()
	events := h.floor.Listen(1000)
	defer events.Close()
	anna := h.seats["anna"]
	anna.must(200, "POST", "/dialer/ready-for-calls", "")
	anna.must(202, "PUT", "/status/user-statuses/anna", `{"statusId":"Available"}`)
	late := time.After(10 * time.Second)
	for {
		select {
		case e := <-events.C:
			if c, ok := e.Body.(dialer.CallChanged); ok && c.Call.State == call.Connected && c.Call.Agent.User == "anna" {
				h.call = string(c.Call.ID)
				return
			}
		case <-late:
			h.t.Fatal("Anna never got Cleo's call")
		}
	}
}

// fill writes what is in the house for the names that rows use.
func (h *house) fill(text string) string {
	return strings.NewReplacer("$CALL", h.call, "$CAMPAIGN", springID).Replace(text)
}
