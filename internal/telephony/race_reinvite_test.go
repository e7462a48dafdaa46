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

// TestOffersInMidDialog: what a re-INVITE or an UPDATE may change, and what is
// refused without harm to what was agreed before.
func TestOffersInMidDialog(t *testing.T) {
	for _, method := range []string{"INVITE", "UPDATE"} {
		t.Run(method, func(t *testing.T) {
			b, p, moved := openBench(t, Config{}), newPeer(t), newPeer(t)
			leg := b.dial(1, p.target())
			invite := p.answered()
			b.await(leg, call.Answered)
			offer := func(body, status string) message {
				t.Helper()
				req := p.request(invite, method, "far", body)
				res := p.expect("SIP/2.0 " + status)
				if method == "INVITE" {
					p.requestAt(req.cseq(), invite, "ACK", "far", "")
				}
				return res
			}
			for _, hold := range []string{"a=sendonly", "a=inactive"} {
				if res := offer(p.sdp("a=sendrecv", hold), "200"); strings.Contains(res.body(), "a=sendrecv") {
					t.Errorf("%s is answered %q", hold, res.body())
				}
				offer(p.sdp(), "200")
			}
			offer(p.sdp("IP4 127.0.0.1\r\nt", "IP4 0.0.0.0\r\nt"), "200") // RFC 2543
			b.awaitNth(leg, call.FarHold, 3)
			if res := offer(p.sdp("AVP 0 101", "AVP 8 101", "0 PCMU", "8 PCMA"), "200"); !strings.Contains(res.body(), "PCMA") {
				t.Errorf("a new codec: %q", res.body())
			}
			b.awaitNth(leg, call.FarResume, 3)
			offer(moved.sdp(), "200")
			moved.hears()
			if res := offer(p.sdp()+"m=video 4000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n", "200"); !strings.Contains(res.body(), "m=video 0 ") {
				t.Errorf("video: %q", res.body())
			}
			offer(p.sdp("m=audio ", "m=audio 0 RTP/AVP 0\r\nm=x "), "488") // its audio taken away
			offer(p.sdp("AVP 0 101", "AVP 18", "a=rtpmap:0 PCMU/8000\r\n", "a=rtpmap:18 G729/8000\r\n"), "488")
			p.hears() // as it was agreed last
			b.HangUp(leg, call.Cause{})
			p.hungUpOn()
			b.await(leg, call.Ended)
		})
	}
}

// TestAnUpdateMeetsAnInvite: one offer at a time (RFC 3311 section 5.2).
func TestAnUpdateMeetsAnInvite(t *testing.T) {
	b, p := openBench(t, swift()), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered("Session-Expires: 2;refresher=uac")
	ours := p.expect("INVITE")
	p.request(invite, "UPDATE", "far", p.sdp())
	p.expect("SIP/2.0 491") // our offer is under way
	p.request(invite, "UPDATE", "far", "")
	p.expect("SIP/2.0 200") // without one nothing crosses
	p.reply(ours, "200 OK", "", p.sdp(), "Session-Expires: 600;refresher=uac")
	p.expect("ACK")
	theirs := p.request(invite, "INVITE", "far", "")
	p.expect("SIP/2.0 200")
	p.request(invite, "UPDATE", "far", p.sdp())
	if res := p.expect("SIP/2.0 500"); res.header("Retry-After") == "" { // their answer is due, in the ACK
		t.Errorf("%q", res)
	}
	p.requestAt(theirs.cseq(), invite, "ACK", "far", p.sdp())
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}
