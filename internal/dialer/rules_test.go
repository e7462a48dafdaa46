package dialer

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// inFlorida is a campaign under the law of the union and the states; at dawn it is 7:00
// there.
func inFlorida() campaign.Campaign {
	def := autumn()
	def.Zone, def.Hours = "America/New_York&US-FL", compliance.Hours{Always: true}
	def.Law.Rules = []string{"us-federal", "us-states"}
	return def
}

// number is the contact of the stories below.
const number = "+13055550100"

func lists(t *testing.T, name string, date compliance.Date, numbers ...string) compliance.DoNotCall {
	t.Helper()
	var g compliance.Gather
	for _, text := range numbers {
		n, ok := compliance.E164(text)
		if !ok {
			t.Fatalf("%s is no number", text)
		}
		g.Add(n)
	}
	return compliance.DoNotCall{}.With(compliance.List{Name: name, Version: "9", Date: date, Numbers: g.Numbers()})
}

// fresh is a day on which a list is not too old at dawn, stale one on which it is.
var (
	fresh = compliance.Date{Year: 2026, Month: 11, Day: 1}
	stale = compliance.Date{Year: 2026, Month: 9, Day: 30}
)

// A contact is dialed if all that binds the campaign lets him be at this moment; the
// attempt says which rules were asked, or which one is in the way.
func TestAContactIsHeldAgainstTheLawAsItIsDialed(t *testing.T) {
	morning := dawn.Add(3 * time.Hour) // 10:00
	for _, c := range []struct {
		name   string
		at     time.Time
		change func(*stage, *campaign.Campaign)
		status campaign.Status // of the contact; none: he is dialed
		due    time.Time
		rule   string
	}{
		{"in the morning", morning, nil, "", time.Time{}, "hours always; us-federal/hours 2026-11; us-states/FL-hours 2026-11; us-states/FL-attempts 2026-11: 0 of 3 calls in 24 hours"},
		{"at night", dawn, nil, campaign.Callable, dawn.Add(time.Hour), "us-federal/hours 2026-11: 08:00-21:00, 07:00 in America/New_York"},
		{"after three calls", morning, func(s *stage, _ *campaign.Campaign) {
			s.past = map[campaign.ContactID]compliance.History{1: {Calls: []time.Time{dawn.Add(-20 * time.Hour), dawn.Add(-19 * time.Hour), dawn.Add(-18 * time.Hour)}}}
		}, campaign.Callable, dawn.Add(4 * time.Hour), "us-states/FL-attempts 2026-11: 3 of 3 calls in 24 hours"},
		{"on a list", morning, func(s *stage, def *campaign.Campaign) {
			def.Law.DoNotCall = []string{"national"}
			s.state.doNotCall = lists(t, "national", fresh, number)
		}, campaign.Uncallable, time.Time{}, "do-not-call national 9 of 2026-11-01: the number is on it"},
		{"on no list", morning, func(s *stage, def *campaign.Campaign) {
			def.Law.DoNotCall = []string{"national"}
			s.state.doNotCall = lists(t, "national", fresh, "+13055550101")
		}, "", time.Time{}, "; do-not-call national 9 of 2026-11-01"},
		{"on a list that nobody asked for", morning, func(s *stage, _ *campaign.Campaign) {
			s.state.doNotCall = lists(t, "national", fresh, number)
		}, "", time.Time{}, "hours always"},
		{"a list that is too old", morning, func(s *stage, def *campaign.Campaign) {
			def.Law.DoNotCall = []string{"national"}
			s.state.doNotCall = lists(t, "national", stale)
		}, campaign.Callable, time.Time{}, "the list is older than 31 days"},
		{"a list that is not there", morning, func(_ *stage, def *campaign.Campaign) {
			def.Law.DoNotCall = []string{"national"}
		}, campaign.Callable, time.Time{}, "do-not-call national: the list is not loaded"},
		{"one who asked us", morning, func(s *stage, _ *campaign.Campaign) {
			s.do(SetRefusal{Number: number, Refused: true})
		}, campaign.Uncallable, time.Time{}, "do-not-call internal: the number is on it"},
		{"one who asked us and then thought better of it", morning, func(s *stage, _ *campaign.Campaign) {
			s.do(SetRefusal{Number: number, Refused: true})
			s.do(SetRefusal{Number: number})
		}, "", time.Time{}, "hours always"},
	} {
		def := inFlorida()
		s := newStage(t, Rules{}, def)
		s.state.law, s.now = compliance.KnownLaw(), c.at
		if c.change != nil {
			c.change(s, &def)
			s.state.campaigns[def.ID].def = def
		}
		s.tell("contacts "+number, "shift anna persistent")
		at, over := s.closed[1]
		if !over {
			at = s.state.calls["1000000001"].attempt
		}
		if over != (c.status != "") || !strings.Contains(at.Rule, c.rule) {
			t.Errorf("%s: over %t, %q, want %q", c.name, over, at.Rule, c.rule)
			continue
		}
		if over && (at.Next.Status != c.status || !c.due.IsZero() && !at.Next.Due.Equal(c.due) || !at.Placed.IsZero() || at.Next.Counts) {
			t.Errorf("%s: becomes %+v, placed %v; want %s due %v", c.name, at.Next, at.Placed, c.status, c.due)
		}
		if barred := at.Outcome == call.Barred; barred != (c.status == campaign.Uncallable) {
			t.Errorf("%s: outcome %q", c.name, at.Outcome)
		}
		if waits := strings.Contains(c.name, "a list that is"); waits && s.state.campaigns[def.ID].rest.Before(s.now.Add(listsAge)) {
			t.Errorf("%s: contacts are asked for again at %v", c.name, s.state.campaigns[def.ID].rest)
		}
	}
}

