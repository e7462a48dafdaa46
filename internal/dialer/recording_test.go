package dialer

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
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

// Each recording has a row of the index from its begin: of whom, by whom, and when it was
// announced. One that never begins has none.
func TestARecordingIsIndexedAsItBegins(t *testing.T) {
	def := autumn()
	def.Recorded = campaign.Recorded{Share: 1, Announcement: "legal"}
	s := newStage(t, Rules{}, def)
	s.numbers = []string{"100", "200"}
	s.tell("shift anna persistent", "answers 100")
	if len(s.index) != 0 {
		t.Errorf("before the announcement was heard there is %+v", s.index)
	}
	s.tell("pass 3s", "heard 100", "pass 2s", "does anna snip -", "hangs-up 100", "dispose anna Success", "status anna Available", "answers 200", "hangs-up 200")
	heard := dawn.Add(3 * time.Second)
	rule := campaign.Recording{
		Name: "2026/11/02/1000000001-1", Call: "1000000001", Attempt: 1, Campaign: "AUTUMN", Agent: "anna", Announced: heard, Started: heard,
	}
	snippet := rule
	snippet.Name, snippet.By, snippet.Started = "2026/11/02/1000000001-2", "anna", heard.Add(2*time.Second)
	if !slices.Equal(s.index, []campaign.Recording{rule, snippet}) {
		t.Errorf("%+v", s.index)
	}
}

// Only a part of the calls is recorded, always the same ones.
func TestAShareOfTheCallsIsRecorded(t *testing.T) {
	def := autumn()
	def.Recorded = campaign.Recorded{Share: 0.3}
	s := newStage(t, Rules{}, def)
	s.tell("shift anna persistent")
	for n := range 40 {
		number := strconv.Itoa(100 + n)
		s.numbers = append(s.numbers, number)
		s.tell("status anna Available", "pass 1s", "answers "+number, "hangs-up "+number, "dispose anna Success")
	}
	recorded := map[call.ID]bool{}
	for _, r := range s.index {
		recorded[r.Call] = true
	}
	for n := 1; n <= 40; n++ {
		if id := campaign.CallID(campaign.AttemptID(n)); recorded[id] != def.Recorded.Takes(id) {
			t.Errorf("call %s is recorded: %v", id, recorded[id])
		}
	}
	if len(recorded) < 5 || len(recorded) > 20 {
		t.Errorf("%d of 40 calls are recorded", len(recorded))
	}
}
