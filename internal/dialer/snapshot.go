package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Snapshot is a copy of what the floor holds, complete up to event Seq. Slices
// are ordered by id or name; nothing in it is shared with the floor.
type Snapshot struct {
	Seq       uint64
	At        time.Time
	Agents    []AgentView
	Campaigns []CampaignView
	Calls     []CallView
	Statuses  []UserStatus
}

// Agent finds an agent.
func (s Snapshot) Agent(id agent.ID) (AgentView, bool) {
	for _, a := range s.Agents {
		if a.ID == id {
			return a, true
		}
	}
	return AgentView{}, false
}

// Status finds a user's status; ok is false for a user who never had one.
func (s Snapshot) Status(user string) (UserStatus, bool) {
	for _, u := range s.Statuses {
		if u.User == user {
			return u, true
		}
	}
	return UserStatus{}, false
}

// Call finds a call.
func (s Snapshot) Call(id call.ID) (CallView, bool) {
	for _, c := range s.Calls {
		if c.ID == id {
			return c, true
		}
	}
	return CallView{}, false
}

// AgentView is what may be seen of an agent.
type AgentView struct {
	ID        agent.ID
	State     agent.State
	Since     time.Time // of the state
	Break     agent.Break
	Station   agent.Station
	Line      LineView
	Campaigns []AvailableCampaign // what the agent can work for, LoggedIn or not
	MayChoose bool                // has the Logon Campaign right
	Leaving   bool                // log-off asked for, not yet granted
	Call      call.ID             // the call that is not over or not dispositioned, or empty
}

// LineView is what may be seen of the line to an agent's phone.
type LineView struct {
	State      agent.Line
	Since      time.Time
	Target     string
	Persistent bool   // it will outlive the call
	Held       bool   // the agent's phone has put it on hold; no call is given meanwhile
	Attempts   int    // times the phone was called since the station was connected
	Failure    string // last failure in words, or empty
	SIP        int    // its SIP status, or 0
	Refusal    string // why the last wish had no effect, or empty
}

// AvailableCampaign is a campaign as one agent sees it.
type AvailableCampaign struct {
	ID        campaign.ID
	Name      string
	Workgroup string
	Mode      campaign.Mode
	State     campaign.State
	LoggedIn  bool
	Ready     bool // ready-for-calls was said for it
}

// CampaignView is a campaign with its live figures since the server started.
type CampaignView struct {
	Campaign  campaign.Campaign
	Agents    int // logged in to it
	Idle      int // could take a customer now
	Flying    int // dialing, ringing, or a customer who waits
	Connected int
	Dialed    int
	Answered  int
	Abandoned int
	Left      int    // contacts that may still become due, as last heard
	Why       string // the last pacing decision
}

// CallView is a call as an agent's desktop shows it.
type CallView struct {
	ID           call.ID
	Agent        agent.ID // zero until assigned
	Campaign     campaign.Campaign
	Contact      campaign.Contact
	State        call.State
	Muted        bool
	Preview      bool // began as a preview
	Placed       bool // of a preview: the customer is or was called
	PreviewUntil time.Time
	Disposed     bool
	Dialed       time.Time
	Answered     time.Time
	Connected    time.Time
	Ended        time.Time
	FarEnd       bool   // the customer, or the network, ended it
	Cause        string // why it ended, in words
}

// UserStatus is the status of a user.
type UserStatus struct {
	User    string
	Status  string
	Notes   string
	Since   time.Time
	In      bool      // has a session
	OnPhone bool      // on a call
	PhoneAt time.Time // when OnPhone last changed
	Station []string  // names of stations
}
