package telephony

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

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
	t.Parallel()
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
		{"INFO", "469", []string{"Info-Package: frob"}, ""},
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

// TestAContactBehindANAT: a private address that came from a public one leads nowhere.
func TestAContactBehindANAT(t *testing.T) {
	p, there := newPeer(t), newPeer(t)
	b := openBench(t, Config{Trunks: []Trunk{{Name: "carrier", Address: p.addr(), NAT: true}}})
	leg := b.dial(1, "100")
	invite := p.expect("INVITE")
	p.reply(invite, "200 OK", "far", p.sdp(), "Contact: <sip:100@10.1.2.3:5070>")
	p.expect("ACK sip:100@10.1.2.3:5070 ")
	b.await(leg, call.Answered)
	p.request(invite, "UPDATE", "far", "", "Contact: <sip:100@"+there.addr()+">")
	p.expect("SIP/2.0 200")
	b.HangUp(leg, call.Cause{})
	there.hungUpOn() // another public one is believed
	b.await(leg, call.Ended)
}
