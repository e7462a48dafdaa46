package telephony

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// A flood of calls to our port is turned away and leaves nothing behind: neither
// a transaction that would stay for half a minute, nor a repeated answer.
func TestAFloodOfStrangersIsForgotten(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	p.to = b.Address()
	for i := range 50 {
		for _, method := range []string{"INVITE", "OPTIONS", "REGISTER", "CANCEL", "BYE"} {
			tag := ""
			if method == "BYE" || method == "INVITE" && i%2 == 0 {
				tag = ";tag=guessed"
			}
			p.send(fmt.Sprintf("%s sip:x@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKflood%s%d\r\nFrom: <sip:a@b>;tag=%d\r\nTo: <sip:x@y>%s\r\n"+
				"Call-ID: flood%s%d\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\nContact: <%s>\r\nContent-Length: 0\r\n\r\n",
				method, b.Address(), p.addr(), method, i, i, tag, method, i, method, p.contact))
			want := map[string]string{"INVITE": "603", "OPTIONS": "200", "REGISTER": "405", "CANCEL": "481"}[method]
			if tag != "" {
				want = "481"
			}
			if got := p.expect("SIP/2.0 ").start(); !strings.Contains(got, want) {
				t.Fatalf("%s was answered %s, want %s", method, got, want)
			}
		}
	}
	p.seen = map[string]bool{}
	p.quiet(5 * sip.T1) // unacknowledged, yet not said again
}

func TestAnAnswerFromUnderAHold(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	p.reply(invite, "200 OK", "far", p.sdp("a=sendrecv", "a=inactive"))
	p.expect("ACK")
	b.await(leg, call.FarHold)
	if got := b.reported(leg); got[0] != call.Answered {
		t.Errorf("reports: %v", got)
	}
	p.request(invite, "INVITE", "far", p.sdp())
	p.expect("SIP/2.0 200")
	p.requestAt(p.seq, invite, "ACK", "far", "")
	b.await(leg, call.FarResume)
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
}

// A far end that grants a session interval of a second, against RFC 4028, would
// have us refresh for ever, or hang up at once.
func TestASessionIntervalBelowTheLeast(t *testing.T) {
	for _, granted := range []string{"1;refresher=uac", "1;refresher=uas"} {
		s := session{offered: 30 * time.Minute, least: 90 * time.Second}
		res := sip.NewResponse(200, "OK")
		res.AppendHeader(sip.NewHeader("Session-Expires", granted))
		now := time.Now()
		s.granted(res, now)
		if s.interval != 90*time.Second || s.expire.Before(now.Add(time.Minute)) {
			t.Errorf("%s: interval %v, ends in %v", granted, s.interval, s.expire.Sub(now))
		}
	}
}

// One more 2xx to a leg that has too much to read does not end the call.
func TestARepeatedAnswerToABusyLeg(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	id := b.dial(1, p.target())
	invite := p.answered()
	b.await(id, call.Answered)
	full := &leg{order: call.Order{Leg: 99}, home: b.Switch, inbox: newInbox()}
	for full.inbox.put(played{}) {
	}
	res := sip.NewResponse(200, "OK")
	res.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", Host: "far"}, Params: sip.NewParams()})
	there := netip.MustParseAddrPort(p.addr())
	d := newDialog(b.wire, "x", sip.Uri{Scheme: "sip", User: "x"}, sip.Uri{Scheme: "sip", User: "y", Host: "127.0.0.1", Port: int(there.Port())}, hop{network: "UDP", addr: there})
	x := &exchange{req: d.request(sip.INVITE), to: hop{network: "UDP", addr: there}}
	full.another(x, res)
	p.quiet(4 * sip.T1)
	full.inbox.close()
	full.another(x, res)
	p.expect("ACK")
	p.hungUpOn()
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(id, call.Ended)
}

func TestNumbersOfTelURIs(t *testing.T) {
	for text, want := range map[string]string{
		"tel:+1-317-555-0101":                    "+13175550101",
		"TEL:555.0101;phone-context=example.com": "5550101",
		" tel:(317)555-0101":                     "3175550101",
		"+13175550101":                           "+13175550101",
		"1-800-FLOWERS":                          "1-800-FLOWERS",
		"tel":                                    "tel",
		"tel:":                                   "",
	} {
		if got := dialed(text); got != want {
			t.Errorf("%q is dialed as %q, want %q", text, got, want)
		}
	}
}

// A hang-up that meets a challenge is no fault of the trunk's.
func TestAHangUpThatMeetsAChallenge(t *testing.T) {
	b := openBench(t, Config{})
	ctx, hang := context.WithCancelCause(context.Background())
	hang(hangUp{call.Cause{Reason: call.Cancelled, Detail: "changed our mind"}})
	to := hop{network: "TCP", addr: netip.MustParseAddrPort("127.0.0.1:1")}
	uri := sip.Uri{Scheme: "sip", User: "y", Host: "127.0.0.1", Port: 1}
	l := &leg{home: b.Switch, inbox: newInbox(), parley: parley{local: netip.MustParseAddrPort("127.0.0.1:4000")}}
	var ring time.Time
	a := attempt{leg: l, ring: &ring, dialog: newDialog(b.wire, "x", sip.Uri{Scheme: "sip", User: "x"}, uri, to)}
	if v := a.resend(ctx); v == nil || v.next || v.sick || v.cause.Detail != "changed our mind" {
		t.Errorf("verdict %+v", v)
	}
}
