package icws

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// archives are records for tests.
type archives struct {
	users    []agent.User
	stations []agent.Station
}

func (a archives) Users(context.Context) ([]agent.User, error)       { return a.users, nil }
func (a archives) Stations(context.Context) ([]agent.Station, error) { return a.stations, nil }

// openArchive is an office with users, stations and campaigns to read.
func openArchive(t *testing.T) *office {
	t.Helper()
	o := openOffice(t, Config{Records: archives{
		users: []agent.User{
			{ID: "anna", Name: "Anna Berg", Workgroups: []string{"Sales"}, DefaultStation: "Desk7", Skills: []string{"French"}, Extension: "107", NoPersistence: true},
			{ID: "bert", Name: "Bert Cole", LogonCampaign: true, Workgroups: []string{"Support"}},
			{ID: "carl", Name: "Carl Dorn", Workgroups: []string{"Sales"}},
			{ID: "root", Name: "Root", Admin: true},
			{ID: "sara", Name: "Sara Ek", Supervisor: true, Workgroups: []string{"sales"}},
		},
		stations: []agent.Station{
			{Kind: agent.Workstation, Name: "Desk7", Target: "sip:desk7@127.0.0.1"},
			{Kind: agent.RemoteWorkstation, Name: "Home 1/ä", Target: "3175550199", Persistent: true},
		},
	}})
	o.floor.keep([]dialer.CampaignView{
		{Campaign: campaign.Campaign{
			ID: "4E883D1E-4B03-4E89-8DA6-CE904BB64983", Name: "Spring", List: "spring", Workgroup: "Sales", OnCallStatus: "Campaign Call",
			Zone: "America/New_York", Stages: map[int]string{1: "Offer"}, Script: &campaign.Script{},
			Dispositions: []campaign.Disposition{{Label: "Sold", Category: "Success", Code: "Sale"}, {Label: "Wrong", Category: "Wrong Party", Code: "Wrong Party"}},
		}},
		{Campaign: campaign.Campaign{
			ID: "0C8F6A52-6B0D-4B43-9A07-0B7C5D7C1A11", Name: "Care", List: "care", Workgroup: "Support", OnCallStatus: "Campaign Call",
			Dispositions: []campaign.Disposition{{Label: "Done", Category: "Success", Code: "Care done"}},
		}},
	}...)
	return o
}

// ids gives the ids of a list's items.
func ids(t *testing.T, r reply) string {
	t.Helper()
	var body struct {
		Items []struct {
			ID struct{ ID, DisplayName, URI string } `json:"configurationId"`
		}
	}
	if err := json.Unmarshal([]byte(r.text), &body); err != nil {
		t.Fatalf("%s: %v", r.text, err)
	}
	var list []string
	for _, i := range body.Items {
		list = append(list, i.ID.ID)
	}
	return strings.Join(list, " ")
}

// Who sees what: his own, what belongs to his workgroups, an administrator all.
func TestConfigurationObjectsThatAUserSees(t *testing.T) {
	o := openArchive(t)
	const spring, care = "4E883D1E-4B03-4E89-8DA6-CE904BB64983", "0C8F6A52-6B0D-4B43-9A07-0B7C5D7C1A11"
	for _, c := range []struct{ who, list, want string }{
		{"anna", "users", "anna carl sara"},
		{"bert", "users", "bert"},
		{"root", "users", "anna bert carl root sara"},
		{"anna", "workgroups", "Sales"},
		{"root", "workgroups", "Sales Support"},
		{"anna", "stations", "Desk7 Home 1/ä"},
		{"anna", "station-groups", ""},
		{"anna", "roles", "Administrator Agent Supervisor"},
		{"anna", "skills", "French"},
		{"bert", "skills", ""},
		{"anna", "wrap-up-codes", "Sale Wrong Party"},
		{"root", "wrap-up-codes", "Care done Sale Wrong Party"},
		{"anna", "interaction-dialer-campaign-acls", spring},
		{"root", "interaction-dialer-campaign-acls", care + " " + spring},
		{"anna", "interaction-dialer-call-list-acls", "spring"},
		{"anna", "interaction-dialer-script-acls", spring},
		{"anna", "interaction-dialer-stage-set-acls", spring},
		{"anna", "interaction-dialer-zone-set-acls", "America/New_York"},
		{"root", "interaction-dialer-zone-set-acls", "America/New_York"},
		{"root", "interaction-dialer-policy-set-acls", ""},
		{"root", "interaction-dialer-rule-set-acls", ""},
		{"root", "interaction-dialer-schedule-acls", ""},
		{"root", "interaction-dialer-skill-set-acls", ""},
	} {
		r := o.signIn(c.who, "desk").do("GET", "/configuration/"+c.list, "")
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s, %s: %d %s", c.who, c.list, r.StatusCode, r.text)
		} else if got := ids(t, r); got != c.want {
			t.Errorf("%s sees of %s %q, want %q", c.who, c.list, got, c.want)
		}
	}
}

