package dialer

import (
	"testing"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// What counts as abandoned decides about the licence to call, so each way to lose
// a customer who has answered is counted, and once.
func TestAbandonedIsCountedOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		story   []string
		outcome call.Outcome
		counted int
	}{
		{
			"the customer waited too long for the agent's phone and hung up, then was dispositioned",
			[]string{"shift anna plain", "answers 100", "pass 3s", "hangs-up 100", "dispose anna Success"},
			call.Abandoned, 1,
		},
		{
			"the customer hung up in time",
			[]string{"shift anna plain", "answers 100", "pass 1s", "hangs-up 100", "dispose anna Success"},
			call.HungUp, 0,
		},
		{
			"the agent sent an answered customer away before being connected",
			[]string{"shift anna plain", "answers 100", "disconnect anna", "ends 100", "dispose anna Success"},
			call.Abandoned, 1,
		},
		{
			"the agent dispositioned an answered customer before being connected",
			[]string{"shift anna plain", "answers 100", "dispose anna Success", "pass 3s", "ends 100"},
			call.Abandoned, 1,
		},
		{
			"the customer answered as the agent, who had dispositioned, took the call back",
			[]string{"mode preview", "shift anna persistent", "place anna", "dispose anna Success", "answers 100", "ends 100"},
			call.NotReached, 1, // the row was written before
		},
		{
			"no agent is left",
			[]string{"shift anna persistent", "leave anna", "answers 100", "pass 2s", "ends 100"},
			call.Abandoned, 1,
		},
		{
			"the server stopped as the customer answered",
			[]string{"shift anna persistent", "leave anna", "answers 100", "drain", "ends 100"},
			call.Abandoned, 1,
		},
		{
			"they talked",
			[]string{"shift anna persistent", "answers 100", "pass 3s", "ends 100", "dispose anna Success"},
			call.Talked, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			def := autumn()
			if c.story[0] == "mode preview" {
				def.Mode, c.story = campaign.Preview, c.story[1:]
			}
			s := newStage(t, Rules{}, def)
			s.numbers = []string{"100"}
			s.tell(c.story...)
			if got := s.closed[1].Outcome; got != c.outcome {
				t.Errorf("outcome %q, want %q", got, c.outcome)
			}
			if got := s.state.campaigns["AUTUMN"].abandons; got != c.counted {
				t.Errorf("%d counted as abandoned, want %d", got, c.counted)
			}
		})
	}
}
