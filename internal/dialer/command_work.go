package dialer

import (
	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Commands about the work of agents and campaigns beyond log-in and disposition
// (contract sections 4.2 and 4.3).

// UpdateCallData sets attributes of a call of the agent; columns of the contact
// are written back. Errors: NotFound, Forbidden, Invalid for a call of another
// campaign.
type UpdateCallData struct {
	Agent      agent.ID
	Call       call.ID
	Campaign   campaign.ID
	Attributes map[string]string
}

// AgentType is what an agent does for a campaign; its numbers are the wire's.
type AgentType int

const (
	// Regular agents take the campaign's calls.
	Regular AgentType = 1
	// Finishing agents take only calls that others have marked for finishing and
	// transferred to them.
	Finishing AgentType = 2
	// Composite agents take both.
	Composite AgentType = 3
)

// SetAgentType says what the agent does for campaigns that he is logged in to.
type SetAgentType struct {
	Agent     agent.ID
	Type      AgentType
	Campaigns []campaign.ID
}

// SetStage moves an agent's call to another stage of its campaign. For somebody
// else's call the one who asks must oversee him. Errors: NotFound without a call,
// Invalid for a stage that the campaign does not have.
type SetStage struct {
	Agent    agent.ID
	User     string // whose call; empty is the agent's own
	Campaign campaign.ID
	Stage    int
}

// NumberKind says how [DialManually] names the number; its values are the wire's.
type NumberKind int

const (
	// ColumnName: Number is the name of a column of the contact.
	ColumnName NumberKind = 1
	// ColumnID: Number is a CCID.
	ColumnID NumberKind = 2
	// PhoneNumber: Number is dialed as it is.
	PhoneNumber NumberKind = 3
)

// Overrides let a manual call pass a rule that would block it. Zone, Skills,
// DailyLimit and DoNotCall count only where the campaign's base script lets agents
// pass them, or for who supervises the campaign's workgroup.
type Overrides struct {
	Filter, QueryFilter, Zone, Skills, DailyLimit, Spacing, DoNotCall, Ownership bool
}

// DialManually calls a contact by an agent's own wish. It is answered when the
// wish is taken; what becomes of it is told by [ManualCall] events.
type DialManually struct {
	By       agent.ID
	For      string // user id of the agent who will have the call
	Campaign campaign.ID
	Contact  campaign.ContactID
	Kind     NumberKind
	Number   string
	Ignore   Overrides
}

// MarkForFinishing flags the agent's call for a finishing agent: the next
// transfer to one hands the contact over with it, and its disposition.
type MarkForFinishing struct {
	Agent      agent.ID
	Call       call.ID
	Campaign   campaign.ID
	Attributes map[string]string
}

// AllocateAgents moves agents between campaigns; who leaves does so as soon as
// his call is dispositioned. Errors: Forbidden without the right over an agent,
// NotFound, Invalid for no campaign.
type AllocateAgents struct {
	By      agent.ID
	Agents  []string // user ids
	In, Out []campaign.ID
}

// TransferToProfile transfers the agent's call to where the configuration says
// that an attendant profile is. Errors: NotFound for an unknown profile.
type TransferToProfile struct {
	Agent    agent.ID
	Call     call.ID
	Campaign campaign.ID
	Profile  string
}

// ResetCampaign takes back what the campaign has leased and not dialed, and asks
// for contacts anew. RecycleCampaign makes contacts that wait for their next try
// due at once. Without a campaign it is the agent's only one. Errors: Forbidden
// for who does not supervise the campaign's workgroup, NotFound.
type ResetCampaign struct {
	By       agent.ID
	Campaign campaign.ID
	// Administrator: By names one, who need not be on the floor and may act on every
	// campaign, which he names.
	Administrator bool
}

// RecycleCampaign: see [ResetCampaign]. It is answered once it is written.
type RecycleCampaign struct {
	By            agent.ID
	Campaign      campaign.ID
	Administrator bool
}

// TransitionCampaign switches the running campaign of a group off and the next
// one of the group, by name, on; with a Campaign that one is switched on. It is
// answered once both are written.
type TransitionCampaign struct {
	By       agent.ID
	Campaign campaign.ID
	Group    string
}

func (UpdateCallData) command()     {}
func (SetAgentType) command()       {}
func (SetStage) command()           {}
func (DialManually) command()       {}
func (MarkForFinishing) command()   {}
func (AllocateAgents) command()     {}
func (TransferToProfile) command()  {}
func (ResetCampaign) command()      {}
func (RecycleCampaign) command()    {}
func (TransitionCampaign) command() {}
