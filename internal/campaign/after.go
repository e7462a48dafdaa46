package campaign

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// CallID is the interaction id of an attempt.
func CallID(id AttemptID) call.ID { return call.ID(strconv.FormatInt(firstCall+int64(id), 10)) }

// firstCall is what attempts' ids are counted from.
const firstCall = 1_000_000_000

// AttemptOf is the attempt whose interaction id this would be; of is false for ids of
// another kind. A talk's id may look like one: then there is no such attempt.
func AttemptOf(id call.ID) (attempt AttemptID, of bool) {
	n, err := strconv.ParseInt(string(id), 10, 64)
	return AttemptID(n - firstCall), err == nil && n > firstCall
}

// Category is a wrap-up category and its effect (contract section 8.3).
type Category struct {
	Name string
	// Status of the contact afterwards. Callable means again after a wait.
	Status Status
	// Number is the status of the number that was dialed, of a contact with several;
	// zero is Callable. With Others the contact's other numbers are dialed on.
	Number Status
	Others bool
	// Live: a person was spoken to.
	Live bool
	// Counts: the attempt counts against the limit.
	Counts bool
	// Wait picks the wait of a Callable contact.
	Wait Wait
}

// Wait names one of the waits of [Retry].
type Wait int

const (
	// WaitOther is every wait without a name of its own.
	WaitOther Wait = iota
	// WaitBusy after a busy line.
	WaitBusy
	// WaitNoAnswer after nobody came.
	WaitNoAnswer
	// WaitMachine after a machine or a fax.
	WaitMachine
	// WaitLines while all lines are taken: a minute.
	WaitLines
	// NoWait: at once, nothing was dialed.
	NoWait
)

// Categories are the wrap-up categories of PureConnect with their effect on the
// contact. "Ambiguous" means that nobody knows what happened: the contact is not
// dialed again by itself.
var Categories = []Category{
	{Name: "Ambiguous", Status: Uncallable, Number: Uncallable, Counts: true},
	{Name: "Busy", Status: Callable, Counts: true, Wait: WaitBusy},
	{Name: "Deleted", Status: Deleted, Live: true, Counts: true},
	{Name: "Failure", Status: Uncallable, Live: true, Counts: true},
	{Name: "Fax", Status: Callable, Counts: true, Wait: WaitMachine},
	{Name: "Machine", Status: Callable, Counts: true, Wait: WaitMachine},
	{Name: "No Answer", Status: Callable, Counts: true, Wait: WaitNoAnswer},
	{Name: "No Lines", Status: Callable, Wait: WaitLines},
	{Name: "Not Reached", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "Phone Number Deleted", Status: Uncallable, Number: Uncallable, Others: true, Live: true, Counts: true},
	{Name: "Phone Number Success", Status: Uncallable, Number: Uncallable, Others: true, Live: true, Counts: true},
	{Name: "Remote Hang Up", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "Scheduled", Status: Scheduled, Live: true, Counts: true},
	{Name: "SIT", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "SIT Callable", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "SIT Uncallable", Status: Uncallable, Number: Uncallable, Others: true, Counts: true},
	{Name: "Skipped", Status: Callable, Wait: WaitOther},
	{Name: "Success", Status: Uncallable, Live: true, Counts: true},
	{Name: "System Hang Up", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "Transferred", Status: Uncallable, Live: true, Counts: true},
	{Name: "Withdrawn", Status: Callable, Wait: NoWait},
	{Name: "Wrong Party", Status: Uncallable, Live: true, Counts: true},
}

