package compliance

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Hours is the part of the day in which a person may be called, in that
// person's own time.
type Hours struct {
	// Always lifts the rule: for tests, demonstrations and inbound-like lists.
	Always bool
	// From and To are since midnight; From < To <= 24h.
	From, To time.Duration
}

// Default is 8:00 to 21:00 where the called party is (47 CFR 64.1200(c)(1)).
var Default = Hours{From: 8 * time.Hour, To: 21 * time.Hour}

// ParseHours reads "always" or "08:00-21:00".
func ParseHours(s string) (Hours, error) {
	if s == "always" {
		return Hours{Always: true}, nil
	}
	from, to, _ := strings.Cut(s, "-")
	h, ok := Hours{}, false
	if h.From, ok = clock(from); ok {
		h.To, ok = clock(to)
	}
	if !ok {
		return Hours{}, fmt.Errorf("hours %q: want \"always\" or a window like \"08:00-21:00\"", s)
	}
	if h.To > 24*time.Hour || h.From >= h.To {
		return Hours{}, fmt.Errorf("hours %q: the window must start before it ends, within one day", s)
	}
	return h, nil
}

// String is what ParseHours reads.
func (h Hours) String() string {
	if h.Always {
		return "always"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/time.Hour, h.From%time.Hour/time.Minute, h.To/time.Hour, h.To%time.Hour/time.Minute)
}

// Check judges a call at a moment to someone who lives in a zone, or in one of
// several: then the hours must be open in each. No zone, or a nil one, is unknown.
func (h Hours) Check(now time.Time, zones ...*time.Location) Verdict {
	return Law{}.Code(h).Decide(now, Place{Zones: zones}, History{})
}

// daily is the week of the same hours each day.
func (h Hours) daily() Week { return Week{h, h, h, h, h, h, h} }

// Week is the hours of each day, from Sunday. A day without hours is closed.
type Week [7]Hours

// open tells whether the week is open by the clock on the wall.
func (w Week) open(local time.Time) bool {
	h, wall := w[local.Weekday()], sinceMidnight(local)
	return h.From <= wall && wall < h.To
}

// on says what is open on a day.
func (w Week) on(day time.Weekday) string {
	if w[day] == (Hours{}) {
		return "closed on " + day.String()
	}
	return w[day].String()
}

// opens is the first moment from t on at which the week is open in a zone and the day
// is not barred; zero if that is never within the horizon. It goes by the clock on the
// wall, so that 8:00 is 8:00 on days with a daylight-saving change too: between two
// changes of the zone's offset the wall's clock runs as ours does, and at each it is
// read anew.
func (w Week) opens(t time.Time, zone *time.Location, barred func(Date) bool) time.Time {
	for end := t.Add(horizon); t.Before(end); {
		local := t.In(zone)
		hours, wall := w[local.Weekday()], sinceMidnight(local)
		if barred != nil && barred(dateOf(local)) {
			hours = Hours{}
		}
		wait := 24*time.Hour - wall
		switch {
		case hours.From <= wall && wall < hours.To:
			return t
		case wall < hours.From:
			wait = hours.From - wall
		}
		next := t.Add(wait)
		if _, change := local.ZoneBounds(); !change.IsZero() && change.Before(next) {
			next = change
		}
		t = next
	}
	return time.Time{}
}

// sinceMidnight is what the clock on the wall shows.
func sinceMidnight(local time.Time) time.Duration {
	hour, minute, second := local.Clock()
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(local.Nanosecond())
}

// clock reads "8:00" or "08:00" as the time since midnight.
func clock(s string) (time.Duration, bool) {
	h, m, ok := strings.Cut(s, ":")
	hours, err1 := strconv.ParseUint(h, 10, 8)
	minutes, err2 := strconv.ParseUint(m, 10, 8)
	ok = ok && err1 == nil && err2 == nil && len(m) == 2 && minutes < 60
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute, ok
}
