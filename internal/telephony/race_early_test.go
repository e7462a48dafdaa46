package telephony

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// reliably are the headers of a 1xx that must be acknowledged (RFC 3262).
func reliably(rseq int) []string {
	return []string{"Require: 100rel", fmt.Sprintf("RSeq: %d", rseq)}
}

// pracked answers the PRACK that must come now.
func (p *peer) pracked(invite message, tag string, rseq int) message {
	p.t.Helper()
	prack := p.expect("PRACK")
	if want := fmt.Sprintf("%d %d INVITE", rseq, invite.cseq()); prack.header("RAck") != want || prack.tag("To") != tag || prack.cseq() <= invite.cseq() {
		p.t.Errorf("want RAck %q to %s: %q", want, tag, prack)
	}
	p.reply(prack, "200 OK", "", "")
	return prack
}

// hears checks that media is sent to this peer.
func (p *peer) hears() {
	p.t.Helper()
	_ = p.rtp.SetReadDeadline(time.Now().Add(patience))
	if n, _, err := p.rtp.ReadFrom(make([]byte, 1500)); err != nil || n != 172 {
		p.t.Errorf("media: %d bytes, %v", n, err)
	}
}

func TestReliableProvisionalResponsesAreAcknowledgedOnceAndInOrder(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "183 Session Progress", "far", p.sdp(), reliably(7)...)
	first := p.pracked(invite, "far", 7)
	for range 3 {
		p.reply(invite, "183 Session Progress", "far", p.sdp(), reliably(7)...) // a repetition
	}
	p.reply(invite, "180 Ringing", "far", "", reliably(9)...) // ahead of its turn
	p.reply(invite, "180 Ringing", "far", "", reliably(8)...)
	second := p.pracked(invite, "far", 8)
	p.reply(invite, "180 Ringing", "far", "", reliably(9)...)
	third := p.pracked(invite, "far", 9)
	if second.cseq() != first.cseq()+1 || third.cseq() != second.cseq()+1 {
		t.Errorf("PRACKs are numbered %d, %d, %d", first.cseq(), second.cseq(), third.cseq())
	}
	p.reply(invite, "200 OK", "far", "")
	if ack := p.expect("ACK"); ack.cseq() != invite.cseq() {
		t.Errorf("ACK: %q", ack)
	}
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	if bye := p.hungUpOn(); bye.cseq() <= third.cseq() {
		t.Errorf("BYE has %s after %d", bye.header("CSeq"), third.cseq())
	}
	b.await(leg, call.Ended)
}

