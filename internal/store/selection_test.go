package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/selection"
)

// chosen is spring with a filter and a sort.
func chosen(filter, sort string) campaign.Campaign {
	c := spring
	c.Filter, c.Sort = filter, sort
	return c
}

// bring imports rows of CSV into a list.
func bring(t testing.TB, s *Store, list string, rows ...string) {
	t.Helper()
	if _, err := s.Import(t.Context(), ImportOptions{List: list, Source: strings.NewReader(strings.Join(rows, "\n"))}); err != nil {
		t.Fatal(err)
	}
}

func save(t testing.TB, s *Store, c campaign.Campaign) {
	t.Helper()
	if err := s.SaveCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func arrange(t testing.TB, s *Store) int {
	t.Helper()
	n, err := s.Arrange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestACampaignCallsWhomItsFilterTakesInTheOrderOfItsSort(t *testing.T) {
	s := fresh(t)
	c := chosen(`balance > 50 and STATE in ("FL", "NY")`, `balance desc, name`)
	save(t, s, c)
	bring(t, s, spring.List, "number,state,Balance,name,zone",
		"101,FL,100,b,Europe/London", "102,GA,900,x,UTC", "103,NY,1000,c,UTC", "104,FL,50,y,UTC", "105,FL,100,a,UTC", "106,ny,99.5,z,UTC", "107,FL,,n,UTC")

	got := claim(t, s, c, 5, noon)
	if len(got.Leads) != 0 || got.Left != 7 || !strings.Contains(got.Why, "list leads is being made") {
		t.Errorf("before it is arranged: %+v", got)
	}
	if n := arrange(t, s); n != 4 {
		t.Errorf("%d contacts are in the selection", n)
	}
	got = claim(t, s, c, 3, noon)
	if want := []campaign.ContactID{3, 5, 1}; !slices.Equal(numbers(got.Leads), want) || got.Left != 1 || got.Why != "" {
		t.Errorf("got %v left %d %q, want %v: by balance, then by name, over all zones", numbers(got.Leads), got.Left, got.Why, want)
	}

	// What changes is followed.
	if err := s.Update(t.Context(), 4, map[string]string{"Balance": "51"}); err != nil {
		t.Fatal(err)
	}
	change(t, s, `UPDATE contacts SET status = 'S', due = ? WHERE id = 4`, micros(noon.Add(time.Minute)))
	change(t, s, `DELETE FROM contacts WHERE id = 6`)
	a := got.Leads[1].Attempt
	a.Closed, a.Next = noon, campaign.Next{Status: campaign.Callable, Due: noon.Add(time.Hour)}
	write(t, s, a)
	if got = claim(t, s, c, 5, noon); len(got.Leads) != 0 || got.Left != 2 || !got.Due.Equal(noon.Add(time.Minute)) {
		t.Errorf("%+v", got)
	}
	bring(t, s, spring.List, "number,state,Balance,name", "201,NY,7000,new", "202,NJ,7000,new")
	arrange(t, s)
	if got = claim(t, s, c, 5, noon.Add(time.Hour)); !slices.Equal(numbers(got.Leads), []campaign.ContactID{4, 5, 8}) {
		t.Errorf("got %v: the promise first, then who waited, then who is new", numbers(got.Leads))
	}
}

func TestCampaignsOfOneListHaveEachTheirOwnSelection(t *testing.T) {
	s := fresh(t)
	east, west := chosen(`state = "NY"`, ""), chosen(`state = "CA"`, "")
	west.ID, west.Name = "W", "West"
	save(t, s, east)
	save(t, s, west)
	bring(t, s, spring.List, "number,state", "101,NY", "102,CA", "103,NY", "104,CA", "105,TX")
	arrange(t, s)
	if got := claim(t, s, east, 9, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{1, 3}) || got.Left != 0 {
		t.Errorf("east: %v left %d", numbers(got.Leads), got.Left)
	}
	if got := claim(t, s, west, 9, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{2, 4}) || got.Left != 0 {
		t.Errorf("west: %v left %d", numbers(got.Leads), got.Left)
	}
	west.Filter = ""
	save(t, s, west)
	arrange(t, s) // takes the triggers away
	arrange(t, s) // and the table
	if n := count(t, s, `SELECT count(*) FROM sqlite_schema WHERE name GLOB 'selection_[0-9]*'`); n != 4 {
		t.Errorf("%d tables and triggers are left; those of one selection are 4", n)
	}
	if got := claim(t, s, west, 9, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{5}) {
		t.Errorf("without a filter: %v", numbers(got.Leads))
	}
}

func TestWhoIsUrgentWaitsForNoSelection(t *testing.T) {
	s := fresh(t)
	c := chosen(`state = "NY"`, "")
	save(t, s, c)
	bring(t, s, spring.List, "number,state", "101,NY", "102,NY", "103,CA")
	change(t, s, `UPDATE contacts SET status = 'J' WHERE id >= 2`)
	if got := claim(t, s, c, 9, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{2}) {
		t.Errorf("%v: who is urgent and in New York", numbers(got.Leads))
	}
}

func TestAFillingThatWasCutOffBeginsAnew(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	c := chosen(`number > 0`, "number desc")
	save(t, s, c)
	rows := []string{"number"}
	for i := range step + 500 {
		rows = append(rows, strconv.Itoa(1000+i))
	}
	bring(t, s, spring.List, rows...)
	ctx, cut := context.WithCancelCause(t.Context())
	all, err := s.wanted(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.write(ctx, "test", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE selections SET state = 'filling'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	rowsOf, err := s.members(ctx, all[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.fill(ctx, all[0], rowsOf); err != nil {
		t.Fatal(err)
	}
	rowsOf.Close()
	cut(errors.New("killed"))
	if got := claim(t, s, c, 1, noon); len(got.Leads) != 0 || !strings.Contains(got.Why, fmt.Sprint(step)) {
		t.Errorf("half filled: %+v", got)
	}
	arrange(t, s)
	arrange(t, s)
	if got := claim(t, s, c, 1, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{step + 500}) || got.Left != step+499 {
		t.Errorf("%v left %d", numbers(got.Leads), got.Left)
	}
}

// Claims, results, changes of columns and imports beside the filling: in the end the
// table has whom the filter takes, each in its place, and its count is right.
func TestASelectionFollowsWhatHappensWhileItIsFilled(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	other := spring // takes all
	other.ID, other.Name = "O", "Other"
	c := chosen(`group in (1, 2, "x") and not (name like "%7")`, "name desc, group")
	save(t, s, c)
	save(t, s, other)
	rows := []string{"number,group,name,zone"}
	for i := range step + 500 {
		rows = append(rows, fmt.Sprintf("%d,%d,n%d,%s", 10000+i, i%4, i%100, []string{"UTC", "Europe/London"}[i%2]))
	}
	bring(t, s, spring.List, rows...)
	var all sync.WaitGroup
	for k := range 3 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(k), 1))
			for range 25 {
				switch r.IntN(3) {
				case 0:
					id := campaign.ContactID(1 + r.IntN(step))
					if err := s.Update(t.Context(), id, map[string]string{"group": []string{"1", "3", "x", ""}[r.IntN(4)], "name": fmt.Sprint("m", r.IntN(50))}); err != nil {
						t.Error(err)
					}
				default:
					got, err := s.Claim(t.Context(), other, 2, nil, noon)
					if err != nil {
						t.Error(err)
					}
					for _, lead := range got.Leads {
						lead.Attempt.Closed = noon
						lead.Attempt.Next = campaign.Next{Status: []campaign.Status{campaign.Callable, campaign.Uncallable, campaign.Scheduled}[r.IntN(3)], Due: noon.Add(time.Duration(r.IntN(9)) * time.Minute)}
						if err := s.Record(t.Context(), lead.Attempt); err != nil {
							t.Error(err)
						}
					}
				}
			}
		})
	}
	all.Go(func() {
		for range 3 {
			if _, err := s.Arrange(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
	bring(t, s, spring.List, "number,group,name,zone", "1,1,late,UTC", "2,9,late,UTC")
	arrange(t, s)

	var sel selected
	err := s.read(t.Context(), "test", func(tx *transaction) (err error) {
		sel, _, err = needs(t.Context(), tx, 1, spring.List, c)
		if err == nil {
			sel, _, err = sel.stored(t.Context(), tx)
		}
		return err
	})
	if err != nil || sel.state != selectionReady {
		t.Fatalf("%+v %v", sel, err)
	}
	have := members(t, s, `SELECT c.id FROM `+sel.table()+` k JOIN contacts c ON c.id = k.id AND c.status = k.status AND c.zone = k.zone AND c.free = k.free ORDER BY k.status, k.zone, `+sel.order("k."))
	filter, _ := selection.ParseFilter(c.Filter)
	order, _ := selection.ParseSort(c.Sort)
	var want []campaign.Contact
	for _, id := range members(t, s, `SELECT id FROM contacts`) {
		if one := contact(t, s, id); one.Status.Waits() && filter.Match(one.Value) {
			want = append(want, one)
		}
	}
	slices.SortFunc(want, func(a, b campaign.Contact) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Zone, b.Zone), free(a).Compare(free(b)), order.Compare(a.Value, b.Value), cmp.Compare(a.ID, b.ID))
	})
	ids := make([]campaign.ContactID, len(want))
	for i, one := range want {
		ids[i] = one.ID
	}
	if !slices.Equal(have, ids) || sel.count != int64(len(ids)) {
		t.Errorf("the table has %d contacts, counts %d, and should have %d", len(have), sel.count, len(ids))
	}
	if n := count(t, s, `SELECT count(*) FROM `+sel.table()+`_changed`); n != 0 {
		t.Errorf("%d changes are noted though it is filled", n)
	}
}

func members(t testing.TB, s *Store, query string) (ids []campaign.ContactID) {
	t.Helper()
	rows, err := s.reader.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id campaign.ContactID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// TestAClaimReadsRangesOfItsSelection: a plan that sorts or scans would grow with the list.
func TestAClaimReadsRangesOfItsSelection(t *testing.T) {
	s := fresh(t)
	c := chosen(`a > 1`, "b desc, a")
	save(t, s, c)
	bring(t, s, spring.List, "number,a,b", "1,2,3")
	arrange(t, s)
	sel := selected{id: 1, keys: make([]selection.Key, 2)}
	sel.keys[0].Descending = true
	p := stock{selected: &sel}
	for _, when := range []string{"k.free = 0 AND k.id <= ?3", "k.free > 0 AND k.free <= ?3", "k.free > 0"} {
		for _, detail := range queryPlan(t, s, strings.NewReplacer("?1", "1", "?2", "''", "?3", "5").Replace(p.query("k.id", campaign.Callable, when, "?2")+" LIMIT 5")) {
			if !strings.HasPrefix(detail, "SEARCH") {
				t.Errorf("%s: %s", when, detail)
			}
		}
	}
	for _, p := range []stock{{}, {selected: &sel}} { // of several zones, the ranges are merged as they are read
		query := p.merge(2, campaign.Callable, "k.free = 0 AND k.id <= ?3")
		for _, detail := range queryPlan(t, s, strings.NewReplacer("?1", "1", "?2", "5", "?3", "5", "?4", "'A'", "?5", "'B'").Replace(query)) {
			if strings.HasPrefix(detail, "SCAN contacts") || strings.HasPrefix(detail, "SCAN c") || strings.HasPrefix(detail, "SCAN k") || strings.Contains(detail, "TEMP B-TREE") {
				t.Errorf("%s: %s", query, detail)
			}
		}
	}
}

func TestListsOfOnePriorityShareTheCallsByWeight(t *testing.T) {
	s := fresh(t)
	c := spring
	c.Sources = []campaign.Source{{List: "small", Priority: 1, Weight: 1}, {List: "big", Priority: 1, Weight: 3}, {List: "first", Priority: 2, Weight: 1}, {List: "none", Priority: 3, Weight: 9}}
	save(t, s, c)
	bring(t, s, "first", "number", "900")
	bring(t, s, "small", "number", "101", "102", "103", "104", "105", "106")
	bring(t, s, "big", "number", "201", "202", "203", "204", "205", "206")
	change(t, s, `UPDATE contacts SET status = 'S', due = 5 WHERE number = '106'`)
	var got []string
	for _, n := range []int{3, 1, 1, 2, 9} { // credits hold from claim to claim
		for _, lead := range claim(t, s, c, n, noon).Leads {
			got = append(got, lead.Contact.Number)
		}
	}
	want := []string{"106", "900", "201", "101", "202", "203", "204", "102", "205", "206", "103", "104", "105"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// The triggers that an older program made are put in order, and what they follow stays.
func TestTriggersOfAnotherProgramAreMadeAnew(t *testing.T) {
	s := fresh(t)
	c := chosen(`number > 0`, "number desc")
	save(t, s, c)
	bring(t, s, spring.List, "number", "101", "102")
	arrange(t, s)
	const made = `SELECT group_concat(sql) FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'selection_1_*'`
	texts := func() (all string) {
		if err := s.reader.QueryRowContext(t.Context(), made).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	was := texts()
	change(t, s, `DROP TRIGGER selection_1_moved`)
	change(t, s, `CREATE TRIGGER selection_1_moved AFTER UPDATE OF status ON contacts BEGIN DELETE FROM selection_1 WHERE id = old.id; END`)
	if n := arrange(t, s); n != 0 || texts() != was {
		t.Errorf("%d put in, and the triggers are now\n%s", n, texts())
	}
	if got := claim(t, s, c, 5, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{2, 1}) {
		t.Errorf("%v", numbers(got.Leads))
	}
}
