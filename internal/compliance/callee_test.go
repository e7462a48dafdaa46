package compliance_test

import (
	"testing"

	"github.com/outdial/outdial/internal/compliance"
)

// Whatever is dialed is one callee, however it is written; what is an E.164 number is it.
func TestReadCallee(t *testing.T) {
	for _, c := range []struct {
		dialed, callee string
		number         uint64
	}{
		{"+13175550100", "+13175550100", 13175550100},
		{"+1 (317) 555-0100", "+13175550100", 13175550100},
		{"tel:+1-317-555-0100;phone-context=x", "+13175550100", 13175550100},
		{"sip:+13175550100@gw.example.org;user=phone", "+13175550100", 13175550100},
		{"sip:+1-317-555-0100;isub=4@gw.example.org", "+13175550100", 13175550100},
		{" 77 ", "77", 0},
		{"7-7", "77", 0},
		{"13175550100", "13175550100", 0},
		{"0301234567", "0301234567", 0},
		{"030/123 45-67", "0301234567", 0},
		{"*21#", "*21#", 0},
		{"+12", "+12", 0},
		{"+1234567890123456", "+1234567890123456", 0},
		{"sip:anna@example.org", "sip:anna@example.org", 0},
		{"SIPS:Anna:secret@Example.ORG:5061;transport=tls?subject=x", "sip:anna@example.org", 0},
		{"sip:anna@example.org:5060", "sip:anna@example.org", 0},
		{"sip:anna@example.org:5070", "sip:anna@example.org:5070", 0},
		{"sip:77@[2001:db8::1]:5060", "sip:77@[2001:db8::1]", 0},
		{"sip:example.org", "sip:example.org", 0},
		{"", "", 0},
		{" ", "", 0},
		{"+", "", 0},
		{"anna", "", 0},
		{"77a", "", 0},
		{"sip:", "", 0},
		{"sip:an na@example.org", "", 0},
		{"mailto:anna@example.org", "", 0},
	} {
		who, ok := compliance.ReadCallee(c.dialed)
		n, is := who.E164()
		if ok != (c.callee != "") || ok && who.String() != c.callee || ok && n != c.number || is != (c.number > 0) {
			t.Errorf("%q is %q, %d %t, %t; want %q, %d", c.dialed, who, n, is, ok, c.callee, c.number)
		}
		if again, fine := compliance.ReadCallee(who.String()); ok && (!fine || again != who) {
			t.Errorf("%q is written %q, which is %q", c.dialed, who, again)
		}
	}
}
