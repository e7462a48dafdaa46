package icws

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// ofCall is where the resources of one interaction are.
const ofCall = "/{sessionId}/interactions/{interactionId}"

// interactionRoutes are the resources of interactions and queues. Which version
// brought a resource is known of few: subscriptions 2, queues as targets of
// consultations 13. The others carry 1.
func interactionRoutes() []route {
	return []route{
		{"PUT", sub + "/queues/{subscriptionId}", "queues", 1, full, true, watchQueue, ""},
		{"DELETE", sub + "/queues/{subscriptionId}", "queues", 1, full, false, unwatchQueue, ""},
		{"PUT", sub + "/interactions/{interactionId}", "interactions", 2, full, true, watchInteraction, ""},
		{"DELETE", sub + "/interactions/{interactionId}", "interactions", 2, full, false, unwatchInteraction, ""},
		{"PUT", sub + "/interaction-alerting", "interactions", 1, full, true, watchAlerting, ""},
		{"DELETE", sub + "/interaction-alerting", "interactions", 1, full, false, unwatchAlerting, ""},
		{"PUT", sub + "/interaction-history", "interactions", 1, full, true, watchHistory, "the last 100 calls since the server started"},
		{"DELETE", sub + "/interaction-history", "interactions", 1, full, false, unwatchHistory, ""},

		{"POST", "/{sessionId}/interactions", "interactions", 1, full, true, createInteraction, "calls only"},
		{"GET", ofCall, "interactions", 1, full, false, getInteraction, ""},
		{"POST", ofCall, "interactions", 1, full, true, setAttributes, ""},
		{"POST", ofCall + "/disconnect", "interactions", 1, full, false, disconnectCall, ""},
		{"POST", ofCall + "/pickup", "interactions", 1, full, false, pickupCall, ""},
		{"POST", ofCall + "/hold", "interactions", 1, full, true, switching(dialer.Hold, dialer.Unhold), ""},
		{"POST", ofCall + "/mute", "interactions", 1, full, true, switching(dialer.Mute, dialer.Unmute), ""},
		{"POST", ofCall + "/make-private", "interactions", 1, full, true, switching(dialer.MakePrivate, dialer.MakePublic), ""},
		{"POST", ofCall + "/pause", "interactions", 1, full, true, switching(dialer.PauseRecording, dialer.ResumeRecording), ""},
		{"POST", ofCall + "/record", "interactions", 1, full, true, recording(dialer.StartRecording, dialer.StopRecording), "what a campaign records by rule is stopped only where the campaign lets it, else 403"},
		{"POST", ofCall + "/record-snippet", "interactions", 1, full, true, recording(dialer.StartSnippet, dialer.StopSnippet), ""},
		{"POST", ofCall + "/secure-pause", "interactions", 1, full, true, securePause, ""},
		{"POST", ofCall + "/listen", "interactions", 1, full, true, supervising(call.Listen), ""},
		{"POST", ofCall + "/coach", "interactions", 1, full, true, supervising(call.Coach), ""},
		{"POST", ofCall + "/join", "interactions", 1, full, false, joinCall, "left again with listen or coach, on false"},
		{"POST", ofCall + "/park", "interactions", 1, full, true, parkCall, ""},
		{"POST", ofCall + "/blind-transfer", "interactions", 1, full, true, transferCall, ""},
		{"POST", ofCall + "/transfer-to-voicemail", "interactions", 1, full, true, toVoicemail, "answers 400: there is no voicemail"},
		{"POST", ofCall + "/send-to-voicemail", "interactions", 1, full, false, toVoicemail, "answers 400: there is no voicemail"},
		{"POST", ofCall + "/send-digits", "interactions", 1, full, true, sendDigits, ""},
		{"POST", ofCall + "/play-wav", "interactions", 1, full, true, playWav, "prompts that the configuration names, and tones"},
		{"POST", ofCall + "/wrap-up-assignments", "interactions", 1, full, true, assignWrapUp, ""},
		{"POST", ofCall + "/consult", "interactions", 13, full, true, consult, ""},
		{"POST", ofCall + "/consult/{consultId}/change-audience", "interactions", 1, full, true, changeAudience, ""},
		{"POST", ofCall + "/consult/{consultId}/conclude", "interactions", 1, full, false, concludeConsult, ""},
		{"DELETE", ofCall + "/consult/{consultId}", "interactions", 1, full, false, cancelConsult, ""},
		{"POST", ofCall + "/invite-party", "interactions", 1, full, true, inviteToCall, ""},
		{"POST", conferences, "interactions", 1, full, true, createConference, ""},
		{"PUT", conferences + "/{conferenceId}", "interactions", 1, full, true, addParties, ""},
		{"POST", conferences + "/{conferenceId}/invite-party", "interactions", 1, full, true, inviteToConference, ""},
	}
}

