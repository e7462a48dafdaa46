package simulate_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/simulate"
)

// attempt is one that a person, a machine or nobody answered, at an hour of a day.
func attempt(hour int, who string, agent string) campaign.Attempt {
	placed := time.Date(2026, 3, 2, hour, 10, 0, 0, time.UTC)
	a := campaign.Attempt{Placed: placed, Ringing: placed.Add(2 * time.Second), Reason: call.NoAnswer.String(), Outcome: call.NotReached}
	switch who {
	case "person", "machine":
		a.Answered, a.Bridged = placed.Add(8*time.Second), placed.Add(8*time.Second)
		a.Ended, a.Disposed = a.Bridged.Add(80*time.Second), a.Bridged.Add(100*time.Second)
		a.Outcome, a.Agent, a.Category = call.Talked, agent, "Success"
		if who == "machine" {
			a.Category = "Machine"
		}
	case "fails":
		a.Ringing, a.Reason = time.Time{}, call.Busy.String()
	}
	a.Closed = placed.Add(2 * time.Minute)
	return a
}

// A campaign is rehearsed as it was: by the hour where there is enough to go by.
func TestOwnFigures(t *testing.T) {
	def := campaign.Campaign{Name: "Autumn", Mode: campaign.Power}.Defaults()
	f := simulate.NewFigures(def, time.UTC)
	add := func(n, hour int, who, agent string) {
		for range n {
			f.Add(attempt(hour, who, agent))
		}
	}
	if _, err := f.Scenario(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("of nothing: %v", err)
	}
	add(50, 9, "person", "anna")
	add(50, 9, "nobody", "")
	add(20, 11, "person", "anna")
	add(20, 11, "person", "bert")
	add(90, 11, "nobody", "")
	add(20, 11, "machine", "bert")
	add(10, 11, "fails", "")
	s, err := f.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	c := s.Campaigns[0].Customers
	if s.Length != 3*time.Hour || s.Team.Agents != 2 || s.Team.WrapUp != 0.2 || s.Campaigns[0].Analysis != campaign.AnalyseNot {
		t.Errorf("%s, team %+v, analysis %s", s.Length, s.Team, s.Campaigns[0].Analysis)
	}
	if all := 90.0 / 260; c.Answer[0] != 0.5 || c.Answer[1] < all-0.01 || c.Answer[1] > all+0.01 || c.Answer[2] != 0.25 {
		t.Errorf("answer rates %v", c.Answer)
	}
	if c.Handle[0] != 100*time.Second || c.Handle[2] != 100*time.Second || c.Spread != 0 {
		t.Errorf("handle times %v, spread %g", c.Handle, c.Spread)
	}
	if c.SetUp != 2*time.Second || c.Rings[0] != 6*time.Second || c.Machine != 0.076923 || c.Failing != 0.038462 {
		t.Errorf("set-up %s, rings %v, machines %g, failing %g", c.SetUp, c.Rings, c.Machine, c.Failing)
	}
	play(t, s)
}

// A campaign without agents is rehearsed with its message, and with what people did when
// they heard it: half hear it out, a tenth each press a key, the others hang up.
func TestOwnFiguresOfMessages(t *testing.T) {
	def := campaign.Campaign{Name: "Reminder", Mode: campaign.Agentless}.Defaults()
	def.MaxFlying, def.Analysis = 30, campaign.Analysis{Policy: campaign.AnalyseFirst, Message: "please call us"}
	f := simulate.NewFigures(def, time.UTC)
	add := func(n int, what string, after time.Duration) {
		for range n {
			a := attempt(9, "person", "")
			a.Bridged, a.Disposed = time.Time{}, time.Time{}
			a.Outcome, a.Category, a.Messaged, a.Ended = call.Informed, what, a.Answered, a.Answered.Add(after)
			a.Played = what == "Success" || what == "Machine"
			if what == "Machine" {
				a.Outcome = call.NoPerson
			}
			f.Add(a)
		}
	}
	add(50, "Success", 23*time.Second)
	add(10, "Transferred", 12*time.Second)
	add(10, "Deleted", 12*time.Second)
	add(30, "Remote Hang Up", 5*time.Second)
	add(60, "Machine", 17*time.Second)
	s, err := f.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	c := s.Campaigns[0]
	if c.Message != 18*time.Second || c.MachineMessage != 17*time.Second || c.MaxFlying != 30 {
		t.Errorf("messages of %s to people and %s to machines, %d in the air", c.Message, c.MachineMessage, c.MaxFlying)
	}
	if p := c.Customers; p.HearOut != 0.5 || p.PassOn != 0.1 || p.OptOut != 0.1 || p.Answer[0] != 0.625 || p.Machine != 0.375 {
		t.Errorf("%+v", p)
	}
	s.Length = 10 * time.Minute
	if r := play(t, s); r.Agents != 0 || r.Messages.HeardOut == 0 || r.Messages.Machines == 0 {
		t.Errorf("%d agents, messages %+v", r.Agents, r.Messages)
	}
}

// What agents called by their own wish is what a manual campaign goes by, and no other.
func TestOwnFiguresOfManualCalls(t *testing.T) {
	for mode, want := range map[campaign.Mode]bool{campaign.Manual: true, campaign.Preview: false} {
		f := simulate.NewFigures(campaign.Campaign{Name: "Autumn", Mode: mode}.Defaults(), time.UTC)
		for range 50 {
			a := attempt(9, "person", "anna")
			a.Manual = true
			f.Add(a)
		}
		if s, err := f.Scenario(); (err == nil) != want || want && s.Campaigns[0].Customers.Answer[0] != 1 {
			t.Errorf("%s: %+v, %v", mode, s.Campaigns, err)
		}
	}
}
