package campaign

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

func TestAShareOfCallsIsRecorded(t *testing.T) {
	const calls = 10_000
	for _, share := range []float64{0, 0.01, 0.1, 0.5, 0.9, 1} {
		r, taken := Recorded{Share: share}, 0
		for id := range AttemptID(calls) {
			takes := r.Takes(CallID(id))
			if takes != r.Takes(CallID(id)) {
				t.Fatal("the same call is taken, and is not")
			}
			if takes {
				taken++
			}
		}
		want := share * calls
		if low, high := want*0.85, want*1.15; float64(taken) < low || float64(taken) > high || share == 1 && taken != calls {
			t.Errorf("of %d calls %d are recorded, not %g", calls, taken, want)
		}
	}
	// Who is in a small share is in every greater one.
	few, many := Recorded{Share: 0.1}, Recorded{Share: 0.3}
	for id := range AttemptID(calls) {
		if few.Takes(CallID(id)) && !many.Takes(CallID(id)) {
			t.Fatalf("call %s is in the tenth, and not in the three tenths", CallID(id))
		}
	}
}

func TestAnAttemptIsFoundByItsCall(t *testing.T) {
	for id, want := range map[call.ID]AttemptID{CallID(1): 1, CallID(77_000): 77_000, "1000000000": 0, "": 0, "talk": 0, "12": 0} {
		if got, of := AttemptOf(id); of != (want != 0) || of && got != want {
			t.Errorf("%q: %d, %v", id, got, of)
		}
	}
}

func TestRulesForRecordingsThatAreRefused(t *testing.T) {
	for want, r := range map[string]Recorded{
		"no share":               {Share: 1.5},
		"is no share of calls":   {Share: -0.1},
		"leaves no room":         {Share: 1, Beep: 10 * time.Millisecond},
		"can not be kept":        {Keep: -time.Hour},
		"in lower case":          {Announcement: "Legal"},
		"no stage 3 in which":    {PauseStages: []int{1, 3}},
		"it has no stage 0 in w": {PauseStages: []int{0}},
	} {
		c := Campaign{ID: "A", Name: "Autumn", List: "autumn", Stages: map[int]string{1: "Offer", 2: "Card"}, Recorded: r}.Defaults()
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
		c.Recorded = Recorded{Share: 0.5, Announcement: "legal", PauseStages: []int{2}, Beep: 15 * time.Second, Keep: time.Hour}
		if err := c.Check(); err != nil {
			t.Error(err)
		}
	}
}
