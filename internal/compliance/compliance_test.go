package compliance_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the machine may know no zones

	"github.com/outdial/outdial/internal/compliance"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	m, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// 8:00 to 21:00 where the called party is. Moments are given with their offset,
// so that the row itself tells on which side of a daylight-saving change it lies.
func TestTheDefaultHours(t *testing.T) {
	for _, c := range []struct {
		zone, now, next, rule string // no next: allowed
	}{
		// The edges of an ordinary day.
		{"America/New_York", "2026-02-10T07:59:59-05:00", "2026-02-10T08:00:00-05:00", "hours 08:00-21:00, 07:59 in America/New_York"},
		{"America/New_York", "2026-02-10T07:59:59.999999999-05:00", "2026-02-10T08:00:00-05:00", "hours 08:00-21:00, 07:59 in America/New_York"},
		{"America/New_York", "2026-02-10T08:00:00-05:00", "", "hours 08:00-21:00, 08:00 in America/New_York"},
		{"America/New_York", "2026-02-10T20:59:59.999999999-05:00", "", "hours 08:00-21:00, 20:59 in America/New_York"},
		{"America/New_York", "2026-02-10T21:00:00-05:00", "2026-02-11T08:00:00-05:00", "hours 08:00-21:00, 21:00 in America/New_York"},
		{"America/New_York", "2026-02-10T00:00:00-05:00", "2026-02-10T08:00:00-05:00", "hours 08:00-21:00, 00:00 in America/New_York"},
		{"America/New_York", "2026-12-31T23:00:00-05:00", "2027-01-01T08:00:00-05:00", "hours 08:00-21:00, 23:00 in America/New_York"},

		// The same moment is another time of day elsewhere.
		{"America/Los_Angeles", "2026-02-10T10:30:00-05:00", "2026-02-10T08:00:00-08:00", "hours 08:00-21:00, 07:30 in America/Los_Angeles"},
		{"Pacific/Kiritimati", "2026-02-10T10:30:00-05:00", "2026-02-11T08:00:00+14:00", "hours 08:00-21:00, 05:30 in Pacific/Kiritimati"},
		{"UTC", "2026-02-10T03:00:00-05:00", "", "hours 08:00-21:00, 08:00 in UTC"},

		// New York, spring: 2:00 becomes 3:00 on 8 March.
		{"America/New_York", "2026-03-07T21:00:00-05:00", "2026-03-08T08:00:00-04:00", "hours 08:00-21:00, 21:00 in America/New_York"},
		{"America/New_York", "2026-03-08T01:59:59-05:00", "2026-03-08T08:00:00-04:00", "hours 08:00-21:00, 01:59 in America/New_York"},
		{"America/New_York", "2026-03-08T07:00:00-05:00", "", "hours 08:00-21:00, 08:00 in America/New_York"},
		{"America/New_York", "2026-03-08T20:59:59-04:00", "", "hours 08:00-21:00, 20:59 in America/New_York"},
		{"America/New_York", "2026-03-08T21:00:00-04:00", "2026-03-09T08:00:00-04:00", "hours 08:00-21:00, 21:00 in America/New_York"},
		// New York, autumn: 2:00 becomes 1:00 on 1 November, and 1:30 is there twice.
		{"America/New_York", "2026-10-31T21:00:00-04:00", "2026-11-01T08:00:00-05:00", "hours 08:00-21:00, 21:00 in America/New_York"},
		{"America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-01T08:00:00-05:00", "hours 08:00-21:00, 01:30 in America/New_York"},
		{"America/New_York", "2026-11-01T01:30:00-05:00", "2026-11-01T08:00:00-05:00", "hours 08:00-21:00, 01:30 in America/New_York"},
		{"America/New_York", "2026-11-01T08:00:00-04:00", "2026-11-01T08:00:00-05:00", "hours 08:00-21:00, 07:00 in America/New_York"},
		{"America/New_York", "2026-11-01T20:59:59-05:00", "", "hours 08:00-21:00, 20:59 in America/New_York"},

		// London: 29 March and 25 October.
		{"Europe/London", "2026-03-28T21:00:00Z", "2026-03-29T08:00:00+01:00", "hours 08:00-21:00, 21:00 in Europe/London"},
		{"Europe/London", "2026-03-29T07:00:00Z", "", "hours 08:00-21:00, 08:00 in Europe/London"},
		{"Europe/London", "2026-03-29T06:59:59Z", "2026-03-29T08:00:00+01:00", "hours 08:00-21:00, 07:59 in Europe/London"},
		{"Europe/London", "2026-10-24T21:00:00+01:00", "2026-10-25T08:00:00Z", "hours 08:00-21:00, 21:00 in Europe/London"},
		{"Europe/London", "2026-10-25T08:00:00+01:00", "2026-10-25T08:00:00Z", "hours 08:00-21:00, 07:00 in Europe/London"},
		{"Europe/London", "2026-10-25T21:00:00+01:00", "", "hours 08:00-21:00, 20:00 in Europe/London"},

		// Kathmandu is 5:45 ahead and never changes.
		{"Asia/Kathmandu", "2026-03-29T02:14:59Z", "2026-03-29T08:00:00+05:45", "hours 08:00-21:00, 07:59 in Asia/Kathmandu"},
		{"Asia/Kathmandu", "2026-03-29T02:15:00Z", "", "hours 08:00-21:00, 08:00 in Asia/Kathmandu"},
		{"Asia/Kathmandu", "2026-03-29T15:15:00Z", "2026-03-30T08:00:00+05:45", "hours 08:00-21:00, 21:00 in Asia/Kathmandu"},

		// Lord Howe changes by half an hour: autumn on 5 April, spring on 4 October.
		{"Australia/Lord_Howe", "2026-04-04T21:00:00+11:00", "2026-04-05T08:00:00+10:30", "hours 08:00-21:00, 21:00 in Australia/Lord_Howe"},
		{"Australia/Lord_Howe", "2026-04-05T08:00:00+11:00", "2026-04-05T08:00:00+10:30", "hours 08:00-21:00, 07:30 in Australia/Lord_Howe"},
		{"Australia/Lord_Howe", "2026-10-04T07:30:00+10:30", "", "hours 08:00-21:00, 08:00 in Australia/Lord_Howe"},
		{"Australia/Lord_Howe", "2026-10-04T07:29:59+10:30", "2026-10-04T08:00:00+11:00", "hours 08:00-21:00, 07:59 in Australia/Lord_Howe"},
	} {
		v := compliance.Default.Check(moment(t, c.now), zone(t, c.zone))
		if v.Allowed != (c.next == "") || !v.Next.Equal(moment(t, c.next)) || v.Rule != c.rule {
			t.Errorf("%s in %s:\n got %v, next %s, %q\nwant %v, next %s, %q", c.now, c.zone,
				v.Allowed, v.Next.Format(time.RFC3339Nano), v.Rule, c.next == "", c.next, c.rule)
		}
	}
}

