package call

// QueueType is the kind of a queue; its numbers are the wire's (contract section
// 3.4, queueType).
type QueueType int

const (
	// SystemQueue shows every call.
	SystemQueue QueueType = iota
	// UserQueue holds the calls of a user.
	UserQueue
	// WorkgroupQueue holds the calls of a workgroup: those of its campaigns, and
	// those that wait for one of its members.
	WorkgroupQueue
	// StationQueue holds the calls at a station.
	StationQueue
)

// Queue names a queue. The system queue's name says nothing.
type Queue struct {
	Type QueueType
	Name string
}

// Destination is where a call is sent: a number or SIP URI, or a queue; exactly
// one of the two.
type Destination struct {
	Number string
	Queue  *Queue
}

// Kind is how a call came about.
type Kind int

const (
	// ForContact is a call of a campaign to a contact.
	ForContact Kind = iota
	// Made by an agent on his own.
	Made
	// Consultation of another party about a call.
	Consultation
	// Invited into a conference.
	Invited
	// Passed on: a party that was transferred or parked, and is not a campaign's
	// call any more.
	Passed
)

var kindNames = [...]string{"for a contact", "made", "consultation", "invited", "passed on"}

// String is the kind in words.
func (k Kind) String() string {
	if k >= 0 && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Supervision is how a supervisor takes part in a call.
type Supervision int

const (
	// Listen: hears everyone, is heard by nobody.
	Listen Supervision = iota + 1
	// Coach: hears everyone, is heard by the agent alone.
	Coach
	// Join: hears everyone and is heard by everyone.
	Join
)

// ConferenceID names a conference towards the world: a decimal string.
type ConferenceID string

var supervisionNames = [...]string{"", "listen", "coach", "join"}

// String is how a supervisor takes part, in one word.
func (s Supervision) String() string {
	if s > 0 && int(s) < len(supervisionNames) {
		return supervisionNames[s]
	}
	return "unknown"
}
