package campaign

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/pacing"
)

func TestTalliesByEachFormula(t *testing.T) {
	for _, c := range []struct {
		name  string
		n     Count
		day   pacing.Tally
		ofcom pacing.Tally
	}{
		{"nothing", Count{}, pacing.Tally{}, pacing.Tally{}},
		{"no analysis, agents hear no machines", Count{Answered: 110, Live: 100, Abandoned: 3, Served: 90},
			pacing.Tally{Live: 100, Abandoned: 3}, pacing.Tally{Live: 93, Abandoned: 3}},
		{"no analysis, a third of what agents get are machines", Count{Answered: 150, Live: 100, Abandoned: 9, Served: 80, Heard: 40},
			pacing.Tally{Live: 100, Abandoned: 9}, pacing.Tally{Live: 86, Abandoned: 6}},
		{"analysis, nothing checked: one in a hundred is assumed", Count{Answered: 500, Live: 200, Abandoned: 4, Served: 190, Unmanned: 300},
			pacing.Tally{Live: 202, Abandoned: 6}, pacing.Tally{Live: 196, Abandoned: 6}},
		{"analysis, checked", Count{Answered: 500, Live: 200, Abandoned: 4, Served: 190, Unmanned: 300, Checked: 200, Mistaken: 2},
			pacing.Tally{Live: 203, Abandoned: 7}, pacing.Tally{Live: 197, Abandoned: 7}},
		{"analysis, hardly checked", Count{Answered: 500, Live: 200, Served: 190, Unmanned: 300, Checked: 99, Mistaken: 50},
			pacing.Tally{Live: 202, Abandoned: 2}, pacing.Tally{Live: 192, Abandoned: 2}},
		{"fewer machines than would be assumed", Count{Answered: 1001, Live: 1000, Served: 1000, Unmanned: 1},
			pacing.Tally{Live: 1001, Abandoned: 1}, pacing.Tally{Live: 1001, Abandoned: 1}},
	} {
		if got := c.n.Tally(pacing.Day); got != c.day {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.day)
		}
		if got := c.n.Tally(pacing.ThirtyDays); got != c.day {
			t.Errorf("%s, over 30 days: %+v, want %+v", c.name, got, c.day)
		}
		if got := c.n.Tally(pacing.Ofcom); got != c.ofcom {
			t.Errorf("%s, by Ofcom: %+v, want %+v", c.name, got, c.ofcom)
		}
	}
}

func TestWhatAnAttemptAddsToTheLedger(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		a    Attempt
		want Count
	}{
		{"not answered", Attempt{Outcome: call.NotReached}, Count{}},
		{"answered, and no more is known", Attempt{Answered: noon}, Count{Answered: 1}},
		{"bridged", Attempt{Answered: noon, Bridged: noon}, Count{Answered: 1, Live: 1, Served: 1}},
		{"bridged too late", Attempt{Answered: noon, Bridged: noon, Answer: Answer{Abandoned: true}}, Count{Answered: 1, Live: 1, Abandoned: 1}},
		{"abandoned", Attempt{Answered: noon, Outcome: call.Abandoned}, Count{Answered: 1, Live: 1, Abandoned: 1}},
		{"abandoned and told so", Attempt{Answered: noon, Outcome: call.Abandoned, Answer: Answer{Message: "sorry"}}, Count{Answered: 1, Live: 1, Abandoned: 1, Told: 1}},
		{"hung up in time", Attempt{Answered: noon, Outcome: call.HungUp}, Count{Answered: 1, Live: 1}},
		{"no person", Attempt{Answered: noon, Outcome: call.NoPerson, Answer: Answer{Message: "voicemail"}}, Count{Answered: 1, Unmanned: 1}},
		{"an agent heard a machine", Attempt{Answered: noon, Bridged: noon, Disposed: noon, Category: "machine"}, Count{Answered: 1, Heard: 1}},
		{"a verdict that an agent confirms", Attempt{Answered: noon, Bridged: noon, Disposed: noon, Category: "Machine", Answer: Answer{Finding: call.Machine}}, Count{Answered: 1, Heard: 1, Checked: 1}},
		{"a verdict that an agent finds mistaken", Attempt{Answered: noon, Bridged: noon, Disposed: noon, Category: "Success", Answer: Answer{Finding: call.Machine}}, Count{Answered: 1, Live: 1, Served: 1, Checked: 1, Mistaken: 1}},
		{"a crash left him alone", Attempt{Answered: noon, Outcome: call.Lost}, Count{Answered: 1, Live: 1, Abandoned: 1}},
		{"a crash cut their talk off", Attempt{Answered: noon, Bridged: noon, Outcome: call.Lost}, Count{Answered: 1, Live: 1, Served: 1}},
	} {
		if got := c.a.Count(); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestABookKnowsItsWindows(t *testing.T) {
	var b Book
	for i, day := range []Day{20260228, 20260301, 20260131, 20260301, 20260130, 20260129} {
		b.Add(day, Count{Live: 1 << i})
	}
	if got := b.Sum(pacing.Day, 20260301).Live; got != 2+8 {
		t.Errorf("a day: %d", got)
	}
	if got := b.Sum(pacing.ThirtyDays, 20260301).Live; got != 1+2+4+8 {
		t.Errorf("30 days: %d", got)
	}
	if got := b.Sum("", 20260228).Live; got != 1 {
		t.Errorf("a day, as nothing was said: %d", got)
	}
	b.Add(20260401, Count{Live: 1})
	if len(b.Days) != 1 || b.Days[0].Day != 20260401 {
		t.Errorf("what no window reaches any more is kept: %+v", b.Days)
	}
}

func TestDaysAreThoseOfTheZone(t *testing.T) {
	late := time.Date(2026, 3, 1, 4, 59, 0, 0, time.UTC)
	home := time.FixedZone("home", -5*3600)
	if got := DayOf(late, home); got != 20260228 || got.String() != "2026-02-28" {
		t.Errorf("%d, %s", got, got)
	}
	if got := DayOf(late, nil); got != 20260301 || got.Before(1) != 20260228 || got.Before(-31) != 20260401 {
		t.Errorf("%d, before it %d, after it %d", got, got.Before(1), got.Before(-31))
	}
	load := func(name string) (*time.Location, error) {
		if name != "Home" {
			return nil, errors.New("unknown")
		}
		return home, nil
	}
	for zone, want := range map[string]*time.Location{"Home": home, "Home&Away": home, "": time.UTC, "Away": time.UTC} {
		if got := (Campaign{Zone: zone}).LedgerZone(load); got != want {
			t.Errorf("the ledger of zone %q is kept in %s", zone, got)
		}
	}
}
