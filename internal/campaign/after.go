package campaign

import (
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
	{Name: "Ambiguous", Status: Uncallable, Counts: true},
	{Name: "Busy", Status: Callable, Counts: true, Wait: WaitBusy},
	{Name: "Deleted", Status: Deleted, Live: true, Counts: true},
	{Name: "Failure", Status: Uncallable, Live: true, Counts: true},
	{Name: "Fax", Status: Callable, Counts: true, Wait: WaitMachine},
	{Name: "Machine", Status: Callable, Counts: true, Wait: WaitMachine},
	{Name: "No Answer", Status: Callable, Counts: true, Wait: WaitNoAnswer},
	{Name: "No Lines", Status: Callable, Wait: WaitLines},
	{Name: "Not Reached", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "Phone Number Deleted", Status: Uncallable, Live: true, Counts: true},
	{Name: "Phone Number Success", Status: Uncallable, Live: true, Counts: true},
	{Name: "Remote Hang Up", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "Scheduled", Status: Scheduled, Live: true, Counts: true},
	{Name: "SIT", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "SIT Callable", Status: Callable, Counts: true, Wait: WaitOther},
	{Name: "SIT Uncallable", Status: Uncallable, Counts: true},
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
	Due    time.Time // for Callable and Scheduled
	Owner  string    // of a Scheduled one: the agent who alone is to call, or empty
	Counts bool      // the attempt is added to the contact's number of attempts
}

// Result is what decides about the contact's future.
type Result struct {
	Category string
	At       time.Time // when the call ended
	Before   int       // attempts of the contact before this one
	Callback time.Time // the promised time, with category Scheduled
	Owner    string    // of a promised callback: who alone is to call, or empty
	Broken   bool      // the agent's line broke: the contact does not lose a try
	Was      Next      // what the contact was before the call: Status, Due and Owner
}

// After gives what becomes of a contact. An unknown category is treated as
// Ambiguous: better not dialed than dialed twice. What was settled about a contact
// whom an agent called by his own wish is not undone by a call in which nobody
// settled anything else.
func After(r Result, retry Retry) Next {
	cat, ok := CategoryNamed(r.Category)
	if !ok {
		cat = Categories[0]
	}
	n := Next{Status: cat.Status, Counts: cat.Counts}
	switch {
	case r.Broken:
		n = Next{Status: Callable, Due: r.At.Add(retry.Other)}
	case n.Status == Scheduled && r.Callback.IsZero():
		n.Status, n.Due = Callable, r.At.Add(retry.Other)
	case n.Status == Scheduled:
		n.Due, n.Owner = r.Callback, r.Owner
	case n.Status == Callable:
		n.Due = r.At.Add(retry.wait(cat.Wait))
	}
	if n.Status == Callable && n.Counts && r.Before+1 >= retry.MaxAttempts {
		n.Status, n.Due = AttemptsSpent, time.Time{}
	}
	if r.settled(n, cat) {
		n.Status, n.Due, n.Owner = r.Was.Status, r.Was.Due, r.Was.Owner
	}
	return n
}

// settled tells whether what the contact was holds after a call that would make it
// n. Who is done with, excluded, or wants no more calls stays so unless a person
// spoken to said otherwise, and who wants none stays so unless he was promised one.
// A promise whose time is still to come is kept if nobody was reached before.
func (r Result) settled(n Next, cat Category) bool {
	said := cat.Live && !r.Broken && n.Status != Callable && n.Status != AttemptsSpent
	switch r.Was.Status {
	case Deleted:
		return !said || n.Status == Uncallable
	case Excluded, Uncallable, AttemptsSpent:
		return !said
	case Scheduled:
		return r.Was.Due.After(r.At) && (n.Status == Callable || n.Status == AttemptsSpent)
	}
	return false
}

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
