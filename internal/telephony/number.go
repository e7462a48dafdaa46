package telephony

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Format is how a trunk wants numbers written: the first rule, longest first, whose
// From a number begins with replaces that beginning, and Prefix comes before the
// whole. The zero value leaves numbers as they are.
//
//	Rules: {"+", ""}                   4930123456     for +4930123456
//	Rules: {"+49", "0"}, {"+", "00"}   030123456      for +4930123456, 001317… for +1317…
//	Prefix: "1234#"                    1234#+4930…    a carrier's tech prefix
type Format struct {
	Rules  []Rule
	Prefix string
}

// Rule replaces the beginning of a number.
type Rule struct{ From, To string }

// Formats are those that have a name.
var Formats = map[string]Format{
	"plus": {},
	"e164": {Rules: []Rule{{From: "+"}}},
}

// write gives a number as the trunk wants it. A number with a rule loses its
// visual separators (RFC 3966 section 5.1.1): no rule is written for them.
func (f Format) write(number string) string {
	if number == "" {
		return ""
	}
	bare := separators.Replace(number)
	for _, r := range f.sorted() {
		if rest, ok := strings.CutPrefix(bare, r.From); ok {
			return f.Prefix + r.To + rest
		}
	}
	return f.Prefix + number
}

var separators = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "")

func (f Format) sorted() []Rule {
	return slices.SortedStableFunc(slices.Values(f.Rules), func(a, b Rule) int {
		return cmp.Compare(len(b.From), len(a.From))
	})
}

// Check tells what is wrong with a format.
func (f Format) Check() error {
	seen := make(map[string]bool)
	for _, r := range f.Rules {
		switch {
		case r.From == "":
			return fmt.Errorf("a rule for numbers has no \"from\": the beginning that it replaces, like \"+49\"")
		case seen[r.From]:
			return fmt.Errorf("two rules are for numbers that begin with %q; keep one", r.From)
		case !dialable(r.From) || !dialable(r.To):
			return fmt.Errorf("the rule from %q to %q: a number holds digits, +, * and # only", r.From, r.To)
		}
		seen[r.From] = true
	}
	if !dialable(f.Prefix) {
		return fmt.Errorf("the prefix %q: a number holds digits, +, * and # only", f.Prefix)
	}
	return nil
}

func dialable(s string) bool { return strings.Trim(s, "0123456789+*#") == "" }
