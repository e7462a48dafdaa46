package campaign

import (
	"fmt"
	"strings"
	"time"
)

// Schedule is when a campaign that is under schedule is on: windows of the week on the
// clocks of one zone. The zero value is never.
type Schedule struct {
	Zone    string // IANA name
	Windows []Window
}

// Window is a time of some days of the week. Until at or before From is on the next
// day. A clock that is put forward past an edge is at it; one that shows a time twice
// is at it the first time.
type Window struct {
	Days        [7]bool // from Sunday
	From, Until time.Duration
}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseWindow reads "mon-fri 09:00-17:30", "sat 10:00-14:00" or "mon,wed 18:00-02:00".
func ParseWindow(text string) (Window, error) {
	var w Window
	bad := fmt.Errorf("%q is no window of a week; write it like \"mon-fri 09:00-17:30\"", text)
	days, hours, ok := strings.Cut(strings.ToLower(strings.TrimSpace(text)), " ")
	from, until, some := strings.Cut(strings.TrimSpace(hours), "-")
	if !ok || !some {
		return w, bad
	}
	for part := range strings.SplitSeq(days, ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		a, b := dayNamed(first), dayNamed(last)
		if a < 0 || b < 0 {
			return w, bad
		}
		for d := a; ; d = (d + 1) % 7 {
			if w.Days[d] = true; d == b {
				break
			}
		}
	}
	for text, into := range map[string]*time.Duration{from: &w.From, until: &w.Until} {
		at, err := clockTime(text)
		if err != nil {
			return w, bad
		}
		*into = at
	}
	return w, nil
}

func dayNamed(name string) int {
	for i, have := range dayNames {
		if name == have {
			return i
		}
	}
	return -1
}

// clockTime reads "09:30"; "24:00" is the end of the day.
func clockTime(text string) (time.Duration, error) {
	if text == "24:00" {
		return 24 * time.Hour, nil
	}
	at, err := time.Parse("15:04", text)
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, err
}

// At tells whether the schedule is open at a moment, and when that changes next; zero
// is never.
func (s Schedule) At(now time.Time, zone *time.Location) (open bool, next time.Time) {
	year, month, day := now.In(zone).Date()
	var edges []span
	for d := -2; d <= 8; d++ { // a week and what reaches into it
		weekday := time.Date(year, month, day+d, 12, 0, 0, 0, time.UTC).Weekday()
		for _, w := range s.Windows {
			if !w.Days[weekday] {
				continue
			}
			until := w.Until
			if until <= w.From {
				until += 24 * time.Hour
			}
			edges = append(edges, span{clock(year, month, day+d, w.From, zone), clock(year, month, day+d, until, zone)})
		}
	}
	at := func(t time.Time) bool {
		for _, e := range edges {
			if !t.Before(e.from) && t.Before(e.until) {
				return true
			}
		}
		return false
	}
	open = at(now)
	for _, e := range edges {
		for _, edge := range []time.Time{e.from, e.until} {
			if edge.After(now) && at(edge) != open && (next.IsZero() || edge.Before(next)) {
				next = edge
			}
		}
	}
	return open, next
}

// span is one window of one day.
type span struct{ from, until time.Time }

// clock is the first moment at which a zone's clock has reached a time of a day.
func clock(year int, month time.Month, day int, at time.Duration, zone *time.Location) time.Time {
	t := time.Date(year, month, day, 0, int(at/time.Minute), 0, 0, zone)
	want := time.Date(year, month, day, 0, int(at/time.Minute), 0, 0, time.UTC)
	// Where the clock is put forward past it, time.Date is on one side of the change;
	// where it is put back, the time is there twice.
	for _, shift := range []time.Duration{-2 * time.Hour, -time.Hour, -30 * time.Minute} {
		if same(t.Add(shift), want) {
			return t.Add(shift)
		}
	}
	return t
}

// same tells whether a moment's clock shows the same as one in UTC.
func same(t, want time.Time) bool {
	return t.Format("0601021504") == want.Format("0601021504")
}
