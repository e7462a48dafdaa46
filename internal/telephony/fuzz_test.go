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

// FuzzDatagram throws datagrams at a Switch with a leg that is up; "CALLID",
// "NEAR" and "FAR" in them become those of the leg's dialog. Afterwards strangers
// are still answered, and so is the leg's far end unless it hung up itself.
func FuzzDatagram(f *testing.F) {
	within := func(method, rest string) string {
		return method + " sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKf;rport\r\nFrom: <sip:a@b>;tag=FAR\r\nTo: <sip:c@d>;tag=NEAR\r\n" +
			"Call-ID: CALLID\r\nCSeq: 500 " + method + "\r\n" + rest
	}
	f.Add(within("INVITE", "Contact: <sip:x@127.0.0.1:9>\r\nContent-Type: application/sdp\r\nContent-Length: 3\r\n\r\nv=0"))
	f.Add(within("INVITE", "Content-Length: 0\r\n\r\n"))
	f.Add(within("UPDATE", "Session-Expires: 99999999999;refresher=\r\nSupported: timer\r\nContact: *\r\n\r\n"))
	f.Add(within("INFO", "Content-Type: application/dtmf-relay\r\n\r\nSignal=\r\n=\r\n"))
	f.Add(within("ACK", "\r\n"))
	f.Add(within("CANCEL", "\r\n"))
	f.Add(within("REFER", "Refer-To: \r\n\r\n"))
	f.Add(within("OPTIONS", "Require: ,,,\r\n\r\n"))
	f.Add("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=NEAR\r\nTo: <sip:c@d>;tag=FAR\r\nCall-ID: CALLID\r\nCSeq: 1 INVITE\r\n\r\n")
	f.Add("SIP/2.0 180 R\r\nCall-ID: CALLID\r\nCSeq: 1 INVITE\r\n\r\n")
	f.Add("INVITE sip:x SIP/2.0\r\n\r\n")
	f.Add("\r\n\r\n")
	f.Add("BYE  SIP/2.0\r\nVia: \r\nCSeq: \r\n\r\n")
	f.Add("OPTIONS sip:[::1 SIP/2.0\r\nVia: SIP/2.0/UDP [::1;branch=\r\nFrom: <\r\nTo: \"\r\nCall-ID: \r\nCSeq: 99999999999 OPTIONS\r\n\r\n")
	for _, m := range torture {
		f.Add(intoDialog(tortured(f, m.name)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		t.Parallel()
		b, p := openBench(t, Config{pace: pace{farewell: 50 * time.Millisecond}}), newPeer(t)
		leg := b.dial(1, p.target())
		invite := p.answered()
		b.await(leg, call.Answered)
		stranger := newPeer(t)
		stranger.to = b.Address()
		stranger.send(strings.NewReplacer("CALLID", invite.header("Call-ID"), "NEAR", invite.tag("From"), "FAR", "far").Replace(text))
		stranger.send(fmt.Sprintf("OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKprobe;rport\r\nFrom: <sip:x@y>;tag=x\r\nTo: <sip:x@y>\r\nCall-ID: probe\r\nCSeq: 7 OPTIONS\r\n\r\n", stranger.addr()))
		for {
			m := stranger.any(patience)
			if m == "" {
				t.Fatal("OPTIONS got no answer")
			}
			if m.header("Call-ID") == "probe" {
				break
			}
		}
		b.HangUp(leg, call.Cause{})
		b.await(leg, call.Ended)
	})
}

// FuzzMessage reads messages with everything that looks into one. It needs no
// sockets and so gets much further than FuzzDatagram.
func FuzzMessage(f *testing.F) {
	f.Add("SIP/2.0 480 Gone\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=n\r\nTo: <sip:c@d>;tag=f\r\nCall-ID: i\r\nCSeq: 1 INVITE\r\n" +
		"Contact: \"x\" <sip:y@[::1]:5;lr>;q=1, *\r\nRecord-Route: <sip:h;lr>,<sip:i>\r\nReason: Q.850;cause=16;text=\"a;b\\\"\", SIP ;cause=x\r\nSession-Expires: 90;refresher=uas\r\n" +
		"Min-SE: 90\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"\r\nAllow: UPDATE,,\r\nSupported: timer\r\nX-Outdial-Read: zz\r\n\r\nv=0")
	f.Add("BYE sip:x@h:1;transport=tcp?a=b SIP/2.0\r\nv: SIP/2.0/TCP h\r\nf: <sip:a@b>;tag=n\r\nt: sip:c@d;tag=f\r\ni: i\r\nCSeq: 1 BYE\r\nm: sip:x@h\r\nx: 5\r\nk: timer\r\n\r\n")
	for _, m := range torture {
		f.Add(tortured(f, m.name))
	}
	parser := sip.NewParser()
	w := &wire{started: time.Now(), listening: netip.MustParseAddrPort("127.0.0.1:5060"), advertise: netip.MustParseAddr("127.0.0.1")}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parser.ParseSIP([]byte(text))
		if err != nil {
			return
		}
		w.stamp(m)
		if at := w.readAt(m); at.Before(w.started) || at.After(time.Now()) {
			t.Errorf("read at %v", at)
		}
		d := newDialog(w, "n", sip.Uri{Scheme: "sip", User: "n"}, sip.Uri{Scheme: "sip", User: "f", Host: "h"}, hop{network: "UDP", addr: netip.MustParseAddrPort("127.0.0.1:5060")})
		s := session{offered: time.Hour, least: 90 * time.Second}
		switch m := m.(type) {
		case *sip.Request:
			farewell(m)
			d.owns(m)
			if !s.short(m) {
				s.asked(m, time.Now())
			}
			d.refresh(m)
		case *sip.Response:
			refusal(m)
			s.raise(m)
			s.granted(m, time.Now())
			c := &credentials{user: "u", password: "p"}
			c.meet(m, &tries{})
			d = d.confirm(m)
			req := d.request(sip.BYE)
			c.apply(req)
			if _, err := d.next(canceled()); err == nil && len(d.routes) == 0 && d.target.Host == "" {
				t.Error("a request with nowhere to go")
			}
			_ = req.String()
		}
		if s.interval != 0 && s.interval < time.Second || s.expire.IsZero() && s.interval != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// canceled keeps names from being looked up.
func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
