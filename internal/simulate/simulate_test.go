package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/simulate"
)

// aWhile is forty minutes of eight agents, for whom power dials one contact each while
// they are idle, unless a test says otherwise.
func aWhile(change func(*simulate.Scenario)) simulate.Scenario {
	s := simulate.Scenario{Seed: 1, Length: 40 * time.Minute, Team: simulate.StandardTeam(), Campaigns: []simulate.Campaign{simulate.Standard()}}
	s.Team.Agents = 8
	s.Campaigns[0].Mode = campaign.Power
	if change != nil {
		change(&s)
	}
	return s
}

// play plays a scenario, which has to add up; see [simulate.Run].
func play(t *testing.T, s simulate.Scenario) simulate.Result {
	t.Helper()
	r, err := simulate.Run(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	l := r.Ledger
	if sum := l.Talked + l.Abandoned + l.HungUp + l.NotReached + l.NoPerson + l.Informed + l.Skipped + l.Withdrawn; sum != l.Attempts {
		t.Errorf("%d attempts, and %d with an outcome: %+v", l.Attempts, sum, l)
	}
	return r
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	s := aWhile(func(s *simulate.Scenario) {
		s.Team.BreakEvery, s.Team.BreakFor, s.Lines = 20*time.Minute, 5*time.Minute, 15
		s.Campaigns = append(s.Campaigns, s.Campaigns[0])
		s.Campaigns[0].Contacts, s.Campaigns[1].Lines = 300, 2.5
		s.Campaigns[1].Mode = campaign.Predictive
		s.Campaigns = append(s.Campaigns, aMessage(nil).Campaigns...)
		s.Events = []simulate.Event{{At: 30 * time.Minute, Agents: -3, TrunkDown: time.Minute}}
	})
	var texts, pages [3]bytes.Buffer
	for i := range texts {
		if i == 2 {
			s.Seed = 2
		}
		r := play(t, s)
		if err := json.NewEncoder(&texts[i]).Encode(r); err != nil {
			t.Fatal(err)
		}
		if err := simulate.Report(&pages[i], []simulate.Result{r, r}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) || !bytes.Equal(pages[0].Bytes(), pages[1].Bytes()) {
		t.Error("the same day was not the same again")
	}
	if bytes.Equal(texts[0].Bytes(), texts[2].Bytes()) {
		t.Error("another seed gave the same day")
	}
}

// Dialing one contact for one idle agent keeps agents busy for little more than half
// of their time, and abandons nobody.
func TestProgressive(t *testing.T) {
	r := play(t, aWhile(nil))
	if r.Utilisation < 0.5 || r.Utilisation > 0.65 || r.Abandonment != 0 {
		t.Errorf("utilisation %.3f, abandoned %.3f", r.Utilisation, r.Abandonment)
	}
	if r.Ledger.Talked == 0 || r.MeanWait < 30 || r.MeanWait > 90 {
		t.Errorf("%d talks, agents wait %.1f s", r.Ledger.Talked, r.MeanWait)
	}
}

// A predictive campaign keeps agents far busier, and holds the limit about.
func TestPredictive(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) { s.Campaigns[0].Mode = campaign.Predictive }))
	if r.Utilisation < 0.7 || r.Abandonment > 0.06 {
		t.Errorf("utilisation %.3f, abandoned %.3f", r.Utilisation, r.Abandonment)
	}
}

// Many agents who come at once are not dialed for wildly.
func TestManyBegin(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) {
		s.Campaigns[0].Mode, s.Team.Agents, s.Length = campaign.Predictive, 300, 2*time.Minute
	}))
	if r.Ledger.Attempts > 3000 || r.Abandonment > 0.06 {
		t.Errorf("%d attempts in two minutes, abandoned %.3f", r.Ledger.Attempts, r.Abandonment)
	}
}

