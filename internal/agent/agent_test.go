package agent

import (
	"strings"
	"testing"
)

func TestWhichStationsMayPersist(t *testing.T) {
	for _, c := range []struct {
		name                string
		station             Station
		callable, persisted bool
	}{
		{"nothing connected", Station{}, false, false},
		{"a desk phone, even when marked", Station{Kind: Workstation, Target: "sip:12@192.0.2.12", Persistent: true}, true, false},
		{"a configured number, marked", Station{Kind: RemoteWorkstation, Target: "+13175550188", Persistent: true}, true, true},
		{"a configured number, not marked", Station{Kind: RemoteWorkstation, Target: "+13175550188"}, true, false},
		{"a typed number, marked", Station{Kind: RemoteNumber, Target: "+13175550188", Persistent: true}, true, true},
		{"a typed number, not marked", Station{Kind: RemoteNumber, Target: "+13175550188"}, true, false},
		{"a typed number without a number", Station{Kind: RemoteNumber, Persistent: true}, false, false},
		{"without a phone", Station{Kind: Stationless, Target: "+13175550188", Persistent: true}, false, false},
	} {
		if got := c.station.Callable(); got != c.callable {
			t.Errorf("%s: callable %v, want %v", c.name, got, c.callable)
		}
		if got := c.station.MayPersist(); got != c.persisted {
			t.Errorf("%s: may persist %v, want %v", c.name, got, c.persisted)
		}
	}
}

func TestRightsOfUsers(t *testing.T) {
	anna := User{ID: "anna", Workgroups: []string{"Sales", "Straße"}}
	for group, want := range map[string]bool{"Sales": true, "SALES": true, "sale": false, "": false, "Support": false} {
		if anna.In(group) != want {
			t.Errorf("anna is in %q: %v, want %v", group, anna.In(group), want)
		}
	}
	for _, c := range []struct {
		user User
		want bool
	}{{User{}, false}, {User{LogonCampaign: true}, true}, {User{Admin: true}, true}} {
		if c.user.MayChoose() != c.want {
			t.Errorf("%+v may choose: %v", c.user, c.user.MayChoose())
		}
	}
	if id := (ID{User: "anna", Application: "desk"}); id.String() != "anna/desk" {
		t.Errorf("the agent is called %q", id)
	}
}

func TestStatuses(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Statuses {
		key := strings.ToLower(s.ID)
		if s.ID == "" || s.Text == "" || s.Group == "" || seen[key] {
			t.Errorf("status %+v lacks something, or is there twice", s)
		}
		seen[key] = true
		for _, typed := range []string{s.ID, strings.ToUpper(s.ID), key} {
			if got, ok := StatusNamed(typed); !ok || got != s {
				t.Errorf("StatusNamed(%q) = %v, %v", typed, got, ok)
			}
		}
		if s.ACD && s.DND {
			t.Errorf("%s takes calls and wants none", s.ID)
		}
	}
	for _, id := range []string{StatusAvailable, StatusCampaignCall, StatusAwaiting, StatusFollowUp, StatusNotAnswering, StatusGone} {
		if _, ok := StatusNamed(id); !ok {
			t.Errorf("the dialer sets %q, which is not in the list", id)
		}
	}
	// What the dialer sets on its own account nobody chooses.
	for _, id := range []string{StatusCampaignCall, StatusAwaiting, StatusNotAnswering} {
		if s, _ := StatusNamed(id); s.Selectable || s.ACD {
			t.Errorf("%s can be chosen, or takes calls", id)
		}
	}
	if _, ok := StatusNamed(""); ok {
		t.Error("a status without a name was found")
	}
}
