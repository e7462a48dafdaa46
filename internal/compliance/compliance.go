// Package compliance answers one question: may this contact be dialed now, and
// which rule says so.
//
// It is pure: the moment is an argument, as is what is known of the contact
// ([Place], [History]); whoever has a clock and a database gives them. Every
// [Verdict] names its rule, the rule's version and what it was judged by, so that it
// can be stored with the attempt and shown to a regulator. What is unknown means no.
//
// # Rules
//
// The law is data: a [Rule] says what binds, where, from which day to which, and in
// which text that was read, and when. Rules stand in sets by name (sets.go); a
// campaign names the sets that its calls are under, and its own hours bind beside
// them. [Law.Code] puts together what binds one campaign. Of all rules that apply the
// strictest decides, for each must allow the call.
//
// # Where somebody is
//
// A [Place] is every time zone and state that what is known of a contact names. The
// hours must be open in all its zones. A rule of a state binds contacts who may be in
// that state: those whose place names it, and those whose place names none.
//
// # Do-not-call
//
// [Numbers] is a list of up to hundreds of millions of numbers, two bytes each, that
// never changes; [DoNotCall] is all lists at one moment, swapped as a whole.
package compliance

import "time"

// Verdict is the answer and its reason.
type Verdict struct {
	Allowed bool
	// Rule names the rule that decided, its version and its inputs; with an allowed
	// verdict, all that were asked.
	Rule string
	// Next is the moment at which to ask again; zero with an allowed verdict, or
	// when time will not mend it.
	Next time.Time
}

// horizon is how far ahead a verdict looks for open hours. No law closes longer than
// a few days; hours that are never open in all zones of a contact at once are found
// out by it.
const horizon = 35 * 24 * time.Hour

// opening gives the first moment from one on at which something is open; zero for
// never.
type opening func(from time.Time) time.Time

// earliest is the first moment from t on at which all openings are open; zero if there
// is none within the horizon.
func earliest(t time.Time, openings []opening) time.Time {
	for end := t.Add(horizon); t.Before(end); {
		moved := false
		for _, opens := range openings {
			next := opens(t)
			if next.IsZero() {
				return time.Time{}
			}
			if next.After(t) {
				t, moved = next, true
			}
		}
		if !moved {
			return t
		}
	}
	return time.Time{}
}
