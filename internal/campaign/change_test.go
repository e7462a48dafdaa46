package campaign

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/pacing"
)

func TestAChangeChangesOnlyWhatItNames(t *testing.T) {
	was := Campaign{ID: "A1", Name: "Spring", List: "leads", Selected: Selected{Filter: "age > 30", Sort: "age"}}.Defaults()
	mode, lines, none, filter, limit := Predictive, 0.0, string(pacing.NoAdjustment), "", 0.01
	now, err := was.With(Change{Mode: &mode, Lines: &lines, Adjust: &none, Filter: &filter, Limit: &limit})
	if err != nil {
		t.Fatal(err)
	}
	if now.Mode != Predictive || !now.ByRate || now.Lines != 1 || now.Pace != (pacing.Policy{Adjust: pacing.NoAdjustment, Limit: 0.01}) || now.Filter != "" {
		t.Errorf("%+v", now)
	}
	if now.Sort != "age" || now.MaxFlying != 0 || now.Retry != was.Retry {
		t.Errorf("what was not named is changed: %+v", now)
	}
	lines = 2
	if now, err = now.With(Change{Lines: &lines}); err != nil || now.ByRate || now.Lines != 2 {
		t.Errorf("%+v %v", now, err)
	}
}

func TestAChangeToWhatCanNotBeIsRefused(t *testing.T) {
	was := Campaign{ID: "A1", Name: "Spring", List: "leads"}.Defaults()
	agentless, below, filter, zero, pace := Agentless, 0.5, "age >", 0.0, "wild"
	for says, change := range map[string]Change{
		"there must be a message to play": {Mode: &agentless},
		"it is 1 or more":                 {Lines: &below},
		"filter: ":                        {Filter: &filter},
		"write a share":                   {Limit: &zero},
		`pace "wild"`:                     {Adjust: &pace},
	} {
		if _, err := was.With(change); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
