package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

const houseRules = `
[[calendar]]
name = "house"
days = ["2026-12-24"]

[[rule]]
set = "house"
id = "house/hours"
version = "1"
source = "the board, 3 March 2026"
from = "2026-03-03"
hours = "09:00-19:00"
saturday = "10:00-14:00"
sunday = "closed"
holidays = "house"

[[rule]]
set = "house"
id = "house/attempts"
version = "1"
source = "the board, 3 March 2026"
where = "US-FL"
calls = 2
within = "24h"
`

func TestRulesOfOnesOwn(t *testing.T) {
	law, err := parseRules(compliance.KnownLaw(), []byte(houseRules))
	if err != nil {
		t.Fatal(err)
	}
	code := law.Code(compliance.Default, "house", "us-federal")
	for _, c := range []struct{ now, rule string }{
		{"2026-06-08T09:00:00-04:00", ""}, // Monday
		{"2026-06-08T19:00:00-04:00", "house/hours 1: 09:00-19:00"},
		{"2026-06-06T14:00:00-04:00", "house/hours 1: 10:00-14:00"},
		{"2026-06-07T12:00:00-04:00", "house/hours 1: closed on Sunday"},
		{"2026-12-24T12:00:00-05:00", "house/hours 1: 2026-12-24 is a holiday of house"},
	} {
		at, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		v := code.Decide(at, compliance.ParsePlace("America/New_York&US-FL", "", time.LoadLocation), compliance.History{})
		if v.Allowed != (c.rule == "") || !strings.Contains(v.Rule, c.rule) {
			t.Errorf("%s: %+v", c.now, v)
		}
	}
}

func TestRulesThatCanNotBeMeant(t *testing.T) {
	rule := func(lines string) string { return "[[rule]]\nset = \"a\"\nid = \"a/b\"\n" + lines }
	const origin = "version = \"1\"\nsource = \"s\"\n"
	for text, says := range map[string]string{
		"[[rule]]\nid = \"b\"":                             "the set that it belongs to",
		rule(""):                                           "version and its source",
		rule(origin + `where = "Florida"`):                 "not a state",
		rule(origin + `hours = "9-5"`):                     "08:00-21:00",
		rule(origin + `hour = "09:00-17:00"`):              "there is no setting",
		rule(origin + `sunday = "never"`):                  "closed",
		rule(origin + `calls = 3`):                         "belong together",
		rule(origin + "calls = 3\nwithin = \"32d\""):       "above 31d",
		rule(origin + `from = "soon"`):                     "is not a day",
		rule(origin + `holidays = "moon"`):                 "no calendar moon",
		"[[calendar]]\nname = \"c\"\ndays = [\"May\"]":     "is not a day",
		"[[calendar]]\nname = \"us-federal\"\ndays = []":   "another name",
		strings.ReplaceAll(rule(origin), `"a"`, `"uk"`):    "another name",
		rule(origin + "where = \"US-FL\"\nspacing = 30\n"): "not a length of time",
	} {
		if _, err := parseRules(compliance.KnownLaw(), []byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s\n  says %v, want %q", text, err, says)
		}
	}
}

// problemsOf judges a file with these lines about a campaign and the rules.
func problemsOf(t *testing.T, campaign, rules string) string {
	t.Helper()
	cfg, err := parseConfig([]byte("[rules]\n" + rules + "\n[[campaign]]\nname = \"First\"\nlist = \"l\"\nworkgroup = \"w\"\n" + campaign))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range cfg.problems() {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}

func TestCheckKnowsTheLaw(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rules.toml")
	if err := os.WriteFile(file, []byte(houseRules), 0o600); err != nil {
		t.Fatal(err)
	}
	house := "file = '" + file + "'"
	for _, c := range []struct{ campaign, rules, says string }{
		{`rules = ["us-federal", "house"]`, "", `error: campaign First: rules: there is no rule set "house"; there are reg-f, uk, us-federal, us-states`},
		{`holidays = ["house"]`, "", `error: campaign First: holidays: there is no calendar "house"`},
		{`zone_by = "guess"`, "", `error: campaign First: zone_by "guess" is not known`},
		{`region = "USA"`, "", `error: campaign First: region "USA" is not known; use two letters as in US or DE`},
		{`zone = "Mars/Olympus"`, "", `error: campaign First: zone "Mars/Olympus" is not known`},
		{`zone = "America/New_York&Mars/Olympus"`, "", `error: campaign First: zone`},
		{`caller_id = "+13175550100"`, `caller_ids = ["+13175550199"]`, `error: campaign First: caller_id +13175550100 is none of rules.caller_ids`},
		{"", `caller_ids = ["Sales"]`, `error: rules.caller_ids: number 1`},
		{"", `file = "nowhere.toml"`, `error: rules.file: the rules can not be read`},
		{"rules = [\"uk\"]\nring = \"12s\"", "", `error: campaign First: ring 12s is less than the 15s of rule uk/ring`},
		{"rules = [\"us-federal\"]\nabandon_after = \"4s\"", "", `note: campaign First: abandon_after 4s is more than the 2s of rule us-federal/abandonment`},
		{"rules = [\"us-states\"]\nrecord = \"all\"", "", `note: campaign First: without a record_announcement no call is recorded to whom rule us-states/CA-recording protects`},
		{`rules = ["us-federal"]`, "", `note: campaign First: it names no do_not_call list`},
	} {
		if got := problemsOf(t, c.campaign, c.rules); !strings.Contains(got, c.says) {
			t.Errorf("%s, %s:\n%s\nwant %s", c.campaign, c.rules, got, c.says)
		}
	}
	fine := problemsOf(t, "rules = [\"house\", \"us-federal\"]\nholidays = [\"house\"]\nzone_by = \"both\"\nregion = \"us\"\nzone = \"America/New_York&America/Chicago\"\ncaller_id = \"+13175550100\"\ndo_not_call = [\"national\"]",
		house+"\ncaller_ids = [\"+13175550100\"]")
	if strings.Contains(fine, "First: rules") || strings.Contains(fine, "zone") || strings.Contains(fine, "region") || strings.Contains(fine, "caller_id") || strings.Contains(fine, "do_not_call") {
		t.Errorf("what is right is complained of:\n%s", fine)
	}
}
