package telephony

import (
	"fmt"
	"strings"
	"testing"
	"time"

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
	f.Fuzz(func(t *testing.T, text string) {
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
