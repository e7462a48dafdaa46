package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// rehearsed runs `outdial simulate` with a file for JSON, and gives its text and that.
func rehearsed(t *testing.T, args ...string) (table string, file []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "day.json")
	var out, log strings.Builder
	if err := run(t.Context(), append([]string{"simulate", "--json", path}, args...), &out, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	if log.Len() > 0 && strings.Contains(log.String(), "%") {
		t.Errorf("there is no terminal to show progress on: %q", log.String())
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), file
}

// Scripts rely on these flags, and on these figures at the top of the JSON.
func TestScriptsRehearseADay(t *testing.T) {
	args := strings.Fields("--agents 5 --handle 90s --answer-rate 0.25 --target 0.03 --hours 0.5 --seed 1")
	table, file := rehearsed(t, args...)
	var day map[string]any
	if err := json.Unmarshal(file, &day); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"utilisation", "abandonment", "worst_hour_abandonment", "mean_wait_seconds", "invites_per_second"} {
		if _, ok := day[name].(float64); !ok {
			t.Errorf("%s is %v, not a number", name, day[name])
		}
	}
	if u := day["utilisation"].(float64); u < 0.3 || u > 1 {
		t.Errorf("utilisation %v", u)
	}
	if !strings.Contains(table, "attempts: ") {
		t.Errorf("the table says nothing of the attempts:\n%s", table)
	}
	if _, again := rehearsed(t, args...); string(again) != string(file) {
		t.Error("the same seed gave other bytes")
	}
}

// A campaign without agents is told of by its calls and its messages.
func TestMessagesAreRehearsed(t *testing.T) {
	page := filepath.Join(t.TempDir(), "day.html")
	table, file := rehearsed(t, append(strings.Fields("--mode agentless --contacts 400 --hours 0.1 --max-flying 20 --message 15s --html"), page)...)
	var day struct {
		Agents      int
		Utilisation *float64
		Invites     float64 `json:"invites_per_second"`
		Messages    struct {
			HeardOut int `json:"heard_out"`
		}
		Campaigns []struct {
			Hours float64 `json:"list_hours"`
		}
	}
	if err := json.Unmarshal(file, &day); err != nil {
		t.Fatal(err)
	}
	if day.Agents != 0 || day.Utilisation == nil || *day.Utilisation != 0 || day.Invites < 0.5 || day.Messages.HeardOut == 0 || day.Campaigns[0].Hours == 0 {
		t.Errorf("%+v", day)
	}
	if !strings.Contains(table, "no agents") || !strings.Contains(table, "heard it out") || strings.Contains(table, "utilisation") {
		t.Errorf("of a campaign without agents it tells\n%s", table)
	}
	report, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(report), "People informed in a minute") || strings.Contains(string(report), "Agents&#39; mean wait") {
		t.Errorf("the report, %v, has the wrong plots", err)
	}
}

const scenarioFile = `
name = "Two campaigns"
hours = 0.5
agents = 6
answer-rate = [0.2, 0.3]

[[campaign]]
name = "Autumn"
handle = "60s"
mode = "power"

[[campaign]]
contacts = 50

[[event]]
at = "10m"
agents = -2
`

func TestScenariosAreCompared(t *testing.T) {
	dir := t.TempDir()
	path, page := filepath.Join(dir, "two.toml"), filepath.Join(dir, "day.html")
	if err := os.WriteFile(path, []byte(scenarioFile), 0o600); err != nil {
		t.Fatal(err)
	}
	table, file := rehearsed(t, "--scenario", path, "--set", "agents=4", "--set", "agents=8,answer-rate=0.1,0.4", "--html", page)
	var days struct {
		Results []struct {
			Name      string
			Agents    int
			Campaigns []struct{ Name string }
		}
	}
	if err := json.Unmarshal(file, &days); err != nil {
		t.Fatal(err)
	}
	if len(days.Results) != 2 || days.Results[0].Agents != 4 || days.Results[1].Agents != 8 || len(days.Results[0].Campaigns) != 2 || days.Results[0].Campaigns[0].Name != "Autumn" {
		t.Errorf("%+v", days)
	}
	if name := "Two campaigns, agents=4"; !strings.Contains(table, name) || days.Results[0].Name != name {
		t.Errorf("a day is to be called %q: %s", name, table)
	}
	report, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(report)
	if n := strings.Count(text, "<polyline"); n != 12 {
		t.Errorf("%d lines in the plots of two days, not 12", n)
	}
	for _, foreign := range []string{"<script", "http:", "https:", "src=", "@import", "url("} {
		if strings.Contains(text, foreign) {
			t.Errorf("the page is not on its own: it has %s", foreign)
		}
	}
}

