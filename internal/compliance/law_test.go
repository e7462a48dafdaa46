package compliance_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

// places in which some rule of the known law has something to say, and such as no rule
// was made for.
var places = []string{
	"America/New_York&US-FL", "America/New_York&America/Chicago&US-FL", "America/Denver&US-UT", "America/Los_Angeles&US-WA",
	"America/New_York&US-RI", "America/Chicago&US-LA", "America/New_York", "America/New_York&America/Los_Angeles&Pacific/Honolulu",
	"Europe/London", "Australia/Lord_Howe&Pacific/Chatham", "Africa/Casablanca&Europe/London", "America/Santiago&US-FL&US-UT",
	"", "US-FL", "Mars/Olympus", "America/New_York&Mars/Olympus",
}

func place(text string) compliance.Place { return compliance.ParsePlace(text, "", time.LoadLocation) }

func TestAPlaceIsZonesAndStates(t *testing.T) {
	for _, c := range []struct{ text, usual, zones, states string }{
		{"", "", "", ""},
		{"", "Europe/London", "Europe/London", ""},
		{"America/New_York", "Europe/London", "America/New_York", ""},
		{"America/New_York&America/Chicago", "", "America/New_York America/Chicago", ""},
		{"US-FL", "", "", "US-FL"},
		{"US-FL", "America/New_York&America/Chicago", "America/New_York America/Chicago", "US-FL"},
		{"America/Chicago", "America/New_York&US-FL", "America/Chicago", "US-FL"},
		{"America/New_York&US-FL&US-GA", "", "America/New_York", "US-FL US-GA"},
		{"America/New_York&Mars/Olympus&US-FL", "Europe/London", "", "US-FL"}, // unknown, whatever the rest
		{"NZ-CHAT", "", "NZ-CHAT", ""},                                        // a zone, for all its form
		{"&&UTC&", "", "UTC", ""},
	} {
		p := compliance.ParsePlace(c.text, c.usual, time.LoadLocation)
		var zones []string
		for _, z := range p.Zones {
			zones = append(zones, z.String())
		}
		if got := strings.Join(zones, " "); got != c.zones {
			t.Errorf("%q, usually %q: zones %q, want %q", c.text, c.usual, got, c.zones)
		}
		if got := strings.Join(p.States, " "); got != c.states {
			t.Errorf("%q, usually %q: states %q, want %q", c.text, c.usual, got, c.states)
		}
	}
	for text, want := range map[string]string{"": "", "UTC&UTC": "UTC", "US-FL&America/Chicago&&UTC": "America/Chicago&US-FL&UTC"} {
		if got := compliance.JoinPlace(strings.Split(text, "&")...); got != want {
			t.Errorf("%q is joined as %q, want %q", text, got, want)
		}
	}
}

// Where sources disagree, it must be right in every zone.
func TestTheHoursOfSeveralZones(t *testing.T) {
	both := []*time.Location{zone(t, "America/New_York"), zone(t, "America/Los_Angeles")}
	for _, c := range []struct{ now, next string }{
		{"2026-02-10T07:59:00-05:00", "2026-02-10T11:00:00-05:00"},
		{"2026-02-10T08:00:00-05:00", "2026-02-10T11:00:00-05:00"}, // 5:00 in Los Angeles
		{"2026-02-10T11:00:00-05:00", ""},
		{"2026-02-10T20:59:00-05:00", ""},
		{"2026-02-10T21:00:00-05:00", "2026-02-11T11:00:00-05:00"}, // 18:00 in Los Angeles
		{"2026-03-07T22:00:00-05:00", "2026-03-08T11:00:00-04:00"}, // their clocks change three hours apart
	} {
		v := compliance.Default.Check(moment(t, c.now), both...)
		if v.Allowed != (c.next == "") || !v.Next.Equal(moment(t, c.next)) {
			t.Errorf("%s: allowed %v, next %s, want %s", c.now, v.Allowed, v.Next, c.next)
		}
	}
	v := compliance.Default.Check(moment(t, "2026-02-10T09:30:00-05:00"), both...)
	if want := "hours 08:00-21:00, 09:30 in America/New_York, 06:30 in America/Los_Angeles"; v.Rule != want {
		t.Errorf("the verdict says %q, want %q", v.Rule, want)
	}
	for _, zones := range [][]*time.Location{{}, {nil}, {both[0], nil}} {
		if v := compliance.Default.Check(moment(t, "2026-02-10T12:00:00-05:00"), zones...); v.Allowed || !v.Next.IsZero() {
			t.Errorf("%v: %+v", zones, v)
		}
	}
	never := compliance.Hours{From: 8 * time.Hour, To: 9 * time.Hour} // the zones are three hours apart
	if v := never.Check(moment(t, "2026-02-10T12:00:00-05:00"), both...); v.Allowed || !v.Next.IsZero() {
		t.Errorf("hours that are never open in both zones: %+v", v)
	}
}

