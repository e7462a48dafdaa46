package campaign

import (
	"testing"
	"time"
)

func schedule(t *testing.T, zone string, windows ...string) (Schedule, *time.Location) {
	s := Schedule{Zone: zone}
	for _, text := range windows {
		w, err := ParseWindow(text)
		if err != nil {
			t.Fatal(err)
		}
		s.Windows = append(s.Windows, w)
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return s, at
}

func TestScheduleAt(t *testing.T) {
	office, berlin := schedule(t, "Europe/Berlin", "mon-fri 09:00-12:00", "mon-fri 12:00-17:00", "sat 10:00-14:00")
	late, _ := schedule(t, "Europe/Berlin", "fri 22:00-02:30", "sun 00:00-24:00")
	const layout = "2006-01-02 15:04 MST"
	for _, c := range []struct {
		name      string
		of        Schedule
		now, next string
		open      bool
	}{
		{"before the day", office, "2026-11-02 08:59 CET", "2026-11-02 09:00 CET", false},
		{"at its begin; windows that touch are one", office, "2026-11-02 09:00 CET", "2026-11-02 17:00 CET", true},
		{"at its end", office, "2026-11-02 17:00 CET", "2026-11-03 09:00 CET", false},
		{"over the weekend", office, "2026-11-07 14:00 CET", "2026-11-09 09:00 CET", false},
		{"past midnight", late, "2026-11-07 01:00 CET", "2026-11-07 02:30 CET", true},
		{"a whole day", late, "2026-11-08 12:00 CET", "2026-11-09 00:00 CET", true},
		{"02:30 is not there when the clock is put forward", late, "2026-03-28 01:00 CET", "2026-03-28 02:30 CET", true},
		{"a day of 25 hours", late, "2026-10-25 00:00 CEST", "2026-10-26 00:00 CET", true},
		{"a day of 23 hours", late, "2026-03-29 00:00 CET", "2026-03-30 00:00 CEST", true},
		{"nothing", Schedule{}, "2026-11-02 12:00 CET", "", false},
	} {
		now, err := time.ParseInLocation(layout, c.now, berlin)
		if err != nil {
			t.Fatal(err)
		}
		open, next := c.of.At(now, berlin)
		got := ""
		if !next.IsZero() {
			got = next.In(berlin).Format(layout)
		}
		if open != c.open || got != c.next {
			t.Errorf("%s: open %t until %q, want %t until %q", c.name, open, got, c.open, c.next)
		}
	}
}

// At each edge of a year the schedule says at the moment before what changes at it.
func TestScheduleEdgesFollowEachOther(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"} {
		s, at := schedule(t, zone, "mon-sun 02:15-02:45", "sat 23:00-03:00")
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, at)
		for now.Year() == 2026 {
			open, next := s.At(now, at)
			if !next.After(now) || next.Sub(now) > 25*time.Hour {
				t.Fatalf("%s: after %s comes %s", zone, now, next)
			}
			if after, _ := s.At(next, at); after == open {
				t.Fatalf("%s: nothing changes at %s", zone, next)
			}
			if before, _ := s.At(next.Add(-time.Second), at); before != open {
				t.Fatalf("%s: it changes before %s", zone, next)
			}
			now = next
		}
	}
}

func TestWindowsThatAreNone(t *testing.T) {
	for _, text := range []string{"", "mon", "09:00-17:00", "mon-fry 09:00-17:00", "mon 9-17", "mon 09:00", "mon 25:00-26:00"} {
		if w, err := ParseWindow(text); err == nil {
			t.Errorf("%q is %+v", text, w)
		}
	}
}
