package dialer

import (
	"strconv"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// LineNews is something about an agent's line that is worth to be counted.
type LineNews struct {
	Agent  agent.ID
	What   LineEvent
	Result string        // a few words, of a small set for each kind; or empty
	Took   time.Duration // of [LineRaised] that is up: from the first INVITE
}

// LineEvent is a kind of [LineNews].
type LineEvent int

const (
	// LineRaised: the phone was called; Result is "up", or why it is not.
	LineRaised LineEvent = iota
	// LineBroke: a line that stood is lost; Result is why.
	LineBroke
	// LineRetried: the phone is called again by itself.
	LineRetried
	// LineGivenUp: it is not called again any more; Result is why it failed last.
	LineGivenUp
	// LineVerified: somebody was asked to show that he is there; Result is "key",
	// "speech", "late" or "hung up".
	LineVerified
	// LineRedialed: an agent who was lost in a call was called again; Result is
	// "back", "not back" or "customer left".
	LineRedialed
)

var lineEvents = [...]string{"raised", "broke", "retried", "given up", "verified", "redialed"}

// String is the kind in words.
func (e LineEvent) String() string {
	if e >= 0 && int(e) < len(lineEvents) {
		return lineEvents[e]
	}
	return "event " + strconv.Itoa(int(e))
}

func (LineNews) event() {}

// news tells what is to be counted about an agent's line.
func (s *state) news(a *liveAgent, what LineEvent, result string) {
	n := LineNews{Agent: a.id, What: what, Result: result}
	if what == LineRaised && result == raised {
		n.Took = s.now.Sub(a.line.dialed)
	}
	s.tell(n)
}

// raised is the result of a line that is up.
const raised = "up"

// whyGone is why a line ended, in the few words that are counted.
func whyGone(cause call.Cause) string {
	switch {
	case cause.Detail == unverified:
		return unverified
	case cause.Reason == call.Normal && cause.Far:
		return "hung up"
	}
	return cause.Reason.String()
}