// A campaign of several lists has them all, and each is there once.
func TestAllListsOfACampaignAreListed(t *testing.T) {
	several := campaign.Campaign{Name: "Several", Workgroup: "Sales", Selected: campaign.Selected{Sources: []campaign.Source{{List: "warm"}, {List: "cold"}}}}
	single := campaign.Campaign{Name: "Single", Workgroup: "Sales", List: "Cold"}
	foreign := campaign.Campaign{Name: "Foreign", Workgroup: "Care", List: "theirs"}
	var a archive
	for _, c := range []campaign.Campaign{several, single, foreign} {
		a.snap.Campaigns = append(a.snap.Campaigns, dialer.CampaignView{Campaign: c})
	}
	got := listACLs(viewer{agent.User{ID: "anna", Workgroups: []string{"Sales"}}}, a)
	if text, err := json.Marshal(got); err != nil || len(got) != 2 || !strings.Contains(string(text), `"id":"warm"`) || !strings.Contains(strings.ToLower(string(text)), `"id":"cold"`) {
		t.Errorf("%s %v", text, err)
	}
}

func TestConfigurationObjectsInFull(t *testing.T) {
	o := openArchive(t)
	c := o.signIn("anna", "desk")
	for _, want := range []struct{ path, body string }{
		{"users/ANNA?select=*&rightsFilter=loggedInUser", `{
			"configurationId":{"id":"anna","displayName":"Anna Berg","uri":"/configuration/users/anna"},
			"extension":"107","defaultWorkstation":{"id":"Desk7","displayName":"Desk7","uri":"/configuration/stations/Desk7"},
			"autoAnswerAcdInteractions":true,"autoAnswerNonAcdInteractions":false,"statusText":"Gone Home",
			"licenseProperties":{"licenseActive":true},
			"securityRights":{"loginCampaign":{"effectiveValue":false},"allowPersistentConnections":{"effectiveValue":false},"allowUserDefinedTelephoneNumberOnRemoteLogin":{"effectiveValue":true}},
			"accessRights":{"viewCampaignList":{"effectiveValue":[{"id":"4E883D1E-4B03-4E89-8DA6-CE904BB64983","displayName":"Spring","uri":"/configuration/interaction-dialer-campaign-acls/4E883D1E-4B03-4E89-8DA6-CE904BB64983"}]},"modifyCampaignList":{"effectiveValue":[]}},
			"administrativeRights":{"interactionDialerConfiguration":{"effectiveValue":false},"interactionDialerCampaigns":{"effectiveValue":[]}},
			"roles":{"effectiveValue":[{"id":"Agent","displayName":"Agent","uri":"/configuration/roles/Agent"}]},
			"skills":[{"id":"French","displayName":"French","uri":"/configuration/skills/French"}],
			"workgroups":[{"id":"Sales","displayName":"Sales","uri":"/configuration/workgroups/Sales"}]}`},
		{"users/carl?select=*", `{"configurationId":{"id":"carl","displayName":"Carl Dorn","uri":"/configuration/users/carl"}}`},
		{"workgroups/sales?select=members,isActive", `{"configurationId":{"id":"Sales","displayName":"Sales","uri":"/configuration/workgroups/Sales"},"isActive":true,"members":[
			{"id":"anna","displayName":"Anna Berg","uri":"/configuration/users/anna"},{"id":"carl","displayName":"Carl Dorn","uri":"/configuration/users/carl"},{"id":"sara","displayName":"Sara Ek","uri":"/configuration/users/sara"}]}`},
		{"stations/Home%201%2F%C3%A4?select=*", `{"configurationId":{"id":"Home 1/ä","displayName":"Home 1/ä","uri":"/configuration/stations/Home%201%2F%C3%A4"},"stationSetting":2,"isPersistent":true,"isActive":true}`},
		{"wrap-up-codes/sale?select=*", `{"configurationId":{"id":"Sale","displayName":"Sale","uri":"/configuration/wrap-up-codes/Sale"},"label":"Sale","isPermanent":false,"isRightPartyContact":true,
			"category":{"id":"Success","displayName":"Success","uri":"/configuration/wrap-up-categories/Success"}}`},
		{"wrap-up-categories/Busy?select=*", `{"configurationId":{"id":"Busy","displayName":"Busy","uri":"/configuration/wrap-up-categories/Busy"},"label":"Busy","isPermanent":true,"isActualContact":false,"isSuccessfulInteraction":false,
			"recordStatus":"C","phoneNumberStatus":"C","shouldIncrementAttempts":true}`},
		{"status-messages/available?select=isAcdStatus", `{"configurationId":{"id":"Available","displayName":"Available","uri":"/configuration/status-messages/Available"},"isAcdStatus":true}`},
		{"interaction-dialer-zone-set-acls/America%2FNew_York", `{"configurationId":{"id":"America/New_York","displayName":"America/New_York","uri":"/configuration/interaction-dialer-zone-set-acls/America%2FNew_York"}}`},
	} {
		r := c.do("GET", "/configuration/"+want.path, "")
		if r.StatusCode != http.StatusOK || !sameJSON(t, r.text, want.body) {
			t.Errorf("%s: %d %s\nwant %s", want.path, r.StatusCode, r.text, want.body)
		}
	}
	for _, path := range []string{"users/bert", "users/nobody", "workgroups/Support", "interaction-dialer-campaign-acls/0C8F6A52-6B0D-4B43-9A07-0B7C5D7C1A11", "skills/Greek"} {
		if r := c.do("GET", "/configuration/"+path, ""); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s, want 404", path, r.StatusCode, r.text)
		}
	}
	if r := o.signIn("sara", "desk").do("GET", "/configuration/users/carl?select=securityRights", ""); !strings.Contains(r.text, "loginCampaign") {
		t.Errorf("a supervisor does not see an agent's rights: %s", r.text)
	}
	if r := c.do("POST", "/configuration/users", "{}"); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") == "" {
		t.Errorf("POST users: %d %s", r.StatusCode, r.text)
	}
}

