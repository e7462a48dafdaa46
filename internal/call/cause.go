package call

import (
	"fmt"
	"strconv"
)

// Reason is why a leg ended, in the words of the trade. Every reason has a row
// in [Endings].
type Reason int

const (
	// Normal clearing after an answer.
	Normal Reason = iota
	// Cancelled: we gave up before an answer, for a reason of our own.
	Cancelled
	// Busy: the called party is on the phone.
	Busy
	// NoAnswer: it rang and nobody came.
	NoAnswer
	// Refused: the called party, or its network, does not take the call.
	Refused
	// BadNumber: the number does not exist or is not complete.
	BadNumber
	// NoLines: no trunk had room; nothing was sent to the network.
	NoLines
	// Congestion: the network had no circuit.
	Congestion
	// Unreachable: transport failure, time-out, nobody answers the INVITE.
	Unreachable
	// Unauthorised: the trunk does not accept our credentials.
	Unauthorised
	// MediaFailure: no codec in common, or no media where there must be some.
	MediaFailure
	// SessionExpired: the far end stopped refreshing the session (RFC 4028).
	SessionExpired
	// Shutdown: this server is going down.
	Shutdown
	// Transferred: the party went on to somebody else; its leg has not ended, only
	// its part in this call.
	Transferred
)

var reasonNames = [...]string{"normal", "cancelled", "busy", "no answer", "refused", "bad number", "no lines", "congestion", "unreachable", "unauthorised", "media failure", "session expired", "shutdown", "transferred"}

// String is the reason in words.
func (r Reason) String() string {
	if r >= 0 && int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "reason " + strconv.Itoa(int(r))
}

// Cause is the whole story of an end: who, why, and the figures on the wire.
type Cause struct {
	Reason Reason
	// Far is true when the far end, or the network for it, ended the leg.
	Far bool
	// SIP is the final status of the INVITE, or 0.
	SIP int
	// Q850 is the cause of a Reason header (RFC 3326), or 0.
	Q850 int
	// Detail is for people: a reason phrase, a transport error.
	Detail string
}

// String is the cause for logs.
func (c Cause) String() string {
	side := "near"
	if c.Far {
		side = "far"
	}
	s := c.Reason.String() + " (" + side
	if c.SIP != 0 {
		s += fmt.Sprintf(", sip %d", c.SIP)
	}
	if c.Q850 != 0 {
		s += fmt.Sprintf(", q.850 %d", c.Q850)
	}
	if c.Detail != "" {
		s += ", " + c.Detail
	}
	return s + ")"
}
