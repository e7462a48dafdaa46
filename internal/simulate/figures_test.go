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
	f := simulate.NewFigures(time.UTC)
	add := func(n, hour int, who, agent string) {
		for range n {
			f.Add(attempt(hour, who, agent))
		}
	}
	if _, err := f.Scenario(def); fault.KindOf(err) != fault.Conflict {
		t.Errorf("of nothing: %v", err)
	}
	add(50, 9, "person", "anna")
	add(50, 9, "nobody", "")
	add(20, 11, "person", "anna")
	add(20, 11, "person", "bert")
	add(90, 11, "nobody", "")
	add(20, 11, "machine", "bert")
	add(10, 11, "fails", "")
	s, err := f.Scenario(def)
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
