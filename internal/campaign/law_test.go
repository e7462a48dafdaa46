package campaign_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/pacing"
)

// A campaign steers for no more abandoned calls than the rules that it names allow.
func TestRulesAboutAbandonedCallsBindThePace(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		rules  []string
		own    pacing.Policy
		window pacing.Window
		want   pacing.Policy
		over   pacing.Window
	}{
		{nil, pacing.Policy{Adjust: pacing.NoAdjustment, Limit: 0.1}, pacing.ThirtyDays, pacing.Policy{Adjust: pacing.NoAdjustment, Limit: 0.1}, pacing.ThirtyDays},
		{[]string{"us-federal"}, pacing.Policy{Limit: 0.1}, pacing.ThirtyDays, pacing.Policy{Adjust: pacing.TargetRate, Limit: 0.03}, pacing.ThirtyDays},
		{[]string{"us-federal"}, pacing.Policy{Adjust: pacing.StrictMaximum, Limit: 0.01}, pacing.Day, pacing.Policy{Adjust: pacing.StrictMaximum, Limit: 0.01}, pacing.Day},
		{[]string{"us-federal"}, pacing.Policy{Adjust: pacing.NoAdjustment, Limit: 0.02}, "", pacing.Policy{Adjust: pacing.TargetRate, Limit: 0.02}, ""},
		{[]string{"uk"}, pacing.Policy{Limit: 0.05}, pacing.ThirtyDays, pacing.Policy{Adjust: pacing.TargetRate, Limit: 0.03}, pacing.Day},
		{[]string{"uk"}, pacing.Policy{Limit: 0.05}, pacing.Ofcom, pacing.Policy{Adjust: pacing.TargetRate, Limit: 0.03}, pacing.Ofcom},
	} {
		var def campaign.Campaign
		def.Law.Rules, def.Pace, def.Window = c.rules, c.own, c.window
		if got := def.Bound(compliance.KnownLaw(), now); got.Pace != c.want || got.Window != c.over {
			t.Errorf("under %v %+v over %q is %+v over %q, want %+v over %q", c.rules, c.own, c.window, got.Pace, got.Window, c.want, c.over)
		}
	}
}