// Who asks an agent not to be called again is not dialed from then on, by no campaign.
func TestWhoAsksNotToBeCalledIsNotDialedAgain(t *testing.T) {
	winter := autumn()
	winter.ID, winter.Name = "WINTER", "Winter"
	s := newStage(t, Rules{}, autumn(), winter)
	s.tell("contacts "+number, "shift anna persistent", "answers "+number, "hangs-up "+number, "dispose anna Do not call again", "contacts "+number, "status anna Available", "pass 1m")
	if got := s.closed[2]; got.Outcome != call.Barred || got.Rule != "do-not-call internal: the number is on it" {
		t.Errorf("the next attempt on the number: %s, %q", got.Outcome, got.Rule)
	}
	if n := len(s.dialed); n != 2 { // anna's phone and the customer, once
		t.Errorf("dialed: %v", s.dialed)
	}
}

// Nor is who presses the key for it while a message is played to him.
func TestWhoPressesTheKeyForNoMoreCallsIsNotDialedAgain(t *testing.T) {
	def := autumn()
	def.Mode, def.MaxFlying, def.Unattended = campaign.Agentless, 1, campaign.Unattended{Message: "offer", OptOutKey: "9"}
	s := newStage(t, Rules{}, def)
	s.tell("contacts "+number, "arrive anna", "answers "+number, "presses "+number+" 9", "ends "+number, "contacts "+number, "pass 1m")
	if got := s.closed[2]; s.closed[1].Category != "Deleted" || got.Outcome != call.Barred || got.Rule != "do-not-call internal: the number is on it" {
		t.Errorf("%s; the next attempt on the number: %s, %q", s.closed[1].Category, got.Outcome, got.Rule)
	}
}

// It does not hang on how the campaign writes the category of its disposition.
func TestARefusalIsHeardHoweverItsCategoryIsWritten(t *testing.T) {
	def := autumn()
	def.Dispositions = []campaign.Disposition{{Label: "No more", Category: "deleted", Code: "x"}}
	s := newStage(t, Rules{}, def)
	s.tell("contacts "+number, "shift anna persistent", "answers "+number, "hangs-up "+number, "dispose anna No more")
	callee, _ := compliance.ReadCallee(number)
	if got := s.closed[1]; got.Category != "Deleted" || got.Next.Status != campaign.Deleted || !s.state.refused[callee] {
		t.Errorf("category %s, contact %s, refused: %v", got.Category, got.Next.Status, s.state.refused)
	}
}

