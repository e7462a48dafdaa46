package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// TestClaimLeavesContactsWhoseZoneIsClosed: at 13:30 in London it is 8:30 in New
// York and 5:30 in Los Angeles. Who is not open is not touched, and the claim tells
// when to ask again.
func TestClaimLeavesContactsWhoseZoneIsClosed(t *testing.T) {
	s := fresh(t)
	with(t, s, 8)
	for id, zone := range map[int]string{
		1: "America/Los_Angeles", 2: "America/New_York", 3: "", 4: "America/New_York", 5: "Europe/London",
		6: "America/Los_Angeles", 7: "Mars/Olympus", 8: "America/New_York",
	} {
		change(t, s, `UPDATE contacts SET zone = ? WHERE id = ?`, zone, id)
	}
	at := time.Date(2026, 11, 10, 13, 30, 0, 0, time.UTC)
	change(t, s, `UPDATE contacts SET due = ? WHERE id = 4`, micros(at.Add(-time.Minute)))
	change(t, s, `UPDATE contacts SET status = 'S', due = ? WHERE id = 6`, micros(at.Add(-time.Hour)))
	hours := spring
	hours.Hours = compliance.Default
	inZone := hours
	inZone.Zone = "Europe/London" // of contacts that name none

	got := claim(t, s, hours, 2, at)
	if want := []campaign.ContactID{4, 2}; !slices.Equal(numbers(got.Leads), want) {
		t.Errorf("got %v, want %v: what is due before what is fresh, each by its order", numbers(got.Leads), want)
	}
	got = claim(t, s, hours, 9, at)
	if want := []campaign.ContactID{5, 8}; !slices.Equal(numbers(got.Leads), want) {
		t.Errorf("got %v, want %v", numbers(got.Leads), want)
	}
	opens := time.Date(2026, 11, 10, 16, 0, 0, 0, time.UTC) // 8:00 in Los Angeles
	if got.Left != 4 || !got.Due.Equal(opens) {
		t.Errorf("left %d, due %v, want 4 and %v", got.Left, got.Due, opens)
	}
	if got = claim(t, s, hours, 9, at); len(got.Leads) != 0 || got.Why != "hours, rules or holidays forbid all calls until 2026-11-10 16:00 UTC" {
		t.Errorf("%v, as %q", numbers(got.Leads), got.Why)
	}
	if got = claim(t, s, inZone, 9, at); !slices.Equal(numbers(got.Leads), []campaign.ContactID{3}) {
		t.Errorf("with a zone for who has none: %v", numbers(got.Leads))
	}
	if got = claim(t, s, hours, 9, opens); !slices.Equal(numbers(got.Leads), []campaign.ContactID{6, 1}) {
		t.Errorf("as Los Angeles opens: %v", numbers(got.Leads))
	}
	if got = claim(t, s, hours, 9, opens); len(got.Leads) != 0 || got.Left != 1 || !got.Due.IsZero() || got.Why != "no contact has a time zone in which he may be called" {
		t.Errorf("a zone that nobody knows is never open: %+v", got)
	}
}

// TestClaimHoldsRulesAgainstPlaces: at 20:30 Florida is closed and New York is not; who
// may be in two zones is called when it is right in both.
func TestClaimHoldsRulesAgainstPlaces(t *testing.T) {
	s := fresh(t)
	s.SetLaw(compliance.KnownLaw())
	with(t, s, 4)
	for id, place := range map[int]string{
		1: "America/New_York&US-FL", 2: "America/New_York&US-NY", 3: "America/Denver&America/New_York&US-NY", 4: "America/New_York&US-UT",
	} {
		change(t, s, `UPDATE contacts SET zone = ? WHERE id = ?`, place, id)
	}
	evening := time.Date(2026, 11, 10, 20, 30, 0, 0, time.FixedZone("New York", -5*3600))
	law := spring
	law.Hours, law.Law.Rules = compliance.Default, []string{"us-federal", "us-states"}

	got := claim(t, s, law, 9, evening)
	if want := []campaign.ContactID{2, 3, 4}; !slices.Equal(numbers(got.Leads), want) {
		t.Errorf("in the evening: %v, want %v", numbers(got.Leads), want)
	}
	opens := time.Date(2026, 11, 11, 8, 0, 0, 0, evening.Location())
	if got.Left != 1 || !got.Due.Equal(opens) {
		t.Errorf("left %d, due %v, want 1 and %v", got.Left, got.Due, opens)
	}
	for _, at := range []time.Time{opens.Add(-time.Nanosecond), opens} { // the second look at a closed place
		if got := claim(t, s, law, 9, at); len(got.Leads) == 1 != at.Equal(opens) {
			t.Errorf("at %v: %v", at, numbers(got.Leads))
		}
	}
}

// TestClaimReadsRangesOfItsIndex: a plan that sorts or scans would grow with the list.
func TestClaimReadsRangesOfItsIndex(t *testing.T) {
	s := fresh(t)
	with(t, s, 3)
	const owned = `SELECT id, zone FROM contacts WHERE list = 1 AND owner = 'anna' AND owner <> '' AND status = 'S' AND due <= 5 ORDER BY due, id`
	for _, query := range []string{
		owned,
		`SELECT id FROM contacts WHERE list = 1 AND status = 'C' AND zone = '' AND free > 5 ORDER BY free LIMIT 1`,
		`SELECT id FROM contacts WHERE list = 1 AND zone = '' AND status = 'S' AND free <= 5 ORDER BY free, id LIMIT 1`,
		`SELECT id FROM contacts WHERE list = 1 AND zone = '' AND status = 'C' AND free > 0 AND free <= 5 ORDER BY free, id LIMIT 1`,
		`SELECT id FROM contacts WHERE list = 1 AND zone = '' AND status = 'C' AND free = 0 AND id <= 5 ORDER BY id LIMIT 1`,
		`SELECT min(zone) FROM contacts WHERE list = 1 AND status = 'C' AND zone > 'A'`,
	} {
		for _, detail := range queryPlan(t, s, query) {
			index := "INDEX contacts_free"
			if query == owned {
				index = "INDEX contacts_owned"
			}
			if !strings.HasPrefix(detail, "SEARCH") || !strings.Contains(detail, index) {
				t.Errorf("%s\n  %s", query, detail)
			}
		}
	}
}

// queryPlan is how SQLite would carry a query out.
func queryPlan(t testing.TB, s *Store, query string) (details []string) {
	t.Helper()
	rows, err := s.reader.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		details = append(details, detail)
	}
	return details
}