func TestWhatIsWrongWithARehearsalIsSaid(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(dir, "s.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		file, args, want string
		usage            bool
	}{
		{"", "--agents many", `"many" is not a whole number`, true},
		{"", "--hours 0", "hours: 0 is nothing", true},
		{"", "--agents 0", "only campaigns of mode agentless need none", false},
		{"", "--hear-out 0.9 --pass-on 0.2", "together that is more than all people", false},
		{"", "--handle 90", `"90" is not a time with its unit`, true},
		{"", "--pass-on-to nowhere", "neither outside nor agents", true},
		{"", "--ring-shape NaN", `"NaN" is not a number`, true},
		{"", "--hours Inf", `"Inf" is not a number`, true},
		{"", "--hours 1e300", "can not be rehearsed", false},
		{"", "--handle 99999h", "2h0m0s at most", false},
		{"", "--mode power --lines 1e12", "100 are the most", false},
		{"", "--mode fast", `"fast" is no mode; there are`, true},
		{"", "--answer-rate 25", "write 0.25 for 25 %", false},
		{"", "--set agent=3", `no setting "agent"; there are agents`, true},
		{"", "--set agents", "write NAME=VALUE", true},
		{"", "--compare", "--compare needs something to compare", true},
		{"", "tomorrow", `what is "tomorrow" for?`, true},
		{"agents = ", "", "line 1", false},
		{"callers = 3", "", `there is no setting "callers"`, false},
		{"[[campaign]]\nname = \"A\"\nagents = 3", "", "campaign A: agents is a setting of the whole rehearsal", false},
		{"[[campaigns]]\nlines = 3", "", `there is no table "campaigns"; there are [[campaign]] and [[event]]`, false},
		{"name = 3", "", `write name = "3"`, false},
		{"[campaign]\nlines = 3", "", "under [[campaign]]", false},
		{"[[event]]\nagents = 3", "", "say when it happens", false},
		{"[[event]]\nat = \"1h\"\nrain = true", "", "event 1: rain: it is none of", false},
	} {
		args := append([]string{"simulate"}, strings.Fields(c.args)...)
		if c.file != "" {
			args = append(args, "--scenario", write(c.file))
		}
		var out, log strings.Builder
		err := run(t.Context(), args, &out, &log)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, errUsage) != c.usage {
			t.Errorf("%s %s: %v, want %s", c.file, c.args, err, c.want)
		}
	}
}

// A campaign's own figures, from the attempts in its database.
func TestACampaignIsRehearsed(t *testing.T) {
	i := newImporting(t)
	var people strings.Builder
	people.WriteString("phone\n")
	for n := range 200 {
		fmt.Fprintf(&people, "+1317555%04d\n", n)
	}
	if _, _, err := i.run(t.Context(), "--campaign", "Spring", "--database", "DIR/outdial.db", i.file(t, "people.csv", people.String())); err != nil {
		t.Fatal(err)
	}
	config := i.file(t, "outdial.toml", fmt.Sprintf("[database]\npath = %q\n", filepath.Join(i.dir, "outdial.db")))
	var out, log strings.Builder
	args := []string{"simulate", "--config", config, "--campaign", "spring"}
	if err := run(t.Context(), args, &out, &log); err == nil || !strings.Contains(err.Error(), "too few to go by") {
		t.Errorf("a campaign that was never dialed: %v", err)
	}
	i.dialHalf(t)
	table, file := rehearsed(t, append(args[1:], "--hours", "1")...)
	var day struct {
		Agents int
		Ledger struct{ Talked, Contacts int }
	}
	if err := json.Unmarshal(file, &day); err != nil {
		t.Fatal(err)
	}
	predictive := append(args[1:], "--hours", "1", "--mode", "predictive")
	_, first := rehearsed(t, predictive...)
	wary := pacing.Start()
	wary.Z = 9
	i.learned(t, wary)
	if _, knowing := rehearsed(t, predictive...); string(knowing) == string(first) {
		t.Error("what the campaign has learned makes no difference")
	}
	if _, again := rehearsed(t, append(predictive, "--memory", "false")...); string(again) != string(first) {
		t.Error("without its memory it is not as on its first day")
	}
	if day.Agents != 1 || day.Ledger.Contacts == 0 || day.Ledger.Contacts > 100 || day.Ledger.Talked == 0 || !strings.Contains(table, "campaign Spring") {
		t.Errorf("%+v\n%s", day, table)
	}

	i.callRest(t)
	if err := run(t.Context(), args, &out, &log); err == nil || !strings.Contains(err.Error(), "nobody left to call; say with --contacts") {
		t.Errorf("a list with nobody left is rehearsed: %v", err)
	}
	rehearsed(t, append(args[1:], "--hours", "0.1", "--set", "contacts=50")...)
}

