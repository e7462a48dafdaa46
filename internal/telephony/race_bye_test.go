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