// What an agent typed, and is no number with country code, is refused as well as others:
// to him and to all, by the number that is dialed and not by how it is written.
func TestWhoAsksAtATypedNumberIsNotDialedThereAgain(t *testing.T) {
	def := autumn()
	def.Mode = campaign.Preview
	s := newStage(t, Rules{}, def)
	place := func(number string) error {
		return s.do(PlacePreview{Agent: who("anna"), Attributes: map[string]string{"IS_ATTR_NUMBERTODIAL": number}})
	}
	s.tell("contacts "+number+" +13055550101", "shift anna persistent")
	if err := place("7-7"); err != nil {
		t.Fatal(err)
	}
	s.tell("answers 77", "hangs-up 77", "dispose anna Do not call again", "status anna Available", "pass 1s")
	for _, again := range []string{"77", "7.7"} {
		if err := place(again); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "do-not-call internal: the number is on it") {
			t.Errorf("%s is typed again: %v", again, err)
		}
	}
	if err := place("78"); err != nil {
		t.Errorf("another number: %v", err)
	}
}

// What an agent types is read in the campaign's region, wherever he can type it: the lists
// know the number that it is, and that is dialed.
func TestTypedNumbersAreReadInTheRegionOfTheCampaign(t *testing.T) {
	def := autumn()
	def.Mode, def.Law.Region, def.PhoneColumns = campaign.Preview, "US", []string{"home"}
	s := newStageOf(t, Config{Campaigns: []campaign.Campaign{def}, ReadNational: func(digits, region string) (string, bool) {
		return "+1" + digits, region == "US" && len(digits) == 10
	}})
	s.do(SetRefusal{Number: "+12125550123", Refused: true})
	s.tell("contacts "+number, "shift anna persistent")
	place := func(number string) error {
		return s.do(PlacePreview{Agent: who("anna"), Attributes: map[string]string{"IS_ATTR_NUMBERTODIAL": number}})
	}
	for _, typed := range []string{"(212) 555-0123", "212.555.0123", "+12125550123"} {
		if err := place(typed); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "at +12125550123 (do-not-call internal") {
			t.Errorf("%s: %v", typed, err)
		}
	}
	c := s.state.calls["1000000001"]
	for typed, want := range map[string]string{"(212) 555-0124": "+12125550124", "77": "77", "+44 20 7946 0000": "+442079460000"} {
		if got, err := s.state.manualNumber(def, c.contact, DialManually{Kind: PhoneNumber, Number: typed}); got != want || err != nil {
			t.Errorf("%s by hand is %s, %v; want %s", typed, got, err, want)
		}
	}
	c.contact.Columns = map[string]string{"Home": "", "Note": ""}
	if err := s.do(UpdateCallData{Agent: who("anna"), Call: c.id, Attributes: map[string]string{"home": "(212) 555-0125", "note": "(212) 555-0126"}}); err != nil {
		t.Fatal(err)
	}
	if got := c.contact.Columns; got["Home"] != "+12125550125" || got["Note"] != "(212) 555-0126" {
		t.Errorf("the contact has %q", got)
	}
	if err := place("(212) 555-0124"); err != nil || s.dialed["+12125550124"] == 0 {
		t.Errorf("%v, dialed: %v", err, s.dialed)
	}
}

