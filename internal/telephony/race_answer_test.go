package telephony

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

func TestAnyNumberOfProvisionalResponses(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	for i := range 40 {
		p.reply(invite, []string{"180 Ringing", "183 Session Progress", "181 Call Is Being Forwarded", "182 Queued"}[i%4], "far", "")
	}
	p.reply(invite, "200 OK", "far", p.sdp())
	p.expect("ACK")
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
	ringing := 0
	for _, step := range b.reported(leg) {
		if step == call.Ringing {
			ringing++
		}
	}
	if ringing != 1 {
		t.Errorf("Ringing was reported %d times", ringing)
	}
}

func TestTheSecond200OfAForkedInviteIsAcknowledgedAndEnded(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	b.await(leg, call.Answered)
	p.reply(invite, "200 OK", "other", p.sdp())
	if ack := p.expect("ACK"); ack.tag("To") != "other" || ack.cseq() != invite.cseq() {
		t.Errorf("ACK: %q", ack)
	}
	if bye := p.hungUpOn(); bye.tag("To") != "other" {
		t.Errorf("BYE: %q", bye)
	}
	// The first dialog lives.
	options := p.request(invite, "OPTIONS", "far", "")
	if res := p.expect("SIP/2.0 200"); res.cseq() != options.cseq() {
		t.Errorf("answer to OPTIONS: %q", res)
	}
	b.HangUp(leg, call.Cause{})
	if bye := p.hungUpOn(); bye.tag("To") != "far" {
		t.Errorf("BYE: %q", bye)
	}
	b.await(leg, call.Ended)
}

func TestARepeated200IsAcknowledgedAgainWithTheInvitesNumber(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "200 OK", "far", p.sdp())
	ack := p.expect("ACK")
	b.await(leg, call.Answered)
	for range 3 {
		p.again(ack)
		p.reply(invite, "200 OK", "far", p.sdp())
		if got := p.expect("ACK"); got.cseq() != invite.cseq() || got.tag("To") != "far" {
			t.Errorf("ACK: %q", got)
		}
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	p.expect("INVITE")
	// sipgo's timer B: 64 T1.
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Unreachable {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestEarlyMediaIsNotBridged(t *testing.T) {
	b, p, a := openBench(t, Config{}), newPeer(t), newPeer(t)
	agent := b.dial(1, a.target(), func(o *call.Order) { o.Party = call.Agent })
	a.answered()
	b.await(agent, call.Answered)
	leg := b.dial(2, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "183 Session Progress", "far", p.sdp())
	b.await(leg, call.Ringing)
	b.Bridge(agent, leg)
	for _, l := range b.Legs() {
		if l.Partner != 0 {
			t.Errorf("%v is bridged in early media", l.Leg)
		}
	}
	// Some gateways leave the description out of a 200 after a 183 with one.
	p.reply(invite, "200 OK", "far", "")
	p.expect("ACK")
	b.await(leg, call.Answered)
	b.Bridge(agent, leg)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.HangUp(agent, call.Cause{})
	a.hungUpOn()
	b.await(agent, call.Ended)
}

func TestALateProvisionalResponseIsIgnored(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "200 OK", "far", p.sdp())
	p.expect("ACK")
	p.reply(invite, "180 Ringing", "far", "")
	p.request(invite, "OPTIONS", "far", "")
	p.expect("SIP/2.0 200")
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
	if got := b.reported(leg); len(got) != 2 {
		t.Errorf("reports %v", got)
	}
}

func TestAnInviteLargerThanAnEthernetFrameGoesOverUDP(t *testing.T) {
	b, p := openBench(t, Config{UserAgent: strings.Repeat("long ", 600)}), newPeer(t)
	leg := b.dial(1, p.target())
	if invite := p.answered(); len(invite) < 3000 {
		t.Errorf("INVITE has %d bytes", len(invite))
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestAnAnswerWithoutACommonCodec(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "200 OK", "far", p.sdp("AVP 0 101", "AVP 18", "a=rtpmap:0 PCMU/8000\r\n", "a=rtpmap:18 G729/8000\r\n"))
	p.expect("ACK")
	p.hungUpOn()
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.MediaFailure {
		t.Errorf("cause %v", end.Cause)
	}
	if got := b.reported(leg); len(got) != 1 {
		t.Errorf("reports %v", got)
	}
}
