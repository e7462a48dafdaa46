package selection

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/fault"
)

// anna is a contact for the tables below.
var anna = map[string]string{
	"balance": "250.50", "state": "FL", "tag": "VIP gold", "last name": "Ågren", "since": "2026-03-31T12:00:00Z",
	"note": "  ", "and": "x", "quote": `it's "so"`, "account": "1234567890123456", "low": "-3",
}

func of(contact map[string]string) Value {
	return func(column string) string { return contact[column] }
}

func TestAFilterSaysWhomACampaignCalls(t *testing.T) {
	for filter, want := range map[string]bool{
		``:            true,
		`balance>100`: true,
		`balance > 100 and state in ("FL","NY") and not (tag like "vip%")`: false,
		`balance > 100 and state in ("FL","NY") and (tag like "vip%")`:     true,
		`state = 'fl'`:                            true,
		`state == "FL"`:                           true,
		`state <> "NY" AND state != "ga"`:         true,
		`state not in ("NY", 'GA')`:               true,
		`state < "G" and state >= "fl"`:           true,
		`tag not like "%silver%"`:                 true,
		`tag like "v_p%"`:                         true,
		`tag like "vip"`:                          false,
		`[last name] = "Ågren"`:                   true,
		`[last name] = "ågren"`:                   false, // only A to Z have no case
		`[and] = "x"`:                             true,
		`quote = 'it''s "so"'`:                    true,
		`quote = "it's ""so"""`:                   true,
		`note is empty and missing is empty`:      true,
		`state is not empty`:                      true,
		`balance = 250.5`:                         true,
		`balance = "250.5"`:                       false, // with a text, it is one
		`state > 1 or state <= 1`:                 false, // no number
		`state != 1`:                              true,
		`not state = 1`:                           true,
		`low < -2.5`:                              true,
		`account > 5`:                             false, // too long for a number
		`since >= 2026-03-31 and since<2026-4-01`: false,
		`since >= 2026-03-31`:                     true,
		`since < 2026-03-31`:                      false,
		`state < 2026-03-31`:                      false, // no day
		`state="NY" or state="FL" and low<0`:      true,  // and binds more
		`(state="NY" or state="FL") and low>0`:    false,
		`balance in (1, "250.50", 2026-01-01)`:    true,
	} {
		f, err := ParseFilter(filter)
		if err != nil {
			if !strings.Contains(filter, "2026-4-01") {
				t.Errorf("%s: %v", filter, err)
			}
			continue
		}
		if got := f.Match(of(anna)); got != want {
			t.Errorf("%s: %v, want %v", filter, got, want)
		}
	}
}

func TestASortSaysWhoComesFirst(t *testing.T) {
	for _, c := range []struct {
		sort  string
		first string // a value of column x
		then  string
	}{
		{`x`, "9", "100"}, {`x desc`, "100", "9"}, {`x`, "-1", "0"}, {`X asc`, "A", "b"}, {`x`, "a", "B"}, {`x`, "9", "a"}, {`x desc`, "a", "9"},
		{`x`, "z", " "}, {`x desc`, "z", ""}, {`x`, "5", ""}, {`x desc`, "5", ""}, {`missing, x`, "1", "2"}, {`x`, "2026-03-01", "2026-04-01"},
	} {
		s, err := ParseSort(c.sort)
		if err != nil {
			t.Fatal(err)
		}
		lower := func(v string) Value {
			return func(column string) string { return map[string]string{"x": v}[strings.ToLower(column)] }
		}
		if got := s.Compare(lower(c.first), lower(c.then)); got >= 0 {
			t.Errorf("%s: %q does not come before %q: %d", c.sort, c.first, c.then, got)
		}
		if got := s.Compare(lower(c.then), lower(c.first)); got <= 0 {
			t.Errorf("%s: %q does not come after %q: %d", c.sort, c.then, c.first, got)
		}
		if got := s.Compare(lower(c.first), lower(c.first)); got != 0 {
			t.Errorf("%s: %q is not like itself: %d", c.sort, c.first, got)
		}
	}
	if s, err := ParseSort(" "); err != nil || s.Compare(of(anna), of(nil)) != 0 {
		t.Errorf("no sort leaves contacts as they are: %v", err)
	}
}

// What is wrong is told with its place, and with what to write instead.
func TestAWrongExpressionIsToldWithItsPlace(t *testing.T) {
	for source, want := range map[string]string{
		`balance >`:                            `at character 10 of "balance >": it ends here; write a value after >`,
		`balance`:                              `at character 8`,
		`balance > state`:                      `at character 11 of "balance > state": "state" is not possible here; write a value after >: a text in quotes`,
		`größe = 1 or`:                         `at character 13`,
		`a = 1 b = 2`:                          `at character 7 of "a = 1 b = 2": "b" is not possible here; write and, or, or the end`,
		`a = "x`:                               `at character 5 of "a = \"x": what begins here has no end; close it with "`,
		`[a = 1`:                               `close it with ]`,
		`[] = 1`:                               `a name is missing`,
		`(a = 1`:                               `a closing parenthesis`,
		`a in "x"`:                             `the values of in within parentheses`,
		`a in ("x" "y")`:                       `a comma or a closing parenthesis`,
		`a in ()`:                              `write a value`,
		`and = 1`:                              `write [and] for the column of this name`,
		`a is 1`:                               `empty or not empty`,
		`a not = 1`:                            `like or in after not`,
		`a like b`:                             `a text in quotes`,
		`a = 2026-02-30`:                       `neither a number nor a day`,
		`a = 1234567890123456`:                 `15 characters at most`,
		`a = 1.2.3`:                            `neither a number nor a day`,
		`a = 12x`:                              `neither a number nor a name`,
		`a = 1; drop table b`:                  `at character 6`,
		`a = 1 -- b`:                           `at character 7`,
		"a = '\x00'":                           `not text in UTF-8`,
		strings.Repeat("(", 60):                `nested too deeply`,
		strings.Repeat("a=1 or ", 301) + "a=1": `300 tests at most`,
		"a in (" + strings.Repeat("1,", 301) + "1)": `300 values at most`,
		strings.Repeat("a", 4001):                   `too long`,
	} {
		_, err := ParseFilter(source)
		if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %s", source, err, want)
		}
	}
	for source, want := range map[string]string{
		`a,`:                `at character 3`,
		`a down`:            `at character 3 of "a down": "down" is not possible here; write desc, a comma`,
		`a, A desc`:         `at character 4 of "a, A desc": column A is there twice`,
		`"a"`:               `the name of a column`,
		`a,b,c,d,e,f,g,h,i`: `8 columns at most`,
		`desc`:              `write [desc]`,
		`a desc asc`:        `at character 8`,
	} {
		if _, err := ParseSort(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
}
