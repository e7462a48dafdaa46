package campaign

import (
	"reflect"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/pacing"
)

func TestDefaults(t *testing.T) {
	got := Campaign{ID: "A", Name: "First"}.Defaults()
	want := Campaign{
		ID: "A", Name: "First", Mode: Power, State: Off,
		Ring: 25 * time.Second, Lines: 1, Wait: 2 * time.Second,
		OnCallStatus: "Campaign Call", FollowUpStatus: "Follow Up",
		Hours:        compliance.Default,
		Dispositions: StandardDispositions,
		Retry:        Retry{MaxAttempts: 6, Busy: 15 * time.Minute, NoAnswer: 2 * time.Hour, Machine: 4 * time.Hour, Other: time.Hour},
		Paced:        Paced{Pace: pacing.Policy{Adjust: pacing.TargetRate, Limit: 0.03}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("defaults:\n%+v\nwant:\n%+v", got, want)
	}
	if again := got.Defaults(); !reflect.DeepEqual(again, got) {
		t.Errorf("defaults of a whole campaign change it:\n%+v", again)
	}
}

func TestDefaultsKeepWhatWasSet(t *testing.T) {
	set := Campaign{
		ID: "B", Name: "Second", List: "l", Workgroup: "w", Mode: Preview, State: Paused, CallerID: "1", Trunk: "t",
		Ring: 20 * time.Second, Lines: 2, Wait: time.Second, PreviewTime: time.Minute, AllowSkip: true, AutoDisconnect: true,
		OnCallStatus: "Available", FollowUpStatus: "Available", Hours: compliance.Hours{Always: true}, Zone: "UTC",
		Dispositions: []Disposition{{Label: "Yes", Category: "Success", Code: "Yes"}},
		Retry:        Retry{MaxAttempts: 1, Busy: 1, NoAnswer: 2, Machine: 3, Other: 4},
		Paced:        Paced{Pace: pacing.Policy{Adjust: pacing.StrictMaximum, Limit: 0.01}},
	}
	if got := set.Defaults(); !reflect.DeepEqual(got, set) {
		t.Errorf("defaults change what was set:\n%+v\nwant:\n%+v", got, set)
	}
}

func TestADispositionIsFoundByItsLabel(t *testing.T) {
	c := Campaign{Dispositions: StandardDispositions}
	for label, want := range map[string]string{"Success": "Success", "CALL BACK": "Scheduled", "wrong party": "Wrong Party"} {
		if d, ok := c.Disposition(label); !ok || d.Category != want {
			t.Errorf("%q: %+v, %v", label, d, ok)
		}
	}
	for _, label := range []string{"", "Failure", "Success "} {
		if d, ok := c.Disposition(label); ok {
			t.Errorf("%q is found as %+v", label, d)
		}
	}
}

func TestInteractionIdsAreDecimalAndDiffer(t *testing.T) {
	if got := (Attempt{ID: 42}).Call(); got != "1000000042" {
		t.Errorf("attempt 42 is call %q", got)
	}
	if CallID(1) == CallID(2) {
		t.Error("two attempts have one interaction id")
	}
}