// The attempt says in which of the contact's phone columns the number stands that is
// dialed; the one whose turn it was keeps it when another is.
func TestAPlacedPreviewNamesTheColumnThatIsDialed(t *testing.T) {
	for typed, want := range map[string]struct {
		phone campaign.Phone
		left  int
	}{
		"":               {campaign.Phone{CCID: 1, Kind: "Home", Number: number}, 1},
		"+1 305 5550102": {campaign.Phone{CCID: 2, Kind: "Mobile", Number: "+13055550102"}, 1},
		"77":             {campaign.Phone{Number: "77"}, 2},
	} {
		def := autumn()
		def.Mode, def.PhoneColumns = campaign.Preview, []string{"home", "mobile"}
		s := newStage(t, Rules{}, def)
		s.tell("contacts "+number, "shift anna persistent")
		c := s.state.calls["1000000001"]
		c.contact.Columns = map[string]string{"Home": number, "Mobile": "+13055550102"}
		c.attempt.CCID, c.attempt.Kind, c.numbers = 1, "Home", campaign.Numbers{Several: true, Left: 1, Callable: 1}
		if err := s.do(PlacePreview{Agent: who("anna"), Attributes: map[string]string{"IS_ATTR_NUMBERTODIAL": typed}}); err != nil {
			t.Fatal(err)
		}
		at := s.open[1]
		if got := (campaign.Phone{CCID: at.CCID, Kind: at.Kind, Number: at.Number}); got != want.phone || c.attempt.Kind != want.phone.Kind || c.numbers.Left != want.left || c.numbers.Callable != want.left {
			t.Errorf("%q: written down is %+v, others left %+v; want %+v", typed, got, c.numbers, want)
		}
	}
}

// Where a number is that an agent types binds the call to it, whatever the hours are where
// the list has the contact.
func TestTheZoneOfATypedNumberBinds(t *testing.T) {
	const east, west = "+12125550123", "+12065551234"
	zones := map[string]string{east: "America/New_York", west: "America/Los_Angeles"}
	for _, c := range []struct {
		own, typed string
		allowed    bool
	}{
		{east, west, false}, // where it is 7:00
		{west, east, true},
		{east, "77", true}, // which tells nothing
		{west, "77", false},
	} {
		for _, mode := range []campaign.Mode{campaign.Preview, campaign.Manual} {
			def := autumn()
			def.Mode, def.Zone, def.Hours = mode, zones[c.own], compliance.Default
			s := newStageOf(t, Config{Campaigns: []campaign.Campaign{def}, PlaceAt: func(def campaign.Campaign, contact campaign.Contact, number string) compliance.Place {
				contact.Zone = zones[number]
				return def.Place(contact, time.LoadLocation)
			}})
			if s.now = dawn.Add(3 * time.Hour); mode == campaign.Manual {
				s.tell("contact 1001 "+c.own, "shift anna persistent")
				if err := s.do(DialManually{By: who("anna"), For: "anna", Campaign: "AUTUMN", Contact: 1001, Kind: PhoneNumber, Number: c.typed}); err != nil {
					t.Fatal(err)
				}
				if want := map[bool]string{true: "call placed", false: "contact blocked (), zone"}[c.allowed]; !s.happened("to contact 1001: " + want) {
					t.Errorf("%s at %s by hand: %q, want %s", c.own, c.typed, s.lines, want)
				}
				continue
			}
			s.now = dawn.Add(6 * time.Hour) // it is shown while both are awake
			s.tell("contacts "+c.own, "shift anna persistent")
			s.now = dawn.Add(3 * time.Hour)
			err := s.do(PlacePreview{Agent: who("anna"), Attributes: map[string]string{"IS_ATTR_NUMBERTODIAL": c.typed}})
			if (err == nil) != c.allowed || err != nil && !strings.Contains(err.Error(), "may not be called now (hours 08:00-21:00") {
				t.Errorf("%s at %s: %v", c.own, c.typed, err)
			}
			if rule := s.open[1].Rule; c.allowed && !strings.Contains(rule, "10:00 in America/New_York") {
				t.Errorf("%s at %s: written down is %q", c.own, c.typed, rule)
			}
		}
	}
}

