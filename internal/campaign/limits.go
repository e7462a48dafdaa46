package campaign

import (
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/fault"
)

// Limits are what a campaign keeps to besides [Retry.MaxAttempts]. 0 is no limit.
// Promised callbacks, and who is to be called urgently, are above them.
type Limits struct {
	// PerDay is how many calls a contact gets on a day where he lives, by any campaign
	// and at any of his numbers. Calls to the number through another contact are among
	// them, so that one who is in two lists is not called twice as often.
	PerDay int
	// PerNumber is how many calls each number of a contact with several gets; then it
	// has status [AttemptsSpent].
	PerNumber int
	// Spacing is the least time between the end of a call to a contact and the next.
	Spacing time.Duration
}

// allow is when a contact may be called again after a call: at the given moment, or
// as soon after it as the limits allow.
func (l Limits) allow(due time.Time, r Result) time.Time {
	if next := l.After(r.At, append(slices.Clone(r.Calls), r.At), r.Zone); next.After(due) {
		return next
	}
	return due
}

// After is when the limits allow a call after former calls, seen from a moment; it is in
// the past if they do not mind. The days are those of a zone; nil is UTC.
func (l Limits) After(now time.Time, calls []time.Time, zone *time.Location) (next time.Time) {
	today, tomorrow := day(now, zone)
	n := 0
	for _, at := range calls {
		if !at.Before(today) {
			n++
		}
		if free := at.Add(l.Spacing); free.After(next) {
			next = free
		}
	}
	if l.PerDay > 0 && n >= l.PerDay && next.Before(tomorrow) {
		return tomorrow
	}
	return next
}

// day is when the day of a moment begins and ends in a zone; nil is UTC.
func day(at time.Time, zone *time.Location) (begin, end time.Time) {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}

// Reschedule is when a contact is called again after a call of a wrap-up category, in
// place of the waits of [Retry] (contract section 8.6).
type Reschedule struct {
	Category string
	Wait     time.Duration
	// Most is how often; then the number has status [AttemptsSpent], and so has the
	// contact if it is the only one. 0 is without limit.
	Most int
	// Protected: a recycle does not make it due before ([Rescheduled]).
	Protected bool
}

// longestWait is how far ahead a call can be rescheduled.
const longestWait = 10080 * time.Minute

func (r Reschedule) status() Status {
	if r.Protected {
		return Rescheduled
	}
	return Seen
}

// reschedule finds the rule of a category.
func (c Campaign) reschedule(category string) (Reschedule, bool) {
	for _, rule := range c.Reschedules {
		if strings.EqualFold(rule.Category, category) {
			return rule, true
		}
	}
	return Reschedule{}, false
}

// againCategories are those that leave a contact to be called again.
func againCategories() []string {
	var names []string
	for _, c := range Categories {
		if c.Status == Callable {
			names = append(names, c.Name)
		}
	}
	return names
}

func (r Reschedule) check() error {
	cat, known := CategoryNamed(r.Category)
	switch {
	case !known:
		return fault.New(fault.Invalid, "reschedule: there is no category %q; who is called again has %s", r.Category, strings.Join(againCategories(), ", "))
	case cat.Status != Callable:
		return fault.New(fault.Invalid, "reschedule: who is left with category %s is not called again", cat.Name)
	case r.Wait < 0 || r.Wait > longestWait:
		return fault.New(fault.Invalid, "reschedule: category %s waits %s; it is 0 to 168h", cat.Name, r.Wait)
	case r.Most < 0:
		return fault.New(fault.Invalid, "reschedule: category %s is called again %d times; 0 is without limit", cat.Name, r.Most)
	}
	return nil
}
