package store

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// size is how many contacts the list of TestClaimsOfALongList has, and home is where it is
// kept; see docs/measurements.md.
var (
	size = flag.Int("contacts", 2000, "how many contacts the long list has")
	home = flag.String("home", "", "the `folder` for the long list, on the disk to be measured; what is there of a list of that length is taken, and stays")
)

// each is how many contacts a claim asks for, as many as the dialer asks for at once.
var each = flag.Int("each", 5, "how many contacts a claim asks for")

// every is how long after a claim the next one is made.
var every = flag.Duration("every", 0, "how long after a claim the next one is made; 67ms is the peak of a floor of 300 agents")

// aim is what a claim may take, with its commit, 99 times in 100.
const aim = 5 * time.Millisecond

// TestClaimsOfALongList measures what a claim takes, with its commit: in
// a list as it was imported, in one with a filter and a sort, and while the selection of
// those is being filled. Each claim's own work and its commit are told apart, and after
// each the same disk is asked how long it takes to keep as much as a claim writes. On a
// short list it only shows that the measure works.
func TestClaimsOfALongList(t *testing.T) {
	// The server has such a block too, so that its collector does not run beside every
	// tenth claim.
	slack := make([]byte, 64<<20)
	defer runtime.KeepAlive(slack)
	s := long(t)
	plain, picky := spring, chosen(`balance > 100 and state in ("FL", "NY", "TX") and not (tag like "vip%")`, "balance desc, last_name")
	plain.List, picky.List = "long", "long"
	picky.ID, picky.Name = "P", "Picky"
	rounds := min(1000, *size/200)
	disk, err := os.Create(s.path + "-probe")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { disk.Close(); os.Remove(disk.Name()) }()
	defer sweeping(t, s)()
	t.Logf("as imported:\n%v", claims(t, s, disk, plain, rounds))
	save(t, s, picky)
	begun := time.Now()
	filled := make(chan int, 1)
	go func() {
		n, err := s.Arrange(t.Context())
		if err != nil {
			t.Error(err)
		}
		filled <- n
	}()
	var beside pace
	for n := -1; n < 0; {
		select {
		case n = <-filled:
			t.Logf("selection of %d filled in %v", n, time.Since(begun).Round(time.Millisecond))
		default:
			beside.round(t, s, disk, plain)
		}
	}
	t.Logf("as imported, while it is filled:\n%v", beside)
	for _, c := range []campaign.Campaign{plain, picky} {
		after := claims(t, s, disk, c, rounds)
		t.Logf("%s, with the selection:\n%v", c.Name, after)
		// Where the disk alone is slower than the aim, it is given what it takes.
		if *size >= 200_000 && after.whole.at(0.99) > max(aim, aim/2+after.disk.at(0.99)) {
			t.Errorf("%s: a claim takes %v", c.Name, after.whole)
		}
	}
	if got := claim(t, s, picky, 10, noon); len(got.Leads) != 10 {
		t.Errorf("the selection has %d contacts", len(got.Leads))
	}
}

// long opens a database with the long list, and makes that where there is none.
func long(t *testing.T) *Store {
	folder := *home
	if folder == "" {
		folder = t.TempDir()
	}
	path := filepath.Join(folder, fmt.Sprintf("long-%d.db", *size))
	_, err := os.Stat(path)
	s := lasting(t, path)
	if err == nil {
		if _, _, err := s.Recover(t.Context(), noon); err != nil {
			t.Fatal(err)
		}
		change(t, s, `DELETE FROM campaigns WHERE id = 'P'`) // what the last run chose
		for range 2 {
			arrange(t, s) // lets its selection go, and takes it away
		}
		return s
	}
	plain := spring
	plain.List = "long"
	save(t, s, plain)
	begun := time.Now()
	generate(t, s, *size)
	t.Logf("%d contacts made in %v", *size, time.Since(begun).Round(time.Millisecond))
	return s
}

