package dialer

import (
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// While the ledger writes a disposition the call goes on. What happens meanwhile
// is neither lost nor handed to someone whose call it is not.
func TestWhileADispositionIsWritten(t *testing.T) {
	t.Run("a call that loses its agent is given to nobody else", func(t *testing.T) {
		for _, loss := range []string{"no-answer anna", "leave anna", "stand anna"} {
			s := newStage(t, Rules{}, autumn())
			s.numbers = []string{"100"}
			s.tell("shift anna plain", "answers 100", "shift bert persistent", "ledger waits", "dispose anna Success", loss)
			if c := s.state.callOf(s.state.agents[who("bert")]); c != nil {
				t.Errorf("%s: bert has got call %s", loss, c.id)
			}
			s.tell("ledger goes-on", "ends 100")
			if at := s.closed[1]; at.Agent != "anna" || at.Label != "Success" || at.Outcome != call.Abandoned {
				t.Errorf("%s: agent %q, label %q, outcome %q", loss, at.Agent, at.Label, at.Outcome)
			}
		}
	})
	t.Run("what is known of the call stays known", func(t *testing.T) {
		def := autumn()
		def.Mode = "preview"
		s := newStage(t, Rules{}, def)
		s.numbers = []string{"100"}
		s.tell("shift anna persistent", "place anna", "ledger waits", "dispose anna Success",
			"rings 100", "answers 100", "mute anna", "ledger goes-on")
		c := s.state.calls["1000000001"]
		if at := c.attempt; at.Ringing.IsZero() || at.Answered.IsZero() || at.Bridged.IsZero() || at.Category != "Success" {
			t.Errorf("ringing %v, answered %v, bridged %v, category %q", at.Ringing, at.Answered, at.Bridged, at.Category)
		}
		s.flush()
		s.tell("hangs-up 100")
		if !slices.Contains(s.lines, "mute leg-1 false") || !slices.Contains(s.lines, "park leg-1 silence") {
			t.Errorf("the agent's line is not as it was before the call: %q", s.lines)
		}
	})
}

// An agent's phone that is picked up as the customer is being sent away is not
// bridged to him.
func TestAPhoneThatAnswersTooLate(t *testing.T) {
	for _, end := range []string{"disconnect anna", "dispose anna Success"} {
		s := newStage(t, Rules{}, autumn())
		s.numbers = []string{"100"}
		s.tell("shift anna plain", "answers 100", end)
		s.flush()
		s.tell("answers anna")
		for _, l := range s.lines {
			if strings.HasPrefix(l, "bridge") {
				t.Errorf("%s: %s", end, l)
			}
		}
		s.tell("ends 100")
		if end == "disconnect anna" {
			s.tell("dispose anna Success")
		}
		if at := s.closed[1]; at.Outcome != call.Abandoned {
			t.Errorf("%s: outcome %q", end, at.Outcome)
		}
		if a := s.state.agents[who("anna")]; a.state != agent.Idle {
			t.Errorf("%s: anna is %s", end, a.state)
		}
	}
}
