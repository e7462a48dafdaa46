package telephony

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// asAgent is an order for an agent's phone.
func asAgent(o *call.Order) { o.Party = call.Agent }

// notified answers the NOTIFY that must come now.
func (p *peer) notified(state, fragment string) message {
	p.t.Helper()
	notify := p.expect("NOTIFY")
	if !strings.HasPrefix(notify.header("Event"), "refer;id=") || !strings.HasPrefix(notify.header("Subscription-State"), state) ||
		!strings.HasPrefix(notify.header("Content-Type"), "message/sipfrag") || !strings.HasPrefix(notify.body(), "SIP/2.0 "+fragment) {
		p.t.Errorf("want %s %s: %q", state, fragment, notify)
	}
	p.reply(notify, "200 OK", "", "")
	return notify
}

// TestAnAgentsPhoneAsksForATransfer: it is told that it was heard, and what became
// of it, after which it may ask again.
func TestAnAgentsPhoneAsksForATransfer(t *testing.T) {
	b, p := openBench(t, Config{Refer: true}), newPeer(t)
	leg := b.dial(1, p.target(), asAgent)
	invite := p.answered()
	b.await(leg, call.Answered)
	for n, c := range []struct {
		to, target string
		outcome    call.Reason
		fragment   string
	}{
		{"<tel:+1-317-555-0100;phone-context=x>", "+13175550100", call.Transferred, "200 OK"},
		{"<sip:3175550100@127.0.0.1>", "3175550100", call.Refused, "603"},
		{"sip:ben@127.0.0.1;x=y", "ben", call.Transferred, "200 OK"},
		{`"Ben" <sip:ben@192.0.2.7:5070;method=INVITE>`, "sip:ben@192.0.2.7:5070", call.Transferred, "200 OK"},
	} {
		refer := p.request(invite, "REFER", "far", "", "Refer-To: "+c.to)
		if res := p.expect("SIP/2.0 202"); res.cseq() != refer.cseq() {
			t.Errorf("%q", res)
		}
		first := p.notified("active", "100 Trying")
		if asked := b.awaitNth(leg, call.Referred, n+1); asked.Target != c.target {
			t.Errorf("%s asks for %q, want %q", c.to, asked.Target, c.target)
		}
		p.request(invite, "REFER", "far", "", "Refer-To: <tel:1>")
		p.expect("SIP/2.0 491") // one at a time
		b.Referred(leg, call.Cause{Reason: c.outcome})
		if last := p.notified("terminated", c.fragment); last.cseq() != first.cseq()+1 || last.header("Event") != first.header("Event") {
			t.Errorf("%q after %q", last, first)
		}
	}
	p.request(invite, "BYE", "far", "") // as phones do
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
	b.Referred(leg, call.Cause{Reason: call.Transferred}) // too late, and nothing to it
}

func TestAPhoneThatWantsNoNotifications(t *testing.T) {
	b, p := openBench(t, Config{Refer: true}), newPeer(t)
	leg := b.dial(1, p.target(), asAgent)
	invite := p.answered()
	p.request(invite, "REFER", "far", "", "Refer-To: <tel:1>", "Refer-Sub: false")
	if res := p.expect("SIP/2.0 202"); res.header("Refer-Sub") != "false" {
		t.Errorf("%q", res)
	}
	b.await(leg, call.Referred)
	b.Referred(leg, call.Cause{Reason: call.Transferred})
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestTransfersThatAreNotTaken(t *testing.T) {
	b, p := openBench(t, Config{Refer: true}), newPeer(t)
	leg := b.dial(1, p.target(), asAgent)
	invite := p.answered()
	for _, c := range []struct {
		headers []string
		status  string
	}{
		{nil, "400"},
		{[]string{"Refer-To: <tel:1>", "Refer-To: <tel:2>"}, "400"},
		{[]string{"Refer-To: <sip:x@127.0.0.1?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>"}, "488"},
		{[]string{"Refer-To: <sip:x@127.0.0.1?X-Evil=1>"}, "400"},
		{[]string{"Refer-To: <sip:x@127.0.0.1;method=BYE>"}, "400"},
		{[]string{"Refer-To: <sip:127.0.0.1>"}, "400"},
		{[]string{"Refer-To: <sip:x@127.0.0.1"}, "400"},
		{[]string{"Refer-To: <tel:nobody>"}, "400"},
		{[]string{"Refer-To: <http://127.0.0.1/>"}, "416"},
		{[]string{"Refer-To: <sips:x@127.0.0.1>"}, "416"},
	} {
		p.request(invite, "REFER", "far", "", c.headers...)
		if res := p.expect("SIP/2.0 "); !strings.HasPrefix(res.start(), "SIP/2.0 "+c.status) {
			t.Errorf("%v: %s, want %s", c.headers, res.start(), c.status)
		}
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

// TestWhoMayNotAsk: customers never, and nobody where it is not set.
func TestWhoMayNotAsk(t *testing.T) {
	for name, c := range map[string]struct {
		refer bool
		party call.Party
	}{"a customer": {true, call.Customer}, "an agent where it is not set": {false, call.Agent}} {
		t.Run(name, func(t *testing.T) {
			b, p := openBench(t, Config{Refer: c.refer}), newPeer(t)
			leg := b.dial(1, p.target(), func(o *call.Order) { o.Party = c.party })
			invite := p.answered()
			p.request(invite, "REFER", "far", "", "Refer-To: <tel:1>")
			p.expect("SIP/2.0 603")
			b.HangUp(leg, call.Cause{})
			p.hungUpOn()
			b.await(leg, call.Ended)
		})
	}
}