// sweeping brings what was written to its place beside the claims, as the server does,
// until the test ends.
func sweeping(t *testing.T, s *Store) (end func()) {
	stop, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			if _, err := s.Sweep(t.Context()); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	return func() { close(stop); <-over }
}

// generate makes contacts by the database itself, in six zones.
func generate(t *testing.T, s *Store, n int) {
	const some = `WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
		INSERT INTO contacts (list, key, number, zone, columns)
		SELECT (SELECT id FROM lists WHERE name = 'long'), i, '+1' || (2000000000 + i),
			CASE i % 6 WHEN 0 THEN 'America/Chicago' WHEN 1 THEN 'America/Denver' WHEN 2 THEN 'America/Phoenix' WHEN 3 THEN 'America/Los_Angeles' ELSE 'America/New_York' END,
			json_object('balance', CAST(abs(random() % 100000) / 100.0 AS TEXT), 'state', substr('FLNYTXCAGANJOHWA', 1 + 2 * (abs(random()) % 8), 2),
				'tag', iif(random() % 10 = 0, 'VIP gold', ''), 'first_name', 'Name ' || (i % 1000), 'last_name', 'Family ' || abs(random() % 100000), 'street', 'Long Street ' || i, 'city', 'Town')
		FROM n`
	for at := 1; at <= n; at += 10_000 {
		change(t, s, some, at, min(at+9999, n))
	}
	change(t, s, `INSERT INTO directory (list, number, contact) SELECT list, number, id FROM contacts ORDER BY 1, 2, 3`)
	change(t, s, `UPDATE lists SET loaded = (SELECT max(id) FROM contacts) WHERE name = 'long'`)
	change(t, s, `INSERT INTO tallies (list, status, count) SELECT id, 'C', ? FROM lists WHERE name = 'long'`, n)
	change(t, s, `INSERT INTO list_columns (list, name) SELECT l.id, j.key FROM lists l, contacts c, json_each(c.columns) j WHERE l.name = 'long' AND c.id = 1`)
}

// claims claims contacts again and again, on a list that many agents work on.
func claims(t *testing.T, s *Store, disk *os.File, c campaign.Campaign, n int) pace {
	var p pace
	next := time.NewTicker(max(*every, 1))
	defer next.Stop()
	for range n {
		<-next.C
		p.round(t, s, disk, c)
	}
	return p
}

// kilobytes are what the disk is asked to keep.
var kilobytes [100 << 10]byte

// pace is how long claims took: as a whole, their own work, and the commit; and how long the
// disk took to keep a hundred kilobytes, after each of them.
type pace struct{ whole, work, commit, disk waits }

// round claims contacts, and closes their attempts.
func (p *pace) round(t *testing.T, s *Store, disk *os.File, c campaign.Campaign) {
	begun := time.Now()
	tx, err := s.turn(t.Context(), s.writer)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	got, err := s.claim(t.Context(), tx, c, *each, nil, noon)
	worked := time.Now()
	if err := errors.Join(err, tx.Commit()); err != nil {
		t.Fatal(err)
	}
	kept := time.Now()
	p.whole, p.work, p.commit = append(p.whole, kept.Sub(begun)), append(p.work, worked.Sub(begun)), append(p.commit, kept.Sub(worked))
	for i, lead := range got.Leads {
		at := lead.Attempt
		at.Closed, at.Category, at.Next = noon, "No Answer", campaign.Next{Status: campaign.Callable, Due: noon.Add(time.Duration(1+i%3) * time.Hour), Counts: true}
		write(t, s, at)
	}
	begun = time.Now()
	_, err = disk.WriteAt(kilobytes[:], int64(len(p.disk)%40)*(100<<10))
	if err := errors.Join(err, disk.Sync()); err != nil {
		t.Fatal(err)
	}
	p.disk = append(p.disk, time.Since(begun))
}

func (p pace) String() string {
	return fmt.Sprintf("  a claim   %v\n  its work  %v\n  commit    %v\n  the disk  %v", p.whole, p.work, p.commit, p.disk)
}
