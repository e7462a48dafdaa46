package telephony

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

func TestWhereARedirectionMayLead(t *testing.T) {
	const called = "+13175550101"
	for _, c := range []struct {
		name     string
		redirect Redirect
		contacts string
		want     []string
	}{
		{"refused", Redirect{}, "<sip:+13175550101@carrier.example>", nil},
		{"the same number at the trunk", Redirect{Follow: true}, "<sip:+13175550101@carrier.example:5070>", []string{"sip:+13175550101@carrier.example:5070"}},
		{"without the plus, ported", Redirect{Follow: true}, "<sip:13175550101;npdi;rn=1317@carrier.example>", []string{"sip:13175550101;npdi;rn=1317@carrier.example"}},
		{"at its domain", Redirect{Follow: true}, "<sip:+13175550101@Voice.Example>", []string{"sip:+13175550101@Voice.Example"}},
		{"elsewhere", Redirect{Follow: true}, "<sip:+13175550101@elsewhere.example>", nil},
		{"elsewhere, as allowed", Redirect{Follow: true, Hosts: []string{"elsewhere.example"}}, "<sip:+13175550101@elsewhere.example>", []string{"sip:+13175550101@elsewhere.example"}},
		{"another number", Redirect{Follow: true}, "<sip:+13175550199@carrier.example>", nil},
		{"another number, as allowed", Redirect{Follow: true, AnyNumber: true}, "<sip:+13175550199@carrier.example>", []string{"sip:+13175550199@carrier.example"}},
		{"best first", Redirect{Follow: true, AnyNumber: true}, "<sip:1@carrier.example>;q=0.2, <sip:2@carrier.example>;q=0.9, <sip:3@carrier.example>, <sip:4@carrier.example>;q=0.9",
			[]string{"sip:3@carrier.example", "sip:2@carrier.example", "sip:4@carrier.example", "sip:1@carrier.example"}},
		{"no SIP", Redirect{Follow: true, AnyNumber: true}, "<tel:+13175550199>, <mailto:a@carrier.example>", nil},
		{"nowhere", Redirect{Follow: true}, "*", nil},
	} {
		trunk := made(t, "t", func(t *trunk) { t.uri.Host, t.Domain, t.Redirect = "carrier.example", "voice.example", c.redirect })
		res := parsed(t, "SIP/2.0 302 Moved\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nContact: "+c.contacts+"\r\nContent-Length: 0\r\n\r\n")
		var got []string
		for _, u := range trunk.moved(res, sip.Uri{User: called}) {
			got = append(got, u.String())
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// following is a trunk to a peer that may send calls to another peer.
func following(p *peer) Config {
	trunk := trunkTo(p, "t", 0)
	trunk.Redirect = Redirect{Follow: true, AnyNumber: true}
	return Config{Trunks: []Trunk{trunk}, pace: pace{silence: 100 * time.Millisecond}}
}

func TestARedirectionIsFollowed(t *testing.T) {
	p, q := newPeer(t), newPeer(t)
	b := openBench(t, following(p))
	leg := b.dial(1, "100")
	p.reply(p.expect("INVITE"), "302 Moved Temporarily", "x", "", "Contact: <sip:200@"+q.addr()+">")
	p.expect("ACK")
	invite := q.answered()
	if want := "INVITE sip:200@" + q.addr() + " SIP/2.0"; invite.start() != want {
		t.Errorf("%q, want %q", invite.start(), want)
	}
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	q.hungUpOn()
	b.await(leg, call.Ended)
	b.awaitLog("redirected=sip:200@"+q.addr(), 1)
	if s := b.Trunks()[0]; s.Calls != 0 || s.Responses["3xx"] != 1 || s.Responses["2xx"] != 1 {
		t.Errorf("%+v", s)
	}
}

// TestRedirectionsEnd: a place is tried once, three at most, and then the call has
// been refused.
func TestRedirectionsEnd(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, following(p))
	leg := b.dial(1, "100")
	contact := func(users ...string) string {
		var list []string
		for _, u := range users {
			list = append(list, "<sip:"+u+"@"+p.addr()+">")
		}
		return "Contact: " + strings.Join(list, ", ")
	}
	for _, to := range []string{contact("200"), contact("100", "200", "300"), contact("400"), contact("500")} {
		p.reply(p.expect("INVITE"), "302 Moved Temporarily", "x", "", to)
		p.expect("ACK")
	}
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Refused || end.Cause.SIP != 302 || !strings.Contains(end.Cause.Detail, "redirected to sip:500@") {
		t.Errorf("cause %v", end.Cause)
	}
	p.quiet(20 * time.Millisecond)
}

// TestTheNextPlaceIsTried when the one before fails as a trunk may; not when it has
// said something about the number.
func TestTheNextPlaceIsTried(t *testing.T) {
	for status, next := range map[string]bool{"503 Service Unavailable": true, "404 Not Found": false} {
		t.Run(status, func(t *testing.T) {
			p := newPeer(t)
			b := openBench(t, following(p))
			leg := b.dial(1, "100")
			p.reply(p.expect("INVITE"), "300 Multiple Choices", "x", "", "Contact: <sip:200@"+p.addr()+">;q=0.5, <sip:300@"+p.addr()+">;q=0.1")
			p.expect("ACK")
			p.reply(p.expect("INVITE sip:200@"), status, "x", "")
			p.expect("ACK")
			if next {
				p.reply(p.expect("INVITE sip:300@"), "486 Busy Here", "x", "")
				p.expect("ACK")
			}
			end := b.await(leg, call.Ended)
			if want := map[bool]int{true: 486, false: 404}[next]; end.Cause.SIP != want {
				t.Errorf("cause %v", end.Cause)
			}
		})
	}
}
