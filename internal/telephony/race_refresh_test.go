package telephony

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// swift is brisk, and tries again soon after a glare.
func swift() Config {
	c := brisk()
	c.pace.glare = func() time.Duration { return 20 * time.Millisecond }
	return c
}

// The tests of this file wait for refreshes, each with sockets of its own; so they
// run beside each other.

// TestARefreshThatIsTurnedDown: whatever the far end answers, short of having no
// such dialog, the call goes on and the refresh comes again.
func TestARefreshThatIsTurnedDown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  string
		headers []string
	}{
		{"491 Request Pending", nil},
		{"500 Server Internal Error", []string{"Retry-After: 1"}},
		{"503 Service Unavailable", []string{"Retry-After: 1"}},
		{"488 Not Acceptable Here", nil},
		{"422 Session Interval Too Small", []string{"Min-SE: 3"}},
	} {
		for _, method := range []string{"INVITE", "UPDATE"} {
			t.Run(method+" "+c.status, func(t *testing.T) {
				t.Parallel()
				b, p := openBench(t, swift()), newPeer(t)
				leg := b.dial(1, p.target())
				p.answered("Allow: "+method, "Session-Expires: 4;refresher=uac")
				first := p.expect(method)
				p.reply(first, c.status, "", "", c.headers...)
				if method == "INVITE" {
					p.expect("ACK")
				}
				again := p.expect(method)
				if again.cseq() <= first.cseq() {
					t.Errorf("%s after %s", again.header("CSeq"), first.header("CSeq"))
				}
				if c.status[:3] == "422" && again.header("Min-SE") != "3" {
					t.Errorf("Min-SE %s", again.header("Min-SE"))
				}
				p.reply(again, "200 OK", "", p.sdp(), "Session-Expires: 600;refresher=uac")
				if method == "INVITE" {
					p.expect("ACK")
				}
				b.HangUp(leg, call.Cause{})
				p.hungUpOn()
				b.await(leg, call.Ended)
			})
		}
	}
}

func TestARefreshInADialogThatIsGone(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"481 Call/Transaction Does Not Exist", "408 Request Timeout"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			b, p := openBench(t, brisk()), newPeer(t)
			leg := b.dial(1, p.target())
			p.answered("Allow: UPDATE", "Session-Expires: 2;refresher=uac")
			p.reply(p.expect("UPDATE"), status, "", "")
			p.expect("BYE") // RFC 4028 section 10; nobody answers it
			if end := b.await(leg, call.Ended); end.Cause.Reason != call.SessionExpired || !end.Cause.Far {
				t.Errorf("cause %v", end.Cause)
			}
		})
	}
}

func TestARefreshIsChallenged(t *testing.T) {
	t.Parallel()
	for status, name := range map[string]string{"401 Unauthorized": "WWW-Authenticate", "407 Proxy Authentication Required": "Proxy-Authenticate"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			cfg := swift()
			cfg.Trunks = []Trunk{{Name: "carrier", Address: p.addr(), User: "u", Password: "s"}}
			b := openBench(t, cfg)
			leg := b.dial(1, "100")
			p.answered("Allow: UPDATE", "Session-Expires: 2;refresher=uac")
			p.reply(p.expect("UPDATE"), status, "", "", name+`: Digest realm="r", nonce="n", qop="auth"`)
			again := p.expect("UPDATE")
			if !strings.Contains(again.header(strings.Replace(strings.Replace(name, "WWW-", "", 1), "Authenticate", "Authorization", 1))+again.header("Authorization"), `username="u"`) {
				t.Errorf("%q", again)
			}
			p.reply(again, "200 OK", "", "", "Session-Expires: 600;refresher=uac")
			b.HangUp(leg, call.Cause{})
			p.hungUpOn()
			b.await(leg, call.Ended)
		})
	}
}

// TestTheRefresherChanges: the far end takes it over, and gives it back.
func TestTheRefresherChanges(t *testing.T) {
	t.Parallel()
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered("Allow: UPDATE", "Session-Expires: 2;refresher=uac")
	update := p.expect("UPDATE")
	p.reply(update, "200 OK", "", "", "Session-Expires: 2;refresher=uas", "Require: timer")
	p.request(invite, "UPDATE", "far", "", "Supported: timer", "Session-Expires: 2;refresher=uas")
	if res := p.expect("SIP/2.0 200"); res.header("Session-Expires") != "2;refresher=uas" {
		t.Errorf("Session-Expires %q", res.header("Session-Expires"))
	}
	back := p.expect("UPDATE")
	if back.cseq() != update.cseq()+1 {
		t.Errorf("%s after %s", back.header("CSeq"), update.header("CSeq"))
	}
	p.reply(back, "200 OK", "", "", "Session-Expires: 600;refresher=uac")
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

// TestOurRefreshMeetsTheirHangUp: BYE against re-INVITE. The re-INVITE is answered
// all the same by some; that 2xx must get its ACK.
func TestOurRefreshMeetsTheirHangUp(t *testing.T) {
	t.Parallel()
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered("Session-Expires: 2;refresher=uac")
	reinvite := p.expect("INVITE")
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Normal || !end.Cause.Far {
		t.Errorf("cause %v", end.Cause)
	}
	p.reply(reinvite, "200 OK", "", p.sdp())
	if ack := p.expect("ACK"); ack.cseq() != reinvite.cseq() {
		t.Errorf("ACK: %q", ack)
	}
	if bye := p.hungUpOn(); bye.cseq() <= reinvite.cseq() {
		t.Errorf("BYE: %q", bye)
	}
}
