package simulate_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/simulate"
)

// aMessage is twenty minutes of an agentless campaign: a message of 20 s to people, of
// whom half hear it out, a tenth are passed on and a twentieth want no more calls.
func aMessage(change func(*simulate.Scenario)) simulate.Scenario {
	return aWhile(func(s *simulate.Scenario) {
		s.Length = 20 * time.Minute
		c := &s.Campaigns[0]
		c.Mode, c.MaxFlying, c.Message = campaign.Agentless, 12, 20*time.Second
		c.Customers.HearOut, c.Customers.PassOn, c.Customers.OptOut = 0.5, 0.1, 0.05
		if change != nil {
			change(s)
		}
	})
}

// Nobody works, nobody waits, and everybody who answers is played the message.
func TestAgentless(t *testing.T) {
	r := play(t, aMessage(nil))
	m := r.Messages
	people := m.HeardOut + m.CutShort + m.PassedOn + m.OptedOut
	if r.Agents != 0 || r.Utilisation != 0 || r.Abandonment != 0 || r.MeanWait != 0 || r.Ledger.Talked != 0 {
		t.Errorf("without agents: %+v", r)
	}
	if people != r.Ledger.Informed || people < 100 || m.Machines != 0 || r.Campaigns[0].Messages != m {
		t.Errorf("%d people were informed: %+v", r.Ledger.Informed, m)
	}
	for what, c := range map[string]struct {
		n    int
		want float64
	}{"hear it out": {m.HeardOut, 0.5}, "hang up": {m.CutShort, 0.35}, "are passed on": {m.PassedOn, 0.1}, "opt out": {m.OptedOut, 0.05}} {
		if got := float64(c.n) / float64(people); got < c.want-0.06 || got > c.want+0.06 {
			t.Errorf("%.3f of the people %s, not %.2f", got, what, c.want)
		}
	}
	if r.Hours[0].Informed != r.Ledger.Informed || r.Hours[0].Live != 0 {
		t.Errorf("the hour has %+v", r.Hours[0])
	}
}

// Call analysis finds machines, and they are left a message after their beep.
func TestMachinesAreLeftAMessage(t *testing.T) {
	leave := func(s *simulate.Scenario) {
		s.Campaigns[0].Analysis, s.Campaigns[0].MachineMessage = campaign.AnalyseFirst, 15*time.Second
		s.Campaigns[0].Customers.Misjudged = 0.1
	}
	for name, s := range map[string]simulate.Scenario{"agentless": aMessage(leave), "power": aWhile(leave)} {
		r := play(t, s)
		if l := r.Ledger; r.Messages.Machines < 10 || r.Messages.Machines >= l.NoPerson || l.Misjudged == 0 {
			t.Errorf("%s: %d messages were left: %+v", name, r.Messages.Machines, l)
		}
	}
}

// Who presses the key gets an agent of the team, if one is free within a minute.
func TestPeopleArePassedOnToAgents(t *testing.T) {
	few := func(agents int) func(*simulate.Scenario) {
		return func(s *simulate.Scenario) {
			s.Length, s.Team.Agents, s.Campaigns[0].ToAgents = time.Hour, agents, true
		}
	}
	for agents, all := range map[int]bool{1: false, 30: true} {
		r := play(t, aMessage(few(agents)))
		m := r.Messages
		busy := float64(m.Taken) * 90 / 3600 / float64(agents)
		if m.PassedOn < 50 || (m.Taken > m.PassedOn-3) != all || m.Taken > m.PassedOn {
			t.Errorf("%d agents took %d of the %d who were passed on", agents, m.Taken, m.PassedOn)
		}
		if r.Agents != agents || r.Utilisation < busy*0.7 || r.Utilisation > min(1, busy*1.3) || !all && r.Utilisation < 0.7 || r.Ledger.Talked != 0 {
			t.Errorf("%d agents were busy %.3f of the time, with %d calls", agents, r.Utilisation, m.Taken)
		}
	}
	alone := play(t, aMessage(nil)).Messages
	if alone.PassedOn == 0 || alone.Taken != 0 {
		t.Errorf("with a number outside: %+v", alone)
	}
}

