package store

import (
	"context"
	"testing"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// What is done together sees what was written before it; all others see it once all of
// it is on the disk.
func TestWhatIsDoneTogetherIsWrittenAtOnce(t *testing.T) {
	s := fresh(t)
	with(t, s, 3)
	const attempts = `SELECT count(*) FROM attempts`
	err := s.Together(t.Context(), func(ctx context.Context) {
		first, err := s.Claim(ctx, spring, 1, nil, noon)
		if err != nil || len(first.Leads) != 1 {
			t.Fatalf("the first claim: %+v, %v", first, err)
		}
		over := first.Leads[0].Attempt
		over.Outcome, over.Category, over.Closed = call.Talked, "Success", noon
		over.Next = campaign.Next{Status: campaign.Uncallable, Counts: true}
		if err := s.Record(ctx, over); err != nil {
			t.Error("the result:", err)
		}
		if c, err := s.Contact(ctx, spring.List, over.Contact); err != nil || c.Status != campaign.Uncallable {
			t.Errorf("its contact: %+v, %v", c, err)
		}
		rest, err := s.Claim(ctx, spring, 3, nil, noon)
		if err != nil || len(rest.Leads) != 2 || rest.Left != 0 {
			t.Errorf("the second claim: %+v, %v", rest, err)
		}
		if n := count(t, s, attempts); n != 0 {
			t.Errorf("others see %d attempts before they are on the disk", n)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, attempts); n != 3 {
		t.Errorf("%d attempts are written down, want 3", n)
	}
	consistent(t, s)
}

// Where one of them fails nothing is written, whatever the others were told, and each
// can be done by itself.
func TestWhatFailsTogetherIsNotWritten(t *testing.T) {
	s := fresh(t)
	with(t, s, 2)
	both := func(ctx context.Context) (claimed, recorded error) {
		_, claimed = s.Claim(ctx, spring, 1, nil, noon)
		return claimed, s.Record(ctx, campaign.Attempt{ID: 77})
	}
	err := s.Together(t.Context(), func(ctx context.Context) {
		claimed, recorded := both(ctx)
		if claimed != nil {
			t.Error("the claim:", claimed)
		}
		wantKind(t, recorded, fault.NotFound)
		if _, err := s.Claim(ctx, spring, 1, nil, noon); err == nil {
			t.Error("what comes after it is done in vain")
		}
	})
	wantKind(t, err, fault.NotFound)
	if n := count(t, s, `SELECT count(*) FROM attempts`) + count(t, s, `SELECT count(*) FROM contacts WHERE status <> 'C'`); n != 0 {
		t.Errorf("%d rows are written", n)
	}
	if claimed, recorded := both(t.Context()); claimed != nil || fault.KindOf(recorded) != fault.NotFound {
		t.Errorf("each by itself: %v, %v", claimed, recorded)
	}
	consistent(t, s)
}