// Whom the program knew at its start is not dialed either.
func TestTheFloorBeginsWithWhoAskedNotToBeCalled(t *testing.T) {
	for _, number := range []string{number, "77", "sip:anna@example.org"} {
		callee, _ := compliance.ReadCallee(number)
		s := newStageOf(t, Config{Campaigns: []campaign.Campaign{autumn()}, Refused: []compliance.Callee{callee}})
		s.tell("contacts "+number, "shift anna persistent")
		if got := s.closed[1]; got.Outcome != call.Barred || got.Rule != "do-not-call internal: the number is on it" {
			t.Errorf("%s: %s, %q", number, got.Outcome, got.Rule)
		}
	}
}

// A list that changes while an agent looks at a contact binds when he wants to call.
func TestAListBindsThePreviewThatIsPlaced(t *testing.T) {
	def := inFlorida()
	def.Mode, def.Law.DoNotCall = campaign.Preview, []string{"national"}
	s := newStage(t, Rules{}, def)
	s.state.law, s.now = compliance.KnownLaw(), dawn.Add(3*time.Hour)
	s.do(SetDoNotCall{lists(t, "national", fresh)})
	s.tell("contacts "+number, "shift anna persistent")
	place := func(number string) error {
		attributes := map[string]string{}
		if number != "" {
			attributes["IS_ATTR_NUMBERTODIAL"] = number
		}
		return s.do(PlacePreview{Agent: who("anna"), Attributes: attributes})
	}
	s.do(SetDoNotCall{lists(t, "national", fresh, number, "+13055550101")})
	for _, n := range []string{"", number, "+13055550101"} {
		if err := place(n); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "do-not-call national 9") {
			t.Errorf("the preview with number %q: %v", n, err)
		}
	}
	if err := place("+13055550102"); err != nil {
		t.Errorf("a number that is on no list: %v", err)
	}
}

// A number that is called for one contact is called for no other too soon, though both
// were shown before it was: the rules are asked again when it is dialed.
func TestFormerCallsToTheNumberThatIsDialedBindAPreview(t *testing.T) {
	for _, c := range []struct{ name, contacts, typed string }{
		{"two with one number", number + " " + number, ""},
		{"the number of another, typed", number + " +13055550101", number},
		{"no number with country code", "+13055550101 +13055550102", "77"},
	} {
		def := autumn()
		def.Mode, def.Law.Rules = campaign.Preview, []string{"caps"}
		s := newStage(t, Rules{}, def)
		s.state.law = capped(t)
		s.tell("contacts "+c.contacts, "shift anna persistent", "shift bert persistent")
		place := func(name string) error {
			return s.do(PlacePreview{Agent: who(name), Attributes: map[string]string{"IS_ATTR_NUMBERTODIAL": c.typed}})
		}
		if err := place("anna"); err != nil {
			t.Fatalf("%s: the first: %v", c.name, err)
		}
		if err := place("bert"); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "less than 30s since the last call") {
			t.Errorf("%s: the second: %v", c.name, err)
		}
		s.tell("pass 30s")
		if err := place("bert"); err != nil {
			t.Errorf("%s: after a while: %v", c.name, err)
		}
	}
}

