// Package compliance answers one question: may this contact be dialed now, and
// which rule says so.
//
// It is pure: the moment is an argument, the zone data is loaded by whoever
// builds the [Hours]. Every [Verdict] names its rule, so that it can be stored
// with the attempt and shown to a regulator. What is unknown means no.
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

// Verdict is the answer and its reason.
type Verdict struct {
	Allowed bool
	// Rule names the rule that decided, with its inputs.
	Rule string
	// Next is the moment at which to ask again; zero with an allowed verdict, or
	// when time will not mend it.
	Next time.Time
}

// Check judges a call at a moment to someone who lives in a zone; a nil zone is
// unknown.
func (h Hours) Check(now time.Time, zone *time.Location) Verdict {
	if h.Always {
		return Verdict{Allowed: true, Rule: "hours always"}
	}
	if zone == nil {
		return Verdict{Rule: "hours " + h.String() + ": the contact's time zone is not known"}
	}
	local := now.In(zone)
	rule := fmt.Sprintf("hours %s, %s in %s", h, local.Format("15:04"), zone)
	if h.open(local) {
		return Verdict{Allowed: true, Rule: rule}
	}
	return Verdict{Rule: rule, Next: h.opens(local)}
}

// open judges by the clock on the wall, so that 8:00 is 8:00 on days with a
// daylight-saving change too.
func (h Hours) open(local time.Time) bool {
	hour, minute, second := local.Clock()
	wall := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	return h.From <= wall && wall < h.To
}

// opens is the first whole minute after a moment at which the hours are open;
// zero if they never are. It goes from minute to minute, for an hour that the
// clocks skip or repeat can not be reckoned with. All zones are whole minutes
// from Greenwich, and no opening is further away than two days.
func (h Hours) opens(after time.Time) time.Time {
	if h.From >= h.To {
		return time.Time{}
	}
	for m := after.Truncate(time.Minute); m.Sub(after) <= 49*time.Hour; {
		if m = m.Add(time.Minute); h.open(m) {
			return m
		}
	}
	return time.Time{}
}

// clock reads "8:00" or "08:00" as the time since midnight.
func clock(s string) (time.Duration, bool) {
	h, m, ok := strings.Cut(s, ":")
	hours, err1 := strconv.ParseUint(h, 10, 8)
	minutes, err2 := strconv.ParseUint(m, 10, 8)
	ok = ok && err1 == nil && err2 == nil && len(m) == 2 && minutes < 60
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute, ok
}
