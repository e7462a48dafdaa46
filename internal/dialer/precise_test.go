package dialer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// precise is a stage whose campaign sets agents aside, with contacts 1000 and on.
func precise(t testing.TB) *stage {
	s := predictive(t)
	s.state.campaigns["AUTUMN"].def.Mode = campaign.Precise
	return s
}

// inAir are the calls that ring, or are about to.
func (s *stage) inAir() int {
	n := 0
	for _, c := range s.state.calls {
		if c.state == call.Dialing || c.state == call.Alerting {
			n++
		}
	}
	return n
}

// Each idle agent is set aside for one contact, whom he sees once it has answered.
func TestAPreciseCallHasItsAgent(t *testing.T) {
	s := precise(t)
	s.tell("shift anna persistent", "shift bert persistent")
	if s.inAir() != 2 {
		t.Fatalf("%d calls are in the air for two agents", s.inAir())
	}
	s.tell("rings 1000", "answers 1000")
	anna := s.state.agents[who("anna")]
	if anna.state != agent.Talking || viewCall(s.state.calls[anna.call]).Contact.Number != "1000" || !viewCall(s.state.calls[anna.call]).Precise {
		t.Errorf("anna is %s with %q", anna.state, anna.call)
	}
	if s.inAir() != 1 {
		t.Errorf("%d calls are in the air while only bert is free", s.inAir())
	}
	if s.tell("busy 1001"); s.inAir() != 1 || s.claims != 3 {
		t.Errorf("after a busy number %d are in the air, %d claimed", s.inAir(), s.claims)
	}
	if got := s.state.status("bert").Status; got != agent.StatusAwaiting {
		t.Errorf("bert's status is %q while he is set aside", got)
	}
	s.numbers = nil
	if s.tell("busy 1002"); s.state.status("bert").Status != agent.StatusAvailable {
		t.Errorf("bert's status is %q with nobody left to call", s.state.status("bert").Status)
	}
}

// Whatever becomes of the agent while the phone rings, nobody answers to find him gone:
// another one takes the call, or it is given up before.
func TestAPreciseCallDoesNotOutliveItsAgent(t *testing.T) {
	for _, gone := range []string{"leave anna", "stand anna", "hangs-up anna", "fades anna", "holds anna"} {
		for _, other := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, another is free %t", gone, other), func(t *testing.T) {
				s := precise(t)
				s.numbers = []string{"1000"}
				s.tell("shift anna persistent", "rings 1000")
				if other {
					s.tell("shift bert persistent")
				}
				s.flush()
				s.tell(gone)
				if leg := s.state.legs[s.dialed["1000"]]; leg.call == "" {
					t.Fatal("the leg is gone")
				}
				c := s.state.calls[s.state.legs[s.dialed["1000"]].call]
				if c.ending == other {
					t.Fatalf("hung up: %t", c.ending)
				}
				if other {
					if s.tell("answers 1000"); s.state.agents[who("bert")].state != agent.Talking {
						t.Error("bert did not get the call")
					}
				} else if s.tell("cancelled 1000"); s.state.campaigns["AUTUMN"].abandons != 0 {
					t.Error("it counts as abandoned")
				}
			})
		}
	}
}

// A status does not keep an agent from the call that he was set aside for; a break is
// granted after it.
func TestWhoIsSetAsideStaysForTheCall(t *testing.T) {
	s := precise(t)
	s.numbers = []string{"1000"}
	s.tell("shift anna persistent", "break anna", "status anna At Lunch")
	anna := s.state.agents[who("anna")]
	if anna.brk != agent.BreakPending {
		t.Errorf("the break is %s while the phone rings", anna.brk)
	}
	if s.tell("answers 1000"); anna.state != agent.Talking {
		t.Errorf("anna is %s", anna.state)
	}
	if s.tell("hangs-up 1000", "dispose anna Success"); anna.brk != agent.OnBreak {
		t.Errorf("the break is %s after the call", anna.brk)
	}
}

