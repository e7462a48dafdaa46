package dialer

import (
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
)

// happened tells whether a line of the stage holds a text, after the last flush.
func (s *stage) happened(text string) bool {
	return slices.ContainsFunc(s.lines, func(l string) bool { return strings.Contains(l, text) })
}

// What may have become of a contact between the look at it and its lease.
func TestAManualCallThatIsNotPlaced(t *testing.T) {
	fails := func(nth int) func(*stage) {
		return func(s *stage) {
			n := 0
			s.flaky = func() bool { n++; return n == nth }
		}
	}
	for _, c := range []struct {
		name   string
		change func(*stage)
		want   string
		status campaign.Status // of the contact in the end
	}{
		{"nothing", func(*stage) {}, "call placed", campaign.InProcess},
		{"somebody else called him", func(s *stage) { s.book[1001].Status = campaign.InProcess }, "contact uncallable (I)", campaign.InProcess},
		{"he was taken off the list", func(s *stage) { s.book[1001].List = "other" }, "contact not found", campaign.Callable},
		{"he could not be leased", fails(1), "call not placed", campaign.Callable},
		{"his row could not be written", fails(2), "call not placed", campaign.Callable},
		{"the campaign was paused", func(s *stage) { s.state.campaigns["AUTUMN"].def.State = campaign.Paused }, "call not placed", campaign.Callable},
		{"the agent put the phone on hold", func(s *stage) { s.tell("holds anna") }, "agent not idle", campaign.Callable},
	} {
		s := newStage(t, Rules{}, autumn())
		s.tell("contact 1001 100", "shift anna persistent", "ledger waits", "manual anna 1001")
		c.change(s)
		s.flush()
		s.tell("ledger goes-on", "ledger goes-on")
		if !s.happened("to contact 1001: " + c.want) {
			t.Errorf("%s: %q, want %q", c.name, s.lines, c.want)
		}
		s.flaky = nil
		s.tell("pass 5s")
		if got := s.book[1001].Status; got != c.status {
			t.Errorf("%s: the contact is left as %s, want %s", c.name, got, c.status)
		}
	}
}

// A wish to call once more that comes to nothing leaves the agent free and the
// contact as the disposition left it.
func TestOnceMoreComesToNothing(t *testing.T) {
	for name, change := range map[string]func(*stage){
		"he could not be leased":   func(s *stage) { n := 0; s.flaky = func() bool { n++; return n == 1 } },
		"somebody else called him": func(s *stage) { s.book[1].Status = campaign.InProcess },
		"the campaign was paused":  func(s *stage) { s.state.campaigns["AUTUMN"].def.State = campaign.Paused },
	} {
		def := autumn()
		def.AllowAgain = true
		s := newStage(t, Rules{}, def)
		s.tell("contacts 100", "shift anna persistent", "answers 100", "hangs-up 100", "break anna", "ledger waits", "again anna Answering machine")
		change(s)
		before := *s.book[1]
		s.tell("ledger goes-on", "pass 2s")
		a := s.state.agents[who("anna")]
		if a.aside || a.call != "" || a.brk != agent.OnBreak {
			t.Errorf("%s: anna has call %q, aside %t, %s", name, a.call, a.aside, a.brk)
		}
		if after := *s.book[1]; after.Status != before.Status || after.Due != before.Due || after.Attempts != before.Attempts {
			t.Errorf("%s: the contact was %+v and is %+v", name, before, after)
		}
	}
}

func TestADispositionIsNotWrittenAndTheAgentIsGone(t *testing.T) {
	for _, c := range []struct{ mode, story, want string }{
		{"power", "answers 100, hangs-up 100", "Ambiguous - Agent Logout, contact U"},
		{"preview", "", "Withdrawn, contact C"},
	} {
		def := autumn()
		def.Mode = campaign.Mode(c.mode)
		s := newStage(t, Rules{}, def)
		s.tell("contacts 100", "shift anna persistent")
		for _, line := range strings.Split(c.story, ", ") {
			if line != "" {
				s.tell(line)
			}
		}
		s.tell("ledger waits")
		s.flaky = func() bool { return true }
		s.tell("dispose anna Success")
		s.flaky = nil
		s.tell("leave anna", "ledger goes-on")
		if !s.happened(c.want) {
			t.Errorf("%s: %q, want %q", c.mode, s.lines, c.want)
		}
	}
}