func TestUntilMidnight(t *testing.T) {
	h := compliance.Hours{From: 9*time.Hour + 30*time.Minute, To: 24 * time.Hour}
	ny := zone(t, "America/New_York")
	if v := h.Check(moment(t, "2026-02-10T23:59:59.999-05:00"), ny); !v.Allowed {
		t.Errorf("a moment before midnight: %+v", v)
	}
	v := h.Check(moment(t, "2026-02-11T00:00:00-05:00"), ny)
	if v.Allowed || !v.Next.Equal(moment(t, "2026-02-11T09:30:00-05:00")) {
		t.Errorf("midnight: %+v", v)
	}
}

func TestWhatIsNotKnownMeansNo(t *testing.T) {
	v := compliance.Default.Check(moment(t, "2026-02-10T12:00:00Z"), nil)
	if v.Allowed || !v.Next.IsZero() || v.Rule != "hours 08:00-21:00: the contact's time zone is not known" {
		t.Errorf("without a zone: %+v", v)
	}
	if v := (compliance.Hours{}).Check(moment(t, "2026-02-10T12:00:00Z"), time.UTC); v.Allowed {
		t.Errorf("without hours: %+v", v)
	}
}

func TestAlwaysAsksNobody(t *testing.T) {
	for _, z := range []*time.Location{nil, time.UTC} {
		v := compliance.Hours{Always: true}.Check(moment(t, "2026-02-10T03:00:00Z"), z)
		if want := (compliance.Verdict{Allowed: true, Rule: "hours always"}); v != want {
			t.Errorf("always, in %v: %+v", z, v)
		}
	}
}

func TestParseHours(t *testing.T) {
	clock := func(h, m int) time.Duration { return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute }
	for _, c := range []struct {
		text string
		want compliance.Hours
		ok   bool
	}{
		{"always", compliance.Hours{Always: true}, true},
		{"08:00-21:00", compliance.Default, true},
		{"8:00-21:00", compliance.Default, true},
		{"00:00-24:00", compliance.Hours{To: clock(24, 0)}, true},
		{"09:15-17:45", compliance.Hours{From: clock(9, 15), To: clock(17, 45)}, true},
		{"23:59-24:00", compliance.Hours{From: clock(23, 59), To: clock(24, 0)}, true},

		{"", compliance.Hours{}, false},
		{"Always", compliance.Hours{}, false},
		{"never", compliance.Hours{}, false},
		{"8-21", compliance.Hours{}, false},
		{"08:00", compliance.Hours{}, false},
		{"08:00-", compliance.Hours{}, false},
		{"08:00 to 21:00", compliance.Hours{}, false},
		{"8am-9pm", compliance.Hours{}, false},
		{"08:00-21:00 and 22:00-23:00", compliance.Hours{}, false},
		{"08:00-21:000", compliance.Hours{}, false},
		{"08:00-21:0", compliance.Hours{}, false},
		{" 08:00-21:00", compliance.Hours{}, false},
		{"+8:00-21:00", compliance.Hours{}, false},
		{"2562047788015:00-2562047788016:00", compliance.Hours{}, false},
		{"21:00-08:00", compliance.Hours{}, false},
		{"08:00-08:00", compliance.Hours{}, false},
		{"00:00-24:01", compliance.Hours{}, false},
		{"08:60-21:00", compliance.Hours{}, false},
		{"08:00-20:60", compliance.Hours{}, false},
		{"-1:00-21:00", compliance.Hours{}, false},
		{"08:-1-21:00", compliance.Hours{}, false},
		{"08:00-21:-1", compliance.Hours{}, false},
	} {
		got, err := compliance.ParseHours(c.text)
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("ParseHours(%q) = %+v, %v", c.text, got, err)
		}
	}
}