// interactionAbsences are documented and not served.
func interactionAbsences() []absence {
	const (
		calls = "only calls are offered, no callbacks, chats or mail"
		aid   = "there is no assistance by messages; a supervisor listens, coaches or joins"
		p     = "/{sessionId}/interactions"
	)
	return []absence{
		{"PUT", ofCall + "/callback/disposition", "interactions", 0, calls},
		{"POST", ofCall + "/chat/messages", "interactions", 0, calls},
		{"POST", ofCall + "/chat/send-file", "interactions", 0, calls},
		{"POST", ofCall + "/chat/send-response-management-file", "interactions", 0, calls},
		{"PUT", ofCall + "/chat/typing-indicator", "interactions", 0, calls},
		{"POST", ofCall + "/email/attachments/file/upload", "interactions", 0, calls},
		{"POST", ofCall + "/email/attachments/file/remove", "interactions", 0, calls},
		{"POST", ofCall + "/email/attachments/message/download", "interactions", 0, calls},
		{"POST", ofCall + "/email/attachments/response-management/insert", "interactions", 0, calls},
		{"POST", ofCall + "/email/save", "interactions", 0, calls},
		{"POST", ofCall + "/email/send", "interactions", 0, calls},
		{"POST", p + "/email/resolve-address", "interactions", 0, calls},
		{"PUT", sub + "/interactions/{interactionId}/callback", "interactions", 0, calls},
		{"DELETE", sub + "/interactions/{interactionId}/callback", "interactions", 0, calls},
		{"PUT", sub + "/interactions/{interactionId}/chat", "interactions", 0, calls},
		{"DELETE", sub + "/interactions/{interactionId}/chat", "interactions", 0, calls},
		{"PUT", sub + "/interactions/{interactionId}/email", "interactions", 0, calls},
		{"DELETE", sub + "/interactions/{interactionId}/email", "interactions", 0, calls},
		{"POST", ofCall + "/agent-assistance", "interactions", 0, aid},
		{"POST", p + "/agent-assistance/{assistanceId}", "interactions", 0, aid},
		{"DELETE", p + "/agent-assistance/{assistanceId}", "interactions", 0, aid},
		{"PUT", sub + "/interactions/agent-assistance", "interactions", 0, aid},
		{"DELETE", sub + "/interactions/agent-assistance", "interactions", 0, aid},
		{"PUT", sub + "/interactions/agent-assistance/{assistanceId}", "interactions", 0, aid},
		{"DELETE", sub + "/interactions/agent-assistance/{assistanceId}", "interactions", 0, aid},
	}
}

// callID is the interaction that the path names.
func (r *request) callID() call.ID { return call.ID(r.PathValue("interactionId")) }

// call finds the interaction that the path names, if the user may see it.
func (s *server) call(r *request) (dialer.CallView, error) {
	snap, err := s.look(r)
	if err != nil {
		return dialer.CallView{}, err
	}
	return s.book.FindCall(snap, r.session, r.callID())
}

// ask gives the floor a command that makes something, and gives its id.
func (s *server) ask(r *request, c dialer.Command) (string, error) {
	id, err := s.floor.Ask(r.Context(), c)
	if fault.KindOf(err) == fault.Gone {
		err = fault.Wrap(err, fault.Busy, "the dialer has stopped")
	}
	return id, err
}

