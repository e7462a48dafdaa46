package dialer

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

func TestWhatBlocksAManualCall(t *testing.T) {
	open := campaign.Campaign{Hours: compliance.Hours{Always: true}, Retry: campaign.Retry{MaxAttempts: 3}}
	day := open
	day.Hours = compliance.Hours{From: 13 * time.Hour, To: 14 * time.Hour} // it is noon
	later, before := dawn.Add(time.Hour), dawn.Add(-time.Hour)
	for _, c := range []struct {
		name    string
		contact campaign.Contact
		def     campaign.Campaign
		zone    *time.Location
		want    Overrides
	}{
		{"nothing", campaign.Contact{Status: campaign.Callable, Attempts: 2, Due: before}, open, nil, Overrides{}},
		{"hours", campaign.Contact{Status: campaign.Callable}, day, time.UTC, Overrides{Zone: true}},
		{"hours where it is not known where he lives", campaign.Contact{Status: campaign.Callable}, day, nil, Overrides{Zone: true}},
		{"the last attempt was made", campaign.Contact{Status: campaign.Callable, Attempts: 3}, open, nil, Overrides{DailyLimit: true}},
		{"the next try is not due", campaign.Contact{Status: campaign.Callable, Due: later}, open, nil, Overrides{Spacing: true}},
		{"due now", campaign.Contact{Status: campaign.Callable, Due: dawn}, open, nil, Overrides{}},
		{"a promised call may come early", campaign.Contact{Status: campaign.Scheduled, Due: later}, open, nil, Overrides{}},
		{"one's own promise", campaign.Contact{Status: campaign.Scheduled, Due: later, Owner: "ANNA"}, open, nil, Overrides{}},
		{"somebody else's", campaign.Contact{Status: campaign.Scheduled, Owner: "bert"}, open, nil, Overrides{Ownership: true}},
		{"asked not to be called", campaign.Contact{Status: campaign.Deleted}, open, nil, Overrides{DoNotCall: true}},
		{"all at once", campaign.Contact{Status: campaign.Callable, Attempts: 9, Due: later, Owner: "bert"}, day, time.UTC,
			Overrides{Zone: true, DailyLimit: true, Spacing: true, Ownership: true}},
	} {
		if got := blocks(c.contact, c.def, "anna", dawn, c.def.Hours.Check(dawn, c.zone).Allowed); got != c.want {
			t.Errorf("%s: blocked by%s, want%s", c.name, rules(got), rules(c.want))
		}
	}
}

func TestWhichRulesMayBePassed(t *testing.T) {
	everything := Overrides{true, true, true, true, true, true, true, true}
	light := Overrides{Filter: true, QueryFilter: true, Spacing: true, Ownership: true}
	plain, scripted := campaign.Campaign{}, campaign.Campaign{Script: &campaign.Script{}}
	lenient := campaign.Campaign{Script: &campaign.Script{Misc: campaign.ScriptRules{
		OverrideDncBlock: true, OverrideZoneBlock: true, OverrideSkillsBlock: true, OverrideDailyLimitBlock: true,
	}}}
	hours := campaign.Campaign{Script: &campaign.Script{Misc: campaign.ScriptRules{OverrideZoneBlock: true}}}
	evening := light
	evening.Zone = true
	for _, c := range []struct {
		name       string
		wanted     Overrides
		def        campaign.Campaign
		supervises bool
		want       Overrides
	}{
		{"an agent, without a script", everything, plain, false, light},
		{"an agent, with a script that allows nothing", everything, scripted, false, light},
		{"an agent, with a script that allows one", everything, hours, false, evening},
		{"an agent, with a script that allows it", everything, lenient, false, everything},
		{"a supervisor, without a script", everything, plain, true, everything},
		{"a supervisor, with a script that allows nothing", everything, scripted, true, everything},
		{"a supervisor who wishes for nothing", Overrides{}, lenient, true, Overrides{}},
		{"an agent who wishes for nothing", Overrides{}, lenient, false, Overrides{}},
	} {
		if got := passes(c.wanted, c.def, c.supervises); got != c.want {
			t.Errorf("%s:%s, want%s", c.name, rules(got), rules(c.want))
		}
	}
	if got := everything.without(light); got != (Overrides{Zone: true, Skills: true, DailyLimit: true, DoNotCall: true}) {
		t.Errorf("without the light ones:%s", rules(got))
	}
}

func TestTheNumberOfAManualCall(t *testing.T) {
	def := campaign.Campaign{PhoneColumns: []string{"home", "mobile"}}
	contact := campaign.Contact{Number: "100", Columns: map[string]string{"home": "100", "Mobile": "(317) 555-0100"}}
	for _, c := range []struct {
		kind   NumberKind
		number string
		want   string
	}{
		{0, "", "100"}, {PhoneNumber, "", "100"}, {ColumnName, "", "100"},
		{ColumnName, "MOBILE", "3175550100"}, {ColumnName, "fax", ""}, {ColumnID, "2", "3175550100"}, {ColumnID, "3", ""}, {ColumnID, "two", ""},
		{PhoneNumber, "+1 317 555 0199", "+13175550199"}, {PhoneNumber, "sip:a@b", ""}, {0, "100", ""}, {7, "100", ""},
	} {
		got, err := newStage(t, Rules{}, def).state.manualNumber(def, contact, DialManually{Kind: c.kind, Number: c.number})
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("kind %d, %q: %q, %v; want %q", c.kind, c.number, got, err, c.want)
		}
	}
}