// What was read is written so that it reads the same again.
func FuzzParseHours(f *testing.F) {
	for _, s := range []string{"always", "08:00-21:00", "0:0-24:00", "9:5-17:45", "+8:00-21:00", "", "-", ":-:", "08:00-21:00 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := compliance.ParseHours(text)
		if err != nil {
			if h != (compliance.Hours{}) {
				t.Fatalf("%q is refused and yet gives %+v", text, h)
			}
			return
		}
		if !h.Always && (h.From < 0 || h.From >= h.To || h.To > 24*time.Hour) {
			t.Fatalf("%q gives %+v", text, h)
		}
		again, err := compliance.ParseHours(h.String())
		if err != nil || again != h {
			t.Fatalf("%q is written %q and read again as %+v, %v", text, h, again, err)
		}
	})
}

// zones lie on both sides of Greenwich; they change by an hour, by half an hour,
// in odd quarters, or never.
var zones = []string{
	"America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
	"America/Los_Angeles", "Pacific/Chatham", "Pacific/Kiritimati", "Africa/Casablanca", "UTC",
	"America/Santiago", "Africa/Cairo", // their clocks change at midnight
}

// A moment that is named as the next is later and is allowed, the one before it
// is not, and what is allowed lies between the hours on the clock on the wall.
func checkNext(t *testing.T, h compliance.Hours, now time.Time, z *time.Location) {
	t.Helper()
	v := h.Check(now, z)
	if v.Rule == "" {
		t.Fatalf("%s, %s: no rule", h, now.In(z))
	}
	hour, minute, second := now.In(z).Clock()
	wall := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	if want := h.From <= wall && wall < h.To; v.Allowed != want {
		t.Fatalf("%s, %s: allowed %v", h, now.In(z), v.Allowed)
	}
	if v.Allowed {
		if !v.Next.IsZero() {
			t.Fatalf("%s, %s: allowed, and yet to be asked again at %s", h, now.In(z), v.Next)
		}
		return
	}
	if !v.Next.After(now) || v.Next.Sub(now) > 49*time.Hour {
		t.Fatalf("%s, %s: next is %s", h, now.In(z), v.Next)
	}
	if !h.Check(v.Next, z).Allowed {
		t.Fatalf("%s, %s: next is %s, which is not allowed", h, now.In(z), v.Next)
	}
	if h.Check(v.Next.Add(-time.Nanosecond), z).Allowed {
		t.Fatalf("%s, %s: next is %s, which is late", h, now.In(z), v.Next)
	}
}

// A whole year in every zone, with the days on which clocks change; steps of 45
// minutes meet every quarter of an hour.
func TestNextIsAllowedThroughTheYear(t *testing.T) {
	for _, name := range zones {
		z := zone(t, name)
		for now := moment(t, "2026-01-01T00:00:00Z"); now.Year() == 2026; now = now.Add(45 * time.Minute) {
			checkNext(t, compliance.Default, now, z)
		}
	}
}

// Any window within a day, also one that begins in an hour that the clocks skip
// or repeat.
func FuzzCheck(f *testing.F) {
	f.Add(uint32(1772953200), uint16(8*60), uint16(21*60), uint8(0))
	f.Add(uint32(1793512800), uint16(8*60), uint16(21*60), uint8(3))
	f.Add(uint32(1775318400), uint16(0), uint16(24*60), uint8(3))
	f.Add(uint32(1788665400), uint16(0), uint16(24*60), uint8(10))      // 23:30 before clocks skip midnight in Santiago
	f.Add(uint32(1772952300), uint16(2*60+30), uint16(24*60), uint8(0)) // 1:45 before they skip 2:30 in New York
	f.Fuzz(func(t *testing.T, unix uint32, from, to uint16, where uint8) {
		if from >= to || to > 24*60 {
			t.Skip("no window")
		}
		h := compliance.Hours{From: time.Duration(from) * time.Minute, To: time.Duration(to) * time.Minute}
		checkNext(t, h, time.Unix(int64(unix), 0), zone(t, zones[int(where)%len(zones)]))
	})
}
