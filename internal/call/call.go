// Package call holds the words and rules for calls and legs.
//
// A leg is one SIP dialog with its media: to a customer or to an agent. A call
// is one attempt to bring a contact and an agent together; it has a customer
// leg and, once bridged, the leg of an agent. The package gives the orders that
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
	// Previewed: an agent is looking at the contact; nothing is dialed.
	Previewed State = iota
	// Dialing: the customer is being called.
	Dialing
	// Alerting: the customer's phone rings.
	Alerting
	// Waiting: the customer answered and no agent is there yet.
	Waiting
	// Connecting: an agent is chosen and the agent's phone is being called.
	Connecting
	// Connected: customer and agent hear each other.
	Connected
	// Held: the customer hears hold music.
	Held
	// Over: the customer leg has ended, or was never placed.
	Over

	states
)

var stateNames = [states]string{"Previewed", "Dialing", "Alerting", "Waiting", "Connecting", "Connected", "Held", "Over"}

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
	// Place: the agent, or a countdown, places a previewed call.
	Place Input = iota
	// Ring: the customer's phone rings.
	Ring
	// Answer: the customer answered.
	Answer
	// Choose: an agent without a standing leg is chosen; the agent's phone is called.
	Choose
	// Lose: the chosen agent's phone could not be reached; the customer is still
	// there. (An agent's line that breaks in the call ends the call.)
	Lose
	// Bridge: both legs are up and bridged.
	Bridge
	// Hold and Resume: the agent's wish.
	Hold
	Resume
	// End: the customer leg ended, whoever ended it, or the preview was skipped.
	End

	inputs
)

var inputNames = [inputs]string{"Place", "Ring", "Answer", "Choose", "Lose", "Bridge", "Hold", "Resume", "End"}

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
	//          Place    Ring      Answer   Choose      Lose     Bridge     Hold  Resume     End
	Previewed:  {Dialing, no, no, no, no, no, no, no, Over},
	Dialing:    {no, Alerting, Waiting, no, no, no, no, no, Over},
	Alerting:   {no, Alerting, Waiting, no, no, no, no, no, Over},
	Waiting:    {no, no, no, Connecting, no, Connected, no, no, Over},
	Connecting: {no, no, no, no, Waiting, Connected, no, no, Over},
	Connected:  {no, no, no, no, no, no, Held, Connected, Over},
	Held:       {no, no, no, no, no, no, Held, Connected, Over},
	Over:       {no, no, no, no, no, no, no, no, Over},
}

// On gives the state after an input; ok is false for a pair that must not
// happen, and then the state is unchanged.
func (s State) On(in Input) (next State, ok bool) {
	if s < 0 || s >= states || in < 0 || in >= inputs || table[s][in] == no {
		return s, false
	}
	return table[s][in], true
}

// Up tells whether customer and agent are connected, held or not.
func (s State) Up() bool { return s == Connected || s == Held }
