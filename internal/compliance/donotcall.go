package compliance

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// List is a do-not-call list as it was loaded.
type List struct {
	Name string
	// Version is what its keeper calls it, Date the day of which it is.
	Version string
	Date    Date
	// Loaded is when it was taken in; Sum is the SHA-256 of what was.
	Loaded time.Time
	Sum    string
	*Numbers
}

// Age is how old the list is: from the end of the day of which it is.
func (l List) Age(now time.Time) time.Duration { return now.Sub(l.Date.plus(1).midday()) }

// String names a list in a verdict.
func (l List) String() string {
	return "do-not-call " + l.Name + " " + l.Version + " of " + l.Date.String()
}

// DoNotCall is all lists at one moment; the zero value has none.
type DoNotCall struct{ lists map[string]List }

// With is the lists with one more, or another in its place.
func (d DoNotCall) With(l List) DoNotCall {
	lists := make(map[string]List)
	maps.Copy(lists, d.lists)
	lists[l.Name] = l
	return DoNotCall{lists}
}

// Lists are all of them, by name.
func (d DoNotCall) Lists() []List {
	var all []List
	for _, name := range slices.Sorted(maps.Keys(d.lists)) {
		all = append(all, d.lists[name])
	}
	return all
}

// Listing is what lists say of a number.
type Listing int

const (
	// Clear: it is on none of them.
	Clear Listing = iota
	// Listed: it is on one, and is not to be called.
	Listed
	// Unready: nobody can tell, as a list is missing or too old.
	Unready
)

// Check looks a number up in the lists of these names, of which none may be older than
// fresh, if that is not 0; it says by which list it answers. They hold E.164
// numbers only, and who is dialed by something else (an extension, a SIP address) may have
// one of them: what is unknown means no.
func (d DoNotCall) Check(now time.Time, number string, names []string, fresh time.Duration) (Listing, string) {
	said := ""
	for _, name := range names {
		l, there := d.lists[name]
		switch {
		case !there:
			return Unready, "do-not-call " + name + ": the list is not loaded"
		case fresh > 0 && l.Age(now) > fresh:
			return Unready, fmt.Sprintf("%s: the list is older than %s", l, span(fresh))
		}
		who, _ := ReadCallee(number)
		n, ok := who.E164()
		switch {
		case !ok:
			return Listed, l.String() + ": a number without + and country code can not be looked up"
		case l.Has(n):
			return Listed, l.String() + ": the number is on it"
		}
		said += "; " + l.String()
	}
	return Clear, said
}

// Fresh is how old a list of others may be that the campaign is held against, 0 if no
// rule says so.
func (c Code) Fresh(now time.Time, at Place) time.Duration {
	return c.strictest(now, at, func(r Rule) time.Duration { return r.Fresh })
}

// Consent names the rule by which a call to this place is recorded only if everybody
// was told before, or nothing.
func (c Code) Consent(now time.Time, at Place) string {
	for _, r := range c.Rules(now, at) {
		if r.Consent {
			return r.name()
		}
	}
	return ""
}

// strictest is the shortest of the times that rules ask for, 0 if none does.
func (c Code) strictest(now time.Time, at Place, of func(Rule) time.Duration) time.Duration {
	var least time.Duration
	for _, r := range c.Rules(now, at) {
		if d := of(r); d > 0 && (least == 0 || d < least) {
			least = d
		}
	}
	return least
}
