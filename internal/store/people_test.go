package store

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

var (
	anna = agent.User{ID: "Anna", Name: "Anna Berg", LogonCampaign: true, Workgroups: []string{"Loans", "Sales"}, DefaultStation: "desk 7",
		Supervisor: true, Skills: []string{"French", "Mortgages"}, Extension: "7007", PasswordSet: noon}
	boss = agent.User{ID: "boss", Name: "The Boss", Admin: true, FixedNumbers: true, NoPersistence: true, NoOutsideCalls: true, PasswordSet: noon}
)

func withUsers(t *testing.T) *Store {
	t.Helper()
	s := fresh(t)
	for _, u := range []agent.User{boss, anna} {
		if err := s.AddUser(t.Context(), u, "secret of "+u.ID); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestUsersAreKeptAndFoundWithoutCase(t *testing.T) {
	s := withUsers(t)
	for _, id := range []string{"Anna", "anna", "ANNA"} {
		if got, err := s.User(t.Context(), id); err != nil || !reflect.DeepEqual(got, anna) {
			t.Errorf("%s: %+v %v", id, got, err)
		}
	}
	all, err := s.Users(t.Context())
	if err != nil || !reflect.DeepEqual(all, []agent.User{anna, boss}) {
		t.Errorf("%+v %v", all, err)
	}
	if n, err := s.CountUsers(t.Context()); n != 2 || err != nil {
		t.Errorf("%d users, %v", n, err)
	}
}

func TestAuthenticate(t *testing.T) {
	s := withUsers(t)
	for _, c := range []struct {
		id, password string
		ok           bool
	}{
		{"Anna", "secret of Anna", true},
		{"aNNA", "secret of Anna", true},
		{"Anna", "secret of anna", false},
		{"Anna", "", false},
		{"Anna", "secret of boss", false},
		{"nobody", "secret of Anna", false},
		{"", "", false},
	} {
		got, err := s.Authenticate(t.Context(), c.id, c.password)
		if c.ok {
			if err != nil || got.ID != "Anna" || len(got.Workgroups) != 2 {
				t.Errorf("%v: %+v %v", c, got, err)
			}
			continue
		}
		wantKind(t, err, fault.Unauthenticated)
		if got.ID != "" || !strings.Contains(err.Error(), "the user id or the password is wrong") {
			t.Errorf("%v: %+v %v", c, got, err)
		}
	}
}

func TestSetPassword(t *testing.T) {
	s := withUsers(t)
	if err := s.SetPassword(t.Context(), "anna", "another"); err != nil {
		t.Fatal(err)
	}
	_, err := s.Authenticate(t.Context(), "Anna", "secret of Anna")
	wantKind(t, err, fault.Unauthenticated)
	if _, err := s.Authenticate(t.Context(), "Anna", "another"); err != nil {
		t.Error(err)
	}
	wantKind(t, s.SetPassword(t.Context(), "nobody", "x"), fault.NotFound)
	wantKind(t, s.SetPassword(t.Context(), "anna", ""), fault.Invalid)
}

func TestSaveUser(t *testing.T) {
	s := withUsers(t)
	changed := agent.User{ID: "Anna", Name: "Anna Lund", Admin: true, Workgroups: []string{"Cards", "sales"}, Skills: []string{"Danish"}, PasswordSet: noon}
	save := changed
	save.ID = "anna" // the id stays as it was first written
	if err := s.SaveUser(t.Context(), save, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Authenticate(t.Context(), "Anna", "secret of Anna"); err != nil || !reflect.DeepEqual(got, changed) {
		t.Errorf("%+v %v", got, err)
	}
	if err := s.SaveUser(t.Context(), changed, "another"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(t.Context(), "Anna", "another"); err != nil {
		t.Error(err)
	}
	carl := agent.User{ID: "carl", Name: "Carl", Workgroups: []string{"Sales"}, PasswordSet: noon}
	wantKind(t, s.SaveUser(t.Context(), carl, ""), fault.Invalid)
	if err := s.SaveUser(t.Context(), carl, "new"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Authenticate(t.Context(), "carl", "new"); err != nil || !reflect.DeepEqual(got, carl) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestEveryFieldOfAUserIsKept(t *testing.T) {
	for i := range reflect.TypeFor[agent.User]().NumField() {
		if reflect.ValueOf(anna).Field(i).IsZero() && reflect.ValueOf(boss).Field(i).IsZero() {
			t.Errorf("the tests do not cover field %s", reflect.TypeFor[agent.User]().Field(i).Name)
		}
	}
}

func TestAddUserRefuses(t *testing.T) {
	s := withUsers(t)
	for _, c := range []struct {
		id, password string
		kind         fault.Kind
	}{
		{"ANNA", "x", fault.Conflict},
		{"", "x", fault.Invalid},
		{" carl", "x", fault.Invalid},
		{"carl", "", fault.Invalid},
	} {
		wantKind(t, s.AddUser(t.Context(), agent.User{ID: c.id}, c.password), c.kind)
	}
}

func TestWorkgroupsAreThoseOfUsersAndCampaigns(t *testing.T) {
	s := withUsers(t)
	carl := agent.User{ID: "carl", Workgroups: []string{"LOANS", "Cards"}}
	if err := s.AddUser(t.Context(), carl, "x"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []campaign.Campaign{
		{ID: "A", Name: "A", Workgroup: "sales"}, {ID: "B", Name: "B", Workgroup: "Empty"}, {ID: "C", Name: "C"},
	} {
		if err := s.SaveCampaign(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][]string{"LOANS": {"Anna", "carl"}, "Cards": {"carl"}, "Sales": {"Anna"}, "Empty": nil}
	if got, err := s.Workgroups(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v, %v", got, want, err)
	}
}

func TestPasswordHashes(t *testing.T) {
	a, b := hashPassword("tomato", usualCost()), hashPassword("tomato", usualCost())
	if a == b {
		t.Error("two hashes of a password are equal: no salt")
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%s does not say how it was made", a)
	}
	older := hashPassword("tomato", cost{memory: 64, passes: 1, threads: 2}) // as before a change of ours
	for _, c := range []struct {
		name, hash, password string
		want                 bool
	}{
		{"the password", a, "tomato", true},
		{"another", a, "potato", false},
		{"none", a, "", false},
		{"no hash", "", "", false},
		{"of another cost", older, "tomato", true},
		{"another, of another cost", older, "potato", false},
		{"no sum", a[:strings.LastIndex(a, "$")+1], "tomato", false},
		{"another method", strings.Replace(a, "argon2id", "argon2i", 1), "tomato", false},
		{"another version", strings.Replace(a, "v=19", "v=18", 1), "tomato", false},
		{"no passes", strings.Replace(a, "t=2", "t=0", 1), "tomato", false},
		{"a torn salt", strings.Replace(a, "p=1$", "p=1$!", 1), "tomato", false},
	} {
		if got := passwordMatches(c.hash, c.password); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestStations(t *testing.T) {
	s := fresh(t)
	home := agent.Station{Kind: agent.RemoteNumber, Name: "Home", Target: "+13175550101", Trunk: "carrier", Persistent: true, Verify: agent.VerifyKey}
	desk := agent.Station{Kind: agent.Workstation, Name: "desk 7", Target: "sip:7@192.0.2.7"}
	for _, st := range []agent.Station{desk, {Kind: agent.RemoteWorkstation, Name: "home"}, home} {
		if err := s.SaveStation(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Station(t.Context(), "HOME"); err != nil || got != home {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Stations(t.Context()); err != nil || !reflect.DeepEqual(got, []agent.Station{desk, home}) {
		t.Errorf("%+v %v", got, err)
	}
	_, err := s.Station(t.Context(), "attic")
	wantKind(t, err, fault.NotFound)
	wantKind(t, s.SaveStation(t.Context(), agent.Station{Kind: agent.Workstation}), fault.Invalid)
	wantKind(t, s.SaveStation(t.Context(), agent.Station{Kind: agent.Stationless, Name: "x"}), fault.Invalid)
}

func TestCampaigns(t *testing.T) {
	s := fresh(t)
	c := campaign.Campaign{
		ID: spring.ID, Name: "Spring", List: "leads", Workgroup: "Sales", Selected: campaign.Selected{
			Filter: `state in ("FL", "NY")`, Sort: "balance desc", Sources: []campaign.Source{{List: "leads", Priority: 2, Weight: 3}},
		}, Mode: campaign.Preview, State: campaign.Paused,
		CallerID: "+13175550100", CallerName: "Spring Ltd", Withheld: true, Attestation: "B", Trunk: "carrier", Ring: 31 * time.Second, Lines: 1.5, Wait: 1999 * time.Millisecond,
		PreviewTime: time.Minute, AllowSkip: true, AutoDisconnect: true, OnCallStatus: "On", FollowUpStatus: "After",
		Hours: compliance.Hours{From: 9 * time.Hour, To: 20 * time.Hour}, Zone: "America/New_York",
		Dispositions: []campaign.Disposition{{Label: "Dropped", Category: "Success", Code: "S", Abandon: true}},
		Retry:        campaign.Retry{MaxAttempts: 3, Busy: 1, NoAnswer: 2, Machine: 3, Other: 4},
		PhoneColumns: []string{"Home", "Work"}, AllowOwned: true, AllowAgain: true, ScriptURL: "https://scripts.example/spring",
		Stages: map[int]string{1: "Greeting", 7: "Offer"}, Group: "Seasons", HoldMusic: "waltz",
		Law: campaign.Law{
			Rules: []string{"us-federal"}, Holidays: []string{"us-federal"}, DoNotCall: []string{"national"},
			ZoneBy: campaign.ByBoth, StateColumn: "State",
		},
		Recorded: campaign.Recorded{
			Share: 0.1, Announcement: "legal", PauseStages: []int{7}, AgentMayStop: true, Beep: 15 * time.Second, Keep: 90 * 24 * time.Hour,
		},
		Answers: campaign.Answers{
			Analysis:    campaign.Analysis{Policy: campaign.AnalyseFirst, Silence: 1, Speech: 2, Time: 3, Message: "voicemail", Sample: 0.1},
			SafeHarbour: "sorry",
			Unattended:  campaign.Unattended{Message: "offer", TransferKey: "1", Transfer: "sales", OptOutKey: "9", RepeatKey: "*"},
		},
		Script: &campaign.Script{
			Pages: []campaign.Page{{
				Name: "Start", Text: "Hello", Stage: 1, Foreground: "#000000", Background: "#FFFFFF",
				Controls: []campaign.Control{{
					Column: "Sex", Label: "Salutation", ReadOnly: true, Type: campaign.Listbox, MaxLines: 1, MaxChars: 2,
					DateFormat: 3, Items: map[string]string{"f": "Ms", "m": "Mr"},
				}},
				Dispositions: []campaign.PageDisposition{{
					Disposition: campaign.Disposition{Label: "Sold", Category: "Success", Code: "S"}, RecordStatus: "U", IsContact: true,
				}},
			}},
			Misc:       campaign.ScriptRules{AllowBreak: true, OverrideZoneBlock: true},
			Extensions: []campaign.Extension{{ObjectName: "o", Extension: "e", ObjectType: "t"}},
		},
	}
	c.Paced.Pace = pacing.Policy{Limit: 0.02}.Defaults()
	c.Changed = map[campaign.Setting]campaign.Changed{
		"abandonLimit": {File: 0.03, Now: 0.02, At: noon, By: "boss"}, "sort": {File: "", Now: "age", At: noon, By: "boss"},
	}
	for i := range reflect.TypeFor[campaign.Campaign]().NumField() {
		if reflect.ValueOf(c).Field(i).IsZero() {
			t.Errorf("the test does not cover field %s", reflect.TypeFor[campaign.Campaign]().Field(i).Name)
		}
	}
	autumn := campaign.Campaign{ID: "B", Name: "Autumn"}.Defaults()
	older := c
	older.Name = "Winter"
	for _, c := range []campaign.Campaign{older, autumn, c} {
		if err := s.SaveCampaign(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Campaigns(t.Context()); err != nil || !reflect.DeepEqual(got, []campaign.Campaign{autumn, c}) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := PeekCampaigns(t.Context(), s.path); err != nil || !reflect.DeepEqual(got, []campaign.Campaign{autumn, c}) {
		t.Errorf("from beside: %+v %v", got, err)
	}
	for _, named := range []string{"spring", string(c.ID), strings.ToLower(string(c.ID))} {
		if got, err := s.Campaign(t.Context(), named); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%s: %+v %v", named, got, err)
		}
	}
	_, err := s.Campaign(t.Context(), "Winter")
	wantKind(t, err, fault.NotFound)
	autumn.Name = "SPRING"
	wantKind(t, s.SaveCampaign(t.Context(), autumn), fault.Conflict)
	lists, err := s.Lists(t.Context())
	if counts, ok := lists["leads"]; err != nil || !ok || len(counts) != 0 {
		t.Errorf("a campaign's list is there and empty: %v %v", lists, err)
	}
}

// A definition written by an earlier release must be read by every later one: a
// renamed field would be lost without a word.
func TestADefinitionOfTheFirstReleaseCanBeRead(t *testing.T) {
	s := fresh(t)
	change(t, s, `INSERT INTO campaigns (id, name, definition) VALUES ('A', 'First', ?)`, `{"ID":"A","Name":"First","List":"leads",
		"Workgroup":"Sales","Mode":"power","State":"on","CallerID":"100","Trunk":"t","Ring":25000000000,"Lines":2,"Wait":2000000000,
		"PreviewTime":1,"AllowSkip":true,"AutoDisconnect":true,"OnCallStatus":"On","FollowUpStatus":"After",
		"Hours":{"Always":false,"From":28800000000000,"To":75600000000000},"Zone":"UTC",
		"Dispositions":[{"Label":"l","Category":"c","Code":"d","Abandon":true}],
		"Retry":{"MaxAttempts":6,"Busy":1,"NoAnswer":2,"Machine":3,"Other":4}}`)
	want := campaign.Campaign{
		ID: "A", Name: "First", List: "leads", Workgroup: "Sales", Mode: "power", State: "on", CallerID: "100", Trunk: "t",
		Ring: 25 * time.Second, Lines: 2, Wait: 2 * time.Second, PreviewTime: 1, AllowSkip: true, AutoDisconnect: true,
		OnCallStatus: "On", FollowUpStatus: "After", Hours: compliance.Default, Zone: "UTC",
		Dispositions: []campaign.Disposition{{Label: "l", Category: "c", Code: "d", Abandon: true}},
		Retry:        campaign.Retry{MaxAttempts: 6, Busy: 1, NoAnswer: 2, Machine: 3, Other: 4},
	}
	if got, err := s.Campaign(t.Context(), "first"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
}
