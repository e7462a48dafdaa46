package dialer

import (
	"strconv"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/pacing"
)

// predictive is a stage whose campaign predicts, with plenty of contacts: 1000, 1001
// and on.
func predictive(t testing.TB, more ...campaign.Campaign) *stage {
	def := autumn()
	def.Mode = campaign.Predictive
	s := newStage(t, Rules{}, append([]campaign.Campaign{def}, more...)...)
	for i := range 400 {
		s.numbers = append(s.numbers, strconv.Itoa(1000+i))
	}
	return s
}

func (s *stage) pacer() *pacing.Pacer { return s.state.campaigns["AUTUMN"].pacer }

// dare makes the pacer bold.
func (s *stage) dare() {
	bold := pacing.Start()
	bold.Z = -1
	s.state.campaigns["AUTUMN"].pacer = pacing.New(pacing.Policy{}, bold)
}

// Who is in a call is dialed for before he is free; with nobody at work nothing is.
func TestPredictiveDialsBeforeAnAgentIsFree(t *testing.T) {
	s := predictive(t)
	if s.pass(time.Minute); s.dials() != 0 {
		t.Fatalf("%d dialed with nobody at work", s.dials())
	}
	s.dare()
	s.tell("shift anna persistent", "answers 1000")
	before := s.claims
	if s.pass(30 * time.Second); s.claims == before {
		t.Error("nothing is dialed while the agent talks")
	}
	s.tell("break anna", "disconnect anna", "ends 1000", "dispose anna Success")
	before = s.claims
	if s.pass(time.Minute); s.claims != before {
		t.Errorf("%d contacts claimed for an agent who has left for a break", s.claims-before)
	}
}

// The pacer hears of each call that left the air once, and of each person once.
func TestThePacerIsToldOfEachCallOnce(t *testing.T) {
	for _, c := range []struct {
		name        string
		story       []string
		live, other float64
		z           string // which way it moves
	}{
		{"answered and bridged", []string{"answers 1000", "hears 1000 1ms", "hangs-up 1000", "dispose anna Success"}, 1, 0, "down"},
		{"busy", []string{"rings 1000", "busy 1000"}, 0, 1, "not"},
		{"cancelled as it rang", []string{"rings 1000", "no-answer 1000"}, 0, 1, "not"},
		{"nobody was free", []string{"status anna At Lunch", "answers 1000", "pass 2s", "ends 1000"}, 1, 0, "up"},
		{"the customer hung up while he waited, in time", []string{"status anna At Lunch", "answers 1000", "pass 1s", "hangs-up 1000"}, 1, 0, "down"},
		{"the customer hung up while he waited, too late", []string{"stand anna", "answers 1000", "pass 2s", "hangs-up 1000"}, 1, 0, "up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := predictive(t)
			s.numbers = []string{"1000"}
			s.tell("shift anna persistent")
			before := s.pacer().Memory()
			s.tell(c.story...)
			after := s.pacer().Memory()
			live := after.Long.Live - before.Long.Live
			other := after.Long.Calls - before.Long.Calls - live
			if live != c.live || other != c.other {
				t.Errorf("told of %g people and %g others, want %g and %g", live, other, c.live, c.other)
			}
			z := map[bool]string{true: "not", false: "down"}[after.Z == before.Z]
			if after.Z > before.Z {
				z = "up"
			}
			if z != c.z {
				t.Errorf("z goes %s, from %g to %g; want %s", z, before.Z, after.Z, c.z)
			}
		})
	}
}

// What is learned of a call is learned of the hour where the contact is.
func TestThePacerLearnsByTheContactsHour(t *testing.T) {
	s := predictive(t)
	s.state.campaigns["AUTUMN"].def.Zone = "America/New_York" // where it is seven
	s.tell("shift anna persistent", "busy 1000")
	if got := s.pacer().Memory().Classes; len(got) != 1 || got[0].Class.Hour != 7 || got[0].Share.Calls != 1 {
		t.Errorf("learned of %+v", got)
	}
}

// Contacts that were asked for while an agent was idle are dialed though he is not
// any more, but not if nobody is at work.
func TestPredictiveLeadsOutliveTheIdleAgent(t *testing.T) {
	for story, dialed := range map[string]bool{"break anna": false, "status anna At Lunch": false, "leave anna": false, "pass 1s": true} {
		s := predictive(t)
		s.tell("ledger waits", "shift anna persistent", story, "ledger goes-on")
		if got := s.dials() > 0; got != dialed {
			t.Errorf("%s: dialed %t, want %t", story, got, dialed)
		}
		if dialed != (len(s.open) > 0) {
			t.Errorf("%s: %d attempts are open", story, len(s.open))
		}
	}
}

// Campaigns that predict for the same agents do not both count on them.
func TestPredictiveCampaignsShareTheirAgents(t *testing.T) {
	alone := predictive(t)
	alone.tell("shift anna persistent", "shift bert persistent")
	spring := autumn()
	spring.ID, spring.Name, spring.Mode = "SPRING", "Spring", campaign.Predictive
	both := predictive(t, spring)
	both.tell("shift anna persistent", "shift bert persistent")
	if alone.dials() == 0 || both.dials() > alone.dials() {
		t.Errorf("%d dialed by two campaigns, %d by one", both.dials(), alone.dials())
	}
}

// What was learned holds when mode and policy change while calls are in the air.
func TestTheModeChangesWhileCallsAreInTheAir(t *testing.T) {
	for _, mode := range campaign.Modes {
		s := predictive(t)
		s.dare()
		s.tell("shift anna persistent", "busy 1000")
		if s.dials() == 0 {
			t.Fatal("nothing is in the air")
		}
		before := s.pacer().Memory()
		s.tell("dials "+string(mode), "busy 1001")
		if got := s.pacer().Memory().Long.Calls; got != before.Long.Calls+1 {
			t.Errorf("to %s: the pacer knows of %g calls, want %g", mode, got, before.Long.Calls+1)
		}
		s.tell("answers 1002")
		if mode != campaign.Preview && s.state.agents[who("anna")].state != agent.Talking {
			t.Errorf("to %s: who answered a call that was in the air found no agent", mode)
		}
		if s.tell("hangs-up 1002", "dispose anna Success"); s.closed[3].Closed.IsZero() {
			t.Errorf("to %s: the call that was in the air is still open", mode)
		}
	}
}

// A campaign under a rule that limits abandoned calls is steered by it, from its start and
// when it is changed.
func TestTheLawLimitsThePace(t *testing.T) {
	s := predictive(t)
	s.state.law = compliance.KnownLaw()
	def := s.state.campaigns["AUTUMN"].def
	def.Pace, def.Law.Rules, def.Window, def.Zone = pacing.Policy{Adjust: pacing.NoAdjustment, Limit: 0.2}, []string{"uk"}, pacing.ThirtyDays, "Europe/London"
	s.do(SetCampaign{def})
	s.tell("shift anna persistent", "pass 1s")
	lc := s.state.campaigns["AUTUMN"]
	if target := lc.decided.Target; target <= 0 || target >= 0.03 || lc.window != pacing.Day {
		t.Errorf("%g are steered for, counted over %q", target, lc.window)
	}
	if lc.def.Pace.Limit != 0.2 {
		t.Errorf("the definition says %g", lc.def.Pace.Limit)
	}
}
