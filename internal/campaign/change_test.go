package campaign

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pacing"
)

var evening = time.Date(2026, 3, 4, 18, 0, 0, 0, time.UTC)

// spring is a campaign as the configuration has it.
func spring() Campaign {
	return Campaign{ID: "A1", Name: "Spring", List: "leads", Selected: Selected{Filter: "age > 30", Sort: "age"}}.Defaults()
}

func change(t *testing.T, c Campaign, ch Change) Campaign {
	t.Helper()
	c, err := c.With(ch, "boss", evening)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAChangeChangesOnlyWhatItNames(t *testing.T) {
	was := spring()
	now := change(t, was, Change{"mode": "predictive", "linesPerAgent": 0.0, "adjust": "none", "filter": "", "abandonLimit": 0.01})
	if now.Mode != Predictive || !now.ByRate || now.Lines != 1 || now.Pace != (pacing.Policy{Adjust: pacing.NoAdjustment, Limit: 0.01}) || now.Filter != "" {
		t.Errorf("%+v", now)
	}
	if now.Sort != "age" || now.MaxFlying != 0 || now.Retry != was.Retry {
		t.Errorf("what was not named is changed: %+v", now)
	}
	if now = change(t, now, Change{"linesPerAgent": 2.0}); now.ByRate || now.Lines != 2 {
		t.Errorf("%+v", now)
	}
	if len(was.Changed) != 0 {
		t.Errorf("the campaign that was changed has changed too: %v", was.Changed)
	}
}

func TestEverySettingIsReadAsItWasPut(t *testing.T) {
	for name, value := range map[Setting]any{
		"mode": "preview", "linesPerAgent": 1.5, "adjust": "maximum", "abandonLimit": 0.02, "maxFlying": 7.0, "maxRate": 2.5,
		"priority": -3.0, "weight": 0.5, "filter": "age > 50", "sort": "age desc",
	} {
		before := settings[name].of(spring())
		now := change(t, spring(), Change{name: value})
		want := map[Setting]Changed{name: {File: before, Now: value, At: evening, By: "boss"}}
		if settings[name].of(now) != value || !reflect.DeepEqual(now.Changed, want) {
			t.Errorf("%s: %v, kept as %v", name, settings[name].of(now), now.Changed)
		}
		if back := change(t, now, Change{name: nil}); settings[name].of(back) != before || len(back.Changed) != 0 {
			t.Errorf("%s went back to %v, kept as %v", name, settings[name].of(back), back.Changed)
		}
	}
}

func TestAChangeToWhatCanNotBeIsRefused(t *testing.T) {
	for says, ch := range map[string]Change{
		"there must be a message to play": {"mode": "agentless"},
		"it is 1 or more":                 {"linesPerAgent": 0.5},
		"true lines for each agent":       {"linesPerAgent": true},
		"filter: ":                        {"filter": "age >"},
		"write a share":                   {"abandonLimit": 0.0},
		`pace "wild"`:                     {"adjust": "wild"},
		"no pace: there are none":         {"adjust": ""},
		"mode: 7 is no text":              {"mode": 7.0},
		"maxFlying: 1.5 is no whole":      {"maxFlying": 1.5},
		"maxFlying: 1e+300 is no whole":   {"maxFlying": 1e300},
		"weight: much is no number":       {"weight": "much"},
		`no setting "name"`:               {"name": "Autumn"},
	} {
		if _, err := spring().With(ch, "boss", evening); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// What was changed is there again after a start with the same configuration, also as it
// comes from the database.
func TestAChangeOutlivesAStart(t *testing.T) {
	text, err := json.Marshal(change(t, change(t, spring(), Change{"mode": "preview", "maxFlying": 7.0}), Change{"mode": "power", "sort": "name"}))
	if err != nil {
		t.Fatal(err)
	}
	var kept Campaign
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	now, dropped := spring().Keep(kept.Changed)
	want := map[Setting]Changed{ // the mode is that of the configuration again
		"maxFlying": {File: 0.0, Now: 7.0, At: evening, By: "boss"},
		"sort":      {File: "age", Now: "name", At: evening, By: "boss"},
	}
	if now.Mode != Power || now.MaxFlying != 7 || now.Sort != "name" || len(dropped) != 0 || !reflect.DeepEqual(now.Changed, want) {
		t.Errorf("%+v, dropped %v", now, dropped)
	}
}

func TestWhatTheConfigurationSaysSinceWins(t *testing.T) {
	kept := change(t, spring(), Change{"mode": "preview", "abandonLimit": 0.01, "sort": "name"}).Changed
	edited := spring()
	edited.Mode, edited.Sort = Predictive, "name"
	now, dropped := edited.Keep(kept)
	if now.Mode != Predictive || now.Pace.Limit != 0.01 || now.Sort != "name" || len(now.Changed) != 1 {
		t.Errorf("%s, %g, %s, kept %v", now.Mode, now.Pace.Limit, now.Sort, now.Changed)
	}
	if len(dropped) != 1 || !strings.Contains(dropped["mode"].Error(), "edited since, from power to predictive") {
		t.Errorf("dropped %v; the sort was written as it was changed, and needs no word", dropped)
	}
}

// An agentless campaign needs a message, which the configuration has no more, and a
// limit of calls in the air, which was changed with the mode.
func TestAChangeThatDoesNotFitAnyMoreIsDropped(t *testing.T) {
	with := spring()
	with.Unattended.Message = "hello"
	kept := maps.Clone(change(t, with, Change{"mode": "agentless", "maxFlying": 5.0}).Changed)
	kept["tempo"] = Changed{File: 1.0, Now: 2.0}
	now, dropped := with.Keep(kept)
	if now.Mode != Agentless || now.MaxFlying != 5 || len(dropped) != 1 || dropped["tempo"] == nil {
		t.Errorf("%s with %d in the air, dropped %v", now.Mode, now.MaxFlying, dropped)
	}
	now, dropped = spring().Keep(kept)
	if now.Mode != Power || now.MaxFlying != 5 || len(dropped) != 2 || !strings.Contains(dropped["mode"].Error(), "a message to play") {
		t.Errorf("%s with %d in the air, dropped %v", now.Mode, now.MaxFlying, dropped)
	}
}
