package bench

import (
	"net/netip"
	"time"
)

// NetworkRequest is what the process of [Network] is asked.
type NetworkRequest struct {
	// Open opens it; the answer is its SIP address.
	Open *Subscribers `json:"open,omitempty"`
	// Without, the answer is what was seen so far, a [Calls].
}

// Subscribers are the phones of a network.
type Subscribers struct {
	Address netip.Addr `json:"address"`
	// Phones is how many calls it can have up at a time.
	Phones int `json:"phones"`
	// Hold is how long a customer stays on the line before he hangs up. Whoever's number
	// begins with Agents stays, and speaks so that he can be told from customers.
	Hold   time.Duration `json:"hold"`
	Agents string        `json:"agents"`
}

// Calls is what a network has seen of its calls so far.
type Calls struct {
	Invited  int `json:"invited"`
	Answered int `json:"answered"` // and acknowledged
	Ended    int `json:"ended"`    // by whom ever
	Busy     int `json:"busy"`     // there was no phone left
	Repeated int `json:"repeated"` // messages that were sent again, by either side
	// Failed were not acknowledged, or their end was not.
	Failed int `json:"failed"`
	Up     int `json:"up"` // at the moment, agents' lines among them
	Lines  int `json:"lines"`
	// Setup is from the INVITE until the answer is acknowledged, Teardown from BYE to 200.
	Setup    Histogram `json:"setup"`
	Teardown Histogram `json:"teardown"`
	// Prime is from just before a customer's 200 leaves until he is sent the first packet
	// of an agent; Plain is until the first that the agent said after the 200.
	Prime Histogram `json:"prime"`
	Plain Histogram `json:"plain"`
}
