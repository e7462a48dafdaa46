// Package agent holds the words and rules for agents: who an agent is, where
// the agent sits, what state the agent is in, what state the agent's line is
// in, and what a break is.
//
// Three state tables live here, each deciding every pair: the agent
// ([State.On]), the line to the agent's phone ([Line.On]), and the break
// ([Break.On]). docs/states.md draws them and is checked against them.
//
// Everything is pure and copied by value. The floor (package dialer) owns the
// live agents.
package agent

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ID names an agent: the sessions of one user and one application are one agent
// (contract section 4.1).
type ID struct {
	User        string // the user's id as configured, not as typed
	Application string
}

// String is the agent for logs.
func (id ID) String() string { return id.User + "/" + id.Application }

// User is a person who may sign in.
type User struct {
	ID   string
	Name string
	// Admin may use the administrators' API, and has every right.
	Admin bool
	// LogonCampaign: chooses campaigns by himself; without it an agent is logged
	// in to every running campaign of his workgroups (contract section 4.1).
	LogonCampaign bool
	// FixedNumbers: may not type a number to be called at, only take configured
	// stations; without this right a typed number can run up any bill (contract
	// section 8.1, allowUserDefinedTelephoneNumberOnRemoteLogin).
	FixedNumbers bool
	// NoPersistence: may not ask for a persistent connection to a typed number
	// (allowPersistentConnections).
	NoPersistence bool
	// NoOutsideCalls: may call, consult, invite and transfer to colleagues and
	// workgroups only, and of contacts only the numbers that the list has.
	NoOutsideCalls bool
	// Workgroups are the groups of campaigns that the user may work for.
	Workgroups []string
	// DefaultStation is the name of the user's usual station, or empty.
	DefaultStation string
	// Supervisor may see and join the work of everyone who shares a workgroup with
	// him, move agents between campaigns, and recycle or reset campaigns of his
	// workgroups.
	Supervisor bool
	// Skills are names; what they mean is the campaigns' business.
	Skills []string
	// Extension is the user's internal number, or empty.
	Extension string
	// PasswordSet is when the password was last set; zero if that is not known.
	PasswordSet time.Time
}

// MaySupervise tells whether the user may see and join the work of a workgroup.
func (u User) MaySupervise(workgroup string) bool {
	return u.Admin || u.Supervisor && u.In(workgroup)
}

// Oversees tells whether the user may see and join the work of another user.
func (u User) Oversees(other User) bool {
	return u.Admin || u.Supervisor && slices.ContainsFunc(other.Workgroups, u.In)
}

// MayChoose tells whether the user has the Logon Campaign right.
func (u User) MayChoose() bool { return u.Admin || u.LogonCampaign }

// In tells whether the user belongs to a workgroup; names compare without case.
func (u User) In(workgroup string) bool {
	return slices.ContainsFunc(u.Workgroups, func(w string) bool { return strings.EqualFold(w, workgroup) })
}

// StationKind is how an agent's phone is reached.
type StationKind int

const (
	// NoStation: nothing was connected yet, or it was disconnected.
	NoStation StationKind = iota
	// Workstation: a configured phone with a SIP address.
	Workstation
	// RemoteWorkstation: a configured number elsewhere.
	RemoteWorkstation
	// RemoteNumber: a number that the agent typed.
	RemoteNumber
	// Stationless: signed in without a phone; takes no calls.
	Stationless
)

// Station is where an agent sits.
type Station struct {
	Kind StationKind
	Name string
	// Target is what is dialed to reach the phone: a number or a SIP URI.
	Target string
	// Trunk is the one trunk to use; empty means any.
	Trunk string
	// Persistent: the line, once up, outlives each call.
	Persistent bool
	// Verify is how a human must show that he answered the phone; empty leaves it to
	// the floor's rules.
	Verify Verification
}

// Verification is what a human must do who answers an agent's phone, so that a
// voicemail is not taken for him.
type Verification string

const (
	// VerifyOff: nothing; whatever answers is the agent.
	VerifyOff Verification = "off"
	// VerifyKey: press any key.
	VerifyKey Verification = "key"
	// VerifySpeech: say a word once he was asked to, or press any key.
	VerifySpeech Verification = "speech"
)

// Verifications are all that there are.
var Verifications = []Verification{VerifyOff, VerifyKey, VerifySpeech}

// Callable tells whether there is a phone to call.
func (s Station) Callable() bool { return s.Target != "" && s.Kind != Stationless }

