package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

func TestLimitsAreKeptWhenContactsAreClaimed(t *testing.T) {
	s := fresh(t)
	c := spring
	c.Limits = campaign.Limits{PerDay: 2, Spacing: time.Hour}
	save(t, s, c)
	bring(t, s, spring.List, "number,zone", "101,America/New_York", "102,America/New_York")
	bring(t, s, "twin", "number,zone", "101,America/New_York")
	twin := c
	twin.ID, twin.Name, twin.List = "T", "Twin", "twin"
	call := func(c campaign.Campaign, at time.Time, want ...campaign.ContactID) {
		t.Helper()
		got := claim(t, s, c, 2, at)
		if !slices.Equal(numbers(got.Leads), want) {
			t.Errorf("at %v: %v, want %v", at, numbers(got.Leads), want)
		}
		for _, lead := range got.Leads {
			a := lead.Attempt
			a.Closed, a.Next = at, campaign.Next{Status: campaign.Callable, Due: at, Counts: true} // as if there were no limits
			write(t, s, a)
		}
	}
	call(c, noon, 1, 2)
	if got := claim(t, s, c, 2, noon.Add(time.Minute)); len(got.Leads) != 0 || !got.PutOff.Equal(noon.Add(time.Hour)) { // too soon
		t.Errorf("%v are claimed, and others put off to %v", numbers(got.Leads), got.PutOff)
	}
	call(twin, noon.Add(time.Minute))
	call(twin, noon.Add(time.Hour), 3) // the second call to 101 on that day
	call(c, noon.Add(3*time.Hour), 2)
	midnight := time.Date(2026, 3, 5, 5, 0, 0, 0, time.UTC) // in New York
	if one := contact(t, s, 1); !one.Due.Equal(midnight) {
		t.Errorf("contact 1 is due %v, want %v", one.Due, midnight)
	}
	call(c, midnight, 2, 1)
	change(t, s, `UPDATE contacts SET status = 'S', due = 5 WHERE id = 1`)
	call(c, midnight.Add(time.Minute), 1) // a promise is kept all the same
}

func TestAListThatIsCalledThroughSaysSo(t *testing.T) {
	s := fresh(t)
	c := spring
	c.Recycles = 1
	save(t, s, c)
	bring(t, s, spring.List, "number", "101", "102")
	call := func(category string, n int, ended bool) {
		t.Helper()
		got := claim(t, s, c, 9, noon)
		if len(got.Leads) != n || got.Ended != ended {
			t.Errorf("%d leads, ended %t, want %d, %t", len(got.Leads), got.Ended, n, ended)
		}
		for _, lead := range got.Leads {
			over(t, s, c, lead, category, noon)
		}
	}
	call("Busy", 2, false) // they are being called
	call("", 0, true)
	if n, _, err := s.Recycle(t.Context(), spring.List, noon); n != 2 || err != nil {
		t.Errorf("%d recycled, %v", n, err)
	}
	call("Success", 2, false)
	call("", 0, false) // nobody would be called again
}

// A day of claims and results by campaigns that share lists, with numbers, limits,
// filters, reschedules and recycles: a contact is in one attempt at most, statuses are
// those of the table, caps are kept, and the counts of the database add up.
func TestADayOfCallsKeepsWhatItMust(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	all := phones(campaign.Limits{PerDay: 3, PerNumber: 2})
	all.Retry.MaxAttempts, all.Recycles = 5, 2
	all.Sources = []campaign.Source{{List: "leads", Weight: 2}, {List: "more", Weight: 1}}
	all.Reschedules = []campaign.Reschedule{{Category: "Busy", Wait: 10 * time.Minute, Most: 1, Protected: true}, {Category: "Machine", Wait: time.Hour}}
	some := all
	some.ID, some.Name, some.Filter, some.Sort, some.Sources = "S", "Some", `state in ("NY", "FL")`, "balance desc", nil
	save(t, s, all)
	save(t, s, some)
	r := rand.New(rand.NewPCG(7, 7))
	for list, first := range map[string]int{"leads": 1000, "more": 5000} {
		rows := []string{"number,home,work,mobile,state,balance,zone"}
		for i := range 60 {
			n := first + 10*i
			rows = append(rows, fmt.Sprintf("%d,%d,%s,%s,%s,%d,%s", n, n, []string{"", fmt.Sprint(n + 1)}[r.IntN(2)], []string{"", fmt.Sprint(n + 2)}[r.IntN(2)],
				[]string{"NY", "FL", "CA"}[r.IntN(3)], r.IntN(100), []string{"America/New_York", "Europe/London"}[r.IntN(2)]))
		}
		bring(t, s, list, rows...)
	}
	arrange(t, s)
	live := map[campaign.ContactID]campaign.Lead{}
	perDay := map[string]int{}
	for now := noon; now.Before(noon.Add(9 * time.Hour)); now = now.Add(10 * time.Minute) {
		c := []campaign.Campaign{all, some}[r.IntN(2)]
		got := claim(t, s, c, 1+r.IntN(6), now)
		for _, lead := range got.Leads {
			id := lead.Contact.ID
			if _, twice := live[id]; twice {
				t.Fatalf("contact %d is in two attempts", id)
			}
			if c.Filter != "" && !c.Takes(lead.Contact) {
				t.Fatalf("the filter does not take %+v", lead.Contact)
			}
			live[id] = lead
		}
		if got.Ended && r.IntN(3) == 0 {
			if _, _, err := s.Recycle(t.Context(), c.List, now); err != nil {
				t.Fatal(err)
			}
		}
		for id, lead := range live {
			if r.IntN(4) == 0 {
				continue // it goes on
			}
			category := campaign.Categories[r.IntN(len(campaign.Categories))].Name
			if lead.Was == campaign.Callable && category != "No Lines" {
				zone, _ := time.LoadLocation(lead.Contact.Zone)
				perDay[fmt.Sprint(id, lead.Attempt.Placed.In(zone).Format(time.DateOnly))]++
			}
			over(t, s, all, lead, category, now.Add(time.Minute))
			delete(live, id)
		}
	}
	for what, n := range perDay {
		if n > all.Limits.PerDay {
			t.Errorf("contact and day %s: %d calls", what, n)
		}
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM contacts WHERE status NOT IN ('C','I','J','O','R','S','A','D','E','F','U')`:                                                  0,
		`SELECT count(*) FROM contacts c WHERE (status = 'I') <> EXISTS (SELECT 1 FROM attempts WHERE contact = c.id AND closed = 0)`:                      0,
		`SELECT count(*) FROM contacts c WHERE attempts <> (SELECT count(*) FROM attempts WHERE contact = c.id AND next_counts)`:                           0,
		`SELECT count(*) FROM (SELECT list, status, count(*) n FROM contacts GROUP BY 1, 2) c LEFT JOIN tallies t USING (list, status) WHERE n <> t.count`: 0,
		`SELECT count(*) FROM numbers WHERE attempts > 2 AND status = 'C' AND contact NOT IN (SELECT contact FROM attempts WHERE was_status <> 'C')`:       0,
		`SELECT count(*) FROM selections s WHERE state = 'ready' AND count <> (SELECT count(*) FROM selection_1)`:                                          0,
	} {
		if n := count(t, s, query); n != want {
			t.Errorf("%s: %d", query, n)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM attempts`); n < 100 {
		t.Errorf("a day of %d calls shows little", n)
	}
}
