// Package call holds the words and rules for calls and legs.
//
// A leg is one SIP dialog with its media: to an outside party or to an agent. A
// call is one party whom an agent has, or is to have: the contact that a campaign
// dials, somebody the agent calls, consults or invites, or a party that was passed
// on to somebody else. It has the party's leg, unless that is a colleague, and
// once bridged the leg of the agent. The package gives the orders that
// a leg can get, the progress that it can report, the causes of its end, the
// table of what each ending means for the contact ([Endings]), and the state
// table of a call ([State.On]).
//
// Everything here is pure: no clock, no goroutine, no I/O. Values are copied.
// Who owns what: the floor (package dialer) owns live calls and gives out leg
// ids; package telephony owns the legs.
package call

import "strconv"

// ID names a call towards the world: the interactionId of ICWS, a decimal string.
type ID string

// State is the state of a call.
type State int

const (
	// Previewed: an agent is looking at the contact; nothing is dialed. Every call
	// begins here.
	Previewed State = iota
	// Dialing: the party is being called, or will be once the agent's phone is up.
	Dialing
	// Alerting: the party's phone rings, or a colleague is alerted.
	Alerting
	// Waiting: the party answered and no agent is there yet.
	Waiting
	// Connecting: an agent is chosen and the agent's phone is being called.
	Connecting
	// Connected: the party and an agent hear each other, or, once agents are out,
	// two parties do.
	Connected
	// Held: the party hears hold music.
	Held
	// Over: the party's leg has ended or went on as another call, or it was never
	// placed.
	Over
	// Offered: the call alerts agents on a queue, and the party hears hold music
	// until one of them picks it up.
	Offered
	// Parked: the party hears hold music on a queue and alerts nobody.
	Parked
	// Greeting: the party answered, and who or what it is will be known in a moment;
	// until then no agent is looked for.
	Greeting
	// Told: the party hears a message; no agent comes any more.
	Told

	states
)

var stateNames = [states]string{"Previewed", "Dialing", "Alerting", "Waiting", "Connecting", "Connected", "Held", "Over", "Offered", "Parked", "Greeting", "Told"}

// String is the state's name, as in the drawing.
func (s State) String() string {
	if s >= 0 && s < states {
		return stateNames[s]
	}
	return "State " + strconv.Itoa(int(s))
}

// Input is what can happen to a call.
type Input int

const (
	// Place: the agent, or a countdown, places a previewed call, or makes one.
	Place Input = iota
	// Ring: the party's phone rings, or a colleague is alerted.
	Ring
	// Answer: the party answered; after a greeting, it is for an agent.
	Answer
	// Choose: an agent without a standing leg is chosen, or picked the call up; the
	// agent's phone is called.
	Choose
	// Lose: the chosen agent's phone could not be reached; the customer is still
	// there. (An agent's line that breaks in the call ends the call.)
	Lose
	// Bridge: both legs are up and bridged.
	Bridge
	// Hold and Resume: the agent's wish.
	Hold
	Resume
	// End: the party's leg ended, whoever ended it, or went on as another call, or
	// the preview was skipped.
	End
	// Offer: the call alerts agents on a queue.
	Offer
	// Leave: the call is left on a queue for whoever picks it up.
	Leave
	// Greet: the party answered, and its greeting is analysed before anything else.
	Greet
	// Tell: a message is played to the party, and no agent is to come.
	Tell

	inputs
)

var inputNames = [inputs]string{"Place", "Ring", "Answer", "Choose", "Lose", "Bridge", "Hold", "Resume", "End", "Offer", "Leave", "Greet", "Tell"}

// String is the input's name, as in the drawing.
func (i Input) String() string {
	if i >= 0 && i < inputs {
		return inputNames[i]
	}
	return "Input " + strconv.Itoa(int(i))
}

// no marks a pair that must not happen.
const no State = -1

// table decides every pair of state and input. The drawing in docs/states.md is
// checked against it.
var table = [states][inputs]State{
	//          Place    Ring      Answer   Choose      Lose     Bridge     Hold  Resume     End   Offer    Leave   Greet     Tell
	Previewed:  {Dialing, no, no, no, no, no, no, no, Over, Offered, Parked, no, no},
	Dialing:    {no, Alerting, Waiting, no, no, no, no, no, Over, no, no, Greeting, no},
	Alerting:   {no, Alerting, Waiting, no, no, no, no, no, Over, no, no, Greeting, no},
	Waiting:    {no, no, no, Connecting, no, Connected, no, no, Over, Offered, Parked, no, Told},
	Connecting: {no, no, no, no, Waiting, Connected, no, no, Over, no, no, no, Told},
	Connected:  {no, no, no, no, no, no, Held, Connected, Over, no, no, no, Told},
	Held:       {no, no, no, no, no, no, Held, Connected, Over, no, no, no, Told},
	Over:       {no, no, no, no, no, no, no, no, Over, no, no, no, no},
	Offered:    {no, no, no, Connecting, no, Connected, no, no, Over, Offered, Parked, no, no},
	Parked:     {no, no, no, Connecting, no, Connected, no, no, Over, Offered, Parked, no, no},
	Greeting:   {no, no, Waiting, no, no, no, no, no, Over, no, no, no, Told},
	Told:       {no, no, no, no, no, no, no, no, Over, no, no, no, Told},
}

// On gives the state after an input; ok is false for a pair that must not
// happen, and then the state is unchanged.
func (s State) On(in Input) (next State, ok bool) {
	if s < 0 || s >= states || in < 0 || in >= inputs || table[s][in] == no {
		return s, false
	}
	return table[s][in], true
}

// Up tells whether party and agent are connected, held or not.
func (s State) Up() bool { return s == Connected || s == Held }
