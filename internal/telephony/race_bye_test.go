package telephony

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

func TestBothHangUpAtOnce(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	bye := p.expect("BYE")
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	p.reply(bye, "481 Call/Transaction Does Not Exist", "far", "")
	b.await(leg, call.Ended)
}

func TestTheLegEndsThoughNobodyAnswersItsBye(t *testing.T) {
	b, p := openBench(t, Config{pace: pace{farewell: 200 * time.Millisecond}}), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	bye := p.expect("BYE")
	b.await(leg, call.Ended)
	p.again(bye)
	p.expect("BYE")
}

func TestTheReinviteOfALegThatIsHungUp(t *testing.T) {
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered("Session-Expires: 2;refresher=uac")
	reinvite := p.expect("INVITE")
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
	p.reply(reinvite, "200 OK", "far", p.sdp())
	if ack := p.expect("ACK"); ack.cseq() != reinvite.cseq() {
		t.Errorf("%q", ack)
	}
	p.reply(p.expect("BYE"), "481 Call/Transaction Does Not Exist", "far", "")
}

// TestWhateverIsAnsweredToBye: the leg is over, and only a challenge is answered.
func TestWhateverIsAnsweredToBye(t *testing.T) {
	for _, status := range []string{"200 OK", "481 Call/Transaction Does Not Exist", "408 Request Timeout", "500 Error", "403 Forbidden", "401 Unauthorized"} {
		t.Run(status, func(t *testing.T) {
			b, p := openBench(t, Config{}), newPeer(t)
			leg := b.dial(1, p.target())
			p.answered()
			b.await(leg, call.Answered)
			b.HangUp(leg, call.Cause{Detail: "enough"})
			p.reply(p.expect("BYE"), status, "", "")
			if end := b.await(leg, call.Ended); end.Cause.Detail != "enough" {
				t.Errorf("cause %v", end.Cause)
			}
			p.quiet(60 * time.Millisecond)
		})
	}
}

// TestAByeOvertakesTheAck: the far end hangs up before it has heard our ACK.
func TestAByeOvertakesTheAck(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "200 OK", "far", p.sdp())
	p.request(invite, "BYE", "far", "")
	p.expect("ACK")
	p.expect("SIP/2.0 200")
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Normal || !end.Cause.Far {
		t.Errorf("cause %v", end.Cause)
	}
	p.reply(invite, "200 OK", "far", p.sdp()) // the ACK was lost as well
}

// TestTheirReinviteMeetsOurHangUp: BYE against re-INVITE, the other way.
func TestTheirReinviteMeetsOurHangUp(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	bye := p.expect("BYE")
	reinvite := p.request(invite, "INVITE", "far", p.sdp())
	p.expect("SIP/2.0 481")
	p.requestAt(reinvite.cseq(), invite, "ACK", "far", "")
	p.reply(bye, "200 OK", "", "")
	b.await(leg, call.Ended)
}

// TestAHangUpWhileOurAnswerIsNotAcknowledged: our 2xx to their re-INVITE has no ACK.
func TestAHangUpWhileOurAnswerIsNotAcknowledged(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	reinvite := p.request(invite, "INVITE", "far", p.sdp())
	p.expect("SIP/2.0 200")
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
	p.requestAt(reinvite.cseq(), invite, "ACK", "far", "")
}
