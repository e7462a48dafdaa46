package call

import (
	"strconv"
	"time"
)

// LegID names a leg for the life of the process. The floor gives it out;
// telephony keeps it.
type LegID int64

// String is the id as logs show it.
func (l LegID) String() string { return "leg-" + strconv.FormatInt(int64(l), 10) }

// Party says who is at the far end of a leg.
type Party int

const (
	// Customer is the one who is dialed for a campaign.
	Customer Party = iota
	// Agent is the one who works the campaign.
	Agent
)

// String is "customer" or "agent".
func (p Party) String() string {
	if p == Agent {
		return "agent"
	}
	return "customer"
}

// Order asks for a leg. It is a value: nothing of it changes once given.
type Order struct {
	Leg   LegID
	Party Party
	// Target is a number as the trunk wants it ("+13175550101", "3175550101")
	// or a SIP URI ("sip:anna@192.0.2.7:5062"), which needs no trunk.
	Target string
	// CallerID is the number shown to the called party; empty leaves it to the trunk.
	CallerID string
	// CallerName is the name shown beside it; empty leaves it to the trunk.
	CallerName string
	// Withheld hides the caller id from the called party (RFC 3323); the network is
	// still told, in P-Asserted-Identity (RFC 3325).
	Withheld bool
	// Attestation is what we claim of our right to the caller id: "A", "B" or "C"
	// (ATIS-1000074). It is passed on by trunks that are told to; empty claims
	// nothing.
	Attestation string
	// Trunk names the one trunk to use; empty means any, by priority.
	Trunk string
	// Ring is how long to wait for an answer after the INVITE is sent; then the
	// leg ends with reason NoAnswer. It must be positive.
	Ring time.Duration
	// Analysis asks who or what answers, or is nil.
	Analysis *Analysis
}

// Step is one thing that can happen to a leg.
type Step int

const (
	// Ringing: a 180 or a 183 arrived; at most once per leg.
	Ringing Step = iota + 1
	// Answered: the 200 OK arrived and was acknowledged; media flows both ways.
	Answered
	// Heard: the first packet of the bridged partner was sent on this leg. Once
	// for each bridge. Latency counts from the customer's 200 OK.
	Heard
	// Played: the sound that Play started has ended, or was cut off by another one or
	// by a new bridge.
	Played
	// Digit: the far end pressed Progress.Digit.
	Digit
	// FarHold and FarResume: the far end put us on hold by re-INVITE, or took us back.
	FarHold
	FarResume
	// Untaped: the recording that Progress.Recording names, begun with this leg in
	// it, has gone wrong, for the reason in Progress.Cause. Nothing of it can be
	// relied on any more; it is still to be stopped.
	Untaped
	// Faded: the far end has sent nothing for a moment, though it should, and does
	// not answer when asked; nobody is to be connected to it now. Recovered: it has
	// given a sign of life again. They take turns, and Faded comes first; a leg may
	// end faded.
	Faded
	Recovered
	// Spoke: the far end, listened to [ForWords], said something and has been silent
	// for a second since; Progress.After is how long that was, and At when it ended.
	Spoke
	// Tested: listening [ForEcho] is over, and Progress.Trial is what came of it.
	Tested
	// Referred: the far end asks that its call be led to Progress.Target, as the
	// transfer key of a phone does. It waits to be told what became of that.
	Referred
	// Judged: call analysis, which the order asked for, has found Progress.Verdict. The
	// first is the verdict; a [Beep] may follow.
	Judged
	// Ended: the leg is over; always the last report, and exactly once.
	Ended
)

var stepNames = [...]string{"", "ringing", "answered", "heard", "played", "digit", "far hold", "far resume", "untaped", "faded", "recovered", "spoke", "tested", "referred", "judged", "ended"}

// String is the step in words.
func (s Step) String() string {
	if s > 0 && int(s) < len(stepNames) {
		return stepNames[s]
	}
	return "step " + strconv.Itoa(int(s))
}

// Progress is what a leg reports to the floor. For one leg the reports come in
// order, from one goroutine, and end with exactly one Ended.
type Progress struct {
	Leg   LegID
	Step  Step
	At    time.Time     // when it happened on the wire
	Cause Cause         // with Ended; with Untaped only its Detail
	Trunk string        // with Answered and Ended: the trunk used, empty for a direct URI
	Digit byte          // with Digit: '0'-'9', '*', '#', 'A'-'D'
	After time.Duration // with Heard: since the customer's 200 OK; with Spoke: how long
	Trial Trial         // with Tested
	Sound Sound         // with Played: which
	Cut   bool          // with Played: not to its end
	// Target is where the call is to be led, with Referred: a number, or a SIP URI.
	Target string
	// Recording is the id of the one that went wrong, with Untaped.
	Recording string
	// Quality is with Answered what was agreed (Codec, Secure), with Ended all of it.
	Quality Quality
	// Verdict is with Judged.
	Verdict Verdict
	// Attestation is with Answered what the network claimed in its answers of the
	// identity at the far end, as it was written; empty is nothing.
	Attestation string
}

// Quality is how a leg's media was carried and how well it went, from the packets
// of both ends and the far end's reports (RTCP).
type Quality struct {
	Codec  string // encoding name as in SDP: "PCMU", "PCMA", "G722", "opus"
	Secure bool   // SRTP
	// Sent, Received and Lost are packets; Lost is of those sent to us.
	Sent, Received, Lost uint64
	// FarLost is what the far end reported as lost of ours.
	FarLost uint64
	// Jitter is ours as RFC 3550 section 6.4.1 has it; RoundTrip is 0 if it was
	// never learned.
	Jitter, RoundTrip time.Duration
}
