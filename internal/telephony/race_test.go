package telephony

import (
	"fmt"
	"strings"
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

func TestTheRemoteTargetFollowsTheFarEndsContact(t *testing.T) {
	for _, method := range []string{"INVITE", "UPDATE"} {
		t.Run(method, func(t *testing.T) {
			b, p, moved := openBench(t, Config{}), newPeer(t), newPeer(t)
			leg := b.dial(1, p.target())
			invite := p.answered()
			p.contact = moved.contact
			body := ""
			if method == "INVITE" {
				body = p.sdp()
			}
			p.request(invite, method, "far", body)
			if res := p.expect("SIP/2.0 200"); uri(res.header("Contact")) == "" {
				t.Errorf("no Contact in %q", res)
			}
			if method == "INVITE" {
				p.requestAt(p.seq, invite, "ACK", "far", "")
			}
			b.HangUp(leg, call.Cause{})
			if bye := moved.hungUpOn(); !strings.HasPrefix(bye.start(), "BYE "+moved.contact+" ") {
				t.Errorf("BYE: %q", bye.start())
			}
			b.await(leg, call.Ended)
		})
	}
}

func TestRequestsOfADialogAreNumberedInOrder(t *testing.T) {
	b, p := openBench(t, Config{SessionExpires: 2 * time.Second, pace: pace{interval: time.Second}}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered("Allow: UPDATE", "Session-Expires: 2;refresher=uac")
	for i := 1; i <= 2; i++ {
		update := p.expect("UPDATE")
		if update.cseq() != invite.cseq()+i {
			t.Errorf("UPDATE %d has %s", i, update.header("CSeq"))
		}
		p.reply(update, "200 OK", "far", "", "Session-Expires: 2;refresher=uac")
	}
	// Hung up while a third is under way.
	update := p.expect("UPDATE")
	b.HangUp(leg, call.Cause{})
	if bye := p.hungUpOn(); bye.cseq() != update.cseq()+1 {
		t.Errorf("BYE has %s after %d", bye.header("CSeq"), update.cseq())
	}
	b.await(leg, call.Ended)
}

func TestEveryRequestInADialogGetsAFinalAnswer(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	for _, c := range []struct {
		method, status string
		headers        []string
		body           string
	}{
		{"OPTIONS", "200", nil, ""},
		{"INFO", "200", nil, ""},
		{"INFO", "200", []string{"Content-Type: application/dtmf-relay"}, "Signal=7\r\nDuration=160\r\n"},
		{"INFO", "415", []string{"Content-Type: application/x-unknown"}, "x"},
		{"UPDATE", "200", nil, ""},
		{"UPDATE", "200", nil, p.sdp()},
		{"UPDATE", "488", nil, p.sdp("AVP 0 101", "AVP 18", "a=rtpmap:0 PCMU/8000\r\n", "a=rtpmap:18 G729/8000\r\n")},
		{"UPDATE", "415", []string{"Content-Type: text/plain"}, "hello"},
		{"UPDATE", "420", []string{"Require: 100rel, timer"}, ""},
		{"INVITE", "488", nil, "this is no description"},
		{"REFER", "603", []string{"Refer-To: <sip:x@127.0.0.1>"}, ""},
		{"NOTIFY", "489", []string{"Event: dialog"}, ""},
		{"PRACK", "481", nil, ""},
		{"MESSAGE", "405", nil, ""},
		{"SUBSCRIBE", "405", nil, ""},
		{"FROBNICATE", "501", nil, ""},
	} {
		req := p.request(invite, c.method, "far", c.body, c.headers...)
		res := p.expect("SIP/2.0 ")
		if res.cseq() != req.cseq() || !strings.HasPrefix(res.start(), "SIP/2.0 "+c.status) {
			t.Errorf("%s: %s (%s), want %s", c.method, res.start(), res.header("CSeq"), c.status)
		}
		if c.method == "INVITE" {
			p.requestAt(req.cseq(), invite, "ACK", "far", "")
		}
	}
	if d := b.await(leg, call.Digit); d.Digit != '7' {
		t.Errorf("digit %q", d.Digit)
	}
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
	p.request(invite, "OPTIONS", "far", "")
	p.expect("SIP/2.0 481")
}

func TestRequestsOutsideOfADialog(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	p.to = b.Address()
	for i, c := range []struct{ method, to, status string }{
		{"OPTIONS", "", "200"},
		{"INVITE", "", "603"},
		{"REGISTER", "", "405"},
		{"SUBSCRIBE", "", "405"},
		{"MESSAGE", "", "405"},
		{"REFER", "", "405"},
		{"BYE", "", "481"},
		{"BYE", ";tag=gone", "481"},
		{"INVITE", ";tag=gone", "481"},
		{"NOTIFY", "", "481"},
		{"CANCEL", "", "481"},
		{"FROBNICATE", "", "501"},
	} {
		p.send(fmt.Sprintf("%[1]s sip:%[2]s SIP/2.0\r\nVia: SIP/2.0/UDP %[3]s;branch=z9hG4bKout%[4]d;rport\r\nMax-Forwards: 70\r\n"+
			"From: <sip:x@%[3]s>;tag=x\r\nTo: <sip:%[2]s>%[5]s\r\nCall-ID: out%[4]d\r\nCSeq: 1 %[1]s\r\nContent-Length: 0\r\n\r\n",
			c.method, b.Address(), p.addr(), i, c.to))
		res := p.expect("SIP/2.0 ")
		if !strings.HasPrefix(res.start(), "SIP/2.0 "+c.status) || res.tag("To") == "" {
			t.Errorf("%s%s: %q, want %s", c.method, c.to, res, c.status)
		}
		if (c.status == "200" || c.status == "405") && !strings.Contains(res.header("Allow"), "BYE") {
			t.Errorf("%s: Allow is %q", c.method, res.header("Allow"))
		}
		if c.method == "INVITE" {
			p.send(fmt.Sprintf("ACK sip:%[2]s SIP/2.0\r\nVia: SIP/2.0/UDP %[3]s;branch=z9hG4bKout%[4]d;rport\r\nMax-Forwards: 70\r\n"+
				"From: <sip:x@%[3]s>;tag=x\r\nTo: %[5]s\r\nCall-ID: out%[4]d\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
				c.method, b.Address(), p.addr(), i, res.header("To")))
		}
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

func TestNobodyIsThere(t *testing.T) {
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

func TestRequestsOutOfOrder(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	p.request(invite, "OPTIONS", "far", "")
	p.expect("SIP/2.0 200")
	p.requestAt(p.seq-1, invite, "OPTIONS", "far", "")
	p.expect("SIP/2.0 500")
	p.request(invite, "OPTIONS", "stranger", "")
	p.expect("SIP/2.0 481")
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
}

func TestRequestsGoByTheRoutes(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.contact = "sip:far@192.0.2.1:5070"
	p.reply(invite, "200 OK", "far", p.sdp(), "Record-Route: <sip:192.0.2.9;lr>", "Record-Route: <sip:"+p.addr()+";lr>")
	ack := p.expect("ACK sip:far@192.0.2.1:5070 ")
	if r := ack.headers("Route"); len(r) != 2 || uri(r[0]) != "sip:"+p.addr()+";lr" || uri(r[1]) != "sip:192.0.2.9;lr" {
		t.Errorf("routes %v", r)
	}
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	p.reply(p.expect("BYE sip:far@192.0.2.1:5070 "), "200 OK", "far", "")
	b.await(leg, call.Ended)
}

func TestEndings(t *testing.T) {
	for _, c := range []struct {
		status  string
		headers []string
		want    call.Cause
	}{
		{"486 Busy Here", nil, call.Cause{Reason: call.Busy, SIP: 486, Detail: "Busy Here"}},
		{"480 Temporarily Unavailable", nil, call.Cause{Reason: call.NoAnswer, SIP: 480, Detail: "Temporarily Unavailable"}},
		{"404 Not Found", nil, call.Cause{Reason: call.BadNumber, SIP: 404, Detail: "Not Found"}},
		{"603 Decline", nil, call.Cause{Reason: call.Refused, SIP: 603, Detail: "Decline"}},
		{"503 Service Unavailable", nil, call.Cause{Reason: call.Congestion, SIP: 503, Detail: "Service Unavailable"}},
		{"401 Unauthorized", []string{`WWW-Authenticate: Digest realm="x", nonce="n"`}, call.Cause{Reason: call.Unauthorised, SIP: 401, Detail: "Unauthorized"}},
		{"302 Moved Temporarily", []string{"Contact: <sip:other@192.0.2.1>"}, call.Cause{Reason: call.Refused, SIP: 302, Detail: "redirected to sip:other@192.0.2.1"}},
		{"480 Gone", []string{`Reason: SIP;cause=480, Q.850;cause=1;text="Unallocated; number"`}, call.Cause{Reason: call.BadNumber, SIP: 480, Q850: 1, Detail: "Unallocated; number"}},
		{"500 Error", []string{"Reason: Q.850 ;cause=17"}, call.Cause{Reason: call.Busy, SIP: 500, Q850: 17, Detail: "Error"}},
	} {
		t.Run(c.status, func(t *testing.T) {
			b, p := openBench(t, Config{}), newPeer(t)
			leg := b.dial(1, p.target())
			invite := p.expect("INVITE")
			p.reply(invite, "180 Ringing", "far", "")
			p.reply(invite, c.status, "far", "", c.headers...)
			p.expect("ACK")
			c.want.Far = true
			if end := b.await(leg, call.Ended); end.Cause != c.want {
				t.Errorf("cause %+v, want %+v", end.Cause, c.want)
			}
		})
	}
}

func TestFarewells(t *testing.T) {
	for _, c := range []struct {
		reason string
		want   call.Cause
	}{
		{"", call.Cause{Reason: call.Normal}},
		{`Reason: Q.850;cause=16;text="Normal call clearing"`, call.Cause{Reason: call.Normal, Q850: 16, Detail: "Normal call clearing"}},
		{`Reason: Q.850;cause=34`, call.Cause{Reason: call.Congestion, Q850: 34}},
		{`Reason: Q.850;cause=102;text="timer"`, call.Cause{Reason: call.Normal, Q850: 102, Detail: "timer"}},
		{`Reason: SIP;cause=200;text="Call completed elsewhere"`, call.Cause{Reason: call.Normal, Detail: "Call completed elsewhere"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			b, p := openBench(t, Config{}), newPeer(t)
			leg := b.dial(1, p.target())
			invite := p.answered()
			var headers []string
			if c.reason != "" {
				headers = append(headers, c.reason)
			}
			p.request(invite, "BYE", "far", "", headers...)
			p.expect("SIP/2.0 200")
			c.want.Far = true
			if end := b.await(leg, call.Ended); end.Cause != c.want {
				t.Errorf("cause %+v, want %+v", end.Cause, c.want)
			}
		})
	}
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
