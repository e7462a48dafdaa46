package telephony

import "testing"

func TestNumbersAreWrittenAsTheTrunkWantsThem(t *testing.T) {
	home := []Rule{{"+", "00"}, {"+49", "0"}}
	for _, c := range []struct {
		name, number, want string
		format             Format
	}{
		{"as they are", "+1 (317) 555#1", "+1 (317) 555#1", Format{}},
		{"named plus", "+4930123456", "+4930123456", Formats["plus"]},
		{"named e164", "+4930123456", "4930123456", Formats["e164"]},
		{"separators are in no rule's way", "+49 (30) 12-34.56", "4930123456", Formats["e164"]},
		{"the longest rule first, at home", "+4930123456", "030123456", Format{Rules: home}},
		{"and abroad", "+13175550101", "0013175550101", Format{Rules: home}},
		{"no rule", "110", "110", Format{Rules: home}},
		{"a rule replaces the beginning only", "+4949", "0" + "49", Format{Rules: home}},
		{"out of the house", "+13175550101", "93175550101", Format{Rules: []Rule{{"+1", "9"}}}},
		{"to E.164", "030123456", "+4930123456", Format{Rules: []Rule{{"0", "+49"}}}},
		{"tech prefix", "+4930123456", "1234#4930123456", Format{Rules: []Rule{{"+", ""}}, Prefix: "1234#"}},
		{"tech prefix alone", "110", "7110", Format{Prefix: "7"}},
		{"nothing", "", "", Format{Prefix: "7"}},
	} {
		if got := c.format.write(c.number); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFormatsThatAreRefused(t *testing.T) {
	for name, f := range map[string]Format{
		"no beginning": {Rules: []Rule{{"", "9"}}},
		"twice":        {Rules: []Rule{{"+1", "9"}, {"+1", "8"}}},
		"letters":      {Rules: []Rule{{"+1", "x"}}},
		"prefix":       {Prefix: "a b"},
	} {
		if f.Check() == nil {
			t.Errorf("%s: %+v is taken", name, f)
		}
	}
	for name, f := range Formats {
		if err := f.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