// Whether agents take who presses the key of a message follows from the profile.
func TestAProfileTellsWhoTakesWhoIsPassedOn(t *testing.T) {
	cfg := config{Profiles: []profileConfig{{Name: "Desk", Workgroup: "Sales"}, {Name: "Boss", User: "anna"}, {Name: "Outside", Number: "+13175550100"}}}
	for profile, want := range map[string]bool{"desk": true, "BOSS": true, "Outside": false, "": false} {
		def := campaign.Campaign{Mode: campaign.Agentless}
		def.Unattended.Transfer = profile
		if got := cfg.leadsToAgents(def); got != want {
			t.Errorf("%q leads to agents: %t", profile, got)
		}
		if def.Mode = campaign.Power; cfg.leadsToAgents(def) {
			t.Errorf("%q: nobody presses a key in mode power", profile)
		}
	}
}

// Agents who take calls of an agentless campaign are in its table and in its file.
func TestAgentsWhoTakeWhoIsPassedOnAreRehearsed(t *testing.T) {
	table, file := rehearsed(t, strings.Fields("--mode agentless --pass-on-to agents --pass-on 0.3 --agents 6 --hours 0.2 --max-flying 20")...)
	var day struct {
		Agents   int
		Messages struct{ Taken int }
	}
	if err := json.Unmarshal(file, &day); err != nil || day.Agents != 6 || day.Messages.Taken == 0 {
		t.Errorf("%+v, %v", day, err)
	}
	if !strings.Contains(table, "utilisation") || !strings.Contains(table, fmt.Sprintf("%d got an agent", day.Messages.Taken)) {
		t.Errorf("of agents who take such calls it tells\n%s", table)
	}
}

// learned writes down what the campaign's pacing has learned.
func (i importing) learned(t *testing.T, m pacing.Memory) {
	t.Helper()
	def, err := i.db.Campaign(t.Context(), "Spring")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err == nil {
		err = i.db.Remember(t.Context(), def.ID, text, time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// callRest lets everybody who is left say no.
func (i importing) callRest(t *testing.T) {
	t.Helper()
	def, err := i.db.Campaign(t.Context(), "Spring")
	if err != nil {
		t.Fatal(err)
	}
	def.Hours.Always = true
	claim, err := i.db.Claim(t.Context(), def, 1000, nil, time.Now())
	if err != nil || claim.Left != 0 {
		t.Fatal(claim.Left, err)
	}
	for _, lead := range claim.Leads {
		a := lead.Attempt
		a.Outcome, a.Category, a.Closed, a.Next = call.Talked, "Failure", time.Now(), campaign.Next{Status: campaign.Uncallable}
		if err := i.db.Record(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

// dialHalf lets half of the contacts be called; every other one talks to an agent.
func (i importing) dialHalf(t *testing.T) {
	t.Helper()
	def, err := i.db.Campaign(t.Context(), "Spring")
	if err != nil {
		t.Fatal(err)
	}
	def.Hours.Always = true
	now := time.Now()
	claim, err := i.db.Claim(t.Context(), def, 100, nil, now)
	if err != nil || len(claim.Leads) != 100 {
		t.Fatalf("%d leads: %v", len(claim.Leads), err)
	}
	for n, lead := range claim.Leads {
		a := lead.Attempt
		a.Ringing, a.Outcome, a.Reason = now.Add(time.Second), call.NotReached, "no answer"
		if n%2 == 0 {
			a.Answered, a.Bridged, a.Ended, a.Disposed = now.Add(2*time.Second), now.Add(2*time.Second), now.Add(40*time.Second), now.Add(50*time.Second)
			a.Outcome, a.Agent, a.Category = call.Talked, "anna", "Success"
		}
		a.Closed, a.Next = now.Add(time.Minute), campaign.Next{Status: campaign.Uncallable}
		if err := i.db.Record(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}
