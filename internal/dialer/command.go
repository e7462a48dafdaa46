package dialer

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// A Command is something that may be asked of the floor with [Floor.Do]. The
// reply is an error with a kind, or nil once it is done, and where it says so,
// written down.
type Command interface{ command() }

// Arrive: the first session of an agent opened. Idempotent.
type Arrive struct {
	Agent agent.ID
	User  agent.User
}

// Leave: the last session of an agent ended. The agent is logged off at once; an
// undispositioned call becomes "Ambiguous - Agent Logout", the line is dropped.
type Leave struct{ Agent agent.ID }

// Sit connects an agent to a station, in place of any former one, whose line is
// dropped unless the station is the same.
type Sit struct {
	Agent   agent.ID
	Station agent.Station
}

// Stand disconnects an agent from the station; its line is dropped.
type Stand struct{ Agent agent.ID }

// LogIn logs an agent in to the dialer, or with a Campaign, to that one too.
// Errors: Forbidden (a campaign without the right), [*LogonError].
type LogIn struct {
	Agent    agent.ID
	Campaign campaign.ID
}

// LogOff asks to leave campaigns, or with none the dialer. It is granted when
// the agent's call is dispositioned; then [LoggedOff] is said.
type LogOff struct {
	Agent     agent.ID
	Campaigns []campaign.ID
}

// Ready says that the agent takes calls: of these campaigns, or with none, of
// all that the agent is logged in to. Idempotent. Errors: Conflict before log-in.
type Ready struct {
	Agent     agent.ID
	Campaigns []campaign.ID
}

// EstablishLine asks for the persistent connection. It never fails towards the
// agent: what is missing is logged, counted and shown in [LineView].
type EstablishLine struct{ Agent agent.ID }

// SetStatus sets a user's status; one that is not selectable too, as deployed
// desktops do. Errors: Invalid for an unknown one.
type SetStatus struct {
	User    string
	Status  string
	Notes   string
	Forward string // a number that the user can be reached at, or empty
	Until   Until
}

// RequestBreak and EndBreak: see the break table of package agent.
type RequestBreak struct{ Agent agent.ID }

// EndBreak ends or withdraws a break.
type EndBreak struct{ Agent agent.ID }

// PlacePreview calls the contact that the agent is looking at. Errors: NotFound
// without a preview.
type PlacePreview struct {
	Agent      agent.ID
	Attributes map[string]string // columns that the agent changed
}

// Dispose dispositions the agent's last call, or skips a preview. It is answered
// after the attempt is written. Errors: NotFound without a call, Invalid for an
// unknown label or a callback that is not allowed.
type Dispose struct {
	Agent      agent.ID
	Label      string
	Callback   time.Time // the promised time, with category Scheduled
	Owner      string    // the agent who alone is to call back, if it is promised
	Again      bool      // the agent wants to call the same contact once more
	Abandon    bool
	Attributes map[string]string // columns to write back
}

// SetCampaign adds or changes a campaign; written down before the reply.
type SetCampaign struct{ Campaign campaign.Campaign }

// ChangeCampaign changes what the change names, while the campaign runs: calls in the
// air go on and find their agents. Written down before the reply, and kept over the next
// start. Errors: NotFound, Invalid, Busy while another change is written.
type ChangeCampaign struct {
	By       string // a user
	Campaign campaign.ID
	Change   campaign.Change
}

// SetCampaignState switches a campaign on, off, to paused or scheduled calls only; written down before
// the reply. Errors: NotFound, Invalid.
type SetCampaignState struct {
	Campaign campaign.ID
	State    campaign.State
	// Auto puts it under its schedule, which says what State it has; without, it stays
	// in State until the next command.
	Auto bool
}

// HurryList says that a list has got contacts who are to be called at once: campaigns
// that found nobody in it look again now rather than in a second.
type HurryList struct{ List string }

func (HurryList) command()        {}
func (Arrive) command()           {}
func (Leave) command()            {}
func (Sit) command()              {}
func (Stand) command()            {}
func (LogIn) command()            {}
func (LogOff) command()           {}
func (Ready) command()            {}
func (EstablishLine) command()    {}
func (SetStatus) command()        {}
func (RequestBreak) command()     {}
func (EndBreak) command()         {}
func (PlacePreview) command()     {}
func (Dispose) command()          {}
func (SetCampaign) command()      {}
func (ChangeCampaign) command()   {}
func (SetCampaignState) command() {}

// LogonReason is why a campaign log-in failed; its numbers are the wire's
// (campaignLogonErrorCode, contract section 4.3).
type LogonReason int

const (
	// WrongWorkgroup: the agent is not a member of the campaign's workgroup.
	WrongWorkgroup LogonReason = 1
	// CampaignNotFound: there is none with that id.
	CampaignNotFound LogonReason = 2
	// CampaignStopping: it exists and is not running.
	CampaignStopping LogonReason = 3
)

// LogonError is a campaign log-in that failed.
type LogonError struct {
	Reason   LogonReason
	Campaign campaign.ID
}

// Error says what is wrong and what to do.
func (e *LogonError) Error() string {
	switch e.Reason {
	case WrongWorkgroup:
		return fmt.Sprintf("campaign %s belongs to a workgroup that you are not a member of; ask a supervisor to add you", e.Campaign)
	case CampaignNotFound:
		return fmt.Sprintf("there is no campaign %s; take an id from availableCampaigns", e.Campaign)
	}
	return fmt.Sprintf("campaign %s is not running; log in again when it is on", e.Campaign)
}

// Unwrap makes it an Invalid fault.
func (e *LogonError) Unwrap() error { return fault.New(fault.Invalid, "campaign log-in") }
