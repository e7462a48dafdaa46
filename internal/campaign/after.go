package campaign

import (
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// CallID is the interaction id of an attempt.
func CallID(id AttemptID) call.ID { return call.ID(strconv.FormatInt(1_000_000_000+int64(id), 10)) }

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
}

// After gives what becomes of a contact. An unknown category is treated as
// Ambiguous: better not dialed than dialed twice.
func After(r Result, retry Retry) Next {
	cat, ok := CategoryNamed(r.Category)
	if !ok {
		cat = Categories[0]
	}
	n := Next{Status: cat.Status, Counts: cat.Counts}
	if r.Broken {
		n = Next{Status: Callable, Due: r.At.Add(retry.Other)}
		return n
	}
	switch n.Status {
	case Scheduled:
		n.Due, n.Owner = r.Callback, r.Owner
		if r.Callback.IsZero() {
			n = Next{Status: Callable, Due: r.At.Add(retry.Other), Counts: n.Counts}
		}
	case Callable:
		n.Due = r.At.Add(retry.wait(cat.Wait))
	}
	if n.Status == Callable && n.Counts && r.Before+1 >= retry.MaxAttempts {
		n = Next{Status: AttemptsSpent, Counts: true}
	}
	return n
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
