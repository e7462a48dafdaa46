package compliance_test

import (
	"flag"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

// million is the size of the set that is measured; in make test it is a small one.
var million = flag.Int("million", 1, "how many `million` numbers the set of BenchmarkNumbers has")

func gather(numbers ...uint64) *compliance.Numbers {
	var g compliance.Gather
	for _, n := range numbers {
		g.Add(n)
	}
	return g.Numbers()
}

func TestNumbersAreFound(t *testing.T) {
	set := gather(13175550100, 447700900123, 13175550100, 13175550101, 1, 999999999999999, 13175550099, 0)
	if set.Len() != 7 {
		t.Errorf("%d numbers, want 7", set.Len())
	}
	for n, want := range map[uint64]bool{
		0: true, 1: true, 2: false, 13175550099: true, 13175550100: true, 13175550101: true, 13175550102: false,
		447700900123: true, 447700900124: false, 999999999999999: true, 1 << 63: false,
	} {
		if set.Has(n) != want {
			t.Errorf("%d: %v", n, !want)
		}
	}
	if empty := (compliance.Numbers{}); empty.Has(0) || empty.Len() != 0 {
		t.Error("an empty set has something")
	}
}

// What was gathered is there, nothing else is, and it survives being written run by run.
func FuzzNumbers(f *testing.F) {
	f.Add(uint64(1), uint16(10), uint8(20))
	f.Add(uint64(7), uint16(3000), uint8(50))
	f.Fuzz(func(t *testing.T, seed uint64, count uint16, bits uint8) {
		r, limit := rand.New(rand.NewPCG(seed, 1)), uint64(1)<<(bits%50+1)
		want := map[uint64]bool{}
		var g compliance.Gather
		for range count {
			n := r.Uint64N(limit)
			want[n] = true
			g.Add(n)
		}
		set, again := g.Numbers(), &compliance.Numbers{}
		for head, tails := range set.Runs() {
			if !again.Append(head, tails) {
				t.Fatalf("the run of %d does not follow", head)
			}
		}
		var there []uint64
		for head, tails := range again.Runs() {
			for _, tail := range tails {
				there = append(there, head<<16|uint64(tail))
			}
		}
		if !slices.Equal(there, slices.Sorted(maps.Keys(want))) {
			t.Fatalf("%d numbers became %d others", len(want), len(there))
		}
		for range 1000 {
			if n := r.Uint64N(limit); set.Has(n) != want[n] || again.Has(n) != want[n] {
				t.Fatalf("%d: %v", n, set.Has(n))
			}
		}
	})
}

func TestRunsMustFollow(t *testing.T) {
	set := gather(1 << 20)
	for _, c := range []struct {
		head  uint64
		tails []uint16
	}{{16, []uint16{1}}, {3, []uint16{1}}, {17, nil}, {17, []uint16{2, 2}}, {17, []uint16{3, 2}}} {
		if set.Append(c.head, c.tails) {
			t.Errorf("%v is taken", c)
		}
	}
	if !set.Append(17, []uint16{2, 3}) || !set.Has(17<<16+3) {
		t.Error("a run that follows is not taken")
	}
}

func TestE164(t *testing.T) {
	for text, want := range map[string]uint64{
		"+13175550100": 13175550100, "+447700900123": 447700900123, "+999999999999999": 999999999999999, "+1234": 1234,
		"13175550100": 0, "+1 317": 0, "+": 0, "+123": 0, "+0123456": 0, "+1234567890123456": 0, "sip:anna@example.org": 0, "": 0, "+1317x": 0,
	} {
		if n, ok := compliance.E164(text); n != want || ok != (want != 0) {
			t.Errorf("%q is %d, %v", text, n, ok)
		}
	}
}

func TestDoNotCall(t *testing.T) {
	now := moment(t, "2026-11-25T12:00:00Z")
	lists := compliance.DoNotCall{}.
		With(compliance.List{Name: "national", Version: "7", Date: compliance.Date{Year: 2026, Month: 11, Day: 20}, Numbers: gather(13175550100)}).
		With(compliance.List{Name: "old", Version: "6", Date: compliance.Date{Year: 2026, Month: 10, Day: 23}, Numbers: gather(13175550101)})
	const month = 31 * 24 * time.Hour
	for _, c := range []struct {
		number string
		names  string
		fresh  time.Duration
		want   compliance.Listing
		says   string
	}{
		{"+13175550100", "", month, compliance.Clear, ""},
		{"+13175550100", "national", month, compliance.Listed, "do-not-call national 7 of 2026-11-20: the number is on it"},
		{"+13175550101", "national", month, compliance.Clear, "; do-not-call national 7 of 2026-11-20"},
		{"+13175550101", "national old", 0, compliance.Listed, "do-not-call old 6 of 2026-10-23"},
		{"+13175550102", "national old", month, compliance.Unready, "the list is older than 31 days"},
		{"+13175550102", "national state", month, compliance.Unready, "do-not-call state: the list is not loaded"},
		{"3175550102", "national", month, compliance.Listed, "without + and country code"},
		{"sip:anna@example.org", "national", month, compliance.Listed, "without + and country code"},
	} {
		got, says := lists.Check(now, c.number, strings.Fields(c.names), c.fresh)
		if got != c.want || !strings.Contains(says, c.says) {
			t.Errorf("%s against %s: %v, %q", c.number, c.names, got, says)
		}
	}
	if old := lists.Lists()[1]; old.Age(moment(t, "2026-11-24T11:59:00Z")) > month || old.Age(moment(t, "2026-11-24T12:01:00Z")) < month {
		t.Errorf("31 days after its day the list is %s old", old.Age(now))
	}
	newer := lists.With(compliance.List{Name: "national", Version: "8", Numbers: gather()})
	if got, _ := newer.Check(now, "+13175550100", []string{"national"}, 0); got != compliance.Clear || len(newer.Lists()) != 2 {
		t.Errorf("in its place stands %v", newer.Lists())
	}
	if got, _ := lists.Check(now, "+13175550100", []string{"national"}, 0); got != compliance.Listed {
		t.Error("the lists of before have changed")
	}
}

// BenchmarkNumbers looks numbers of one plan up, half of which are there, in a set of
// -million numbers, and reports what a number takes in memory.
func BenchmarkNumbers(b *testing.B) {
	before := heap()
	var g compliance.Gather
	r := rand.New(rand.NewPCG(1, 2))
	plan := func() uint64 { return 1_200_000_0000 + r.Uint64N(800_000_0000)&^1 } // even ones are there
	for range *million * 1_000_000 {
		g.Add(plan())
	}
	set := g.Numbers()
	used := heap() - before
	asked := make([]uint64, 1<<16)
	for i := range asked {
		asked[i] = plan() + uint64(i&1)
	}
	hits := 0
	for i := 0; b.Loop(); i++ {
		if set.Has(asked[i&(1<<16-1)]) {
			hits++
		}
	}
	b.ReportMetric(float64(used)/float64(set.Len()), "bytes/number")
	b.ReportMetric(float64(set.Len())/1e6, "million")
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
