package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

const greeting = `
[rules]
allow_break = true
edit_number = true

[[extension]]
object = "crm"
extension = "lookup"
type = "web"

[[page]]
name = "Greeting"
text = "Good morning, {FirstName}"
stage = 1
foreground = "#000000"

  [[page.control]]
  column = "Balance"
  label = "Balance due"
  type = "numeric"
  read_only = true

  [[page.control]]
  column = "Due"
  label = "Due on"
  type = "date"
  date = "long date"

  [[page.control]]
  column = "Plan"
  label = "Plan"
  type = "listbox"
  items = {a = "Annual", m = "Monthly"}

  [[page.disposition]]
  label = "Sale"
  category = "Success"
  record_status = "U"
  is_contact = true
`

func scriptIn(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "greeting.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAScriptIsRead(t *testing.T) {
	got, err := loadScript(scriptIn(t, greeting))
	if err != nil {
		t.Fatal(err)
	}
	want := &campaign.Script{
		Misc:       campaign.ScriptRules{AllowBreak: true, AllowEditingOfNumberToDial: true},
		Extensions: []campaign.Extension{{ObjectName: "crm", Extension: "lookup", ObjectType: "web"}},
		Pages: []campaign.Page{{
			Name: "Greeting", Text: "Good morning, {FirstName}", Stage: 1, Foreground: "#000000",
			Controls: []campaign.Control{
				{Column: "Balance", Label: "Balance due", Type: campaign.Numeric, ReadOnly: true},
				{Column: "Due", Label: "Due on", Type: campaign.DateTime, DateFormat: 2},
				{Column: "Plan", Label: "Plan", Type: campaign.Listbox, Items: map[string]string{"a": "Annual", "m": "Monthly"}},
			},
			Dispositions: []campaign.PageDisposition{{
				Disposition:  campaign.Disposition{Label: "Sale", Category: "Success", Code: "Sale"},
				RecordStatus: "U", IsContact: true,
			}},
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestMistakesOfAScriptAreTold(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "it has no [[page]]"},
		{"no TOML", "[[page", "line 1"},
		{"unknown setting", "[[page]]\nname = \"A\"\ncolour = \"red\"", "there is no setting \"page.colour\""},
		{"page without a name", "[[page]]\ntext = \"x\"", "it has no name"},
		{"control type", "[[page]]\nname = \"A\"\n[[page.control]]\ncolumn = \"X\"\ntype = \"slider\"", "type \"slider\" is not known"},
		{"date format", "[[page]]\nname = \"A\"\n[[page.control]]\ncolumn = \"X\"\ntype = \"date\"\ndate = \"soon\"", "date \"soon\" is not known"},
		{"control without a column", "[[page]]\nname = \"A\"\n[[page.control]]\nlabel = \"X\"", "a control has no column"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadScript(scriptIn(t, c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a word about %s", err, c.want)
			}
		})
	}
	if _, err := loadScript(filepath.Join(t.TempDir(), "none.toml")); err == nil {
		t.Error("a script that is not there was read")
	}
}

// What a campaign says about scripts, stages and numbers reaches its definition.
func TestACampaignWithAScript(t *testing.T) {
	cc := campaignConfig{
		Name: "Autumn", List: "autumn", Workgroup: "Sales", ScriptFile: scriptIn(t, greeting), Group: "Season",
		PhoneColumns: []string{"Home", "Mobile"}, AllowOwned: true, AllowAgain: true,
		Stages:       map[string]string{"1": "Greeting", "2": "Offer"},
		Dispositions: []dispositionConfig{{Label: "Sale", Category: "Success"}},
	}
	def, err := cc.campaign()
	if err != nil {
		t.Fatal(err)
	}
	if def.Script == nil || def.Script.Pages[0].Name != "Greeting" || def.Stages[2] != "Offer" || def.Group != "Season" ||
		!def.AllowOwned || !def.AllowAgain || !reflect.DeepEqual(def.PhoneColumns, []string{"Home", "Mobile"}) {
		t.Errorf("got %+v", def)
	}
}

func TestProfilesNameDestinations(t *testing.T) {
	cfg := config{Profiles: []profileConfig{
		{Name: "After Hours", Number: "+13175550111"}, {Name: "Care", Workgroup: "Support"}, {Name: "Boss", User: "ben"},
	}}
	want := map[string]call.Destination{
		"after hours": {Number: "+13175550111"},
		"care":        {Queue: &call.Queue{Type: call.WorkgroupQueue, Name: "Support"}},
		"boss":        {Queue: &call.Queue{Type: call.UserQueue, Name: "ben"}},
	}
	if got := cfg.profiles(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
