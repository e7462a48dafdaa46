package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// begun is a recording of the call of an attempt, n minutes after noon.
func begun(n int) campaign.Recording {
	id := campaign.CallID(campaign.AttemptID(n))
	return campaign.Recording{
		Name: "2026/03/04/" + string(id) + "-1", Call: id, Attempt: campaign.AttemptID(n), Campaign: spring.ID, Agent: "Anna",
		Announced: noon.Add(time.Duration(n)*time.Minute - time.Second), Started: noon.Add(time.Duration(n) * time.Minute),
	}
}

// ended is what became of it.
func ended(r campaign.Recording) campaign.Recording {
	r.Path, r.Ended, r.Duration, r.Dropped = r.Name+".wav", r.Started.Add(time.Minute), time.Minute, 20*time.Millisecond
	r.Bytes, r.Sum, r.State, r.Why = 1_920_044, "abc", campaign.RecordingComplete, "slow disk"
	return r
}

func indexed(t *testing.T, s *Store, f campaign.RecordingFilter) []campaign.Recording {
	t.Helper()
	all, err := s.Recordings(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestARecordingIsWrittenDownWhenItBeginsAndCompletedWhenItEnds(t *testing.T) {
	for name, order := range map[string][]func(*Store, campaign.Recording) error{
		"in order":              {(*Store).beginTest, (*Store).completeTest},
		"completed before that": {(*Store).completeTest, (*Store).beginTest},
	} {
		s := fresh(t)
		r := begun(1)
		r.By = "sara"
		for _, step := range order {
			if err := step(s, r); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		want := ended(r)
		want.ID = 1
		got, err := s.Recording(t.Context(), 1)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if named, err := s.RecordingNamed(t.Context(), r.Name); err != nil || named != want {
			t.Errorf("%s: by name %+v, %v", name, named, err)
		}
	}
}

func (s *Store) beginTest(r campaign.Recording) error {
	return s.BeginRecording(context.Background(), r)
}
func (s *Store) completeTest(r campaign.Recording) error {
	return s.CompleteRecording(context.Background(), ended(r))
}

// What nobody began, as a crash came between, is of the attempt whose call it names.
func TestAFileThatWasFoundIsGivenToItsAttempt(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	claim, err := s.Claim(t.Context(), spring, 1, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	at := claim.Leads[0].Attempt
	at.Agent = "anna"
	if err := s.Record(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	for _, id := range []call.ID{at.Call(), "1764070000001"} {
		found := campaign.Recording{Name: "2026/03/04/" + string(id) + "-1", Call: id, State: campaign.RecordingComplete, Why: "cut off"}
		if err := s.CompleteRecording(t.Context(), found); err != nil {
			t.Fatal(err)
		}
	}
	all := indexed(t, s, campaign.RecordingFilter{})
	if len(all) != 2 || all[0].Attempt != at.ID || all[0].Campaign != spring.ID || all[0].Agent != "anna" || all[1].Attempt != 0 || all[1].Campaign != "" {
		t.Errorf("%+v", all)
	}
}

func TestRecordingsAreFoundByWhatIsAsked(t *testing.T) {
	s := fresh(t)
	with(t, s, 0)
	for n := 1; n <= 4; n++ {
		r := begun(n)
		if n == 2 {
			r.Agent, r.Campaign = "bert", "OTHER"
		}
		if err := s.BeginRecording(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CompleteRecording(t.Context(), ended(begun(3))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		filter campaign.RecordingFilter
		want   []campaign.RecordingID
	}{
		"all":        {campaign.RecordingFilter{}, []campaign.RecordingID{1, 2, 3, 4}},
		"campaign":   {campaign.RecordingFilter{Campaign: "spring"}, []campaign.RecordingID{1, 3, 4}},
		"agent":      {campaign.RecordingFilter{Agent: "anna"}, []campaign.RecordingID{1, 3, 4}},
		"call":       {campaign.RecordingFilter{Call: campaign.CallID(2)}, []campaign.RecordingID{2}},
		"state":      {campaign.RecordingFilter{State: campaign.RecordingOpen}, []campaign.RecordingID{1, 2, 4}},
		"from":       {campaign.RecordingFilter{From: noon.Add(3 * time.Minute)}, []campaign.RecordingID{3, 4}},
		"to":         {campaign.RecordingFilter{To: noon.Add(3 * time.Minute)}, []campaign.RecordingID{1, 2}},
		"a page":     {campaign.RecordingFilter{After: 1, Limit: 2}, []campaign.RecordingID{2, 3}},
		"everything": {campaign.RecordingFilter{Campaign: "Spring", Agent: "ANNA", State: campaign.RecordingComplete, Limit: 9}, []campaign.RecordingID{3}},
	} {
		var got []campaign.RecordingID
		for _, r := range indexed(t, s, c.filter) {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if _, err := s.Recordings(t.Context(), campaign.RecordingFilter{Campaign: "none"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a campaign that is not there: %v", err)
	}
	if _, err := s.Recording(t.Context(), 99); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a recording that is not there: %v", err)
	}
}

func TestADeletedRecordingLeavesItsRow(t *testing.T) {
	s := fresh(t)
	if err := s.BeginRecording(t.Context(), begun(1)); err != nil {
		t.Fatal(err)
	}
	strike := func() error { return s.StrikeRecording(t.Context(), 1, "the customer asked", noon) }
	if err := strike(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one that is being made: %v", err)
	}
	if err := s.CompleteRecording(t.Context(), ended(begun(1))); err != nil {
		t.Fatal(err)
	}
	if err := s.HoldRecording(t.Context(), 1, true); err != nil {
		t.Fatal(err)
	}
	if err := strike(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one that is held: %v", err)
	}
	if err := s.HoldRecording(t.Context(), 1, false); err != nil {
		t.Fatal(err)
	}
	if err := strike(); err != nil {
		t.Fatal(err)
	}
	left, err := s.StruckRecordings(t.Context())
	if err != nil || len(left) != 1 || left[0].Path == "" || left[0].Why != "the customer asked" || !left[0].Deleted.Equal(noon) {
		t.Errorf("%+v, %v", left, err)
	}
	if err := s.EraseRecording(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	// A late report of the file brings nothing back.
	if err := s.CompleteRecording(t.Context(), ended(begun(1))); err != nil {
		t.Fatal(err)
	}
	got, err := s.Recording(t.Context(), 1)
	if err != nil || got.State != campaign.RecordingDeleted || got.Path != "" || got.Duration != time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	if left, err := s.StruckRecordings(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("%+v, %v", left, err)
	}
}
