package dialer

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/fault"
)

type attributes = map[string]string

func TestAttributesOfACall(t *testing.T) {
	many := attributes{}
	for i := range mostAttributes {
		many[fmt.Sprint("n", i)] = "x"
	}
	for _, c := range []struct {
		name       string
		have, told attributes
		how        Append
		want       attributes // nil is a refusal
	}{
		{"the first", nil, attributes{"a": "1"}, Replace, attributes{"a": "1"}},
		{"one replaces", attributes{"a": "1", "b": "2"}, attributes{"a": "3"}, Replace, attributes{"a": "3", "b": "2"}},
		{"names keep their first spelling", attributes{"Colour": "red"}, attributes{"COLOUR": "blue"}, Replace, attributes{"Colour": "blue"}},
		{"text is added", attributes{"a": "1"}, attributes{"a": "2"}, AppendText, attributes{"a": "12"}},
		{"text is added to nothing", nil, attributes{"a": "2"}, AppendText, attributes{"a": "2"}},
		{"with a separator", attributes{"a": "1"}, attributes{"a": "2"}, AppendSeparated, attributes{"a": "1;2"}},
		{"without one before the first", nil, attributes{"a": "2"}, AppendSeparated, attributes{"a": "2"}},
		{"nor after an empty value", attributes{"a": ""}, attributes{"a": "2"}, AppendSeparated, attributes{"a": "2"}},
		{"an empty value", attributes{"a": "1"}, attributes{"a": ""}, Replace, attributes{"a": ""}},
		{"Eic_ names that nothing derives", nil, attributes{"Eic_Notes": "n"}, Replace, attributes{"Eic_Notes": "n"}},
		{"what the state tells", nil, attributes{"EIC_State": "C"}, Replace, nil},
		{"no name", nil, attributes{"": "x"}, Replace, nil},
		{"no text", nil, attributes{"a": "\xff"}, Replace, nil},
		{"the longest", nil, attributes{"a": strings.Repeat("x", longestAttribute-1)}, Replace, attributes{"a": strings.Repeat("x", longestAttribute-1)}},
		{"too long", nil, attributes{"a": strings.Repeat("x", longestAttribute)}, Replace, nil},
		{"too long by adding", attributes{"a": strings.Repeat("x", longestAttribute-1)}, attributes{"a": "x"}, AppendText, nil},
		{"one too many", many, attributes{"a": "x"}, Replace, nil},
		{"no such mode", nil, attributes{"a": "x"}, 7, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := maps.Clone(c.have)
			got, err := addAttributes(c.have, c.told, c.how)
			if c.want == nil {
				if fault.KindOf(err) != fault.Invalid {
					t.Errorf("got %v, want a refusal", err)
				}
			} else if err != nil || !maps.Equal(got, c.want) {
				t.Errorf("got %v, %v; want %v", got, err, c.want)
			}
			if !maps.Equal(c.have, before) {
				t.Errorf("what there was is changed: %v", c.have)
			}
		})
	}
}

func TestWhatCanBeCalled(t *testing.T) {
	for _, c := range []struct{ target, want string }{
		{"5550100", "5550100"}, {"+1 (317) 555-0100", "+13175550100"}, {"tel:+1-317-555-0100", "+13175550100"}, {"*98#", "*98#"},
		{"sip:anna@192.0.2.7:5062", "sip:anna@192.0.2.7:5062"}, {"SIPS:anna@example.com;transport=tls", "SIPS:anna@example.com;transport=tls"},
		{"", ""}, {"anna", ""}, {"555+1", ""}, {"sip:", ""}, {"sip:a b@c", ""}, {"sip:a@b\r\nX: y", ""}, {"sip:a@b>", ""}, {"http://x", ""},
		{strings.Repeat("1", 33), ""}, {"tel:", ""},
	} {
		got, err := callable(c.target)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%q can be called as %q, %v; want %q", c.target, got, err, c.want)
		}
	}
}

// FuzzAttributes: whatever is told, the limits hold and what there was is kept.
func FuzzAttributes(f *testing.F) {
	f.Add("Colour", "red", "COLOUR", "blue", 2)
	f.Add("", "", "eic_state", "x", 0)
	f.Fuzz(func(t *testing.T, name, value, again, more string, how int) {
		have, err := addAttributes(nil, attributes{name: value}, Replace)
		if err != nil {
			return
		}
		got, err := addAttributes(have, attributes{again: more}, Append(how))
		if err != nil {
			return
		}
		for name, value := range got {
			if name == "" || derived[strings.ToLower(name)] || len(name)+len(value) > longestAttribute {
				t.Errorf("attribute %q may not be kept", name)
			}
		}
		lower := strings.ToLower // not EqualFold, as names are kept in lower case
		if same := lower(name) == lower(again); same != (len(got) == 1) {
			t.Errorf("%q and %q give %v", name, again, got)
		}
	})
}

// FuzzTarget: what can be called can be put into a SIP request as it is.
func FuzzTarget(f *testing.F) {
	f.Add("+1 (317) 555-0100")
	f.Add("sip:a@b\r\nX: y")
	f.Fuzz(func(t *testing.T, target string) {
		if got, err := callable(target); err == nil && (got == "" || strings.ContainsAny(got, " \r\n<>\"\\\x00")) {
			t.Errorf("%q would be called as %q", target, got)
		}
	})
}
