package store

import (
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// size is how many contacts the list of TestClaimsOfALongList has; see
// docs/measurements.md.
var size = flag.Int("contacts", 2000, "how many contacts the long list has")

// TestClaimsOfALongList measures what a claim of ten contacts takes, with its commit: in
// a list as it was imported, in one with a filter and a sort, and while the selection of
// those is being filled. On a short list it only shows that the measure works.
func TestClaimsOfALongList(t *testing.T) {
	s := fresh(t)
	plain, picky := spring, chosen(`balance > 100 and state in ("FL", "NY", "TX") and not (tag like "vip%")`, "balance desc, last_name")
	plain.List, picky.List = "long", "long"
	save(t, s, plain)
	begun := time.Now()
	generate(t, s, *size)
	t.Logf("%d contacts made in %v", *size, time.Since(begun).Round(time.Millisecond))
	rounds := min(300, *size/200)
	before := claims(t, s, plain, rounds)
	t.Logf("as imported: %v", before)

	picky.ID, picky.Name = "P", "Picky"
	save(t, s, picky)
	begun = time.Now()
	filled := make(chan int, 1)
	go func() {
		n, err := s.Arrange(t.Context())
		if err != nil {
			t.Error(err)
		}
		filled <- n
	}()
	var beside []time.Duration
	for n := -1; n < 0; {
		select {
		case n = <-filled:
			t.Logf("selection of %d filled in %v", n, time.Since(begun).Round(time.Millisecond))
		default:
			beside = append(beside, took(t, s, plain))
		}
	}
	t.Logf("as imported, while it is filled: %v", figures(beside))
	for _, c := range []campaign.Campaign{plain, picky} {
		after := claims(t, s, c, rounds)
		t.Logf("%s, with the selection: %v", c.Name, after)
		if *size >= 1_000_000 && after[2] > 5*time.Millisecond {
			t.Errorf("%s: p99 is %v", c.Name, after[2])
		}
	}
	if got := claim(t, s, picky, 10, noon); len(got.Leads) != 10 {
		t.Errorf("the selection has %d contacts", len(got.Leads))
	}
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
	change(t, s, `UPDATE lists SET loaded = (SELECT max(id) FROM contacts) WHERE name = 'long'`)
	change(t, s, `INSERT INTO tallies (list, status, count) SELECT id, 'C', ? FROM lists WHERE name = 'long'`, n)
	change(t, s, `INSERT INTO list_columns (list, name) SELECT l.id, j.key FROM lists l, contacts c, json_each(c.columns) j WHERE l.name = 'long' AND c.id = 1`)
}

// claims claims ten contacts again and again, on a list that many agents work on.
func claims(t *testing.T, s *Store, c campaign.Campaign, n int) [3]time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = took(t, s, c)
	}
	return figures(all)
}

// took is how long it takes to claim ten contacts; they are closed after that.
func took(t *testing.T, s *Store, c campaign.Campaign) time.Duration {
	begun := time.Now()
	got, err := s.Claim(t.Context(), c, 10, noon)
	took := time.Since(begun)
	if err != nil {
		t.Fatal(err)
	}
	for i, lead := range got.Leads {
		at := lead.Attempt
		at.Closed, at.Category, at.Next = noon, "No Answer", campaign.Next{Status: campaign.Callable, Due: noon.Add(time.Duration(1+i%3) * time.Hour), Counts: true}
		write(t, s, at)
	}
	return took
}

// figures are the median, the 95th and the 99th of a hundred.
func figures(all []time.Duration) [3]time.Duration {
	slices.Sort(all)
	at := func(of float64) time.Duration {
		return all[int(of*float64(len(all)-1))].Round(10 * time.Microsecond)
	}
	return [3]time.Duration{at(0.5), at(0.95), at(0.99)}
}
