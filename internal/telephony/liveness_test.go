package telephony

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// watchful asks after a moment of silence.
func watchful() Config {
	return Config{Quiet: 200 * time.Millisecond, pace: pace{probe: 500 * time.Millisecond, farewell: 100 * time.Millisecond}}
}

func TestAQuietFarEndThatAnswersIsThere(t *testing.T) {
	b, p := openBench(t, watchful()), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	for _, status := range []string{"200 OK", "405 Method Not Allowed", "200 OK"} {
		p.reply(p.expect("OPTIONS"), status, "far", "")
	}
	b.HangUp(leg, call.Cause{})
	for m := p.expect(""); m.method() != "BYE"; m = p.expect("") {
	}
	b.await(leg, call.Ended)
}

func TestAQuietFarEndThatDoesNotAnswerIsGone(t *testing.T) {
	for name, reply := range map[string]string{"silence": "", "481": "481 Call/Transaction Does Not Exist"} {
		t.Run(name, func(t *testing.T) {
			b, p := openBench(t, watchful()), newPeer(t)
			leg := b.dial(1, p.target())
			p.answered()
			if options := p.expect("OPTIONS"); reply != "" {
				p.reply(options, reply, "far", "")
			}
			p.hungUpOn()
			if end := b.await(leg, call.Ended); end.Cause.Reason != call.MediaFailure || !end.Cause.Far {
				t.Errorf("cause %v", end.Cause)
			}
		})
	}
}

func TestAFarEndThatSpeaksOrHoldsIsNotAsked(t *testing.T) {
	b, p := openBench(t, watchful()), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	p.speak(invite.body())
	p.quiet(600 * time.Millisecond)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)

	q := newPeer(t)
	leg = b.dial(2, q.target())
	invite = q.expect("INVITE")
	q.reply(invite, "200 OK", "far", q.sdp("a=sendrecv", "a=sendonly"))
	q.expect("ACK")
	q.quiet(600 * time.Millisecond)
	b.HangUp(leg, call.Cause{})
	q.hungUpOn()
	b.await(leg, call.Ended)
}
