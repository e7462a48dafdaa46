package compliance

import (
	"fmt"
	"slices"
	"time"
)

// Rule is one rule of law as data. Beside its name and origin it has one content;
// what is left zero does not bind.
type Rule struct {
	// ID is unique among all rules: "us-states/FL-hours".
	ID string
	// Where is the state that it binds in, as in ISO 3166-2; empty is wherever the
	// campaign that names its set calls.
	Where string
	// Version tells one text of the rule from the next; From is the first day on which
	// it binds and Until the first on which it does not any more, zero for always.
	Version     string
	From, Until Date
	// Source cites the text, Read is the day on which it was read, and Says is what it
	// says, in words.
	Source, Read, Says string

	// Open are the hours in which somebody may be called, in his own time.
	Open *Week
	// Holidays is the calendar on whose days nobody is called.
	Holidays string
	// Calls may be made to a contact or a number Within a time, no more.
	Calls  int
	Within time.Duration
	// Spacing is from one call to the next, Quiet from the end of a conversation, and
	// Rest from an abandoned call.
	Spacing, Quiet, Rest time.Duration
	// Attended: Rest does not bind a call for which an agent is set aside.
	Attended bool
	// Ring is how long a phone must ring before a call is given up.
	Ring time.Duration
	// Abandoned is the largest share of answered calls that may be abandoned, Over the
	// time for which that is reckoned; Wait is how soon after the greeting an agent
	// must be there, or else a recorded message.
	Abandoned  float64
	Over, Wait time.Duration
	// Fresh is how old a do-not-call list may be that others keep.
	Fresh time.Duration
	// Consent: a call is recorded only if everybody in it was told before.
	Consent bool
}

// Binds tells whether the rule is in force at a moment. Its first day begins where
// days begin first, and its last ends where they end last.
func (r Rule) Binds(now time.Time) bool {
	return !now.Before(r.begins()) && (r.Until == Date{} || now.Before(r.ends()))
}

func (r Rule) begins() time.Time {
	if r.From == (Date{}) {
		return time.Time{}
	}
	return r.From.midday().Add(-26 * time.Hour)
}

func (r Rule) ends() time.Time { return r.Until.midday() }

// during makes an opening hold only while the rule binds: before and after, the rule is
// out of the way.
func (r Rule) during(opens opening) opening {
	return func(t time.Time) time.Time {
		if !r.Binds(t) {
			return t
		}
		next := opens(t)
		if r.Until != (Date{}) && (next.IsZero() || next.After(r.ends())) {
			return r.ends()
		}
		return next
	}
}

// aboutCalls tells whether the rule looks at former calls, aboutDays whether it looks
// at the calendar and the clock.
func (r Rule) aboutCalls() bool { return r.Calls > 0 || r.Spacing > 0 || r.Quiet > 0 || r.Rest > 0 }
func (r Rule) aboutDays() bool  { return r.Open != nil || r.Holidays != "" }

// week is the hours in which the rule allows calls.
func (r Rule) week() Week {
	if r.Open == nil {
		return everyHour
	}
	return *r.Open
}

// name is how verdicts name the rule.
func (r Rule) name() string {
	if r.Version == "" {
		return r.ID
	}
	return r.ID + " " + r.Version
}

// History is what is known of former calls to a contact or its number.
type History struct {
	// Calls are when calls were placed, of the last [Reach] at least.
	Calls []time.Time
	// Dialed is when the number was last dialed, if that is known before the calls are, or
	// better; zero if not.
	Dialed time.Time
	// Spoken is the end of the last conversation, Abandoned that of the last call that
	// had no agent; zero for none.
	Spoken, Abandoned time.Time
}

// last is when the last call was made; zero for none.
func (h History) last() time.Time {
	last := h.Dialed
	for _, at := range h.Calls {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// Reach is how far back a history must go for rules about former calls.
const Reach = 31 * 24 * time.Hour

// after is the first moment at which the rule allows a call after those of a history,
// and what of it decides; the zero moment if nothing does.
func (r Rule) after(h History, now time.Time) (next time.Time, why string) {
	later := func(at time.Time, reason string) {
		if at.After(next) {
			next, why = at, reason
		}
	}
	if r.Calls > 0 {
		inside, free := r.spent(h, now)
		why = fmt.Sprintf("%d of %d calls in %s", inside, r.Calls, span(r.Within))
		later(free, why)
	}
	if last := h.last(); r.Spacing > 0 && !last.IsZero() {
		later(last.Add(r.Spacing), "less than "+span(r.Spacing)+" since the last call")
	}
	if r.Quiet > 0 && !h.Spoken.IsZero() {
		later(h.Spoken.Add(r.Quiet), "less than "+span(r.Quiet)+" since a conversation")
	}
	if r.Rest > 0 && !h.Abandoned.IsZero() {
		later(h.Abandoned.Add(r.Rest), "less than "+span(r.Rest)+" since an abandoned call")
	}
	return next, why
}

// spent counts the calls of the time before now, and tells when one more is allowed:
// once so few are left that it fits.
func (r Rule) spent(h History, now time.Time) (inside int, free time.Time) {
	var recent []time.Time
	for _, at := range h.Calls {
		if at.Add(r.Within).After(now) {
			recent = append(recent, at)
		}
	}
	if len(recent) < r.Calls {
		return len(recent), time.Time{}
	}
	slices.SortFunc(recent, time.Time.Compare)
	return len(recent), recent[len(recent)-r.Calls].Add(r.Within)
}

// span writes a time as people say it.
func span(d time.Duration) string {
	if d%(24*time.Hour) == 0 && d > 72*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	if d%time.Hour == 0 {
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return d.String()
}
