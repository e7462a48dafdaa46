package dialer

import (
	"strconv"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Event is something that happened on the floor. Seq counts by one without a
// gap; a [Snapshot] tells up to which Seq it holds.
type Event struct {
	Seq  uint64
	At   time.Time
	Body EventBody
}

// EventBody is one of the types below.
type EventBody interface{ event() }

// CampaignsChanged: what an agent can work for. Whole replaces all before.
type CampaignsChanged struct {
	Agent     agent.ID
	Whole     bool
	Added     []AvailableCampaign
	Changed   []AvailableCampaign
	Removed   []campaign.ID
	MayChoose bool
}

// BreakChanged: an agent's break was asked for, granted or ended, or with Whole,
// is told after log-in.
type BreakChanged struct {
	Agent agent.ID
	Break agent.Break
	Whole bool
}

// Popped: an agent gets a contact's data: with a preview, with an answered call,
// and again when a previewed call is placed.
type Popped struct {
	Agent agent.ID
	Call  CallView
}

// LoggedOff: an agent left campaigns, or Entirely the dialer.
type LoggedOff struct {
	Agent     agent.ID
	Campaigns []AvailableCampaign
	Entirely  bool
}

// StatusChanged: a user's status is now this.
type StatusChanged struct{ Status UserStatus }

// CallChanged: a call of an agent appeared, changed, or is gone from the agent's
// queue (Gone: dispositioned and over, or given away).
type CallChanged struct {
	Call CallView
	New  bool
	Gone bool
}

// LineChanged: the line to an agent's phone changed, or a wish for it was refused.
type LineChanged struct {
	Agent agent.ID
	Line  LineView
}

// AgentChanged: an agent's state changed.
type AgentChanged struct {
	Agent agent.ID
	State agent.State
}

// CampaignSet: a campaign was added or changed, its state included.
type CampaignSet struct{ Campaign campaign.Campaign }

// AttemptClosed: an attempt is over and written down.
type AttemptClosed struct{ Attempt campaign.Attempt }

// CallEnded: a call is over and written down, and the floor forgets it. The
// attempt tells its whole time; Leg is the customer's, or 0 if none was dialed.
type CallEnded struct {
	Attempt  campaign.Attempt
	Campaign string
	Leg      call.LegID
}

// CallMorphed: a party that was transferred or parked goes on as another call.
type CallMorphed struct{ From, To CallView }

// Alert: a call alerts an agent, or with Stop does so no longer.
type Alert struct {
	Agent agent.ID
	Call  CallView
	Queue call.Queue // on whose behalf
	Stop  bool
}

// AutoLogin: somebody logged an agent in to a campaign; ready-for-calls must be
// said for it.
type AutoLogin struct {
	Agent    agent.ID
	Campaign campaign.ID
	By       string // his name
}

// AutoLogout: somebody takes an agent out of campaigns; [LoggedOff] follows.
type AutoLogout struct {
	Agent     agent.ID
	Campaigns []campaign.ID
	By        string
}

// ScriptShown: an agent logged in to a campaign with a base script, or its script
// changed.
type ScriptShown struct {
	Agent    agent.ID
	Campaign campaign.ID
	Script   campaign.Script
}

// DialerLink: the dialer takes no more calls for an agent who was logged in, or
// does so again.
type DialerLink struct {
	Agent  agent.ID
	Up     bool
	Reason string
}

// ManualStatus is what became of a manual call; its numbers are the wire's
// (manualOutboundCallStatus).
type ManualStatus int

// The states of a manual call (contract section 4.4).
const (
	ManualUnknown ManualStatus = iota
	ManualNone
	ManualInvalidCampaign
	ManualInvalidAgent
	ManualInternalError
	ManualAgentNotIdle
	ManualContactNotFound
	ManualContactUncallable
	ManualContactBlocked
	ManualPlaceCallFailed
	ManualInvalidNumber
	ManualCallBlocked
	ManualCallPlaced
	ManualCallComplete
	ManualPolicyCompleted
	ManualPreviouslyDialed
)

var manualNames = [...]string{
	"unknown", "none", "invalid campaign", "invalid agent", "internal error", "agent not idle", "contact not found",
	"contact uncallable", "contact blocked", "call not placed", "invalid number", "call blocked", "call placed",
	"call complete", "policy completed", "previously dialed",
}

// String is the status in words.
func (m ManualStatus) String() string {
	if m >= 0 && int(m) < len(manualNames) {
		return manualNames[m]
	}
	return "status " + strconv.Itoa(int(m))
}

// ManualCall tells of a manual call: who asked for it, and the agent it is for,
// both hear it. Blocked says which rules are in the way.
type ManualCall struct {
	By, Agent     agent.ID
	For           string // user id, as it was given
	Campaign      campaign.ID
	Contact       campaign.ContactID
	Status        ManualStatus
	Blocked       Overrides
	Before        bool            // the contact was dialed before
	ContactStatus campaign.Status // with ManualContactUncallable
}

// SnippetMade: a recording of a part of a call is complete.
type SnippetMade struct {
	Call      call.ID
	By        string
	Recording string
}

// RecordingFailed: a call is not recorded, or no longer, though it should be.
type RecordingFailed struct {
	Call     call.ID
	Campaign campaign.ID
	Why      string
}

func (RecordingFailed) event()  {}
func (CallEnded) event()        {}
func (CallMorphed) event()      {}
func (Alert) event()            {}
func (AutoLogin) event()        {}
func (AutoLogout) event()       {}
func (ScriptShown) event()      {}
func (DialerLink) event()       {}
func (ManualCall) event()       {}
func (SnippetMade) event()      {}
func (CampaignsChanged) event() {}
func (BreakChanged) event()     {}
func (Popped) event()           {}
func (LoggedOff) event()        {}
func (StatusChanged) event()    {}
func (CallChanged) event()      {}
func (LineChanged) event()      {}
func (AgentChanged) event()     {}
func (CampaignSet) event()      {}
func (AttemptClosed) event()    {}