// CategoryNamed finds a category, without case.
func CategoryNamed(name string) (Category, bool) {
	for _, c := range Categories {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Category{}, false
}

// Next is what becomes of a contact when its attempt is closed.
type Next struct {
	Status Status
	Due    time.Time // for those that wait
	Owner  string    // of a Scheduled one: the agent who alone is to call, or empty
	Counts bool      // the attempt is added to the contact's number of attempts
	// Number is the status of the number that was dialed: [Callable], [Uncallable],
	// [AttemptsSpent] or [Prohibited]; empty leaves what is known of it as it was.
	Number Status
	// Pass: all of its numbers have had their turn, and the next one is the first.
	Pass bool
	// Rescheduled: it is called again by the rule of its wrap-up category.
	Rescheduled bool
}

// Result is what decides about the contact's future.
type Result struct {
	Category string
	At       time.Time      // when the call ended
	Before   int            // attempts of the contact before this one
	Callback time.Time      // the promised time, with category Scheduled
	Owner    string         // of a promised callback: who alone is to call, or empty
	Broken   bool           // the agent's line broke: the contact does not lose a try
	Was      Next           // what the contact was before the call: Status, Due and Owner
	Numbers  Numbers        // what is known of its numbers
	Calls    []time.Time    // former calls to it, as far as they are known
	Zone     *time.Location // in which its days begin; nil is UTC
}

// After gives what becomes of a contact. An unknown category is treated as
// Ambiguous: better not dialed than dialed twice. What was settled about a contact
// whom an agent called by his own wish is not undone by a call in which nobody
// settled anything else.
func (c Campaign) After(r Result) Next {
	cat, ok := CategoryNamed(r.Category)
	if !ok {
		cat = Categories[0]
	}
	n := Next{Status: cat.Status, Counts: cat.Counts}
	if r.Numbers.Several && !r.Broken {
		n.Number = cmp.Or(cat.Number, Callable)
	}
	switch {
	case r.Broken:
		n = Next{Status: Callable, Due: r.At.Add(c.Retry.Other)}
	case n.Status == Scheduled && !r.Callback.IsZero():
		n.Due, n.Owner = r.Callback, r.Owner
	case n.Status == Callable, n.Status == Scheduled, cat.Others && r.Numbers.Several:
		c.again(&n, r, cat)
	}
	if n.Status.Retries() && n.Counts && r.Before+1 >= c.Retry.MaxAttempts {
		n.Status, n.Due, n.Rescheduled = AttemptsSpent, time.Time{}, false
	}
	if r.settled(n, cat) {
		n.Status, n.Due, n.Owner = r.Was.Status, r.Was.Due, r.Was.Owner
	}
	return n
}

// again gives when a contact is called again, and which of its numbers are left.
func (c Campaign) again(n *Next, r Result, cat Category) {
	n.Status, n.Due = Callable, r.At.Add(c.Retry.wait(cat.Wait))
	rule, ruled := c.reschedule(cat.Name)
	spent := ruled && rule.Most > 0 && r.Numbers.Rescheduled >= rule.Most ||
		c.Limits.PerNumber > 0 && cat.Counts && r.Numbers.Attempts+1 >= c.Limits.PerNumber
	switch {
	case spent && !r.Numbers.Several:
		n.Status, n.Due = AttemptsSpent, time.Time{}
		return
	case spent && n.Number == Callable:
		n.Number = AttemptsSpent
	case ruled:
		n.Status, n.Due, n.Rescheduled = rule.status(), r.At.Add(rule.Wait), true
	}
	if r.Numbers.Several && cat.Counts {
		switch {
		case n.Number != Callable && r.Numbers.Callable == 0:
			n.Status, n.Due, n.Rescheduled = Flagged, time.Time{}, false
			return
		case r.Numbers.Left == 0:
			n.Pass = true
		case !n.Rescheduled:
			n.Due = r.At // the next number is dialed at once
		}
	}
	if cat.Counts {
		n.Due = c.Limits.allow(n.Due, r)
	}
}

// settled tells whether what the contact was holds after a call that would make it
// n. Who is done with, excluded, or wants no more calls stays so unless a person
// spoken to said otherwise, and who wants none stays so unless he was promised one.
// A promise whose time is still to come is kept if nobody was reached before.
func (r Result) settled(n Next, cat Category) bool {
	said := cat.Live && !r.Broken && !n.Status.Retries() && n.Status != AttemptsSpent && n.Status != Flagged
	switch r.Was.Status {
	case Deleted:
		return !said || n.Status == Uncallable
	case Excluded, Uncallable, AttemptsSpent, Flagged:
		return !said
	case Scheduled:
		return r.Was.Due.After(r.At) && (n.Status.Retries() || n.Status == AttemptsSpent || n.Status == Flagged)
	}
	return false
}

// Retries tells whether a contact of this status waits for another try that nobody
// promised.
func (s Status) Retries() bool { return s == Callable || s == Seen || s == Rescheduled }

func (r Retry) wait(w Wait) time.Duration {
	switch w {
	case WaitBusy:
		return r.Busy
	case WaitNoAnswer:
		return r.NoAnswer
	case WaitMachine:
		return r.Machine
	case WaitLines:
		return time.Minute
	case NoWait:
		return 0
	}
	return r.Other
}
