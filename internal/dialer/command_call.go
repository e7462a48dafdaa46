package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// Commands about calls. By is who asks. Of all of them: NotFound for a call that
// is not there, Forbidden for one that is neither his own nor that of somebody he
// oversees, Conflict for a call whose state does not allow it now. What only the
// one who holds the call can do (hold, mute, transfer, consult, send digits) is
// Forbidden to supervisors too, unless they took it over.

// Action is a plain thing that can be done to a call.
type Action int

const (
	// Disconnect ends the call for everybody in it.
	Disconnect Action = iota
	// Pickup takes a held, alerting, queued or parked call; on a connected call of
	// one's own it does nothing. A call that one was in before is held. A transfer of
	// the call that nobody has answered is taken back. Who oversees the one who has a
	// held call takes it over: the party goes on as a call of his.
	Pickup
	// Hold and Unhold.
	Hold
	Unhold
	// Mute and Unmute the agent towards everybody else in the call.
	Mute
	Unmute
	// MakePrivate keeps supervisors and recordings out; MakePublic lets them in again.
	MakePrivate
	MakePublic
	// StartRecording and StopRecording. What the campaign records by rule can be
	// stopped, or the call made private, only if it says so: else Forbidden. A
	// recording that is to be announced begins once that was heard.
	StartRecording
	StopRecording
	// PauseRecording leaves out what is said; ResumeRecording goes on.
	PauseRecording
	ResumeRecording
	// StartSnippet and StopSnippet: a recording of its own of a part of the call.
	StartSnippet
	StopSnippet
	// Refuse gives an alerting call back to where it came from.
	Refuse
)

// Act does something to a call.
type Act struct {
	By     agent.ID
	Call   call.ID
	Action Action
}

// Supervise lets a supervisor listen to a call, coach its agent or join it, or
// with On false ends that. His phone is called if its line is not up. Errors:
// Forbidden for a call of nobody he oversees, and for a private one; Conflict for a
// call that no agent is on, and for his own. One supervises one call at a time.
type Supervise struct {
	By   agent.ID
	Call call.ID
	How  call.Supervision
	On   bool
}

// SecurePause writes silence in place of what is said, for a time or with 0 until
// Resume.
type SecurePause struct {
	By     agent.ID
	Call   call.ID
	For    time.Duration
	Resume bool
}

// AllowRecordings says why no recording may begin from now on, as the disk is about to
// be full; empty lets them begin again. Those that run go on.
type AllowRecordings struct{ Unless string }

// SetPrompts says which prompts agents may play from now on, by their names in lower
// case.
type SetPrompts struct{ Names []string }

// Make calls somebody for an agent, whose phone is called first if its line is
// not up. With [Floor.Ask] it gives the new call's id. Errors: Conflict without a
// station that can be called, and for a user who is on a call or has no phone;
// Invalid for what is no number, no SIP address and no user with a session;
// Forbidden for a workgroup that one is no member of.
type Make struct {
	By         agent.ID
	Target     string // a number, a SIP URI, or the id of a user, who is alerted
	Workgroup  string // on whose behalf, or empty
	Notes      string
	Attributes map[string]string
}

// Transfer sends the other party on. It is held until the destination answers,
// and stays with the agent if it does not: nobody is lost on the way. If the agent
// hangs up or leaves meanwhile, the transfer goes on. A workgroup gets the party at
// once, as it may wait there for long. Errors: Conflict for a user who has no
// session, no phone or is on a call, and for a station that nobody is at; NotFound
// for a workgroup; Invalid for the system queue.
type Transfer struct {
	By   agent.ID
	Call call.ID
	To   call.Destination
}

// Park leaves the other party on a queue with music, for whoever picks it up
// there. After [Rules.ParkTime] the one who parked it is alerted.
type Park struct {
	By   agent.ID
	Call call.ID
	To   call.Destination // a user by id as its number, or a queue
}

// Consult holds a call and calls somebody else about it. With [Floor.Ask] it
// gives the id of the new call, which names the consultation too.
type Consult struct {
	By         agent.ID
	Call       call.ID
	To         call.Destination
	Attributes map[string]string
}

// SetAudience says with whom the agent of a consultation speaks: the original
// party, the one consulted, or both. Errors: Invalid for none.
type SetAudience struct {
	By                  agent.ID
	Call, Consultation  call.ID
	Original, Consulted bool
}

// Conclude connects the original party with the one consulted; the agent is out.
// Errors: Conflict until the one consulted has answered.
type Conclude struct {
	By                 agent.ID
	Call, Consultation call.ID
}

// CancelConsult ends a consultation; the agent is back with the original party at
// once, as he is if the other side ends it.
type CancelConsult struct {
	By                 agent.ID
	Call, Consultation call.ID
}

// Invite calls somebody into a conference with a call, or with a conference that
// exists. With [Floor.Ask] it gives the id of the new call.
type Invite struct {
	By         agent.ID
	Call       call.ID           // or
	Conference call.ConferenceID // this
	Target     string
}

// Confer makes a conference of calls that one holds. With [Floor.Ask] it gives
// its id.
type Confer struct {
	By    agent.ID
	Calls []call.ID
}

// AddParties adds calls that one holds to a conference.
type AddParties struct {
	By         agent.ID
	Conference call.ConferenceID
	Calls      []call.ID
}

// SendDigits presses keys towards the other party. Errors: Invalid for others
// than 0-9 * # A-D and the comma, which waits a second.
type SendDigits struct {
	By     agent.ID
	Call   call.ID
	Digits string
}

// PlayPrompt lets the other party hear a prompt, or a tone as [call.Tone] names it.
// Errors: NotFound for what the configuration does not name.
type PlayPrompt struct {
	By     agent.ID
	Call   call.ID
	Prompt string
}

// Append says how attributes are set.
type Append int

const (
	// Replace the value.
	Replace Append = iota
	// AppendText adds to the end of the value.
	AppendText
	// AppendSeparated adds to the end, after a separator if there is a value.
	AppendSeparated
)

// SetAttributes sets attributes of a call that the server does not derive itself.
type SetAttributes struct {
	By         agent.ID
	Call       call.ID
	Attributes map[string]string
	Append     Append
}

// AssignWrapUp gives a wrap-up code to a part of a call; it is written to the
// journal, and shown with the call.
type AssignWrapUp struct {
	By     agent.ID
	Call   call.ID
	WrapUp WrapUp
}

// WrapUp is a wrap-up code given to a segment of a call.
type WrapUp struct {
	Code    string
	Segment int
	At      time.Time
	User    string
}

func (Act) command()             {}
func (Supervise) command()       {}
func (SecurePause) command()     {}
func (AllowRecordings) command() {}
func (SetPrompts) command()      {}
func (Make) command()            {}
func (Transfer) command()        {}
func (Park) command()            {}
func (Consult) command()         {}
func (SetAudience) command()     {}
func (Conclude) command()        {}
func (CancelConsult) command()   {}
func (Invite) command()          {}
func (Confer) command()          {}
func (AddParties) command()      {}
func (SendDigits) command()      {}
func (PlayPrompt) command()      {}
func (SetAttributes) command()   {}
func (AssignWrapUp) command()    {}