// Campaigns that predict for the same agents keep to their limit together, keep them as
// busy as one does, and share them by their weights.
func TestCampaignsThatShareTheirAgents(t *testing.T) {
	five := play(t, aWhile(func(s *simulate.Scenario) {
		s.Team.Agents, s.Length, s.Campaigns = 10, time.Hour, nil
		for _, weight := range []float64{3, 1, 1, 1, 1} {
			c := simulate.Standard()
			c.Weight = weight
			s.Campaigns = append(s.Campaigns, c)
		}
	}))
	if five.Abandonment > 0.035 || five.Utilisation < 0.76 {
		t.Errorf("utilisation %.3f, abandoned %.3f; one campaign keeps these agents busy for 0.78 of their time", five.Utilisation, five.Abandonment)
	}
	for _, c := range five.Campaigns[1:] { // of some fifty talks, one in ten is chance
		if share := float64(five.Campaigns[0].Talked) / float64(c.Talked); share < 2.6 || share > 3.4 {
			t.Errorf("a campaign of weight 3 had %d talks, one of weight 1 %d", five.Campaigns[0].Talked, c.Talked)
		}
	}
}

// Several calls for each idle agent find more people than there are agents.
func TestDialingAheadAbandons(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) { s.Campaigns[0].Lines = 4 }))
	if r.Abandonment == 0 || r.WorstHour < r.Abandonment || r.Utilisation < 0.7 {
		t.Errorf("utilisation %.3f, abandoned %.3f, worst hour %.3f", r.Utilisation, r.Abandonment, r.WorstHour)
	}
}

func TestPeopleWithoutPatienceHangUp(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) {
		s.Campaigns[0].Lines, s.Campaigns[0].Customers.Patience = 4, time.Second
	}))
	if r.Ledger.HungUp == 0 || r.Ledger.Abandoned != 0 {
		t.Errorf("%d hung up after a second, %d were abandoned after two", r.Ledger.HungUp, r.Ledger.Abandoned)
	}
}

func TestPeopleTakenForMachinesAreCounted(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) { s.Campaigns[0].Customers.Misjudged = 0.1 }))
	if r.Misjudged < 0.05 || r.Misjudged > 0.15 {
		t.Errorf("%.3f of the people were misjudged, a tenth should be", r.Misjudged)
	}
}

// Whoever tells machines from people: the network, call analysis before an agent is
// sought or beside him, agents themselves.
func TestMachinesAreFoundOut(t *testing.T) {
	for _, policy := range []campaign.AnalysisPolicy{simulate.Ideal, campaign.AnalyseNot, campaign.AnalyseFirst, campaign.AnalyseBeside} {
		r := play(t, aWhile(func(s *simulate.Scenario) {
			s.Campaigns[0].Analysis, s.Campaigns[0].Customers.Misjudged = policy, 0.1
		}))
		analysed := policy == campaign.AnalyseFirst || policy == campaign.AnalyseBeside
		if (r.Ledger.NoPerson > 0) != analysed || (r.Misjudged > 0.03) != (policy != campaign.AnalyseNot) {
			t.Errorf("%s: %d calls were found to be no person's, %.2f of the people were misjudged", policy, r.Ledger.NoPerson, r.Misjudged)
		}
		if policy == campaign.AnalyseNot && r.MeanWait > 30 {
			t.Errorf("agents who are given machines wait %.1f s", r.MeanWait)
		}
	}
}

// Without a standing line each customer waits until the agent's phone is picked up,
// which takes longer than the two seconds that there are.
func TestAgentsWithoutALineLoseCustomers(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) { s.Team.NoLine = true }))
	if r.Ledger.Talked == 0 || r.Utilisation > play(t, aWhile(nil)).Utilisation {
		t.Errorf("%d talks, utilisation %.3f", r.Ledger.Talked, r.Utilisation)
	}
}

