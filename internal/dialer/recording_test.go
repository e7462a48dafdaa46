package dialer

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// A server that has nowhere to keep recordings says so.
func TestNoRecordingWithoutAFolder(t *testing.T) {
	s := newStage(t, Rules{NoRecordings: true}, autumn())
	s.numbers = []string{"100"}
	s.play([]string{"shift", "anna", "persistent"})
	s.play([]string{"answers", "100"})
	for _, a := range []Action{StartRecording, StartSnippet} {
		if err := s.do(Act{who("anna"), s.inHandOf("anna"), a}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("action %d: %v, want a conflict", a, err)
		}
	}
}

// Who looks at a call whose recording went wrong is told, and may start another.
func TestARecordingThatGoesWrong(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	s.numbers = []string{"100"}
	s.play([]string{"shift", "anna", "persistent"})
	s.play([]string{"answers", "100"})
	id := s.inHandOf("anna")
	record := Act{who("anna"), id, StartRecording}
	if err := s.do(record); err != nil {
		t.Fatal(err)
	}
	c := s.state.interaction(id)
	name := c.recording
	s.report(call.Progress{Leg: c.leg, Step: call.Untaped, Recording: name, Cause: call.Cause{Detail: "no space left"}})
	view := viewCall(s.state.calls[id])
	if c.tape != nil || view.Recording != "" || view.Cause != "the recording failed: no space left" {
		t.Errorf("tape %v, view %q, %q", c.tape, view.Recording, view.Cause)
	}
	if err := s.do(record); err != nil || c.tape == nil || c.recording == name {
		t.Errorf("another one: %v, %q", err, c.recording)
	}
}

// So is who stopped it before that came out; of a snippet nobody is told that it was
// made.
func TestARecordingThatGoesWrongLate(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	s.numbers = []string{"100"}
	s.tell("shift anna persistent", "answers 100", "does anna record -", "secure anna - 5s", "does anna snip -", "does anna stop-recording -")
	c := s.state.interaction(s.inHandOf("anna"))
	fails := func(id string) {
		s.report(call.Progress{Leg: c.leg, Step: call.Untaped, Recording: id, Cause: call.Cause{Detail: "no space left"}})
		s.check()
	}
	fails("2026/11/02/nobody-1")
	if c.recording == "" || c.trouble != "" {
		t.Errorf("recording %q, %q after another one failed", c.recording, c.trouble)
	}
	s.flush()
	fails(c.recording)
	if c.recording != "" || c.snippet == nil {
		t.Errorf("recording %q, snippet %v", c.recording, c.snippet)
	}
	fails(c.snippet.id)
	if lines := strings.Join(s.flush(), "\n"); c.snippet != nil || strings.Count(lines, " stops ") != 1 || strings.Contains(lines, "say snippet") {
		t.Errorf("snippet %v:\n%s", c.snippet, lines)
	}
}