func TestTheKnownLaw(t *testing.T) {
	law := compliance.KnownLaw()
	sundayNoon, evening := "2026-02-15T12:00:00-05:00", "2026-02-10T20:30:00-05:00"
	at := func(s string) time.Time { return moment(t, s) }
	three := []time.Time{at("2026-02-10T09:00:00-05:00"), at("2026-02-10T12:00:00-05:00"), at("2026-02-10T15:00:00-05:00")}
	for _, c := range []struct {
		name, place, now string
		history          compliance.History
		sets             []string
		next             string // none: allowed
		rule             string // is part of what the verdict says
	}{
		{"no set", "America/New_York&US-FL", evening, compliance.History{}, nil, "", "hours 08:00-21:00, 20:30 in America/New_York"},
		{"the union", "America/New_York&US-FL", evening, compliance.History{}, []string{"us-federal"}, "", "; us-federal/hours 2026-11"},
		{"Florida's evening", "America/New_York&US-FL", evening, compliance.History{}, []string{"us-federal", "us-states"},
			"2026-02-11T08:00:00-05:00", "us-states/FL-hours 2026-11: 08:00-20:00, 20:30 in America/New_York"},
		{"Georgia has none", "America/New_York&US-GA", evening, compliance.History{}, []string{"us-federal", "us-states"}, "", "us-federal/hours"},
		{"an unknown state is each of them", "America/New_York", sundayNoon, compliance.History{}, []string{"us-states"},
			"2026-02-17T10:00:00-05:00", "closed on Sunday"}, // Monday is Washington's Birthday, Kentucky opens at 10
		{"Utah's Sunday", "America/Denver&US-UT", sundayNoon, compliance.History{}, []string{"us-states"},
			"2026-02-17T08:00:00-07:00", "us-states/UT-hours 2026-11: closed on Sunday, 10:00 in America/Denver"},
		{"Utah's holiday", "America/Denver&US-UT", "2026-02-16T12:00:00-07:00", compliance.History{}, []string{"us-states"},
			"2026-02-17T08:00:00-07:00", "2026-02-16 is a holiday of us-utah"},
		{"Pennsylvania's Saturday", "America/New_York&US-PA", "2026-02-14T12:00:00-05:00", compliance.History{}, []string{"us-states"},
			"2026-02-15T08:00:00-05:00", "us-states/PA-hours 2026-11: 08:00-12:00, 12:00 in America/New_York"},
		{"Pennsylvania's Sunday, before 2026-10-18", "America/New_York&US-PA", sundayNoon, compliance.History{}, []string{"us-states"},
			"", "us-states/PA-hours 2026-11"},
		{"and since", "America/New_York&US-PA", "2026-11-22T12:00:00-05:00", compliance.History{}, []string{"us-states"},
			"2026-11-23T09:00:00-05:00", "us-states/PA-hours-2026 2026-11: closed on Sunday"},
		{"Pennsylvania votes", "America/New_York&US-PA", "2026-11-03T12:00:00-05:00", compliance.History{}, []string{"us-states"},
			"2026-11-04T09:00:00-05:00", "2026-11-03 is a holiday of us-pennsylvania"},
		{"Texas' Sunday", "America/Chicago&US-TX", "2026-02-15T11:59:00-06:00", compliance.History{}, []string{"us-states"},
			"2026-02-15T12:00:00-06:00", "us-states/TX-hours 2026-11: 12:00-21:00, 11:59 in America/Chicago"},
		{"Wyoming's evening", "America/Denver&US-WY", "2026-02-10T20:30:00-07:00", compliance.History{}, []string{"us-states"},
			"2026-02-11T08:00:00-07:00", "us-states/WY-hours 2026-11: 08:00-20:00, 20:30 in America/Denver"},
		{"two of three", "America/New_York&US-FL", "2026-02-10T16:00:00-05:00", compliance.History{Calls: three[:2]}, []string{"us-states"},
			"", "us-states/FL-attempts 2026-11: 2 of 3 calls in 24 hours"},
		{"three of three", "America/New_York&US-FL", "2026-02-10T16:00:00-05:00", compliance.History{Calls: three}, []string{"us-states"},
			"2026-02-11T09:00:00-05:00", "us-states/FL-attempts 2026-11: 3 of 3 calls in 24 hours"},
		{"a conversation", "America/New_York", "2026-02-10T16:00:00-05:00", compliance.History{Spoken: at("2026-02-08T17:30:00-05:00")}, []string{"reg-f"},
			"2026-02-15T17:30:00-05:00", "reg-f/conversation 2026-11: less than 7 days since a conversation"},
		{"an abandoned call", "Europe/London", "2026-02-10T16:00:00Z", compliance.History{Abandoned: at("2026-02-10T07:00:00Z")}, []string{"uk"},
			"2026-02-13T08:00:00Z", "uk/abandoned-number 2026-11: less than 72 hours since an abandoned call"},
		{"a set that nobody knows", "America/New_York", "2026-02-10T16:00:00-05:00", compliance.History{}, []string{"martian"},
			"never", "martian, which is not known"},
	} {
		v := law.Code(compliance.Default, c.sets...).Decide(at(c.now), place(c.place), c.history)
		next := c.next
		if next == "never" {
			next = ""
		}
		if v.Allowed != (c.next == "") || !v.Next.Equal(at(next)) || !strings.Contains(v.Rule, c.rule) {
			t.Errorf("%s:\n got %v, next %s, %q\nwant next %q, %q", c.name, v.Allowed, v.Next.Format(time.RFC3339), v.Rule, c.next, c.rule)
		}
	}
}