// TestEachForkHasItsOwnEarlyDialog: two phones ring, each by its own way; what one
// says of its media, its target and its routes is never the other's.
func TestEachForkHasItsOwnEarlyDialog(t *testing.T) {
	b, p, other := openBench(t, Config{}), newPeer(t), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "183 Session Progress", "one", other.sdp(), "Contact: <sip:one@"+other.addr()+">", "Require: 100rel", "RSeq: 1")
	if prack := other.pracked(invite, "one", 1); !strings.HasPrefix(prack.start(), "PRACK sip:one@"+other.addr()) {
		t.Errorf("%q", prack.start())
	}
	other.hears()
	p.reply(invite, "183 Session Progress", "two", "", append(reliably(40), "Contact: <sip:two@192.0.2.7>", "Record-Route: <sip:"+p.addr()+";lr>")...)
	if prack := p.pracked(invite, "two", 40); !strings.HasPrefix(prack.start(), "PRACK sip:two@192.0.2.7 ") || uri(prack.header("Route")) != "sip:"+p.addr()+";lr" {
		t.Errorf("%q", prack)
	}
	// The one without a description answers without one: it gets no audio of the other's.
	p.reply(invite, "200 OK", "two", "")
	if ack := p.expect("ACK"); ack.tag("To") != "two" {
		t.Errorf("ACK: %q", ack)
	}
	if bye := p.hungUpOn(); bye.tag("To") != "two" {
		t.Errorf("BYE: %q", bye)
	}
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.MediaFailure {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestTheAnswerOfAnotherForkThanTheEarlyMedias(t *testing.T) {
	b, p, other := openBench(t, Config{}), newPeer(t), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "183 Session Progress", "one", other.sdp())
	other.hears()
	p.reply(invite, "180 Ringing", "two", "")
	p.reply(invite, "200 OK", "two", p.sdp())
	if ack := p.expect("ACK"); ack.tag("To") != "two" {
		t.Errorf("ACK: %q", ack)
	}
	b.await(leg, call.Answered)
	p.hears()
	// And the first answers as well, by what it said before.
	p.reply(invite, "200 OK", "one", "")
	if ack := p.expect("ACK"); ack.tag("To") != "one" {
		t.Errorf("ACK: %q", ack)
	}
	if bye := p.hungUpOn(); bye.tag("To") != "one" {
		t.Errorf("BYE: %q", bye)
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

// TestA199EndsOneFork: what it had said is forgotten, and the call goes on.
func TestA199EndsOneFork(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	if s := invite.header("Supported"); !strings.Contains(s, "199") {
		t.Errorf("Supported: %s", s)
	}
	p.reply(invite, "183 Session Progress", "one", p.sdp(), reliably(3)...)
	p.pracked(invite, "one", 3)
	p.reply(invite, "199 Early Dialog Terminated", "one", "", reliably(4)...)
	p.pracked(invite, "one", 4)
	p.request(invite, "UPDATE", "one", "")
	p.expect("SIP/2.0 481")
	p.reply(invite, "180 Ringing", "two", "")
	p.reply(invite, "200 OK", "two", p.sdp())
	p.expect("ACK")
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestAFarEndThatInsistsOnReliability(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	p.reply(p.expect("INVITE"), "421 Extension Required", "far", "", "Require: 100rel")
	p.expect("ACK")
	invite := p.expect("INVITE")
	if invite.header("Require") != "100rel" {
		t.Errorf("Require: %q", invite.header("Require"))
	}
	p.reply(invite, "421 Extension Required", "far", "", "Require: 100rel")
	p.expect("ACK")
	if end := b.await(leg, call.Ended); end.Cause.SIP != 421 {
		t.Errorf("cause %v", end.Cause)
	}
}

// TestUpdatesOfAnEarlyDialog: its target may change at any time, its media once our
// offer has been answered for good (RFC 3311 section 5.2).
func TestUpdatesOfAnEarlyDialog(t *testing.T) {
	b, p, other := openBench(t, Config{}), newPeer(t), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.request(invite, "UPDATE", "far", "")
	p.expect("SIP/2.0 481") // there is no such dialog yet
	p.reply(invite, "183 Session Progress", "far", p.sdp())
	p.hears()
	p.request(invite, "UPDATE", "far", other.sdp())
	p.expect("SIP/2.0 491")
	p.request(invite, "UPDATE", "far", "", "Contact: <sip:moved@"+other.addr()+">")
	p.expect("SIP/2.0 200")
	p.reply(invite, "183 Session Progress", "far", p.sdp(), append(reliably(1), "Contact: <sip:moved@"+other.addr()+">")...)
	other.pracked(invite, "far", 1)
	p.request(invite, "UPDATE", "far", other.sdp())
	if res := p.expect("SIP/2.0 200"); !strings.Contains(res.body(), "m=audio ") {
		t.Errorf("answer: %q", res)
	}
	other.hears()
	p.requestAt(p.seq-1, invite, "UPDATE", "far", "")
	p.expect("SIP/2.0 500") // out of order
	// The 2xx repeats the first answer, which is out of date.
	p.reply(invite, "200 OK", "far", p.sdp())
	p.expect("ACK")
	b.await(leg, call.Answered)
	if s := b.Legs(); len(s) != 1 || s[0].Media.Remote.String() != other.rtp.LocalAddr().String() {
		t.Errorf("media goes to %v", s)
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestEarlyDescriptionsThatMakeNoSense(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "183 Session Progress", "far", "nothing at all")
	p.reply(invite, "183 Session Progress", "far", "v=0\r\nm=audio")
	b.await(leg, call.Ringing)
	p.reply(invite, "200 OK", "far", p.sdp())
	p.expect("ACK")
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

// TestManyForks: what more of them say is not kept, and each may answer.
func TestManyForks(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	for i := range 2 * forks {
		p.reply(invite, "183 Session Progress", fmt.Sprintf("fork%d", i), p.sdp())
	}
	p.reply(invite, "200 OK", fmt.Sprintf("fork%d", 2*forks-1), p.sdp())
	p.expect("ACK")
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestAReliableResponseToAReinvite(t *testing.T) {
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered("Session-Expires: 2;refresher=uac")
	reinvite := p.expect("INVITE")
	p.reply(reinvite, "183 Session Progress", "", "", reliably(12)...)
	p.pracked(reinvite, "far", 12)
	p.reply(reinvite, "200 OK", "", p.sdp(), "Session-Expires: 600;refresher=uac")
	if ack := p.expect("ACK"); ack.cseq() != reinvite.cseq() {
		t.Errorf("ACK: %q", ack)
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

// TestAReliableResponseCrossesCancel: it is acknowledged, for the far end may hold
// back its final response until then.
func TestAReliableResponseCrossesCancel(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "180 Ringing", "far", "")
	b.await(leg, call.Ringing)
	b.HangUp(leg, call.Cause{Reason: call.Cancelled})
	cancel := p.expect("CANCEL")
	p.reply(invite, "183 Session Progress", "far", p.sdp(), reliably(1)...)
	p.pracked(invite, "far", 1)
	p.reply(cancel, "200 OK", "far", "")
	p.reply(invite, "487 Request Terminated", "far", "")
	p.expect("ACK")
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Cancelled {
		t.Errorf("cause %v", end.Cause)
	}
}
