package dialer

import (
	"testing"

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