// sameJSON compares two texts as values.
func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%q: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%q: %v", want, err)
	}
	return fmt.Sprint(g) == fmt.Sprint(w)
}

func TestSelectingConfigurationObjects(t *testing.T) {
	o := openArchive(t)
	c := o.signIn("root", "desk")
	for _, w := range []struct{ name, query, items, want, place string }{
		{"ids only", "", "", "anna bert carl root sara", ""},
		{"a range", "", "items=1-2", "bert carl", "items 1-2/5"},
		{"an open range", "", "items=3-", "root sara", "items 3-4/5"},
		{"beyond the end", "", "items=9-12", "", "items */5"},
		{"a range of bytes is not meant for us", "", "bytes=0-1", "anna bert carl root sara", ""},
		{"equal", `where=configurationId.id eq "CARL"`, "", "carl", ""},
		{"begins with", `where=configurationId.displayName sw "a"`, "", "anna", ""},
		{"contains", `where=configurationid.displayname ct "R"`, "", "anna bert carl root sara", ""},
		{"two conditions", `where=configurationId.displayName ct "r" and configurationId.id ne anna and extension ne 1`, "", "bert carl root sara", ""},
		{"no such property", `where=colour eq "red"`, "", "", ""},
		{"backwards", "orderBy=configurationId.displayName desc", "", "sara root carl bert anna", ""},
		{"ordered and cut", "orderBy=configurationId.id desc,extension", "items=0-0", "sara", "items 0-0/5"},
		{"rights filter", "rightsFilter=loggedInUser", "", "anna bert carl root sara", ""},
	} {
		t.Run(w.name, func(t *testing.T) {
			query, _ := url.ParseQuery(strings.ReplaceAll(w.query, " ", "+"))
			var headers []string
			if w.items != "" {
				headers = append(headers, "Range: "+w.items)
			}
			r := c.do("GET", "/configuration/users?"+query.Encode(), "", headers...)
			if r.StatusCode != http.StatusOK || ids(t, r) != w.want || r.Header.Get("Content-Range") != w.place {
				t.Errorf("%d %q %q, want %q %q: %s", r.StatusCode, ids(t, r), r.Header.Get("Content-Range"), w.want, w.place, r.text)
			}
		})
	}
	for _, w := range []struct{ query, items, property string }{
		{"where=id", "", "where"}, {"where=id+near+x", "", "where"}, {"where=id+eq+a+or+id+eq+b", "", "where"}, {`where="unclosed`, "", "where"},
		{"orderBy=id+sideways", "", "orderBy"}, {"orderBy=id,,x", "", "orderBy"}, {"rightsFilter=everything", "", "rightsFilter"},
		{"", "items=2-1", "Range"}, {"", "items=-5", "Range"}, {"", "items", "Range"}, {"", "items=a-b", "Range"},
	} {
		r := c.do("GET", "/configuration/users?"+w.query, "", "Range: "+w.items)
		if r.StatusCode != http.StatusBadRequest || r.json(t)["propertyName"] != w.property {
			t.Errorf("%s %s: %d %s, want 400 for %s", w.query, w.items, r.StatusCode, r.text, w.property)
		}
	}
}

