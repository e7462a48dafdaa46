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

// PreviousStatus is a status that a user had.
type PreviousStatus struct{ Status, Notes, Forward string }

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
	Call      call.ID             // the contact's call that is not over or not dispositioned, or empty
	User      agent.User
}

// LineView is what may be seen of the line to an agent's phone.
type LineView struct {
	State      agent.Line
	Since      time.Time
	Target     string
	Persistent bool   // it will outlive the call
	Held       bool   // the agent's phone has put it on hold; no call is given meanwhile
	Faded      bool   // the agent's phone gives no sign of life; no call is given meanwhile
	Attempts   int    // times the phone was called since the station was connected
	Failure    string // last failure in words, or empty
	SIP        int    // its SIP status, or 0
	Q850       int    // its Q.850 cause, or 0
	Refusal    string // why the last wish had no effect, or empty
	// Tries are how often it was called again by itself since it was asked for, or had
	// stood for a while; Next is when it will be, or zero.
	Tries  int
	Next   time.Time
	Verify agent.Verification // what is asked of whoever answers the phone
	Proven bool               // and he has done it
	// ToCustomer and ToAgent are how long after the customer's answer, at the last
	// bridge of this line, the customer heard the agent and the agent the customer.
	ToCustomer, ToAgent time.Duration
	Leg                 call.LegID   // 0 while there is none
	Media               call.Quality // as it was agreed: codec, and whether it is secure
	Test                LineTest     // the last self-test
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
	Completed bool // its list is at its end
	Auto      bool // its schedule switches it
	HasScript bool
	ScriptURL string
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
	Book      campaign.Book // the ledger of the last days, calls that are not over included
	Today     campaign.Day  // by its zone
	Completed bool
	Z         float64 // how many standard deviations of safety its pacer keeps
	Decisions int     // to dial, taken since the server started
	Left      int     // contacts that may still become due, as last heard
	Why       string  // the last pacing decision
}

// CallView is a call as an agent's desktop shows it. Of a call that is not for a
// contact the fields of campaign, contact and preview are empty, unless it began
// as one.
type CallView struct {
	ID           call.ID
	Kind         call.Kind
	Agent        agent.ID   // who holds it; zero while nobody does
	Station      string     // of that agent
	Queue        call.Queue // where it waits or alerts, until somebody there picks it up
	Alerts       []agent.ID // whom it alerts now
	Rings        call.Queue // on behalf of which queue
	Number       string     // of the other party
	Target       string     // a user whose phone it is, where the other party is a colleague
	Campaign     campaign.Campaign
	Contact      campaign.Contact
	State        call.State
	Muted        bool
	Private      bool
	Recording    string // id of its recording, the last if there were several; or empty
	Recorded     bool   // that recording has not been stopped
	Paused       bool   // it is paused, or secure
	Conference   call.ConferenceID
	Consults     call.ID                     // of a consultation: the call it is about
	Supervisors  map[string]call.Supervision // user ids
	Stage        int
	Finishing    bool              // marked for a finishing agent
	Manual       bool              // by the agent's own wish
	Owned        bool              // a callback that the agent promised
	Precise      bool              // an agent was set aside for it
	Attributes   map[string]string // as clients set them
	WrapUps      []WrapUp
	Preview      bool // began as a preview
	Placed       bool // of a preview: the customer is or was called
	PreviewUntil time.Time
	Disposed     bool
	Disposition  string    // the wrap-up code that the agent chose, once disposed
	Began        time.Time // of a call that is not for a contact
	Dialed       time.Time
	Answered     time.Time
	Connected    time.Time
	Ended        time.Time
	FarEnd       bool   // the other party, or the network, ended it
	Cause        string // why it ended, or why its transfer failed, in words
}

// Until is how long a user means to keep a status; the zero value is not said.
type Until struct {
	At               time.Time
	HasDate, HasTime bool // which parts of At are meant
}

// UserStatus is the status of a user.
type UserStatus struct {
	User    string
	Status  string
	Notes   string
	Forward string
	Until   Until
	// Previous are the statuses before this one, the newest first, ten at most.
	Previous []PreviousStatus
	Since    time.Time
	In       bool      // has a session
	OnPhone  bool      // on a call
	PhoneAt  time.Time // when OnPhone last changed
	Station  []string  // names of stations
}
