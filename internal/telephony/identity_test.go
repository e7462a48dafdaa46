package telephony

import (
	"regexp"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// who is an order's caller.
func who(id, name string, withheld bool) func(*call.Order) {
	return func(o *call.Order) { o.CallerID, o.CallerName, o.Withheld, o.Attestation = id, name, withheld, "B" }
}

func TestTheTrunkIsToldWhoCallsAsItWants(t *testing.T) {
	const number, name = "+13175550100", `Acme "Ltd"`
	const value = `"Acme 'Ltd'" <sip:+13175550100@carrier.example>`
	for _, c := range []struct {
		name     string
		identity Identity
		withheld bool
		from     string
		want     map[string]string
	}{
		{"From", Identity{}, false, value, nil},
		{"From, by name", Identity{Header: InFrom}, false, value, nil},
		{"asserted", Identity{Header: Asserted}, false, value, map[string]string{"P-Asserted-Identity": value}},
		{"preferred, From is the account", Identity{Header: Preferred, FromUser: "4711"}, false, `"Acme 'Ltd'" <sip:4711@carrier.example>`,
			map[string]string{"P-Preferred-Identity": value}},
		{"remote party", Identity{Header: RemoteParty}, false, value, map[string]string{"Remote-Party-ID": value + ";party=calling;screen=yes;privacy=off"}},
		{"attested", Identity{Attestation: "P-Attestation-Indicator"}, false, value, map[string]string{"P-Attestation-Indicator": "B"}},
		{"withheld", Identity{}, true, "", map[string]string{"P-Asserted-Identity": value, "Privacy": "id"}},
		{"withheld, preferred", Identity{Header: Preferred}, true, "", map[string]string{"P-Preferred-Identity": value, "Privacy": "id"}},
		{"withheld, remote party", Identity{Header: RemoteParty}, true, "",
			map[string]string{"Remote-Party-ID": value + ";party=calling;screen=yes;privacy=full", "Privacy": "id"}},
		{"withheld, From is the account otherwise", Identity{FromUser: "4711"}, true, "", map[string]string{"P-Asserted-Identity": value, "Privacy": "id"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t)
			trunk := trunkTo(p, "t", 0)
			trunk.Domain, trunk.Identity = "carrier.example", c.identity
			b := openBench(t, Config{Trunks: []Trunk{trunk}})
			leg := b.dial(1, "100", who(number, name, c.withheld))
			invite := p.expect("INVITE")
			from, _, _ := strings.Cut(invite.header("From"), ";tag=")
			if c.withheld {
				c.from = `"Anonymous" <sip:anonymous@anonymous.invalid>`
				if s := uri(invite.header("Contact")); strings.Contains(s, "317") {
					t.Errorf("Contact tells the number: %s", s)
				}
			}
			if from != c.from {
				t.Errorf("From: %s, want %s", from, c.from)
			}
			for _, name := range []string{"P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID", "Privacy", "P-Attestation-Indicator"} {
				if got := invite.header(name); got != c.want[name] {
					t.Errorf("%s: %q, want %q", name, got, c.want[name])
				}
			}
			p.reply(invite, "486 Busy Here", "x", "")
			b.await(leg, call.Ended)
		})
	}
}

func TestNumbersInURIs(t *testing.T) {
	p := newPeer(t)
	trunk := trunkTo(p, "t", 0)
	trunk.Called, trunk.Caller = Format{Rules: []Rule{{"+49", "0"}}, Prefix: "77#"}, Formats["e164"]
	trunk.CallerID, trunk.UserPhone, trunk.Identity = "+13175550100", true, Identity{Header: Asserted, Origination: "P-Origination-Id"}
	b := openBench(t, Config{Trunks: []Trunk{trunk}})
	leg := b.dial(1, "+49 30 123456")
	invite := p.expect("INVITE")
	if want := "INVITE sip:77%23030123456@" + p.addr() + ";user=phone SIP/2.0"; invite.start() != want {
		t.Errorf("%q, want %q", invite.start(), want)
	}
	if to := uri(invite.header("To")); to != "sip:77%23030123456@127.0.0.1;user=phone" {
		t.Errorf("To: %s", to)
	}
	for _, name := range []string{"From", "P-Asserted-Identity"} {
		if got := uri(invite.header(name)); got != "sip:13175550100@127.0.0.1;user=phone" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if id := invite.header("P-Origination-Id"); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("origination id %q", id)
	}
	p.reply(invite, "486 Busy Here", "x", "")
	b.await(leg, call.Ended)
}

func TestWhatTheNetworkClaimsOfTheFarEnd(t *testing.T) {
	for _, c := range []struct{ name, ringing, answer, want string }{
		{"nothing", "", "", ""},
		{"an indicator", "", "P-Attestation-Indicator: A", "A"},
		{"a verified number", "", `P-Asserted-Identity: "Bo" <sip:+1317@x;verstat=TN-Validation-Passed>`, "TN-Validation-Passed"},
		{"in a tel URI", "", "P-Asserted-Identity: <tel:+1317;verstat=TN-Validation-Failed-C>", "TN-Validation-Failed-C"},
		{"in the user part", "", "P-Asserted-Identity: <sip:+1317;verstat=No-TN-Validation@x;user=phone>", "No-TN-Validation"},
		{"while it rings", "P-Attestation-Indicator: B", "", "B"},
		{"the answer knows better", "P-Attestation-Indicator: B", "P-Attestation-Indicator: C", "C"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t)
			b := openBench(t, Config{Trunks: []Trunk{trunkTo(p, "t", 0)}})
			leg := b.dial(1, "100")
			invite := p.expect("INVITE")
			given := func(h string) []string {
				if h == "" {
					return nil
				}
				return []string{h}
			}
			p.reply(invite, "180 Ringing", "far", "", given(c.ringing)...)
			p.reply(invite, "200 OK", "far", p.sdp(), given(c.answer)...)
			p.expect("ACK")
			if got := b.await(leg, call.Answered); got.Attestation != c.want {
				t.Errorf("%q, want %q", got.Attestation, c.want)
			}
			b.HangUp(leg, call.Cause{})
			p.hungUpOn()
			b.await(leg, call.Ended)
		})
	}
}

func TestADirectCallMayBeWithheld(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, Config{})
	leg := b.dial(1, p.target(), who("100", "Acme", true))
	invite := p.expect("INVITE")
	if strings.Contains(string(invite), "Acme") || !strings.HasPrefix(invite.header("From"), `"Anonymous" <sip:anonymous@anonymous.invalid>`) {
		t.Errorf("%s", invite)
	}
	p.reply(invite, "486 Busy Here", "x", "")
	b.await(leg, call.Ended)
}

func TestIdentitiesThatAreRefused(t *testing.T) {
	for name, i := range map[string]Identity{
		"unknown":                 {Header: "sms"},
		"a header of the dialog":  {Attestation: "Call-ID"},
		"no header":               {Origination: "P-Origination: x"},
		"a header with a newline": {Origination: "X-A\r\nB"},
	} {
		if i.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
