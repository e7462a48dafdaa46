package campaign

import (
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// Status is the status letter of a contact (contract section 8.3).
type Status string

const (
	// Callable: may be dialed when due.
	Callable Status = "C"
	// InProcess: claimed by a running attempt.
	InProcess Status = "I"
	// Scheduled: a callback was promised for the due time.
	Scheduled Status = "S"
	// AttemptsSpent: the limit of attempts is reached.
	AttemptsSpent Status = "A"
	// Deleted on the contact's own request.
	Deleted Status = "D"
	// Excluded from dialing.
	Excluded Status = "E"
	// Prohibited is the status of a number alone: it is on a do-not-call list.
	Prohibited Status = "P"
	// Uncallable: done, or not to be reached by this list.
	Uncallable Status = "U"
	// Urgent: put in to be called at once, before everybody else.
	Urgent Status = "J"
	// Rescheduled: called again at the due time by the rule of a wrap-up category,
	// whatever is recycled.
	Rescheduled Status = "O"
	// Seen: as Rescheduled, but a recycle makes it due.
	Seen Status = "R"
	// Flagged: none of its numbers can be called; somebody should look at it.
	Flagged Status = "F"
)

// Waits tells whether a contact of this status will be called when it is due.
func (s Status) Waits() bool {
	switch s {
	case Callable, Scheduled, Urgent, Rescheduled, Seen:
		return true
	}
	return false
}

// ContactID is the contact's I3_IDENTITY: unique over all lists of a server.
type ContactID int64

// Contact is a row of a contact list.
type Contact struct {
	ID     ContactID
	List   string
	Key    string // what an import knows it by, once in a list
	Number string // what is dialed
	// Zone is where he may be: names of IANA time zones and of states (ISO 3166-2),
	// joined by &, in all of which calls must be allowed. Empty is not known.
	Zone     string
	Status   Status
	Attempts int
	Due      time.Time         // not before; zero means any time
	Owner    string            // user id of the agent who promised to call back, or empty
	Columns  map[string]string // all of the customer's own columns, by their names
}

// Duplicates is what becomes of a contact that is to be added, when another of its list
// has the number.
type Duplicates string

const (
	// KeepDuplicates adds it beside the other; a limit of calls a day is of the number.
	KeepDuplicates Duplicates = ""
	// RejectDuplicates does not add it.
	RejectDuplicates Duplicates = "reject"
	// UpdateDuplicates changes the other: its zone and columns.
	UpdateDuplicates Duplicates = "update"
)

// ReadDuplicates reads what was asked for: keep (or nothing), reject or update.
func ReadDuplicates(text string) (Duplicates, error) {
	switch d := Duplicates(text); {
	case text == "keep":
		return KeepDuplicates, nil
	case d == KeepDuplicates, d == RejectDuplicates, d == UpdateDuplicates:
		return d, nil
	}
	return "", fault.New(fault.Invalid, "what has a number that is there is kept, rejected or taken for an update: keep, reject or update, not %.40q", text).On("duplicates")
}

// Addition says how contacts are added.
type Addition struct {
	Region     string // in which numbers without a leading + are read, as a country of ISO 3166
	Duplicates Duplicates
}

// ContactFilter says which contacts of a list are wanted. What is left open does not
// count.
type ContactFilter struct {
	List        string
	Key, Number string
	Status      Status
	After       ContactID // those with a higher id
	Limit       int
}

// AttemptFilter says which attempts are wanted. What is left open does not count.
type AttemptFilter struct {
	Campaign string    // name or id
	From, To time.Time // claimed not before, and before
	After    AttemptID // those with a higher id
	Limit    int
}

// ContactChange is what is to be changed of a contact; what is nil stays.
type ContactChange struct {
	Number, Zone *string
	Status       *Status
	Columns      map[string]*string // of the customer's own; nil takes one away
}

// Past is what the attempts on a contact came to.
type Past struct {
	LastCalled time.Time
	Categories map[string]int // of wrap-up, closed attempts in each
	Abandoned  int
}

// AttemptID is the number of an attempt, unique for the life of the database.
type AttemptID int64

// Attempt is one try to reach a contact. Its row is written before the contact
// is dialed, and closed exactly once; Closed is the moment of that.
//
// A row that is not closed when the server starts belongs to a crash: if Placed
// is zero nothing was dialed and the contact loses nothing; else the attempt is
// closed as [call.Lost] and counts.
type Attempt struct {
	ID       AttemptID
	Campaign ID
	List     string
	Contact  ContactID
	Number   string
	CCID     int    // of the number: its place in the campaign's phone columns, or 0
	Kind     string // of the number: its phone column, or empty
	CallerID string // the campaign's when it was claimed, or empty
	Preview  bool
	Manual   bool   // by an agent's own wish, outside the campaign's pacing
	Rule     string // which rule of compliance allowed it

	Claimed  time.Time // leased, row written
	Placed   time.Time // about to be dialed; zero for a preview not yet placed
	Ringing  time.Time
	Answered time.Time
	Bridged  time.Time
	Ended    time.Time
	Closed   time.Time

	// ToCustomer and ToAgent are from the customer's 200 OK to the first packet
	// of the other sent to the customer and to the agent; 0 if never.
	ToCustomer, ToAgent time.Duration

	// Media is how the customer's leg was carried and how well it went. What it
	// speaks is known from the answer on, the figures when it has ended.
	Media call.Quality
	// AgentCodec and AgentSecure are of the leg to the agent who was bridged last.
	AgentCodec  string
	AgentSecure bool
	// Attestation is what the network claimed of the identity of who answered, as
	// it was written, or empty.
	Attestation string

	Agent   string // user id, once assigned
	Trunk   string
	Outcome call.Outcome
	Reason  string // why the customer leg ended
	SIP     int
	Q850    int

	Label    string // disposition chosen, or empty where the dialer decided
	Category string
	Code     string
	Disposed time.Time

	Answer

	// Next is what becomes of the contact. It is carried out in the transaction
	// that closes the attempt.
	Next Next
}

// Call is the interaction id of an attempt: a decimal string, as clients expect.
func (a Attempt) Call() call.ID { return CallID(a.ID) }

// Transcoded tells whether customer and agent were bridged in unlike codecs.
func (a Attempt) Transcoded() bool {
	return a.AgentCodec != "" && a.Media.Codec != a.AgentCodec
}

// Lead is a contact leased for an attempt whose row is open.
type Lead struct {
	Attempt Attempt
	Contact Contact
	// Was is the status of the contact before it was leased, which it gets back if
	// nothing is dialed; empty means [Callable].
	Was Status
	// Numbers is what is known of the contact's numbers.
	Numbers Numbers
	// History is what came before, for rules about former calls.
	History compliance.History
}

// Claim is what the database gave: leads, and when to ask again.
type Claim struct {
	Leads []Lead
	// Left is how many contacts of the list may still become due, leads not
	// counted; 0 means the list is done.
	Left int
	// Due is when the next of them is due; zero if now, or if none.
	Due time.Time
	// Ended: everybody has been called, and some would be called again.
	Ended bool
	// PutOff is the latest moment to which somebody was put off as this was claimed,
	// whose turn is still to come therefore; zero if nobody was.
	PutOff time.Time
	// Why tells what keeps contacts from being claimed that would be due, or is empty.
	Why string
}

// Entry is a line of the floor's journal: what happened to whom, after the fact.
type Entry struct {
	Seq      uint64
	At       time.Time
	Kind     string // "agent", "line", "break", "campaign", "call", "status", "refused", "manual", "stage", "wrap-up", "recording"
	Agent    string
	Campaign ID
	Call     call.ID
	Text     string
}