func TestManualCallsPassRulesByRight(t *testing.T) {
	morning, evening := dawn.Add(3*time.Hour), dawn.Add(14*time.Hour) // 10:00 and 21:00
	three := compliance.History{Calls: []time.Time{morning.Add(-time.Hour), morning.Add(-2 * time.Hour), morning.Add(-3 * time.Hour)}}
	for _, c := range []struct {
		name    string
		at      time.Time
		past    compliance.History
		refused bool
		ignore  Overrides
		want    string
	}{
		{"nothing in the way", morning, compliance.History{}, false, Overrides{}, "call placed"},
		{"the hours", evening, compliance.History{}, false, Overrides{}, "contact blocked"},
		{"the hours, passed", evening, compliance.History{}, false, Overrides{Zone: true}, "call placed"},
		{"three calls", morning, three, false, Overrides{}, "call not placed"},
		{"three calls, and the wrong right", morning, three, false, Overrides{Zone: true}, "call not placed"},
		{"three calls, passed", morning, three, false, Overrides{DailyLimit: true}, "call placed"},
		{"a refusal", morning, compliance.History{}, true, Overrides{}, "contact blocked"},
		{"a refusal, passed", morning, compliance.History{}, true, Overrides{DoNotCall: true}, "call placed"},
	} {
		s := newStage(t, Rules{}, inFlorida())
		s.state.law, s.now = compliance.KnownLaw(), c.at
		s.past = map[campaign.ContactID]compliance.History{1001: c.past}
		s.passesZone = c.ignore.Zone
		s.tell("contact 1001 "+number, "shift anna persistent", "arrive root supervises")
		s.do(SetRefusal{Number: number, Refused: c.refused})
		if err := s.do(DialManually{By: who("root"), For: "anna", Campaign: "AUTUMN", Contact: 1001, Ignore: c.ignore}); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if !s.happened("to contact 1001: " + c.want) {
			t.Errorf("%s: %q, want %q", c.name, s.lines, c.want)
		}
	}
}

// A campaign's filter and its own limits bind manual calls too, unless they are passed.
func TestManualCallsKnowTheFilterAndTheLimits(t *testing.T) {
	at := dawn.Add(3 * time.Hour)
	recent, yesterday := at.Add(-time.Hour), at.Add(-20*time.Hour)
	for _, c := range []struct {
		name   string
		filter string
		limits campaign.Limits
		calls  []time.Time
		ignore Overrides
		want   string
	}{
		{"nothing in the way", `name = "N100"`, campaign.Limits{PerDay: 2, Spacing: time.Hour}, []time.Time{recent}, Overrides{}, "call placed"},
		{"the filter", `name = "N200"`, campaign.Limits{}, nil, Overrides{}, "contact blocked (), filter"},
		{"the filter, passed", `name = "N200"`, campaign.Limits{}, nil, Overrides{Filter: true}, "call placed"},
		{"a query-time filter is none", `name = "N200"`, campaign.Limits{}, nil, Overrides{QueryFilter: true}, "contact blocked (), filter"},
		{"the day's calls", "", campaign.Limits{PerDay: 1}, []time.Time{recent}, Overrides{}, "contact blocked (), limit"},
		{"the day's calls, passed", "", campaign.Limits{PerDay: 1}, []time.Time{recent}, Overrides{DailyLimit: true}, "call placed"},
		{"the day's calls, and the wrong right", "", campaign.Limits{PerDay: 1}, []time.Time{recent}, Overrides{Spacing: true}, "contact blocked (), limit"},
		{"yesterday's calls", "", campaign.Limits{PerDay: 1}, []time.Time{yesterday}, Overrides{}, "call placed"},
		{"spacing", "", campaign.Limits{Spacing: 2 * time.Hour}, []time.Time{recent}, Overrides{}, "contact blocked (), spacing"},
		{"spacing, passed", "", campaign.Limits{Spacing: 2 * time.Hour}, []time.Time{recent}, Overrides{Spacing: true}, "call placed"},
	} {
		def := autumn()
		def.Filter, def.Limits = c.filter, c.limits
		s := newStage(t, Rules{}, def)
		s.now = at
		s.past = map[campaign.ContactID]compliance.History{1001: {Calls: c.calls}}
		s.tell("contact 1001 100", "shift anna persistent", "arrive root supervises")
		if err := s.do(DialManually{By: who("root"), For: "anna", Campaign: "AUTUMN", Contact: 1001, Ignore: c.ignore}); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if !s.happened("to contact 1001: " + c.want) {
			t.Errorf("%s: %q, want %q", c.name, s.lines, c.want)
		}
		if got, want := s.book[1001].Status, campaign.Callable; c.want != "call placed" && got != want {
			t.Errorf("%s: the contact is left as %s", c.name, got)
		}
	}
}

