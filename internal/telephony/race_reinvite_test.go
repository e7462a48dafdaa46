package telephony

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

func TestInfoBetweenReinviteAndAckDoesNotChangeTheAcksNumber(t *testing.T) {
	// No "Allow: UPDATE" in the answer, so the refresh is a re-INVITE.
	b, p := openBench(t, Config{SessionExpires: 2 * time.Second, pace: pace{interval: time.Second}}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered("Session-Expires: 2;refresher=uac")
	reinvite := p.expect("INVITE")
	p.request(invite, "INFO", "far", "")
	p.expect("SIP/2.0 200")
	p.reply(reinvite, "200 OK", "far", p.sdp(), "Session-Expires: 600;refresher=uac")
	if ack := p.expect("ACK"); ack.cseq() != reinvite.cseq() {
		t.Errorf("ACK has %s after re-INVITE %d", ack.header("CSeq"), reinvite.cseq())
	}
	b.HangUp(leg, call.Cause{})
	if bye := p.hungUpOn(); bye.cseq() != reinvite.cseq()+1 {
		t.Errorf("BYE has %s after %d", bye.header("CSeq"), reinvite.cseq())
	}
	b.await(leg, call.Ended)
}

func TestAReinviteWhileTheLastIsNotAcknowledged(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	first := p.request(invite, "INVITE", "far", p.sdp())
	p.expect("SIP/2.0 200")
	p.request(invite, "INVITE", "far", p.sdp())
	if res := p.expect("SIP/2.0 500"); res.header("Retry-After") == "" {
		t.Errorf("no Retry-After: %q", res)
	}
	p.requestAt(p.seq, invite, "ACK", "far", "")
	p.requestAt(first.cseq(), invite, "ACK", "far", "")
	p.request(invite, "INVITE", "far", p.sdp())
	p.expect("SIP/2.0 200")
	p.requestAt(p.seq, invite, "ACK", "far", "")
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
}

func TestGlare(t *testing.T) {
	b, p := openBench(t, Config{SessionExpires: 2 * time.Second, pace: pace{
		interval: time.Second,
		glare:    func() time.Duration { return 20 * time.Millisecond },
	}}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered("Session-Expires: 2;refresher=uac")
	ours := p.expect("INVITE")
	// Theirs comes while ours is under way: 491 both ways, and ours is tried again.
	theirs := p.request(invite, "INVITE", "far", p.sdp())
	p.expect("SIP/2.0 491")
	p.requestAt(theirs.cseq(), invite, "ACK", "far", "")
	p.reply(ours, "491 Request Pending", "far", "")
	p.expect("ACK")
	again := p.expect("INVITE")
	if again.cseq() != ours.cseq()+1 {
		t.Errorf("the retry has %s", again.header("CSeq"))
	}
	p.reply(again, "200 OK", "far", p.sdp(), "Session-Expires: 600;refresher=uac")
	p.expect("ACK")
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestGlareDelayIsThatOfTheCallIDsOwner(t *testing.T) {
	for range 1000 {
		if d := glareDelay(); d < 2100*time.Millisecond || d > 4*time.Second || d%(10*time.Millisecond) != 0 {
			t.Fatalf("%v", d)
		}
	}
}

func TestAReinviteWithoutAnOfferGetsOursAndItsAckTheirs(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	p.request(invite, "INVITE", "far", "")
	res := p.expect("SIP/2.0 200")
	if !strings.Contains(res.body(), "PCMA/8000") {
		t.Errorf("no offer in %q", res)
	}
	p.requestAt(p.seq, invite, "ACK", "far", p.sdp("a=sendrecv", "a=sendonly"))
	b.await(leg, call.FarHold)
	p.request(invite, "INVITE", "far", p.sdp())
	p.expect("SIP/2.0 200")
	p.requestAt(p.seq, invite, "ACK", "far", "")
	b.await(leg, call.FarResume)
	p.request(invite, "INVITE", "far", "")
	p.expect("SIP/2.0 200")
	p.requestAt(p.seq, invite, "ACK", "far", "") // and no answer in it
	p.hungUpOn()
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.MediaFailure {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestAnAnswerToReinviteIsRepeatedUntilItsAck(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	p.request(invite, "INVITE", "far", p.sdp())
	for range 3 {
		p.again(p.expect("SIP/2.0 200"))
	}
	p.requestAt(p.seq, invite, "ACK", "far", "")
	p.request(invite, "INVITE", "far", p.sdp())
	p.any(patience)
	// No ACK at all: 64 T1 later the leg ends.
	p.hungUpOn()
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Unreachable {
		t.Errorf("cause %v", end.Cause)
	}
}
