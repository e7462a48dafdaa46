package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
)

// What the numbering plans tell of a number.
func TestWhereANumberIs(t *testing.T) {
	places := numberPlaces{}
	for number, want := range map[string]string{
		"+13055550100":  "America/New_York&US-FL",
		"+12125551234":  "America/New_York&US-NY",
		"+13075551234":  "America/Denver&US-WY",
		"+12065551234":  "America/Los_Angeles&US-WA",
		"+14165550100":  "America/Toronto&CA-ON",
		"+16045551234":  "America/Vancouver&CA-BC",
		"+18005550100":  "", // anywhere in North America
		"+442079460000": "Europe/London",
		"+6493001234":   "Pacific/Auckland",
		"100":           "",
		"sip:ann@x":     "",
	} {
		for range 2 { // from the plan, and from memory
			if got := places.of(number); got != want {
				t.Errorf("%s: %q, want %q", number, got, want)
			}
		}
	}
}

func TestNamesOfStates(t *testing.T) {
	for text, want := range map[string]string{
		"FL": "US-FL", "fl": "US-FL", " Florida ": "US-FL", "US-FL": "US-FL", "us-fl": "US-FL", "Ontario": "CA-ON", "GB-SCT": "GB-SCT",
		"": "", "Paradise": "", "12": "",
	} {
		if got := state(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Column, number or both; where they disagree it is in each.
func TestWhereabouts(t *testing.T) {
	const miami, tollFree, mobile = "+13055550100", "+18005550100", "+447700900123"
	for _, c := range []struct {
		by                      campaign.ZoneBy
		zone, state, number, is string
	}{
		{"", "America/Chicago", "", miami, "America/Chicago"},
		{campaign.ByColumn, "America/Chicago", "US-TX", miami, "America/Chicago&US-TX"},
		{campaign.ByColumn, "", "", miami, ""},
		{campaign.ByNumber, "America/Chicago", "US-TX", miami, "America/New_York&US-FL"},
		{campaign.ByNumber, "America/Chicago", "", tollFree, ""},
		{campaign.ByBoth, "America/Chicago", "US-TX", miami, "America/Chicago&America/New_York&US-FL&US-TX"},
		{campaign.ByBoth, "America/New_York", "US-FL", miami, "America/New_York&US-FL"},
		{campaign.ByBoth, "", "", miami, "America/New_York&US-FL"},
		{campaign.ByBoth, "America/Chicago", "", tollFree, "America/Chicago"},
		{campaign.ByBoth, "Europe/London", "", mobile, "Europe/London"}, // one of the three that the number tells
	} {
		if got := (numberPlaces{}).whereabouts(c.by, c.zone, c.state, c.number); got != c.is {
			t.Errorf("by %s, %q, %q, %s: %q, want %q", c.by, c.zone, c.state, c.number, got, c.is)
		}
	}
}

// Who is called at another number than was imported is also, or only, where that is.
func TestWhereAContactIsAtAnotherNumber(t *testing.T) {
	s := fresh(t)
	contact := campaign.Contact{Number: "+13055550100", Zone: "America/New_York&US-FL"}
	for _, c := range []struct {
		by         campaign.ZoneBy
		number, is string
	}{
		{"", "+12065551234", "[America/New_York] [US-FL]"},
		{campaign.ByNumber, "+13055550100", "[America/New_York] [US-FL]"},
		{campaign.ByNumber, "+12065551234", "[America/Los_Angeles] [US-WA]"},
		{campaign.ByNumber, "+442079460000", "[Europe/London] []"},
		{campaign.ByNumber, "77", "[America/New_York] [US-FL]"},
		{campaign.ByBoth, "+12065551234", "[America/Los_Angeles America/New_York] [US-FL US-WA]"},
		{campaign.ByBoth, "+18005550100", "[America/New_York] [US-FL]"},
	} {
		def := spring
		def.Law.ZoneBy = c.by
		at := s.PlaceAt(def, contact, c.number)
		if got := fmt.Sprint(at.Zones, " ", at.States); got != c.is {
			t.Errorf("by %s at %s: %s, want %s", c.by, c.number, got, c.is)
		}
	}
}

// Contacts are placed as the campaigns of their list want it: on import, when they are
// added, and when their number or state changes.
func TestContactsArePlacedAsTheirCampaignsWant(t *testing.T) {
	s := fresh(t)
	def := spring
	def.Law.ZoneBy, def.Law.StateColumn = campaign.ByBoth, "State"
	if err := s.SaveCampaign(t.Context(), def); err != nil {
		t.Fatal(err)
	}
	_, err := s.Import(t.Context(), ImportOptions{List: "leads", Name: "x", Source: strings.NewReader(
		"number,zone,state\n+13055550100,America/New_York,FL\n+13055550101,America/Chicago,TX\n+18005550100,,Texas\n")})
	if err != nil {
		t.Fatal(err)
	}
	added, err := s.AddContacts(t.Context(), "leads", campaign.Addition{}, []campaign.Contact{{Number: "+12125551234", Columns: map[string]string{"State": "NJ"}}})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[campaign.ContactID]string{
		1: "America/New_York&US-FL", 2: "America/Chicago&America/New_York&US-FL&US-TX", 3: "US-TX",
		added[0].ID: "America/New_York&US-NJ&US-NY",
	} {
		if c := contactIn(t, s, "leads", id); c.Zone != want {
			t.Errorf("%s is at %q, want %q", c.Number, c.Zone, want)
		}
	}
	moved := "UT"
	c, err := s.ChangeContact(t.Context(), "leads", 3, "", campaign.ContactChange{Columns: map[string]*string{"state": &moved}})
	if err != nil || c.Zone != "US-TX&US-UT" {
		t.Errorf("after a move: %q, %v", c.Zone, err)
	}
	other := def
	other.ID, other.Name, other.Law.ZoneBy = "B", "Autumn", campaign.ByNumber
	for _, c := range []campaign.Campaign{other} {
		if err := s.SaveCampaign(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if places, err := s.placesIn(t.Context(), "LEADS"); err != nil || places.by != campaign.ByBoth || places.state != "State" {
		t.Errorf("of campaigns that differ: %+v, %v", places, err)
	}
}
