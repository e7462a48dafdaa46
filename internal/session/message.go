package session

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
)

// Message is one of the types below: something that a session has yet to hear.
// Whole, where a type has it, says that the message replaces all that was told
// of its matter before (isDelta false on the wire).
type Message interface{ message() }

// Connection: the session's connection went down.
type Connection struct{ Over Over }

// Campaigns: what the agent can work for.
type Campaigns struct{ dialer.CampaignsChanged }

// Break: the state of the agent's break.
type Break struct {
	Break agent.Break
	Whole bool
}

// Pop: a contact's data for the agent. Whole marks one that is told again.
type Pop struct {
	Call  dialer.CallView
	Whole bool
}

// LoggedOff: the agent left campaigns, or the dialer.
type LoggedOff struct{ dialer.LoggedOff }

// Done: an operation that was accepted is over; Err is nil if it went well.
type Done struct {
	Request string
	Err     error
}

// Station: the session's station changed. Before is nil in the first message and
// where there was none; After is nil when there is none any more.
type Station struct {
	Whole         bool
	Before, After *Seat
}

// Effective: the agent's station, whichever session connected it, is now this;
// nil is none.
type Effective struct{ Station *agent.Station }

// Statuses: statuses of users that are followed.
type Statuses struct {
	Whole      bool
	Statuses   []dialer.UserStatus
	Properties []string // what is wanted of each; empty is all
}

// StatusList: the statuses that users can be in.
type StatusList struct{ Statuses []agent.Status }

// StatusAccess: which statuses users may choose.
type StatusAccess struct {
	Users    []string
	Statuses []string
}

// Queue: calls came to, changed in, or left the queues of a subscription.
type Queue struct {
	Subscription string
	For          string   // the id of the user who looks
	Names        []string // the attributes wanted, in the subscriber's spelling
	Whole        bool
	Added        []*dialer.CallView // not to be changed: others may have the same
	Changed      []Change
	Removed      []call.ID
}

// QueueLost: the user may see the queues of a subscription no longer; nothing
// more is told of it.
type QueueLost struct {
	Subscription string
	Err          error
}

// Change is a call before and after a change.
type Change struct{ Before, After *dialer.CallView }

// Interaction: a followed call changed; Before is nil in the first message.
type Interaction struct {
	For    string // the id of the user who looks
	Names  []string
	Before *dialer.CallView
	After  dialer.CallView
}

// InteractionGone: a followed call is over and forgotten, or with Lost, it is in
// somebody's hands whose calls the user may not see.
type InteractionGone struct {
	Call call.ID
	Lost bool
}

// Line: the line to the agent's phone.
type Line struct {
	Whole bool
	At    time.Time
	Line  dialer.LineView
}

// Morphed: a followed call goes on as another one.
type Morphed struct{ From, To call.ID }

// Alerting: calls alert the agent, or no longer do.
type Alerting struct {
	Whole  bool
	For    string // the id of the agent's user
	Names  []string
	Alerts []dialer.Alert
}

// History: calls of the user that are over, the latest first.
type History struct {
	Whole bool
	For   string // the id of the user
	Calls []Past
}

// AutoLogin, AutoLogout, Script, Link and ManualCall are the events of the floor
// of the same names.
type (
	AutoLogin  struct{ dialer.AutoLogin }
	AutoLogout struct{ dialer.AutoLogout }
	Script     struct{ dialer.ScriptShown }
	Link       struct{ dialer.DialerLink }
	ManualCall struct{ dialer.ManualCall }
)

// Snippet: a recording of a part of a followed call is complete.
type Snippet struct{ dialer.SnippetMade }

// PreviousStatuses: the statuses that the session's user had before.
type PreviousStatuses struct{ Statuses []dialer.PreviousStatus }

// Sessions: sessions that a roster shows came or went; one with another station
// did both.
type Sessions struct {
	Whole          bool
	Added, Removed []Listing
}

// Licences: whether the session's user holds licences that are followed.
type Licences struct {
	Whole    bool
	Licences []LicenceState
}

// LicenceState is a licence, in the subscriber's spelling.
type LicenceState struct {
	Name     string
	Assigned bool
}

func (Sessions) message()         {}
func (Licences) message()         {}
func (Morphed) message()          {}
func (Alerting) message()         {}
func (AutoLogin) message()        {}
func (AutoLogout) message()       {}
func (Script) message()           {}
func (Link) message()             {}
func (ManualCall) message()       {}
func (Snippet) message()          {}
func (PreviousStatuses) message() {}
func (Connection) message()       {}
func (Campaigns) message()        {}
func (Break) message()            {}
func (Pop) message()              {}
func (LoggedOff) message()        {}
func (Done) message()             {}
func (Station) message()          {}
func (Effective) message()        {}
func (Statuses) message()         {}
func (StatusList) message()       {}
func (StatusAccess) message()     {}
func (Queue) message()            {}
func (QueueLost) message()        {}
func (History) message()          {}
func (Interaction) message()      {}
func (InteractionGone) message()  {}
func (Line) message()             {}