// The agent's phone is called before the contact, and the contact not without it.
func TestAPreciseCallWaitsForTheAgentsLine(t *testing.T) {
	s := precise(t)
	s.numbers = []string{"1000"}
	s.tell("shift anna plain")
	if s.inAir() != 0 {
		t.Fatal("the contact is dialed before the agent")
	}
	if s.tell("answers anna"); s.inAir() != 1 {
		t.Error("the contact is not dialed though the agent's line is up")
	}
	s = precise(t)
	s.numbers = []string{"1000"}
	if s.tell("shift anna plain", "busy anna"); s.inAir() != 0 || len(s.open) > 0 || s.closed[1].Outcome != call.Withdrawn {
		t.Errorf("%d in the air, %d attempts open, outcome %q", s.inAir(), len(s.open), s.closed[1].Outcome)
	}
}

// A campaign that is on for scheduled calls only asks for those; what was claimed
// before goes back.
func TestOnForScheduledCallsOnly(t *testing.T) {
	s := predictive(t)
	s.tell("ledger waits", "shift anna persistent")
	s.state.campaigns["AUTUMN"].def.State = campaign.ScheduledOnly // while the claim is under way
	s.tell("ledger goes-on")
	if s.dials() != 0 || s.claims == 0 || s.closed[1].Outcome != call.Withdrawn {
		t.Errorf("%d of %d contacts are dialed, the first is %q", s.dials(), s.claims, s.closed[1].Outcome)
	}
}

// trunkOf is a trunk that carries so many calls.
type trunkOf struct {
	*stage
	calls int
}

func (t trunkOf) Room(string) int { return t.calls - t.dials() }

// No mode dials more than the trunks carry, and no contact is leased that would be refused;
// when a call ends, also that of somebody else, the next is dialed.
func TestTheRoomOfTheTrunks(t *testing.T) {
	for _, mode := range []campaign.Mode{campaign.Predictive, campaign.Power, campaign.Precise, campaign.Agentless} {
		spring := autumn()
		spring.ID, spring.Name, spring.Mode, spring.Lines = "SPRING", "Spring", campaign.Power, 3
		s := predictive(t, spring)
		trunk := &trunkOf{s, 4}
		s.state.trunks = trunk
		def := s.state.campaigns["AUTUMN"].def
		def.Mode, def.Lines, def.MaxFlying, def.Unattended.Message = mode, 5, 50, "offer"
		s.do(SetCampaign{def})
		s.tell("shift anna persistent", "shift bert persistent", "shift carl persistent", "shift dora persistent", "shift emil persistent", "pass 1m")
		if s.dials() != 4 || s.claims != 4 {
			t.Errorf("%s: %d calls in the air, %d contacts leased; the trunk carries 4", mode, s.dials(), s.claims)
		}
		trunk.calls = 5
		if s.tell("pass 300ms"); s.dials() != 5 {
			t.Errorf("%s: %d calls in the air, and the trunk carries 5", mode, s.dials())
		}
	}
}

// oneCall is a trunk that carries one, and knows of it once it is told to dial.
type oneCall struct{ *stage }

func (t oneCall) Room(string) int {
	for _, line := range t.lines {
		if strings.Contains(line, " customer ") {
			return 0
		}
	}
	return 1
}

// While a call waits for its agent's line the law may come in its way.
func TestACallThatWaitsForItsAgentIsHeldAgainstTheLaw(t *testing.T) {
	for name, happens := range map[string]func(*stage){
		"the hours are over":       func(s *stage) { s.tell("pass 15s") },
		"he asks not to be called": func(s *stage) { s.do(SetRefusal{Number: "100", Refused: true}) },
	} {
		def := autumn()
		def.Mode, def.Zone, def.Hours = campaign.Precise, "UTC", compliance.Hours{From: 8 * time.Hour, To: 12*time.Hour + 10*time.Second}
		s := newStage(t, Rules{}, def)
		s.tell("contacts 100", "arrive anna", "sit anna plain", "log-in anna", "status anna Available", "ready anna")
		happens(s)
		if s.tell("answers anna"); s.claims != 1 || s.dials() != 0 || s.closed[1].Outcome != call.Withdrawn {
			t.Errorf("%s: %d contacts are leased, %d calls dialed; the row says %s", name, s.claims, s.dials(), s.closed[1].Outcome)
		}
	}
}