func TestWhatNobodyCanDialIsNotRefused(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	if err := s.do(SetRefusal{Number: "anna", Refused: true}); fault.KindOf(err) != fault.Invalid || len(s.state.refused) != 0 {
		t.Errorf("%v, %v", err, s.state.refused)
	}
}

// Where all parties must consent nothing is recorded without an announcement, neither
// by the campaign's rule nor by an agent.
func TestARecordingNeedsItsAnnouncement(t *testing.T) {
	for _, c := range []struct {
		zone, announcement string
		recorded           bool
	}{
		{"America/Los_Angeles&US-CA", "", false},
		{"America/Los_Angeles&US-CA", "legal", true},
		{"America/New_York&US-NY", "", true},
		{"America/New_York", "", false}, // it may be California
	} {
		def := inFlorida()
		def.Zone, def.Recorded = c.zone, campaign.Recorded{Share: 1, Announcement: c.announcement}
		s := newStage(t, Rules{Prompts: []string{"legal"}}, def)
		s.state.law, s.now = compliance.KnownLaw(), dawn.Add(6*time.Hour)
		s.tell("contacts "+number, "shift anna persistent", "answers "+number)
		live := s.state.calls["1000000001"]
		if live == nil {
			t.Fatalf("%s: the contact was not called: %q", c.zone, s.closed[1].Rule)
		}
		if got := live.tape != nil; got != c.recorded || !c.recorded && !strings.Contains(live.trouble, "us-states/CA-recording") {
			t.Errorf("%s, announced by %q: recorded %t, %s", c.zone, c.announcement, got, live.trouble)
		}
	}
}

// A number on a list keeps nobody from the contact's other numbers.
func TestOneOfSeveralNumbersIsOnAList(t *testing.T) {
	for _, c := range []struct {
		name    string
		numbers campaign.Numbers
		want    campaign.Next
	}{
		{"the only one", campaign.Numbers{}, campaign.Next{Status: campaign.Uncallable}},
		{"one of two", campaign.Numbers{Several: true, Left: 1, Callable: 1}, campaign.Next{Status: campaign.Callable, Due: dawn, Number: campaign.Prohibited}},
		{"the last of this pass", campaign.Numbers{Several: true, Callable: 1}, campaign.Next{Status: campaign.Callable, Due: dawn, Number: campaign.Prohibited, Pass: true}},
		{"the last of all", campaign.Numbers{Several: true}, campaign.Next{Status: campaign.Flagged, Number: campaign.Prohibited}},
	} {
		s := newStage(t, Rules{}, autumn())
		s.numbersOf = c.numbers
		s.do(SetRefusal{Number: number, Refused: true})
		s.tell("contacts "+number, "shift anna persistent")
		if got := s.closed[1].Next; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Whoever was abandoned may be called within 72 hours only with an agent who is sure to be
// there.
func TestAfterAnAbandonedCallAnAgentIsSetAside(t *testing.T) {
	for mode, dialed := range map[campaign.Mode]bool{campaign.Predictive: false, campaign.Power: false, campaign.Precise: true, campaign.Preview: true} {
		def := autumn()
		def.Mode, def.Law.Rules, def.Zone = mode, []string{"uk"}, "Europe/London"
		s := newStage(t, Rules{}, def)
		s.state.law = compliance.KnownLaw()
		s.past = map[campaign.ContactID]compliance.History{1: {Calls: []time.Time{dawn.Add(-24 * time.Hour)}, Abandoned: dawn.Add(-24 * time.Hour)}}
		s.tell("contacts +442079460000", "shift anna persistent", "pass 1s")
		if a := s.state.agents[who("anna")]; a.call != "" {
			s.tell("place anna")
		}
		if got := s.dials() > 0; got != dialed {
			t.Errorf("%s: dialed %t, want %t (%s)", mode, got, dialed, s.closed[1].Rule)
		}
	}
}