// act does something to the interaction that the path names. Whether the agent may
// is the floor's to say.
func (s *server) act(r *request, a dialer.Action) (answer, error) {
	return ok, s.do(r, dialer.Act{By: r.session.Agent(), Call: r.callID(), Action: a})
}

// disconnectCall ends the interaction. Whom it only alerts refuses it instead: there
// is no other resource for that, and it is not his to end.
func disconnectCall(s *server, r *request) (answer, error) {
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	user := r.session.User.ID
	c, _ := snap.Call(r.callID())
	if c.Agent.User != user && slices.ContainsFunc(c.Alerts, func(a agent.ID) bool { return a.User == user }) {
		return s.act(r, dialer.Refuse)
	}
	return s.act(r, dialer.Disconnect)
}

func pickupCall(s *server, r *request) (answer, error) { return s.act(r, dialer.Pickup) }

// switching is a resource that does one of two things, as {on} says.
func switching(on, off dialer.Action) handler {
	return func(s *server, r *request) (answer, error) {
		b, err := r.turned(false)
		if err != nil {
			return answer{}, err
		}
		if b.on {
			return s.act(r, on)
		}
		return s.act(r, off)
	}
}

// recording is like switching for what supervisors can do as such, too.
func recording(on, off dialer.Action) handler {
	return func(s *server, r *request) (answer, error) {
		b, err := r.turned(true)
		if err != nil {
			return answer{}, err
		}
		if b.on {
			return s.act(r, on)
		}
		return s.act(r, off)
	}
}

// supervising is a way to take part in the call of somebody else.
func supervising(how call.Supervision) handler {
	return func(s *server, r *request) (answer, error) {
		b, err := r.turned(true)
		if err != nil {
			return answer{}, err
		}
		return ok, s.do(r, dialer.Supervise{By: r.session.Agent(), Call: r.callID(), How: how, On: b.on})
	}
}

func joinCall(s *server, r *request) (answer, error) {
	return ok, s.do(r, dialer.Supervise{By: r.session.Agent(), Call: r.callID(), How: call.Join, On: true})
}

// turn is a body that switches something, with supervisor perhaps as a supervisor.
type turn struct{ on, supervisor bool }

// turned reads {on}, or {on, supervisor}, of which each must be there. Only
// supervisors can act as such.
func (r *request) turned(supervisor bool) (turn, error) {
	var b struct {
		On         *bool `json:"on"`
		Supervisor *bool `json:"supervisor"`
	}
	if err := r.decode(&b); err != nil {
		return turn{}, err
	}
	switch u := r.session.User; {
	case b.On == nil:
		return turn{}, missing("on")
	case !supervisor:
		return turn{on: *b.On}, nil
	case b.Supervisor == nil:
		return turn{}, missing("supervisor")
	case *b.Supervisor && !u.Supervisor && !u.Admin:
		return turn{}, fault.New(fault.Forbidden, "you are not a supervisor; send supervisor false to act for yourself")
	}
	return turn{*b.On, *b.Supervisor}, nil
}

// created is the answer of what makes something; the location is below the session.
func (r *request) created(location string, body any) answer {
	return answer{status: http.StatusCreated, body: body, header: map[string]string{
		"Location": r.base + "/icws/" + r.session.ID + location,
	}}
}

const createCall = "urn:inin.com:interactions:createCallParameters"

