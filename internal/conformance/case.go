package conformance

import (
	"context"
	"fmt"
)

// Mark says where the knowledge of a fact comes from.
type Mark int

const (
	// Doc: the documentation states it.
	Doc Mark = iota
	// Lib: a generated client library has it.
	Lib
	// Client: deployed clients send it, or need it.
	Client
	// Wire: seen on the wire, or proved with deployed clients (section 12).
	Wire
	// Inferred: concluded, and stated nowhere.
	Inferred
	// Decision: Outdial's own, where the evidence ends (section 11).
	Decision
)

var markNames = [...]string{"doc", "lib", "client", "wire 12", "inferred", "decision 11"}

func (m Mark) String() string { return markNames[m] }

// firm tells whether a server that does otherwise is wrong, and not just different.
func (m Mark) firm() bool { return m < Inferred }

// Need is what must stand before a case can be tried; each includes those before.
type Need int

const (
	// Nothing but the server.
	Nothing Need = iota
	// Session: one that reads.
	Session
	// Station: a session of its own with a station.
	Station
	// Dialer: logged in to the dialer.
	Dialer
	// Pop: a call of the dialer that was shown and is not dispositioned.
	Pop
	// Call: and it is up.
	Call
)

var needNames = [...]string{"nothing", "session", "station", "log-in to the dialer", "call", "call that is up"}

func (n Need) String() string { return needNames[n] }

// administrator is no need of the ladder, but has its place among what may be
// broken.
const administrator Need = -1

// Case is one fact and how to see whether it holds.
type Case struct {
	// Name is short and stays: "connection/cookie".
	Name string
	// Fact is what must hold, as a sentence.
	Fact string
	// Section of the contract: "1.2".
	Section string
	Mark    Mark
	Needs   Need
	// Changes: it sends what could change something, although it needs no more
	// than a session.
	Changes bool
	// Feature and Version: a server that does not announce as much need not do it.
	Feature string
	Version int
	// May: the server may do without the resource; then it is not offered.
	May bool
	// Rights: it needs a right that not every user has. It is asked as the
	// administrator, if one was named; who may not, has not tried it.
	Rights bool
	// Admin: it needs an administrator besides the user.
	Admin bool
	// Dials: it calls the phone that was named for that, from the station.
	Dials bool

	run func(context.Context, *visit) error
}

// destructive tells whether the case does more than read.
func (c Case) destructive() bool { return c.Changes || c.Needs >= Station }

// Cases are all facts, in the order in which they are tried.
func Cases() []Case {
	var all []Case
	for _, chapter := range [][]Case{
		transport(), connecting(), tokens(), sessions(), checklist(), features(), resourcesThere(), messaging(), following(), watching(),
		statuses(), licences(), configuration(), unknownInteractions(), refusals(),
		stations(), made(), dialing(), allocation(), calls(), contacts(), recordings(), endings(), leaving(),
	} {
		all = append(all, chapter...)
	}
	return all
}

// A case's run gives nil, or one of these, or an error of another kind: then
// there was no answer to judge.
type (
	// mismatch is what a fact is not.
	mismatch struct{ saw, wanted string }
	// unmet is why a case could not be tried.
	unmet struct{ reason string }
	// absent is what the server does not offer.
	absent struct{ what string }
)

func (m *mismatch) Error() string { return "saw " + m.saw + ", wanted " + m.wanted }
func (u *unmet) Error() string    { return u.reason }
func (a *absent) Error() string   { return a.what }

func saw(what any, wanted string, args ...any) error {
	seen, is := what.(string)
	if !is {
		seen = brief(what)
	}
	return &mismatch{seen, fmt.Sprintf(wanted, args...)}
}

func notMet(reason string, args ...any) error { return &unmet{fmt.Sprintf(reason, args...)} }

// unsupported tells whether the server does not have the resource at all.
func (a *answer) unsupported() bool {
	id := text(a.json, "errorId")
	return a.status == 410 || a.status == 404 && id == "error.request.unsupported" || a.status == 405 && id == methodNotAllowed
}

const methodNotAllowed = "error.request.accessDenied.httpMethodNotAllowed"

// inOrder gives the first error.
func inOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
