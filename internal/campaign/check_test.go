package campaign

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/fault"
)

func TestCheck(t *testing.T) {
	page := func(p Page) func(*Campaign) {
		return func(c *Campaign) { c.Script = &Script{Pages: []Page{p}} }
	}
	control := func(k Control) func(*Campaign) { return page(Page{Name: "Start", Controls: []Control{k}}) }
	for _, c := range []struct {
		name   string
		change func(*Campaign)
		want   string // part of the complaint; empty is none
	}{
		{"as it is", func(*Campaign) {}, ""},
		{"no list", func(c *Campaign) { c.List = "" }, "contact list"},
		{"an unknown state", func(c *Campaign) { c.State = "idle" }, "states are"},
		{"an unknown mode", func(c *Campaign) { c.Mode = "magic" }, "modes are"},
		{"a group with a blank", func(c *Campaign) { c.Group = "turns " }, "group"},
		{"phone columns", func(c *Campaign) { c.PhoneColumns = []string{"home", "mobile"} }, ""},
		{"a phone column without a name", func(c *Campaign) { c.PhoneColumns = []string{"home", " "} }, "column 2"},
		{"a phone column twice", func(c *Campaign) { c.PhoneColumns = []string{"home", "HOME"} }, "twice"},
		{"stages", func(c *Campaign) { c.Stages = map[int]string{1: "Greeting"} }, ""},
		{"stage 0", func(c *Campaign) { c.Stages = map[int]string{0: "Greeting"} }, "numbered from 1"},
		{"a stage without a name", func(c *Campaign) { c.Stages = map[int]string{3: ""} }, "have names"},
		{"a custom script", func(c *Campaign) { c.ScriptURL = "https://scripts.example/autumn" }, ""},
		{"no address", func(c *Campaign) { c.ScriptURL = "https://" }, "address"},
		{"a file", func(c *Campaign) { c.ScriptURL = "file:///etc/passwd" }, "address"},
		{"an address with a line break", func(c *Campaign) { c.ScriptURL = "http://a/\n" }, "address"},
		{"two scripts", func(c *Campaign) { c.ScriptURL, c.Script = "http://a/b", &Script{} }, "keep one"},
		{"a page", page(Page{Name: "Start", Dispositions: []PageDisposition{{Disposition: Disposition{Label: "SUCCESS"}}}}), ""},
		{"a page without a name", page(Page{}), "page 1"},
		{"a page with an unknown disposition", page(Page{Name: "Start", Dispositions: []PageDisposition{{Disposition: Disposition{Label: "Maybe"}}}}), `"Maybe"`},
		{"a page that skips", page(Page{Name: "Start", Dispositions: []PageDisposition{{Disposition: Disposition{Label: SkipLabel}}}}), ""},
		{"a page of a stage", page(Page{Name: "Start", Stage: 4}), ""},
		{"a page of a stage that is not there", func(c *Campaign) {
			c.Stages = map[int]string{1: "Greeting"}
			page(Page{Name: "Start", Stage: 4})(c)
		}, "no stage 4"},
		{"a control", control(Control{Column: "name", Type: DateTime, DateFormat: 6}), ""},
		{"a control without a column", control(Control{}), "no column"},
		{"an unknown control", control(Control{Column: "name", Type: 5}), "control type 5"},
		{"an unknown date format", control(Control{Column: "name", DateFormat: 3}), "date format 3"},
		{"a limit below 0", control(Control{Column: "name", MaxChars: -1}), "below 0"},
		{"an extension", func(c *Campaign) { c.Script = &Script{Extensions: []Extension{{ObjectName: "page"}}} }, "extension"},
	} {
		def := Campaign{ID: "A", Name: "Autumn", List: "autumn"}.Defaults()
		c.change(&def)
		err := def.Check()
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid):
			t.Errorf("%s: %v; want a complaint about %q", c.name, err, c.want)
		}
	}
}

func TestHasStage(t *testing.T) {
	named, free := Campaign{Stages: map[int]string{2: "Offer"}}, Campaign{}
	for stage, want := range map[int][2]bool{0: {true, true}, 1: {false, true}, 2: {true, true}, -1: {false, false}} {
		if named.HasStage(stage) != want[0] || free.HasStage(stage) != want[1] {
			t.Errorf("stage %d: %v, %v; want %v", stage, named.HasStage(stage), free.HasStage(stage), want)
		}
	}
}

func TestAPromiseKeepsItsOwner(t *testing.T) {
	r := Result{Category: "Scheduled", At: ended, Callback: promised, Owner: "anna"}
	if got, want := rules.After(r), (Next{Status: Scheduled, Due: promised, Owner: "anna", Counts: true}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	r.Category = "Busy"
	if got := rules.After(r); got.Owner != "" {
		t.Errorf("a contact that was busy belongs to %q", got.Owner)
	}
}