// A rule binds from its first day to its last, wherever they begin and end.
func TestRulesBindByDate(t *testing.T) {
	week := func(from, to int) *compliance.Week {
		h := compliance.Hours{From: time.Duration(from) * time.Hour, To: time.Duration(to) * time.Hour}
		return &compliance.Week{h, h, h, h, h, h, h}
	}
	law, err := compliance.Law{}.With(map[string][]compliance.Rule{"own": {
		{ID: "evening", Version: "1", Until: compliance.Date{Year: 2026, Month: 7, Day: 1}, Open: week(8, 21)},
		{ID: "evening", Version: "2", From: compliance.Date{Year: 2026, Month: 7, Day: 1}, Open: week(8, 20)},
		{ID: "truce", From: compliance.Date{Year: 2026, Month: 8, Day: 1}, Until: compliance.Date{Year: 2026, Month: 9, Day: 1}, Open: &compliance.Week{}},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	code := law.Code(compliance.Hours{Always: true}, "own")
	for _, c := range []struct{ now, next, rule string }{
		{"2026-06-29T20:30:00-04:00", "", "hours always; evening 1"},
		{"2026-07-02T20:30:00-04:00", "2026-07-03T08:00:00-04:00", "evening 2: 08:00-20:00, 20:30 in America/New_York"},
		{"2026-06-29T21:30:00-04:00", "2026-06-30T08:00:00-04:00", "evening 1: 08:00-21:00, 21:30 in America/New_York"},
		{"2026-07-31T19:30:00-04:00", "2026-09-01T08:00:00-04:00", "truce: closed on Friday, 19:30 in America/New_York"}, // August has begun in Kiritimati
		{"2026-07-02T12:00:00-04:00", "", "hours always; evening 2"},
		{"2026-09-02T12:00:00-04:00", "", "hours always; evening 2"}, // what is over is not asked
	} {
		v := code.Decide(moment(t, c.now), place("America/New_York"), compliance.History{})
		if v.Allowed != (c.next == "") || !v.Next.Equal(moment(t, c.next)) || v.Rule != c.rule {
			t.Errorf("%s: %v, next %s, %q", c.now, v.Allowed, v.Next.Format(time.RFC3339), v.Rule)
		}
	}
}

func TestWhatIsKnownIsNotReplaced(t *testing.T) {
	law := compliance.KnownLaw()
	own := []compliance.Rule{{ID: "own", Holidays: "own"}}
	days := map[string]compliance.Calendar{"own": compliance.Days(compliance.Date{Year: 2026, Month: 5, Day: 4})}
	for name, err := range map[string]error{
		"a set that there is":      second(law.With(map[string][]compliance.Rule{"uk": nil}, nil)),
		"a calendar that there is": second(law.With(nil, map[string]compliance.Calendar{"us-federal": nil})),
		"an unknown calendar":      second(law.With(map[string][]compliance.Rule{"mine": own}, nil)),
	} {
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	more, err := law.With(map[string][]compliance.Rule{"mine": own}, days)
	if err != nil {
		t.Fatal(err)
	}
	v := more.Code(compliance.Default, "mine").Decide(moment(t, "2026-05-04T12:00:00-04:00"), place("America/New_York"), compliance.History{})
	if v.Allowed || !v.Next.Equal(moment(t, "2026-05-05T08:00:00-04:00")) || len(law.Rules("mine")) != 0 {
		t.Errorf("a holiday of one's own: %+v, and of the known law %v", v, law.Rules("mine"))
	}
	v = more.Code(compliance.Default).Closed("own", "nobody's").Decide(moment(t, "2026-05-05T12:00:00-04:00"), place("America/New_York"), compliance.History{})
	if v.Allowed || !strings.Contains(v.Rule, "not known") {
		t.Errorf("a campaign with a calendar that is not known: %+v", v)
	}
}

func second(_ compliance.Law, err error) error { return err }

// Every rule of the known law says where it was read, and has exactly one content.
func TestEveryRuleHasItsSource(t *testing.T) {
	law, ids := compliance.KnownLaw(), map[string]bool{}
	for _, set := range law.Sets() {
		for _, r := range law.Rules(set) {
			_, err := compliance.ParseDate(r.Read)
			if !strings.HasPrefix(r.ID, set+"/") || ids[r.ID] || r.Version == "" || r.Source == "" || r.Says == "" || err != nil {
				t.Errorf("%s: %+v", set, r)
			}
			ids[r.ID] = true
			contents := 0
			for _, has := range []bool{r.Open != nil, r.Calls > 0, r.Spacing+r.Quiet+r.Rest > 0, r.Ring > 0, r.Abandoned > 0, r.Fresh > 0, r.Consent} {
				if has {
					contents++
				}
			}
			if contents != 1 || r.Calls > 0 && (r.Within <= 0 || r.Within > compliance.Reach) {
				t.Errorf("%s has %d contents, of %s", r.ID, contents, r.Within)
			}
		}
	}
}

// allowedByHand judges anew, rule by rule, in the plainest way.
func allowedByHand(law compliance.Law, own compliance.Hours, sets []string, now time.Time, p compliance.Place, h compliance.History) bool {
	inside := func(w compliance.Week, local time.Time) bool {
		minute := local.Hour()*60 + local.Minute()
		d := w[local.Weekday()]
		return minute >= int(d.From.Minutes()) && minute < int(d.To.Minutes())
	}
	rules := []compliance.Rule{{Open: &compliance.Week{own, own, own, own, own, own, own}}}
	for _, set := range sets {
		rules = append(rules, law.Rules(set)...)
	}
	for _, r := range rules {
		applies := r.Where == "" || len(p.States) == 0
		for _, s := range p.States {
			applies = applies || s == r.Where
		}
		recent := 0
		for _, at := range h.Calls {
			if now.Sub(at) < r.Within {
				recent++
			}
		}
		switch {
		case !applies:
		case r.Open != nil && len(p.Zones) == 0:
			return false
		case r.Calls > 0 && recent >= r.Calls:
			return false
		case r.Quiet > 0 && !h.Spoken.IsZero() && now.Sub(h.Spoken) < r.Quiet:
			return false
		case r.Rest > 0 && !h.Abandoned.IsZero() && now.Sub(h.Abandoned) < r.Rest:
			return false
		case r.Open != nil:
			for _, z := range p.Zones {
				if !inside(*r.Open, now.In(z)) {
					return false
				}
			}
		}
	}
	return true
}

// No verdict allows a moment outside of any rule that applies, whatever the inputs;
// the next moment is allowed, and the one before it is not. The holidays of the sets
// are known better by their own test, so here a verdict may be stricter by a holiday.
func FuzzDecide(f *testing.F) {
	f.Add(uint32(1772953200), uint8(0), uint8(1), uint8(3), uint32(3600), uint32(7200), uint32(9000))
	f.Add(uint32(1793512800), uint8(1), uint8(3), uint8(0), uint32(0), uint32(0), uint32(0))
	f.Add(uint32(1788665400), uint8(11), uint8(2), uint8(7), uint32(90000), uint32(1), uint32(300000)) // clocks skip midnight in Santiago
	f.Add(uint32(1775318400), uint8(9), uint8(15), uint8(1), uint32(5), uint32(500), uint32(50000))    // Lord Howe and Chatham
	f.Add(uint32(1771182000), uint8(10), uint8(8), uint8(2), uint32(500000), uint32(3), uint32(200000))
	law := compliance.KnownLaw()
	f.Fuzz(func(t *testing.T, unix uint32, where, which, calls uint8, a, b, c uint32) {
		now := time.Unix(int64(unix), 0)
		var sets []string
		for i, name := range law.Sets() {
			if which&(1<<i) != 0 {
				sets = append(sets, name)
			}
		}
		ago := func(s uint32) time.Time { return now.Add(-time.Duration(s%900_000) * time.Second) }
		var h compliance.History
		for i := range uint32(calls % 9) {
			h.Calls = append(h.Calls, ago(a+i*b))
		}
		if c%3 == 1 {
			h.Spoken = ago(b)
		}
		if c%3 == 2 {
			h.Abandoned = ago(c)
		}
		p := place(places[int(where)%len(places)])
		code := law.Code(compliance.Default, sets...)
		v := code.Decide(now, p, h)
		byHand := func(at time.Time) bool {
			return allowedByHand(law, compliance.Default, sets, at, p, h)
		}
		holiday := strings.Contains(v.Rule, "holiday")
		switch {
		case v.Rule == "":
			t.Fatal("a verdict without a rule")
		case v.Allowed && (!byHand(now) || !v.Next.IsZero()):
			t.Fatalf("%s at %s is allowed: %+v", places[int(where)%len(places)], now, v)
		case !v.Allowed && byHand(now) && !holiday:
			t.Fatalf("%s at %s is not allowed: %+v", places[int(where)%len(places)], now, v)
		case v.Allowed:
			return
		case v.Next.IsZero():
			if len(p.Zones) == 1 {
				t.Fatalf("%s at %s is never allowed: %+v", places[int(where)%len(places)], now, v)
			}
			return
		}
		if !v.Next.After(now) || !code.Decide(v.Next, p, h).Allowed || !byHand(v.Next) {
			t.Fatalf("%s at %s is to be asked again at %s, and is not allowed then", places[int(where)%len(places)], now, v.Next)
		}
		if before := v.Next.Add(-time.Nanosecond); code.Decide(before, p, h).Allowed {
			t.Fatalf("%s at %s is allowed earlier than %s", places[int(where)%len(places)], now, v.Next)
		}
		if opens := code.Opens(now, p); opens.After(v.Next) {
			t.Fatalf("the hours open at %s, and the contact is to be called at %s", opens, v.Next)
		}
	})
}

func TestAZoneThatCanNotBeLoadedIsNotKnown(t *testing.T) {
	broken := func(string) (*time.Location, error) { return nil, errors.New("no data") }
	if p := compliance.ParsePlace("Europe/London", "", broken); len(p.Zones) != 0 {
		t.Errorf("%+v", p)
	}
}

func BenchmarkDecide(b *testing.B) {
	code := compliance.KnownLaw().Code(compliance.Default, "us-federal", "us-states")
	p, now := place("America/New_York&US-FL"), time.Unix(1793800000, 0)
	for b.Loop() {
		code.Decide(now, p, compliance.History{})
	}
}

func BenchmarkOpensOnASundayOfUnknownState(b *testing.B) {
	code := compliance.KnownLaw().Code(compliance.Default, "us-federal", "us-states")
	p, now := place("America/New_York"), time.Unix(1793548800, 0)
	for b.Loop() {
		code.Opens(now, p)
	}
}