// A customer may be gone before the agent's phone has been picked up, from the first call on.
func TestNobodyIsThereAnyMore(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) {
		s.Team.NoLine, s.Team.PickUp, s.Campaigns[0].Customers.Patience = true, 10*time.Second, time.Second
	}))
	if r.Ledger.Talked >= r.Ledger.HungUp {
		t.Errorf("%d talked and %d hung up, though they wait for a second", r.Ledger.Talked, r.Ledger.HungUp)
	}
}

func TestAListThatEnds(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) { s.Campaigns[0].Contacts = 100 }))
	if r.Ledger.Contacts != 100 || r.Ledger.Attempts < 100 {
		t.Errorf("%d contacts of 100 were called, in %d attempts", r.Ledger.Contacts, r.Ledger.Attempts)
	}
	last := r.Series[len(r.Series)-1]
	if last.Utilisation > 0.3 {
		t.Errorf("agents are busy for %.2f of the last minutes, and nobody is left to be called", last.Utilisation)
	}
}

// Agents who go in the middle of whatever they do leave nothing open.
func TestAgentsVanish(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) {
		s.Campaigns[0].Lines = 3
		s.Events = []simulate.Event{{At: 10 * time.Minute, Agents: -7}, {At: 15 * time.Minute, Agents: -1}, {At: 30 * time.Minute, Agents: 5}}
	}))
	nobody, some := r.Series[5], r.Series[7]
	if nobody.Invites != 0 || nobody.Flying != 0 {
		t.Errorf("%d were called and %d in the air with nobody there", nobody.Invites, nobody.Flying)
	}
	if some.Utilisation == 0 {
		t.Error("those who came later were given nothing to do")
	}
}

// A trunk that fails must not run through the list as fast as it can refuse calls, nor
// teach that nobody answers: what comes after it is as it was before.
func TestATrunkFails(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) {
		s.Campaigns[0].Mode = campaign.Predictive
		s.Events = []simulate.Event{{At: 15 * time.Minute, TrunkDown: 10 * time.Minute}}
	}))
	before, down, after := r.Series[2], r.Series[4], r.Series[6]
	if down.Utilisation > before.Utilisation || after.Utilisation < before.Utilisation/2 {
		t.Errorf("utilisation %.2f before, %.2f while the trunk is down, %.2f after", before.Utilisation, down.Utilisation, after.Utilisation)
	}
	if down.Invites > 300 { // one each second finds out whether it is up again
		t.Errorf("%d calls were tried in five minutes on a trunk that is down", down.Invites)
	}
}

func TestATrunkThatIsFull(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) { s.Campaigns[0].Lines, s.Lines = 5, 12 }))
	if r.Ledger.Talked == 0 {
		t.Error("nobody was talked to")
	}
}

// The clock of the server may be put forward or back by an hour: the floor goes on, and
// does not dial more than before.
func TestTheClockIsPut(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, -time.Hour} {
		r := play(t, aWhile(func(s *simulate.Scenario) {
			s.Campaigns[0].Mode, s.Campaigns[0].Customers.Patience = campaign.Predictive, 4*time.Second
			s.Events = []simulate.Event{{At: 20 * time.Minute, Clock: by}}
		}))
		before, after := r.Series[3], r.Series[7]
		if after.Utilisation < before.Utilisation*0.7 || after.Invites > 2*before.Invites {
			t.Errorf("clock put by %s: utilisation %.2f before, %.2f after; %d calls before, %d after", by, before.Utilisation, after.Utilisation, before.Invites, after.Invites)
		}
	}
}

// Where each contact is fetched for an agent nobody is abandoned.
func TestModesThatAbandonNobody(t *testing.T) {
	for _, mode := range []campaign.Mode{campaign.Preview, campaign.Manual, campaign.Precise} {
		r := play(t, aWhile(func(s *simulate.Scenario) { s.Campaigns[0].Mode = mode }))
		if r.Ledger.Talked < 50 || r.Abandonment != 0 || r.Utilisation < 0.3 {
			t.Errorf("%s: %d talks, abandoned %.3f, utilisation %.3f", mode, r.Ledger.Talked, r.Abandonment, r.Utilisation)
		}
	}
}

