package dialer

import (
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
