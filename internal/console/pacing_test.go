package console

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/dialer"
)

// A supervisor sees why a campaign dials as it does, in figures and words.
func TestPacingIsExplained(t *testing.T) {
	o := newOffice()
	v := dialer.PacingView{Campaign: spring, At: noon, Idle: 2, Flying: 9}
	if err := json.Unmarshal([]byte(`{"Z":0.4,"Long":{"Calls":100,"Live":25},"Classes":[{"Class":{"Kind":"mobile","Hour":9},"Share":{"Calls":10,"Live":3}}]}`), &v.Memory); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`[{"Dial":4,"By":"predictive","Idle":2,"Expected":1.1,"Deviation":0.9,"Ahead":6000000000,"Z":0.4,"Room":-1}]`), &v.Decisions); err != nil {
		t.Fatal(err)
	}
	v.Decisions[0].At = noon.Add(-time.Second)
	v.Tally.Live, v.Tally.Abandoned = 200, 5
	o.pacing = v
	s := serve(t, o, nil)
	get := func(path string) string {
		_, body := ask(t, s, "GET", path, "", nil)
		return body
	}
	got := get("/api/campaigns/A1/pacing")
	for _, want := range []string{
		`"window":{"live":200,"abandoned":5,"share":0.025}`, `"rate":{"calls":100,"live":25}`, `"kind":"mobile","hour":9,"calls":10`,
		`"why":"dialed 4: 1.1 ± 0.9 answers expected in 6 s for 2 idle agents`, `"aheadMs":6000`, `"at":"2026`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	if got := get("/api/campaigns/NONE/pacing"); !strings.Contains(got, "there is no campaign") {
		t.Errorf("of no campaign: %s", got)
	}
	metrics := get("/metrics")
	for _, want := range []string{"outdial_floor_busy_seconds_total 1", "outdial_floor_waiting 3", "outdial_floor_longest_seconds 0.02", `outdial_campaign_z{campaign="Spring Sale"}`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}
