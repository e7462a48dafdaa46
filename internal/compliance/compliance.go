// Package compliance answers one question: may this contact be dialed now, and
// which rule says so.
//
// It is pure: the moment is an argument, the zone data is loaded by whoever
// builds the [Hours]. Every [Verdict] names its rule, so that it can be stored
// with the attempt and shown to a regulator. What is unknown means no.
package compliance

import (
	"fmt"
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
	var fh, fm, th, tm int
	if n, err := fmt.Sscanf(s, "%d:%d-%d:%d", &fh, &fm, &th, &tm); n != 4 || err != nil {
		return Hours{}, fmt.Errorf("hours %q: want \"always\" or a window like \"08:00-21:00\"", s)
	}
	h := Hours{From: clock(fh, fm), To: clock(th, tm)}
	if fm > 59 || tm > 59 || fh < 0 || fm < 0 || tm < 0 || h.To > 24*time.Hour || h.From >= h.To {
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
	opens, closes := at(local, h.From), at(local, h.To)
	switch {
	case local.Before(opens):
		return Verdict{Rule: rule, Next: opens}
	case !local.Before(closes):
		return Verdict{Rule: rule, Next: at(local.AddDate(0, 0, 1), h.From)}
	}
	return Verdict{Allowed: true, Rule: rule}
}

// at is the wall-clock time of a day, so that 8:00 is 8:00 on days with a
// daylight-saving change too.
func at(day time.Time, since time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), int(since/time.Hour), int(since%time.Hour/time.Minute), 0, 0, day.Location())
}

func clock(h, m int) time.Duration {
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}