// A call that waits for the line of the agent who was set aside for it has its place among
// the calls that may be, on the trunk and by the campaign's limits; as it is dialed too,
// before the trunk knows of it.
func TestACallThatWaitsForItsAgentHasItsPlace(t *testing.T) {
	for name, limit := range map[string]func(*stage, *campaign.Campaign){
		"the trunk carries one": func(s *stage, _ *campaign.Campaign) { s.state.trunks = oneCall{s} },
		"one may be in the air": func(_ *stage, def *campaign.Campaign) { def.MaxFlying = 1 },
		"one in a while":        func(_ *stage, def *campaign.Campaign) { def.MaxRate = 0.001 },
	} {
		def := autumn()
		def.Mode = campaign.Precise
		s := newStage(t, Rules{}, def)
		limit(s, &def)
		s.state.campaigns[def.ID].def = def
		s.tell("contacts 100 101", "arrive anna", "sit anna plain", "log-in anna", "status anna Available", "ready anna") // her line is called
		s.tell("shift bert persistent", "pass 1s", "answers anna", "pass 1s")
		if s.dials() != 1 || s.claims != 1 {
			t.Errorf("%s: %d calls are dialed and %d contacts leased", name, s.dials(), s.claims)
		}
	}
}

// No mode dials past a campaign's limits, whatever the agents and the clock do.
func TestLimitsHold(t *testing.T) {
	for _, mode := range campaign.Modes {
		s := predictive(t)
		def := s.state.campaigns["AUTUMN"].def
		def.Mode, def.Lines, def.MaxFlying, def.MaxRate, def.Unattended.Message = mode, 5, 7, 2, "offer"
		s.do(SetCampaign{def})
		s.tell("shift anna persistent", "shift bert persistent", "shift carl persistent", "shift dora persistent", "shift emil persistent")
		began := len(s.dialed)
		for step := range 40 {
			before := len(s.dialed)
			if step == 20 {
				s.now = s.now.Add(-time.Hour) // the clock is put right
			}
			s.pass(500 * time.Millisecond)
			if n := len(s.dialed) - before; n > 2 { // one of a second's worth, and one that was left
				t.Fatalf("%s: %d calls begun in half a second", mode, n)
			}
			if s.inAir() > 7 {
				t.Fatalf("%s: %d calls in the air", mode, s.inAir())
			}
			for number, leg := range s.dialed {
				if s.state.legs[leg].call != "" && step%3 == 0 {
					s.tell("busy " + number)
					break
				}
			}
		}
		if n := len(s.dialed) - began; mode != campaign.Manual && mode != campaign.Preview && n < 5 {
			t.Errorf("%s: only %d calls in twenty seconds", mode, n)
		}
	}
}

// Who wants many contacts asks for a few at a time, so that the first are dialed while the
// others are leased; all are dialed in the same moment of the clock.
func TestContactsAreAskedForAFewAtATime(t *testing.T) {
	for _, mode := range []campaign.Mode{campaign.Power, campaign.Agentless} {
		s := predictive(t)
		def := s.state.campaigns["AUTUMN"].def
		def.Mode, def.Lines, def.MaxFlying, def.Unattended.Message = mode, 12, 12, "offer"
		s.do(SetCampaign{def})
		if s.tell("shift anna persistent"); s.dials() != 12 || s.claims != 12 || s.most != atOnce {
			t.Errorf("%s: %d calls in the air, %d contacts leased, %d of them at once", mode, s.dials(), s.claims, s.most)
		}
	}
}
