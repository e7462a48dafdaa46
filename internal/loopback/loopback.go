// Package loopback plays the rest of the telephone network on this machine: a
// [Carrier] with customers behind it, and [Phone]s of agents, as real SIP and
// RTP endpoints on 127.0.0.1. The demo and the tests call them; they tell what
// was heard at the far end of the wire.
//
// What they measure is not measured with Outdial's own code: signalling stands
// on the transactions of sipgo alone, descriptions on pion/sdp, packets on
// pion/rtp, and G.711 and the detection of tones are written here a second time.
//
// # Who owns what
//
// A carrier or a phone is an exchange: one SIP socket and the calls on it. Each
// call is a party, which lives in the goroutine of its INVITE: ringing, answering,
// re-INVITEs, hanging up all happen there, and whatever else arrives for the call
// is handed to it. A party has one socket for RTP with a goroutine that speaks and
// one that listens. The listener writes the call's [Hearing], which is a leaf
// behind a mutex and may be copied at any time, during the call and after.
//
// Close hangs up whatever is up, ends every goroutine and waits for it.
//
// # Invariants
//
//   - A party speaks every 20 ms from the moment its 200 is sent until it hangs up
//     or is hung up, unless it was put on hold by re-INVITE.
//   - Tones are multiples of 50 Hz: a frame of 20 ms then holds whole periods, so
//     every frame of a tone is the same and one frame is enough to know it.
//   - A party hangs up only after its 200 was acknowledged (RFC 3261 section 15),
//     or was given up.
package loopback

import "time"

// Ending is what becomes of a call to a customer.
type Ending int

const (
	// Answer: the call is taken.
	Answer Ending = iota
	// Busy: 486, the customer is on the phone.
	Busy
	// NoAnswer: it rings until the caller gives up.
	NoAnswer
	// Refuse: 603, the customer pushes the call away.
	Refuse
	// NoSuchNumber: 404.
	NoSuchNumber
	// Congestion: 503, the carrier has no circuit.
	Congestion
	// Unavailable: 480, the network stops the ringing by itself.
	Unavailable

	endings
)

// endingStatus has the final status of each ending; 0 where there is none of its own.
var endingStatus = [endings]struct {
	status int
	phrase string
}{
	Answer:       {200, "OK"},
	Busy:         {486, "Busy Here"},
	NoAnswer:     {0, ""},
	Refuse:       {603, "Decline"},
	NoSuchNumber: {404, "Not Found"},
	Congestion:   {503, "Service Unavailable"},
	Unavailable:  {480, "Temporarily Unavailable"},
}

// Customer is how one called party behaves. The zero value answers at once, says
// nothing and stays on the line.
type Customer struct {
	// Rings is how long it rings before Ends comes about; 0 sends no 180. With
	// NoAnswer it rings for as long as the caller waits.
	Rings time.Duration
	// Ends is what becomes of the call.
	Ends Ending
	// Talks is how long the customer stays after the answer was acknowledged;
	// 0 means until the other side hangs up. The shortest time hangs up at the
	// very moment of the answer.
	Talks time.Duration
	// Voice is what the customer says.
	Voice Voice
}