// An agent looks at a contact for ten seconds before he calls it, whether it is shown to
// him or he has chosen it; so both ways keep agents about as busy.
func TestAgentsWhoLookFirst(t *testing.T) {
	busy := map[campaign.Mode]float64{}
	for _, mode := range []campaign.Mode{campaign.Preview, campaign.Manual, campaign.Power} {
		busy[mode] = play(t, aWhile(func(s *simulate.Scenario) { s.Campaigns[0].Mode = mode })).Utilisation
	}
	if off := busy[campaign.Manual] - busy[campaign.Preview]; off < -0.05 || off > 0.05 || busy[campaign.Power] < busy[campaign.Preview]+0.05 {
		t.Errorf("utilisation %v", busy)
	}
}

// Calls that agents make by their own wish come between those that a campaign gives them:
// so some of those whom it calls for them find them gone.
func TestManualBesidePower(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) {
		s.Team.BreakEvery, s.Team.BreakFor = 15*time.Minute, 5*time.Minute
		s.Campaigns = append(s.Campaigns, s.Campaigns[0])
		s.Campaigns[0].Mode, s.Campaigns[0].Contacts = campaign.Manual, 30
		s.Events = []simulate.Event{{At: 20 * time.Minute, Agents: -2}}
	}))
	if manual, power := r.Campaigns[0], r.Campaigns[1]; manual.Talked == 0 || power.Talked == 0 || r.Abandonment > 0.1 {
		t.Errorf("%d talks by agents' wishes, %d by power, abandoned %.3f", manual.Talked, power.Talked, r.Abandonment)
	}
}

func TestLimitsAreKept(t *testing.T) {
	r := play(t, aWhile(func(s *simulate.Scenario) {
		s.Campaigns[0].Mode, s.Campaigns[0].MaxFlying, s.Campaigns[0].MaxRate = campaign.Predictive, 6, 0.2
	}))
	for _, p := range r.Series {
		if p.Flying > 6 || p.Invites > 61 {
			t.Errorf("%d in the air, %d begun in five minutes", p.Flying, p.Invites)
		}
	}
}

func TestWhatCanNotBeRehearsed(t *testing.T) {
	for name, change := range map[string]func(*simulate.Scenario){
		"a share in percent":      func(s *simulate.Scenario) { s.Campaigns[0].Customers.Answer = []float64{25} },
		"no time to talk":         func(s *simulate.Scenario) { s.Campaigns[0].Customers.Handle = []time.Duration{-1} },
		"nobody to talk":          func(s *simulate.Scenario) { s.Team.Agents = 0 },
		"more than all people":    func(s *simulate.Scenario) { s.Campaigns[0].Customers.HearOut = 0.99 },
		"messages to no machines": func(s *simulate.Scenario) { s.Campaigns[0].MachineMessage = time.Second },
		"an endless message":      func(s *simulate.Scenario) { s.Campaigns[0].Message = time.Hour },
		"too many agents":         func(s *simulate.Scenario) { s.Team.Agents = 1_000_000 },
		"a year":                  func(s *simulate.Scenario) { s.Length = 365 * 24 * time.Hour },
		"an event on another day": func(s *simulate.Scenario) { s.Events = []simulate.Event{{At: 2 * time.Hour}} },
		"phones never ring":       func(s *simulate.Scenario) { s.Campaigns[0].Ring = time.Second },
	} {
		if _, err := simulate.Run(context.Background(), aWhile(change), nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARehearsalStopsWhenAsked(t *testing.T) {
	ctx, stop := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	told := 0
	_, err := simulate.Run(ctx, aWhile(nil), func(share float64) {
		if told++; share > 0.1 {
			stop(why)
		}
	})
	if !errors.Is(err, why) || told < 6 || told > 60 {
		t.Errorf("told %d times how far it is, then %v", told, err)
	}
}
