package dialer

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// promised is a stage of a campaign without other contacts, in which anna has promised to
// call one back by now.
func promised(t *testing.T, mode campaign.Mode, change func(*campaign.Campaign)) *stage {
	def := autumn()
	def.Mode, def.AllowOwned = mode, true
	if mode == campaign.Agentless {
		def.MaxFlying, def.Unattended.Message = 5, "offer"
	}
	if change != nil {
		change(&def)
	}
	s := newStage(t, Rules{}, def)
	s.tell("contact 1001 100 status=S owner=anna due=-1m")
	return s
}

// A callback that an agent promised is his in every mode that has agents, and nobody
// else's, though others are free.
func TestOwnCallbacksInEachMode(t *testing.T) {
	for _, mode := range campaign.Modes {
		s := promised(t, mode, nil)
		s.tell("shift bert persistent", "pass 10s")
		if s.dials() != 0 || s.claims != 0 {
			t.Errorf("%s: anna's callback is fetched for bert", mode)
		}
		s.tell("shift anna persistent", "pass 6s")
		a := s.state.agents[who("anna")]
		c := s.state.calls[a.call]
		switch {
		case mode == campaign.Agentless:
			if c != nil || s.claims != 0 {
				t.Error("an agentless campaign makes an agent's callback")
			}
			continue
		case c == nil || !c.owned:
			t.Errorf("%s: anna does not get her callback", mode)
			continue
		case mode == campaign.Preview:
			if a.state != agent.Previewing || s.dials() != 0 {
				t.Errorf("preview: anna is %s and %d are dialed", a.state, s.dials())
			}
			s.tell("place anna")
		}
		s.tell("answers 100")
		if a.state != agent.Talking || s.state.agents[who("bert")].call != "" {
			t.Errorf("%s: anna is %s when her contact answers", mode, a.state)
		}
		s.tell("hangs-up 100", "dispose anna Success")
		if row := s.closed[1]; row.Agent != "anna" || row.Abandoned {
			t.Errorf("%s: the row says %+v", mode, row)
		}
	}
}

// Neither mode nor state of the campaign, nor the clock, makes a callback be dialed for its
// agent while it may not be.
func TestOwnCallbacksWaitForTheHours(t *testing.T) {
	for _, mode := range campaign.Modes {
		s := promised(t, mode, func(def *campaign.Campaign) {
			def.Hours, def.Zone = compliance.Hours{From: 9 * time.Hour, To: 20 * time.Hour}, "America/New_York" // where it is seven
		})
		s.tell("shift anna persistent", "pass 1m")
		if s.dials() != 0 {
			t.Errorf("%s: dialed at seven in the morning", mode)
		}
		if got := s.book[1001]; got.Status != campaign.Scheduled || got.Owner != "anna" {
			t.Errorf("%s: the contact is %s of %q", mode, got.Status, got.Owner)
		}
		s.tell("pass 2h")
		a := s.state.agents[who("anna")]
		if (a.call != "") != (mode != campaign.Agentless) {
			t.Errorf("%s: at nine anna has call %q", mode, a.call)
		}
	}
}

// Who asks not to be called at a number is not called back at it either.
func TestOwnCallbacksAreHeldAgainstTheLists(t *testing.T) {
	for _, mode := range campaign.Modes {
		s := promised(t, mode, nil)
		s.do(SetRefusal{Number: "100", Refused: true})
		s.tell("shift anna persistent", "pass 1m")
		if a := s.state.agents[who("anna")]; s.dials() != 0 || a.call != "" {
			t.Errorf("%s: %d calls are dialed, and anna has %q", mode, s.dials(), a.call)
		}
		if row, closed := s.closed[1]; closed != (mode != campaign.Agentless) || closed && (row.Outcome != call.Barred || row.Next.Status != campaign.Uncallable) {
			t.Errorf("%s: the row says %s, the contact is %s", mode, row.Outcome, row.Next.Status)
		}
	}
}
