package store

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// modest is how many rows the tests with many rows have where nobody asks for more.
const modest = 6000

var (
	many = flag.Int("rows", modest, "how many contacts TestAnImportOfManyRows loads, and four times as many as the numbers that are read two ways")
	keep = flag.String("list", "", "the database in which TestAnImportOfManyRows loads them, which stays")
)

// crowd is a source of n contacts: numbers of thirty countries in no order, eight
// columns, four time zones. The same n gives the same contacts.
type crowd struct {
	n, i int
	text []byte
}

// Read implements [io.Reader].
func (c *crowd) Read(p []byte) (int, error) {
	if c.i == 0 {
		c.text = append(c.text, "Id,Number,Zone,FirstName,LastName,City,Balance,Segment\n"...)
	}
	zones := []string{"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"}
	for ; len(c.text) < len(p) && c.i < c.n; c.i++ {
		// A permutation of eight digits: an odd factor, and a modulus without it.
		x := uint64(c.i) * 2_654_435_761 % 99_999_989
		c.text = fmt.Appendf(c.text, "%d,+1317%07d,%s,First%d,Last%d,Indianapolis,%d.50,%c\n",
			c.i, x%10_000_000, zones[x%4], x%5000, x%90_001, x%1000, 'A'+x%26)
	}
	if len(c.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.text)
	c.text = c.text[:copy(c.text, c.text[n:])]
	return n, nil
}

// waits are how long something took, each time.
type waits []time.Duration

func (w waits) String() string {
	if len(w) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d: p50 %v, p95 %v, p99 %v, most %v", len(w), w.at(0.5), w.at(0.95), w.at(0.99), w.at(1))
}

// at is what so many of all took at most.
func (w waits) at(share float64) time.Duration {
	s := slices.Sorted(slices.Values(w))
	return s[int(share*float64(len(s)-1))].Round(10 * time.Microsecond)
}

// An import of any size leaves the dialer its turn. With -rows 10000000 it is the
// measurement of docs/measurements.md, and with -list FILE it leaves the list for
// others to measure with.
func TestAnImportOfManyRows(t *testing.T) {
	path := *keep
	if path == "" {
		path = filepath.Join(t.TempDir(), "outdial.db")
	}
	s := reopen(t, path)
	with(t, s, 3000)
	importer := reopen(t, path) // as another process: a connection of its own
	done := make(chan waits)
	stop := make(chan struct{})
	go func() { done <- dialing(t, s, stop) }()
	started := time.Now()
	got, err := importer.Import(t.Context(), ImportOptions{List: "many", Key: "Id", Source: &crowd{n: *many}})
	took := time.Since(started)
	close(stop)
	claims := <-done
	if err != nil || got.Added != *many {
		t.Fatalf("%+v %v", got, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows in %v, %.0f a second; %.2f GB", *many, took.Round(time.Millisecond), float64(*many)/took.Seconds(), float64(info.Size())/1e9)
	t.Logf("claims beside it: %v", claims)
	if longest := slices.Max(claims); longest > 2*time.Second {
		t.Errorf("a claim waited %v", longest)
	}
}

// dialing claims three contacts at a time and gives them back, ten times a second,
// until it is stopped: what a hundred agents need.
func dialing(t *testing.T, s *Store, stop <-chan struct{}) (claims waits) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		started := time.Now()
		got, err := s.Claim(t.Context(), spring, 3, nil, noon)
		claims = append(claims, time.Since(started))
		if err != nil {
			t.Error(err)
			return claims
		}
		for _, l := range got.Leads {
			l.Attempt.Closed, l.Attempt.Outcome, l.Attempt.Next = noon, withdrawn, campaign.Next{Status: campaign.Callable}
			if err := s.Record(t.Context(), l.Attempt); err != nil {
				t.Error(err)
				return claims
			}
		}
		select {
		case <-tick.C:
		case <-stop:
			return claims
		}
	}
}