// Agents who dial for another campaign take those calls between two of their own, also
// with breaks, and when some of them vanish.
func TestAgentsWhoDialTakeWhoIsPassedOn(t *testing.T) {
	for _, mode := range []campaign.Mode{campaign.Power, campaign.Precise, campaign.Predictive} {
		r := play(t, aMessage(func(s *simulate.Scenario) {
			dials := simulate.Standard()
			dials.Mode = mode
			s.Campaigns[0].ToAgents = true
			s.Campaigns = append(s.Campaigns, dials)
			s.Team.BreakEvery, s.Team.BreakFor = 8*time.Minute, time.Minute
			s.Events = []simulate.Event{{At: 10 * time.Minute, Agents: -2}}
		}))
		if message, dials := r.Campaigns[0], r.Campaigns[1]; message.Messages.Taken < 5 || dials.Talked < 20 || r.Utilisation > 1 {
			t.Errorf("%s: %+v and %+v", mode, message, dials)
		}
	}
}

// Its limits are what an agentless campaign is paced by.
func TestAgentlessKeepsItsLimits(t *testing.T) {
	r := play(t, aMessage(func(s *simulate.Scenario) { s.Campaigns[0].MaxRate = 0.3 }))
	if r.Invites < 0.27 || r.Invites > 0.3 {
		t.Errorf("%.3f calls a second, 0.3 were allowed", r.Invites)
	}
	pace := map[int]float64{}
	for _, lines := range []int{6, 12} {
		r := play(t, aMessage(func(s *simulate.Scenario) { s.Campaigns[0].MaxFlying = lines }))
		pace[lines] = r.Invites
		for _, p := range r.Series[1:] {
			if p.Flying > lines || p.Flying == 0 {
				t.Errorf("%d calls ring, %d may be up", p.Flying, lines)
			}
		}
	}
	if twice := pace[12] / pace[6]; twice < 1.85 || twice > 2.15 {
		t.Errorf("twice the calls in the air are %.2f times as many a second", twice)
	}
}

// Those whom it informs do not make a campaign bolder that predicts beside it.
func TestPredictiveBesideMessagesKeepsItsLimit(t *testing.T) {
	r := play(t, aMessage(func(s *simulate.Scenario) {
		s.Length = 30 * time.Minute
		s.Campaigns = append(s.Campaigns, simulate.Standard())
	}))
	if r.Abandonment > 0.045 || r.Utilisation < 0.7 {
		t.Errorf("utilisation %.3f, abandoned %.3f", r.Utilisation, r.Abandonment)
	}
}

// Beside a campaign with agents it takes none of them, and people who hear its message
// are no share of those who wait for one.
func TestAgentlessBesideAgents(t *testing.T) {
	alone := play(t, aWhile(nil))
	r := play(t, aMessage(func(s *simulate.Scenario) {
		dials := simulate.Standard()
		dials.Mode = campaign.Power
		s.Campaigns = append(s.Campaigns, dials)
	}))
	if r.Agents != 8 || r.Utilisation < alone.Utilisation-0.1 || r.Abandonment != 0 {
		t.Errorf("utilisation %.3f, alone %.3f", r.Utilisation, alone.Utilisation)
	}
	if message, dials := r.Campaigns[0], r.Campaigns[1]; message.Messages.HeardOut < 50 || message.Talked != 0 || dials.Talked < 50 || dials.Messages != (simulate.Messages{}) {
		t.Errorf("%+v and %+v", message, dials)
	}
}

// A list that ends tells how long each of its contacts takes to be called once: as it
// was, or by the day's pace.
func TestHoursForAList(t *testing.T) {
	hours := map[int]float64{}
	for _, contacts := range []int{300, 3_000} {
		r := play(t, aMessage(func(s *simulate.Scenario) { s.Campaigns[0].Contacts = contacts }))
		hours[contacts] = r.Campaigns[0].ListHours
		if (r.Ledger.Contacts == contacts) != (contacts == 300) {
			t.Errorf("%d of %d contacts were called", r.Ledger.Contacts, contacts)
		}
	}
	if ten := hours[3_000] / hours[300]; ten < 9.5 || ten > 12 {
		t.Errorf("ten times the list takes %.2f times as long: %v h", ten, hours)
	}
}