// createInteraction is POST interactions: a call by the agent.
func createInteraction(s *server, r *request) (answer, error) {
	var b struct {
		Type       *string           `json:"__type"`
		Target     *string           `json:"target"`
		Workgroup  string            `json:"workgroup"`
		Stage      int               `json:"callMadeStage"`
		Account    string            `json:"accountCodeId"`
		Notes      string            `json:"notes"`
		Attributes map[string]string `json:"additionalAttributes"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	u := r.session.User
	switch {
	case b.Type == nil:
		return answer{}, missing("__type")
	case *b.Type != createCall:
		return answer{}, invalid("__type", "Only calls can be made; send __type %s.", createCall)
	case b.Target == nil || *b.Target == "":
		return answer{}, missing("target")
	case b.Workgroup != "" && !u.In(b.Workgroup) && !u.Admin:
		return answer{}, invalid("workgroup", "You are not a member of workgroup %q; name one of yours, or none.", b.Workgroup)
	}
	if err := cmp.Or(madeStage(b.Stage), settable(b.Attributes, "additionalAttributes")); err != nil {
		return answer{}, err
	}
	if b.Account != "" {
		if b.Attributes == nil {
			b.Attributes = map[string]string{}
		}
		b.Attributes["Eic_AccountCode"] = b.Account
	}
	target, err := s.party(r, *b.Target)
	if err != nil {
		return answer{}, err
	}
	id, err := s.ask(r, dialer.Make{By: r.session.Agent(), Target: target, Workgroup: b.Workgroup, Notes: b.Notes, Attributes: b.Attributes})
	if err != nil {
		return answer{}, properly(err)
	}
	return r.created("/interactions/"+id, map[string]string{"interactionId": id}), nil
}

// madeStage checks callMadeStorageTypes, the stage of the call at which a client
// wants the answer. The answer always comes as soon as the call has its id.
func madeStage(stage int) error {
	if stage < 0 || stage > 3 {
		return invalid("callMadeStage", "callMadeStage must be from 0 to 3.")
	}
	return nil
}

// setAttributes is POST interactions/{id}.
func setAttributes(s *server, r *request) (answer, error) {
	var b struct {
		Attributes *map[string]string `json:"attributes"`
		Append     *int               `json:"appendMode"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.Attributes == nil {
		return answer{}, missing("attributes")
	}
	if err := settable(*b.Attributes, "attributes"); err != nil {
		return answer{}, err
	}
	set := dialer.SetAttributes{By: r.session.Agent(), Call: r.callID(), Attributes: *b.Attributes}
	if b.Append != nil {
		if *b.Append < int(dialer.AppendText) || *b.Append > int(dialer.AppendSeparated) {
			return answer{}, invalid("appendMode", "appendMode must be 1 to append, or 2 to append with a separator; leave it out to replace.")
		}
		set.Append = dialer.Append(*b.Append)
	}
	return ok, properly(s.do(r, set))
}

// The values of securePauseType, and the longest time one can ask for.
const (
	pauseDefault  = 1
	pauseInfinite = 2
	pauseFor      = 3
	pauseResume   = 4

	pauseTime = 30 * time.Second
	pauseMost = 24 * time.Hour
)

func securePause(s *server, r *request) (answer, error) {
	var b struct {
		Type     *int `json:"securePauseType"`
		Duration *int `json:"duration"` // seconds
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.Type == nil {
		return answer{}, missing("securePauseType")
	}
	p := dialer.SecurePause{By: r.session.Agent(), Call: r.callID()}
	switch *b.Type {
	case pauseDefault:
		p.For = pauseTime
	case pauseInfinite:
	case pauseFor:
		switch {
		case b.Duration == nil:
			return answer{}, missing("duration")
		case *b.Duration < 1 || *b.Duration > int(pauseMost/time.Second):
			return answer{}, invalid("duration", "duration must be from 1 to %d seconds.", int(pauseMost/time.Second))
		}
		p.For = time.Duration(*b.Duration) * time.Second
	case pauseResume:
		p.Resume = true
	default:
		return answer{}, invalid("securePauseType", "securePauseType must be 1 for 30 seconds, 2 until it is resumed, 3 for a duration, or 4 to resume.")
	}
	return ok, properly(s.do(r, p))
}

// errNoVoicemail is what voicemail's resources answer.
var errNoVoicemail = &fault.Error{Kind: fault.Invalid, Code: "error.request.interactions.noVoicemail", Message: "There is no voicemail here; transfer the call to a user, a queue or a number."}

// toVoicemail refuses, once it is sure that the call is there and the user's to send.
func toVoicemail(s *server, r *request) (answer, error) {
	if _, err := s.call(r); err != nil {
		return answer{}, err
	}
	return answer{}, errNoVoicemail
}

// digitLimit is how many keys can be pressed at one time.
const digitLimit = 64

func sendDigits(s *server, r *request) (answer, error) {
	var b struct {
		Digits *string `json:"dtmfDigits"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.Digits == nil || *b.Digits == "":
		return answer{}, missing("dtmfDigits")
	case len(*b.Digits) > digitLimit:
		return answer{}, invalid("dtmfDigits", "dtmfDigits may hold %d keys at most.", digitLimit)
	}
	return ok, properly(s.do(r, dialer.SendDigits{By: r.session.Agent(), Call: r.callID(), Digits: strings.ToUpper(*b.Digits)}))
}

// properly gives a failure that the floor has found in its input the property's name
// on the wire. Whatever its kind, it is the request that is wrong (400), not the
// interaction that is not there.
func properly(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Property == "" {
		return err
	}
	property := f.Property
	if property == "queueId" {
		property = "queueID"
	}
	return invalid(property, "%s", f.Message)
}

// playWav plays a prompt by its name as configured, with or without .wav, or a tone by
// its name, as "tone:busy". There is no reading of files: a path is refused.
func playWav(s *server, r *request) (answer, error) {
	var b struct {
		File *string `json:"file"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.File == nil || *b.File == "" {
		return answer{}, missing("file")
	}
	name := *b.File
	if n := len(name) - len(".wav"); n > 0 && strings.EqualFold(name[n:], ".wav") {
		name = name[:n]
	}
	if strings.ContainsAny(strings.TrimPrefix(name, "tone:"), `/\:`) || strings.Contains(name, "..") || len(name) > 200 {
		return answer{}, invalid("file", "file must be the name of a prompt, not a path.")
	}
	return ok, properly(s.do(r, dialer.PlayPrompt{By: r.session.Agent(), Call: r.callID(), Prompt: name}))
}

// assignWrapUp is POST wrap-up-assignments. An agent assigns for himself, a
// supervisor for those he oversees.
func assignWrapUp(s *server, r *request) (answer, error) {
	var b struct {
		Code    *string `json:"code"`
		Segment *int    `json:"segmentId"`
		Time    *string `json:"time"`
		User    *string `json:"user"`
		Source  *string `json:"sourceInteractionId"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.Code == nil || *b.Code == "":
		return answer{}, missing("code")
	case b.Segment == nil:
		return answer{}, missing("segmentId")
	case *b.Segment < 0:
		return answer{}, invalid("segmentId", "segmentId must not be negative.")
	case b.Time == nil:
		return answer{}, missing("time")
	case b.User == nil || *b.User == "":
		return answer{}, missing("user")
	case b.Source == nil || *b.Source == "":
		return answer{}, missing("sourceInteractionId")
	}
	at, valid := parseDate(*b.Time)
	if !valid {
		return answer{}, invalid("time", "time must be a date such as 20260131T173000Z.")
	}
	user, err := s.wrapsUp(r, *b.User)
	if err != nil {
		return answer{}, err
	}
	w := dialer.WrapUp{Code: *b.Code, Segment: *b.Segment, At: at, User: user}
	return answer{status: http.StatusCreated}, properly(s.do(r, dialer.AssignWrapUp{By: r.session.Agent(), Call: r.callID(), WrapUp: w}))
}

// wrapsUp finds the user for whom a wrap-up code is assigned.
func (s *server) wrapsUp(r *request, id string) (string, error) {
	u := r.session.User
	if strings.EqualFold(id, u.ID) {
		return u.ID, nil
	}
	other, err := s.book.User(r.Context(), id)
	switch {
	case !u.Admin && !u.Supervisor, err == nil && !u.Oversees(other):
		return "", fault.New(fault.Forbidden, "you may assign wrap-up codes for yourself and for those whom you oversee")
	case fault.KindOf(err) == fault.NotFound && err != nil:
		return "", invalid("user", "There is no user %s.", id)
	}
	return other.ID, err
}
