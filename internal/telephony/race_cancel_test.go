package telephony

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

func ringFor(d time.Duration) func(*call.Order) { return func(o *call.Order) { o.Ring = d } }

func TestA200ThatCrossesCancelIsAcknowledgedAndEnded(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "180 Ringing", "far", "")
	b.await(leg, call.Ringing)
	b.HangUp(leg, call.Cause{Reason: call.Cancelled})
	cancel := p.expect("CANCEL")
	if cancel.branch() != invite.branch() || cancel.cseq() != invite.cseq() || cancel.tag("To") != "" {
		t.Errorf("CANCEL does not match its INVITE: %q", cancel)
	}
	p.reply(invite, "200 OK", "far", p.sdp())
	p.reply(cancel, "200 OK", "far", "")
	ack := p.expect("ACK")
	if ack.cseq() != invite.cseq() || ack.tag("To") != "far" {
		t.Errorf("ACK: %q", ack)
	}
	if bye := p.hungUpOn(); bye.tag("To") != "far" || bye.cseq() <= invite.cseq() {
		t.Errorf("BYE: %q", bye)
	}
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Cancelled || end.Cause.Far {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestNobodyAnswers(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target(), ringFor(300*time.Millisecond))
	invite := p.expect("INVITE")
	p.reply(invite, "180 Ringing", "far", "")
	cancel := p.expect("CANCEL")
	p.reply(cancel, "200 OK", "far", "")
	p.reply(invite, "487 Request Terminated", "far", "")
	p.expect("ACK")
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.NoAnswer || end.Cause.Far || end.Cause.SIP != 487 {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestTheLegEndsThoughNobodyEndsTheCancelledInvite(t *testing.T) {
	b, p := openBench(t, Config{pace: pace{cancel: 200 * time.Millisecond}}), newPeer(t)
	leg := b.dial(1, p.target(), ringFor(200*time.Millisecond))
	invite := p.expect("INVITE")
	p.reply(invite, "180 Ringing", "far", "")
	p.expect("CANCEL")
	b.await(leg, call.Ended)
	// Answered after all, when the leg is long gone.
	p.reply(invite, "200 OK", "far", p.sdp())
	p.expect("ACK")
	p.hungUpOn()
}

func TestAnInviteIsCancelledOnlyAfterAProvisionalResponse(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	b.HangUp(leg, call.Cause{Reason: call.Cancelled})
	b.await(leg, call.Ended)
	p.quiet(150 * time.Millisecond)
	p.reply(invite, "180 Ringing", "far", "")
	p.reply(p.expect("CANCEL"), "200 OK", "far", "")
	p.reply(invite, "487 Request Terminated", "far", "")
	p.expect("ACK")
}

func TestA200ToAnInviteThatIsGivenUpUnheard(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	b.HangUp(leg, call.Cause{Reason: call.Cancelled})
	b.await(leg, call.Ended)
	p.reply(invite, "200 OK", "far", p.sdp())
	p.expect("ACK")
	p.hungUpOn()
}

func TestATrunkThatWasGivenUpAnswersAfterAll(t *testing.T) {
	p, q := newPeer(t), newPeer(t)
	b := openBench(t, Config{Trunks: []Trunk{trunkTo(p, "slow", 0), trunkTo(q, "quick", 1)}, pace: pace{silence: 100 * time.Millisecond}})
	leg := b.dial(1, "100")
	late := p.expect("INVITE")
	invite := q.answered()
	b.await(leg, call.Answered)
	for range 2 { // and its 200 is repeated
		p.seen = make(map[string]bool)
		p.reply(late, "200 OK", "late", p.sdp())
		for ack := p.expect(""); ack.method() != "ACK"; ack = p.expect("") {
		}
		if bye := p.hungUpOn(); bye.header("Call-ID") != late.header("Call-ID") || bye.tag("To") != "late" {
			t.Errorf("%q", bye)
		}
	}
	q.request(invite, "OPTIONS", "far", "")
	q.expect("SIP/2.0 200")
	b.HangUp(leg, call.Cause{})
	q.hungUpOn()
	b.await(leg, call.Ended)
}

// TestCancelIsUnknownThere: it was answered 481, and the INVITE goes its own way.
func TestCancelIsUnknownThere(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "180 Ringing", "far", "")
	b.await(leg, call.Ringing)
	b.HangUp(leg, call.Cause{Reason: call.Cancelled})
	p.reply(p.expect("CANCEL"), "481 Call/Transaction Does Not Exist", "far", "")
	p.reply(invite, "200 OK", "far", p.sdp())
	p.expect("ACK")
	p.hungUpOn()
	b.await(leg, call.Ended)
}

// TestA200After487: another fork answers what was cancelled.
func TestA200After487(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "180 Ringing", "far", "")
	b.await(leg, call.Ringing)
	b.HangUp(leg, call.Cause{Reason: call.Cancelled})
	p.reply(p.expect("CANCEL"), "200 OK", "far", "")
	p.reply(invite, "487 Request Terminated", "far", "")
	p.expect("ACK")
	if end := b.await(leg, call.Ended); end.Cause.SIP != 487 {
		t.Errorf("cause %v", end.Cause)
	}
	// RFC 3261 lets no 2xx follow; one that does changes nothing any more.
	p.reply(invite, "200 OK", "other", p.sdp())
	p.quiet(100 * time.Millisecond)
}