// With properties selected, an answer has 200 items at most, and says so.
func TestSelectedItemsAreFew(t *testing.T) {
	var all []object
	for i := range 450 {
		all = append(all, object{"configurationId": configurationID("users", fmt.Sprintf("u%03d", i), ""), "extension": "1"})
	}
	for _, c := range []struct {
		query, header, place string
		n                    int
	}{
		{"", "", "", 450},
		{"?select=*", "", "items 0-199/450", 200},
		{"?select=extension", "items=400-999", "items 400-449/450", 50},
		{"?select=extension", "items=100-449", "items 100-299/450", 200},
		{"", "items=100-449", "items 100-449/450", 350},
	} {
		r := httptest.NewRequest("GET", "/"+c.query, nil)
		r.Header.Set("Range", c.header)
		sel, err := readSelection(r)
		if err != nil {
			t.Fatal(err)
		}
		if items, place := sel.page(all); len(items) != c.n || place != c.place {
			t.Errorf("%s %s: %d items, %q; want %d, %q", c.query, c.header, len(items), place, c.n, c.place)
		}
	}
}

func FuzzSelection(f *testing.F) {
	f.Add(`configurationId.displayName sw "A" and extension eq "12"`, "configurationId.id desc, extension", "items=0-9", "*")
	f.Add(`a eq "\"" and`, ",", "items=99999999999999999999-", "a.b.c,,")
	f.Add("\"", "\x00", "items=--", "\xff")
	all := []object{{"configurationId": configurationID("users", "a", ""), "extension": "1"}, {"configurationId": configurationID("users", "b", "")}}
	f.Fuzz(func(t *testing.T, where, order, span, names string) {
		r := httptest.NewRequest("GET", "/?"+url.Values{"where": {where}, "orderBy": {order}, "select": {names}}.Encode(), nil)
		r.Header["Range"] = []string{span}
		sel, err := readSelection(r)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without a word")
			}
			return
		}
		if items, _ := sel.page(all); len(items) > len(all) {
			t.Errorf("%d items of %d", len(items), len(all))
		}
	})
}