// MayPersist tells whether establish-persistent-connection has an effect on
// this station (contract section 4.5).
func (s Station) MayPersist() bool {
	return s.Persistent && s.Callable() && (s.Kind == RemoteNumber || s.Kind == RemoteWorkstation)
}

// State is what an agent is doing for the dialer.
type State int

const (
	// Out: not logged in to the dialer.
	Out State = iota
	// Idle: logged in, no call. Whether a call may come depends on readiness,
	// status, break and station.
	Idle
	// Previewing: looking at a contact before the call.
	Previewing
	// Placing: the previewed contact, or one for the agent alone, is being called.
	Placing
	// Connecting: a customer is there, the agent's phone is being called, or called
	// again.
	Connecting
	// Talking: connected to a customer.
	Talking
	// Disposed: the call is dispositioned but not yet over.
	Disposed
	// WrapUp: the call is over but not yet dispositioned.
	WrapUp

	states
)

var stateNames = [states]string{"Out", "Idle", "Previewing", "Placing", "Connecting", "Talking", "Disposed", "WrapUp"}

// String is the state's name, as in the drawing.
func (s State) String() string { return name(stateNames[:], int(s), "State ") }

// Input is what can happen to an agent.
type Input int

const (
	// LogIn to the dialer, or to one more campaign.
	LogIn Input = iota
	// LogOff was granted.
	LogOff
	// Leave: the last session ended, or an administrator threw the agent out.
	Leave
	// Preview: a contact is shown.
	Preview
	// Place: the previewed contact is called, or one for the agent alone: a callback
	// that he promised, a call by his own wish.
	Place
	// Assign: an answered customer is given to the agent, whose phone must be called;
	// or it was lost while they talked, and is called again.
	Assign
	// Connect: bridged to the customer.
	Connect
	// CallOver: the customer's side of the call is over.
	CallOver
	// PhoneLost: the agent's phone could not be reached or hung up; the call goes on without.
	PhoneLost
	// Dispose: the call is dispositioned, or the preview skipped.
	Dispose
	// Neglect: the agent goes on without a disposition.
	Neglect
	// Withdraw: the previewed contact is taken away.
	Withdraw
	// HandOver: the call went on to another agent, who dispositions it, or without any,
	// as a machine had answered.
	HandOver

	inputs
)

var inputNames = [inputs]string{"LogIn", "LogOff", "Leave", "Preview", "Place", "Assign", "Connect", "CallOver", "PhoneLost", "Dispose", "Neglect", "Withdraw", "HandOver"}

// String is the input's name, as in the drawing.
func (i Input) String() string { return name(inputNames[:], int(i), "Input ") }

const no = -1

var table = [states][inputs]State{
	//          LogIn       LogOff Leave Preview Place  Assign   Connect  CallOver PhoneLost Dispose Neglect Withdraw HandOver
	Out:        {Idle, Out, Out, no, no, no, no, no, no, no, no, no, no},
	Idle:       {Idle, Out, Out, Previewing, Placing, Connecting, Talking, no, no, no, no, no, no},
	Previewing: {Previewing, no, Out, no, Placing, no, no, no, no, Idle, Idle, Idle, no},
	Placing:    {Placing, no, Out, no, no, Connecting, Talking, WrapUp, WrapUp, Disposed, Disposed, no, no},
	Connecting: {Connecting, no, Out, no, no, no, Talking, WrapUp, Idle, Disposed, Disposed, no, no},
	Talking:    {Talking, no, Out, no, no, Connecting, Talking, WrapUp, WrapUp, Disposed, Disposed, no, Idle},
	Disposed:   {Disposed, no, Out, no, no, no, Disposed, Idle, Idle, no, Disposed, no, no},
	WrapUp:     {WrapUp, no, Out, no, no, no, no, no, no, Idle, Idle, no, no},
}

// On gives the state after an input; ok is false for a pair that must not
// happen, and then the state is unchanged.
func (s State) On(in Input) (next State, ok bool) {
	if s < 0 || s >= states || in < 0 || in >= inputs || table[s][in] == no {
		return s, false
	}
	return table[s][in], true
}

// OnCall tells whether the agent has a call that is not dispositioned.
func (s State) OnCall() bool {
	switch s {
	case Previewing, Placing, Connecting, Talking, WrapUp:
		return true
	}
	return false
}

func name(names []string, i int, kind string) string {
	if i >= 0 && i < len(names) {
		return names[i]
	}
	return kind + strconv.Itoa(i)
}
