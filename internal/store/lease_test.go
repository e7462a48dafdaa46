package store

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// promise lets a user promise a callback to a contact, as a disposition does.
func promise(t testing.TB, s *Store, id campaign.ContactID, owner string, due time.Time) {
	t.Helper()
	lead, err := s.ClaimContact(t.Context(), spring, id, "", false, noon)
	if err != nil {
		t.Fatal(err)
	}
	a := lead.Attempt
	a.Closed, a.Next = noon, campaign.Next{Status: campaign.Scheduled, Due: due, Owner: owner}
	write(t, s, a)
}

func claimOwned(t testing.TB, s *Store, c campaign.Campaign, user string, n int, now time.Time) []campaign.ContactID {
	t.Helper()
	got, err := s.ClaimOwned(t.Context(), c, user, n, now)
	if err != nil {
		t.Fatal(err)
	}
	return numbers(got.Leads)
}

func TestAnOwnedCallbackIsLeftToItsOwnerForAnHour(t *testing.T) {
	due := noon.Add(time.Hour)
	for _, c := range []struct {
		name  string
		user  string // empty: anybody, by Claim
		at    time.Time
		takes bool
		due   time.Time // what a claim that takes nothing tells
	}{
		{"nobody before it is due", "", due.Add(-1), false, due.Add(time.Hour)},
		{"the owner neither", "Anna", due.Add(-time.Microsecond), false, time.Time{}},
		{"the owner when it is due", "Anna", due, true, time.Time{}},
		{"however his name is written", "aNNa", due, true, time.Time{}},
		{"no other user", "bert", due.Add(time.Hour), false, time.Time{}},
		{"not who has no name", "", due, false, due.Add(time.Hour)},
		{"nobody else within the hour", "", due.Add(time.Hour - time.Microsecond), false, due.Add(time.Hour)},
		{"anybody after it", "", due.Add(time.Hour), true, time.Time{}},
		{"still the owner", "anna", due.Add(3 * time.Hour), true, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			with(t, s, 1)
			promise(t, s, 1, "Anna", due)
			if got := contact(t, s, 1); got.Owner != "Anna" || got.Status != campaign.Scheduled || !got.Due.Equal(due) {
				t.Fatalf("promised: %+v", got)
			}
			var got campaign.Claim
			if c.user == "" {
				got = claim(t, s, spring, 5, c.at)
			} else {
				var err error
				if got, err = s.ClaimOwned(t.Context(), spring, c.user, 5, c.at); err != nil {
					t.Fatal(err)
				}
			}
			if !c.takes {
				left := 1
				if c.user != "" {
					left = 0 // not filled in
				}
				if len(got.Leads) != 0 || got.Left != left || !got.Due.Equal(c.due) {
					t.Errorf("%+v, want due %v", got, c.due)
				}
				return
			}
			if len(got.Leads) != 1 || got.Left != 0 || !got.Due.IsZero() {
				t.Fatalf("%+v", got)
			}
			lead := got.Leads[0]
			if lead.Contact.Owner != "Anna" || lead.Contact.Status != campaign.InProcess || lead.Was != campaign.Scheduled ||
				!lead.Contact.Due.Equal(due) || lead.Attempt.Manual || !lead.Attempt.Placed.Equal(c.at) {
				t.Errorf("%+v", lead)
			}
		})
	}
}

func TestAnyOtherNextTakesTheOwnerAway(t *testing.T) {
	for _, next := range []campaign.Next{
		{Status: campaign.Callable, Due: noon.Add(time.Hour), Owner: "anna"},
		{Status: campaign.Scheduled, Due: noon.Add(time.Hour)},
		{Status: campaign.Uncallable},
	} {
		s := fresh(t)
		with(t, s, 1)
		promise(t, s, 1, "anna", noon)
		got, err := s.ClaimOwned(t.Context(), spring, "anna", 1, noon)
		if err != nil || len(got.Leads) != 1 {
			t.Fatalf("%+v %v", got, err)
		}
		a := got.Leads[0].Attempt
		a.Closed, a.Next = noon, next
		write(t, s, a)
		if c := contact(t, s, 1); c.Owner != "" || c.Status != next.Status {
			t.Errorf("after %+v: %+v", next, c)
		}
	}
}

func TestClaimOwnedKeepsTheOrderTheHoursAndTheList(t *testing.T) {
	s := fresh(t)
	with(t, s, 6)
	at := time.Date(2026, 11, 10, 13, 30, 0, 0, time.UTC) // 8:30 in New York, 5:30 in Los Angeles
	for id, due := range map[campaign.ContactID]time.Duration{1: -time.Minute, 2: -3 * time.Hour, 3: -2 * time.Minute, 4: -time.Hour, 5: time.Minute} {
		promise(t, s, id, "anna", at.Add(due))
	}
	promise(t, s, 6, "bert", at.Add(-time.Minute))
	change(t, s, `UPDATE contacts SET zone = iif(id = 2, 'America/Los_Angeles', 'America/New_York')`)
	hours := spring
	hours.Hours = compliance.Default
	elsewhere := hours
	elsewhere.List = "others"
	preview := hours
	preview.Mode = campaign.Preview
	for i, step := range []struct {
		c    campaign.Campaign
		user string
		n    int
		want []campaign.ContactID
	}{
		{elsewhere, "anna", 9, nil},
		{hours, "", 9, nil},
		{hours, "anna", 0, nil},
		{hours, "anna", -1, nil},
		{preview, "anna", 2, []campaign.ContactID{4, 3}},
		{hours, "anna", 9, []campaign.ContactID{1}},
		{hours, "anna", 9, nil},
		{hours, "bert", 9, []campaign.ContactID{6}},
	} {
		if got := claimOwned(t, s, step.c, step.user, step.n, at); !slices.Equal(got, step.want) {
			t.Errorf("step %d: got %v, want %v", i, got, step.want)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM attempts WHERE closed = 0 AND preview AND placed = 0 AND contact IN (3, 4)`); n != 2 {
		t.Errorf("%d of two previews are not yet placed", n)
	}
}

func TestClaimContactTakesWhatItIsAskedFor(t *testing.T) {
	for _, was := range []campaign.Next{
		{Status: campaign.Callable},
		{Status: campaign.Callable, Due: noon.Add(time.Hour)},
		{Status: campaign.Scheduled, Due: noon.Add(time.Hour), Owner: "bert"},
		{Status: campaign.AttemptsSpent},
		{Status: campaign.Deleted},
		{Status: campaign.Excluded},
		{Status: campaign.Uncallable},
	} {
		for _, unplaced := range []bool{false, true} {
			s := fresh(t)
			with(t, s, 2)
			change(t, s, `UPDATE contacts SET status = ?, due = ?, owner = ? WHERE id = 2`, string(was.Status), micros(was.Due), was.Owner)
			preview := spring
			preview.Mode = campaign.Preview // which says nothing about a single contact
			got, err := s.ClaimContact(t.Context(), preview, 2, "", unplaced, noon)
			if err != nil {
				t.Fatal(err)
			}
			want := campaign.Lead{
				Attempt: campaign.Attempt{ID: 1, Campaign: spring.ID, List: "leads", Contact: 2, Number: "3175550001", Claimed: noon, Placed: noon, Manual: true},
				Contact: campaign.Contact{ID: 2, List: "leads", Key: "3175550001", Number: "3175550001", Status: campaign.InProcess, Due: was.Due, Owner: was.Owner,
					Columns: map[string]string{"number": "3175550001", "FirstName": "Name 1"}},
				Was: was.Status,
			}
			if unplaced {
				want.Attempt.Placed, want.Attempt.Preview = time.Time{}, true
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if all, err := s.Attempts(t.Context(), "", 0, 9); err != nil || !reflect.DeepEqual(all, []campaign.Attempt{want.Attempt}) {
				t.Errorf("written down: %+v %v", all, err)
			}
		}
	}
}

func TestClaimContactDialsAnotherNumber(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	got, err := s.ClaimContact(t.Context(), spring, 1, "3175559999", false, noon)
	if err != nil || got.Attempt.Number != "3175559999" || got.Contact.Number != "3175550000" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestClaimContactRefuses(t *testing.T) {
	s := fresh(t)
	with(t, s, 2)
	other := spring
	other.ID, other.Name, other.List = "B", "Autumn", "others"
	if err := s.SaveCampaign(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	claim(t, s, spring, 1, noon)
	change(t, s, `INSERT INTO contacts (list, key, number) VALUES (1, 'loading', '1')`) // above the mark
	for _, c := range []struct {
		name string
		c    campaign.Campaign
		id   campaign.ContactID
		kind fault.Kind
	}{
		{"an attempt is open", spring, 1, fault.Conflict},
		{"of another list", other, 2, fault.NotFound},
		{"of none", spring, 99, fault.NotFound},
		{"of an import that runs", spring, 3, fault.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.ClaimContact(t.Context(), c.c, c.id, "", false, noon)
			wantKind(t, err, c.kind)
			if got.Attempt.ID != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
	if n := count(t, s, `SELECT count(*) FROM attempts`); n != 1 {
		t.Errorf("%d attempts", n)
	}
}

// Nobody is dialed twice, whoever asks at the same time.
func TestClaimsOfAllKindsNeverShareAContact(t *testing.T) {
	const contacts = 120
	s := fresh(t)
	with(t, s, contacts)
	change(t, s, `UPDATE contacts SET status = 'S', owner = 'anna', due = ? WHERE id % 3 = 0`, micros(noon.Add(-2*time.Hour)))
	path := databasePath(t, s)
	var mu sync.Mutex
	times := map[campaign.ContactID]int{}
	took := func(leads ...campaign.Lead) int {
		mu.Lock()
		defer mu.Unlock()
		for _, l := range leads {
			times[l.Contact.ID]++
		}
		return len(leads)
	}
	next := 0
	askers := []func(context.Context, *Store) (int, error){
		func(ctx context.Context, s *Store) (int, error) {
			got, err := s.Claim(ctx, spring, 2, nil, noon)
			return took(got.Leads...), err
		},
		func(ctx context.Context, s *Store) (int, error) {
			got, err := s.ClaimOwned(ctx, spring, "anna", 1, noon)
			return took(got.Leads...), err
		},
		func(ctx context.Context, s *Store) (int, error) {
			if next++; next > contacts {
				return 0, nil
			}
			got, err := s.ClaimContact(ctx, spring, campaign.ContactID(next), "", next%2 == 0, noon)
			if fault.KindOf(err) == fault.Conflict {
				return 1, nil // somebody was faster
			}
			return took(got), err
		},
	}
	var wg sync.WaitGroup
	for i, ask := range askers {
		mine := s
		if i == 1 { // as if from another process
			mine = reopen(t, path)
		}
		wg.Go(func() {
			for {
				n, err := ask(t.Context(), mine)
				if err != nil {
					t.Error(err)
				}
				if err != nil || n == 0 {
					return
				}
			}
		})
	}
	wg.Wait()
	if len(times) != contacts {
		t.Errorf("%d of %d contacts were claimed", len(times), contacts)
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("contact %d was claimed %d times", id, n)
		}
	}
	consistent(t, s)
}

// befores are what a contact can be before an agent asks for it.
var befores = []campaign.Next{
	{Status: campaign.Callable},
	{Status: campaign.Callable, Due: noon.Add(-time.Hour)},
	{Status: campaign.Callable, Due: noon.Add(time.Hour)},
	{Status: campaign.Scheduled, Due: noon.Add(-time.Hour)},
	{Status: campaign.Scheduled, Due: noon.Add(time.Hour), Owner: "anna"},
	{Status: campaign.AttemptsSpent},
	{Status: campaign.Deleted},
	{Status: campaign.Excluded},
	{Status: campaign.Uncallable},
}

// withBefores loads a contact for each of befores.
func withBefores(t testing.TB, s *Store) {
	t.Helper()
	with(t, s, len(befores))
	for i, b := range befores {
		change(t, s, `UPDATE contacts SET status = ?, due = ?, owner = ?, attempts = 2 WHERE id = ?`, string(b.Status), micros(b.Due), b.Owner, i+1)
	}
}

func TestWhatWasNotDialedLosesNothing(t *testing.T) {
	later := noon.Add(30 * time.Minute)
	for _, c := range []struct {
		name string
		next campaign.Next
	}{
		{"withdrawn at once", campaign.Next{Status: campaign.Callable, Due: noon}},
		{"withdrawn until the hours open", campaign.Next{Status: campaign.Callable, Due: later}},
		{"by a crash", campaign.Next{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			withBefores(t, s)
			for i := range befores {
				lead, err := s.ClaimContact(t.Context(), spring, campaign.ContactID(i+1), "", true, noon)
				if err != nil {
					t.Fatal(err)
				}
				if c.next.Status == "" {
					continue
				}
				a := lead.Attempt
				a.Outcome, a.Category, a.Closed, a.Next = call.Withdrawn, "Withdrawn", noon, c.next
				write(t, s, a)
			}
			if lost, released, err := s.Recover(t.Context(), noon); err != nil || lost != 0 || c.next.Status == "" && released != len(befores) {
				t.Errorf("%d lost, %d released, %v", lost, released, err)
			}
			all, err := s.Attempts(t.Context(), "", 0, 99)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range befores {
				waits := want.Status == campaign.Callable || want.Status == campaign.Scheduled
				if waits && c.next.Due.Equal(later) && want.Due.Before(later) {
					want.Due = later
				}
				got := contact(t, s, campaign.ContactID(i+1))
				if got.Status != want.Status || !got.Due.Equal(want.Due) || got.Owner != want.Owner || got.Attempts != 2 {
					t.Errorf("got %+v, want %+v", got, want)
				}
				if all[i].Next != want || all[i].Outcome != call.Withdrawn {
					t.Errorf("written down %+v, want %+v", all[i].Next, want)
				}
			}
			consistent(t, s)
		})
	}
}

// Nobody knows how a call ended that a crash cut off, but whoever was not to be
// called any more before is not to be called now.
func TestAManualCallThatIsLostKeepsWhatWasKnown(t *testing.T) {
	s := fresh(t)
	withBefores(t, s)
	for i := range befores {
		if _, err := s.ClaimContact(t.Context(), spring, campaign.ContactID(i+1), "", false, noon); err != nil {
			t.Fatal(err)
		}
	}
	if lost, released, err := s.Recover(t.Context(), noon); lost != len(befores) || released != 0 || err != nil {
		t.Errorf("%d lost, %d released, %v", lost, released, err)
	}
	for i, before := range befores {
		want := campaign.Uncallable
		switch before.Status {
		case campaign.Deleted, campaign.Excluded, campaign.AttemptsSpent:
			want = before.Status
		}
		if got := contact(t, s, campaign.ContactID(i+1)); got.Status != want || got.Attempts != 3 || got.Owner != "" {
			t.Errorf("of %+v: %+v", before, got)
		}
	}
}

// A process that is killed between any two steps of wishes leaves what Recover mends.
func TestWishesOfAKilledProcessLoseNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.db")
	s := reopen(t, path)
	withBefores(t, s)
	s.Close()
	for round := range 4 {
		said := killed(t, path, "wish", 1+3*round)
		s := reopen(t, path)
		if _, _, err := s.Recover(t.Context(), noon); err != nil {
			t.Fatal(err)
		}
		for i, want := range befores {
			got := contact(t, s, campaign.ContactID(i+1))
			if got.Status != want.Status || !got.Due.Equal(want.Due) || got.Owner != want.Owner || got.Attempts != 2 {
				t.Errorf("round %d, after %q: %+v, want %+v", round, said, got, want)
			}
		}
		consistent(t, s)
		s.Close()
	}
}

func TestRecycle(t *testing.T) {
	s := fresh(t)
	with(t, s, 8)
	set := func(id int, status campaign.Status, due time.Duration, zone string) {
		change(t, s, `UPDATE contacts SET status = ?, due = ?, zone = ? WHERE id = ?`, string(status), micros(noon.Add(due)), zone, id)
	}
	set(1, campaign.Callable, time.Hour, "")
	set(2, campaign.Callable, 48*time.Hour, "Europe/London")
	set(3, campaign.Callable, -time.Hour, "") // due already
	set(4, campaign.Scheduled, time.Hour, "")
	set(5, campaign.Uncallable, time.Hour, "")
	set(6, campaign.InProcess, time.Hour, "")
	set(7, campaign.Deleted, time.Hour, "")
	for i, c := range []struct {
		list string
		want int
	}{{"nothing", 0}, {"LEADS", 2}, {"leads", 0}} {
		if n, most, err := recycleAll(t.Context(), s, c.list); n != c.want || err != nil {
			t.Errorf("%d: %d recycled, %d at once, want %d, %v", i, n, most, c.want, err)
		}
	}
	for id, due := range map[campaign.ContactID]time.Duration{3: -time.Hour, 4: time.Hour, 5: time.Hour, 6: time.Hour, 7: time.Hour} {
		if c := contact(t, s, id); !c.Due.Equal(noon.Add(due)) {
			t.Errorf("%+v, want due %v", c, noon.Add(due))
		}
	}
	for _, id := range []campaign.ContactID{1, 2, 8} {
		if c := contact(t, s, id); !c.Due.IsZero() {
			t.Errorf("who starts again, and who was never tried: %+v", c)
		}
	}
	if got := numbers(claim(t, s, spring, 9, noon).Leads); !slices.Equal(got, []campaign.ContactID{3, 1, 2, 8}) {
		t.Errorf("claimed after it: %v", got)
	}
}

// recycleAll recycles until there is no more, and gives how many there were, and the
// most at once.
func recycleAll(ctx context.Context, s *Store, list string) (all, most int, err error) {
	for more := true; more; {
		var n int
		if n, more, err = s.Recycle(ctx, list, noon); err != nil {
			return all, most, err
		}
		all, most = all+n, max(most, n)
	}
	return all, most, nil
}

func TestRecycleWorksInChunks(t *testing.T) {
	s := fresh(t)
	with(t, s, 2*chunk+7)
	change(t, s, `UPDATE contacts SET due = ? + id`, micros(noon))
	if n, most, err := recycleAll(t.Context(), s, "leads"); n != 2*chunk+7 || most != chunk || err != nil {
		t.Errorf("%d recycled, %d at once, %v", n, most, err)
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if n, more, err := s.Recycle(late, "leads", noon); n != 0 || more || err == nil {
		t.Errorf("%d recycled, more: %t, %v", n, more, err)
	}
}

func TestColumnsAreKnownByName(t *testing.T) {
	s := fresh(t)
	names := func(list string, want ...string) {
		t.Helper()
		if got, err := s.Columns(t.Context(), list); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q, %v", list, got, want, err)
		}
	}
	load := func(text string) {
		t.Helper()
		if _, err := s.Import(t.Context(), ImportOptions{List: "leads", Source: strings.NewReader(text)}); err != nil {
			t.Fatal(err)
		}
	}
	names("leads")
	load("number,Rejected\nnone,x\n")
	names("leads")
	load("number,Name\n1,Ann\n")
	names("leads", "Name", "number")
	load("number,City\n1,Oslo\n")
	names("LEADS", "City", "Name", "number")
	for range 2 {
		if err := s.Update(t.Context(), 1, map[string]string{"Note": "late", "City": "Rome"}); err != nil {
			t.Fatal(err)
		}
	}
	names("leads", "City", "Name", "Note", "number")
	names("others")
}

// older makes a database of a former schema, and fills it.
func older(t *testing.T, path string, schema int, rows ...string) {
	t.Helper()
	all, err := steps(migrations)
	if err != nil {
		t.Fatal(err)
	}
	db, err := open(path, 1, url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	texts := []string{`CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL) STRICT`}
	for _, m := range all[:schema] {
		texts = append(texts, m.text, fmt.Sprintf(`INSERT INTO schema_version VALUES (%d, '%s', 0)`, m.version, m.name))
	}
	for _, text := range append(texts, rows...) {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

// A database of the first release is brought up to date with what is in it, an
// attempt under way included.
func TestTheFirstSchemaIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.db")
	older(t, path, 1,
		`INSERT INTO users VALUES ('anna', 'Anna', 0, 1, 0, 0, '', 'x')`,
		`INSERT INTO lists (name, loaded) VALUES ('leads', 2)`,
		`INSERT INTO contacts (list, key, number, status, columns) VALUES (1, 'a', '1', 'I', '{"Name":"Ann"}'), (1, 'b', '2', 'C', '{"City":"Rome"}'),
			(1, 'c', '3', 'C', '{"Unseen":"x"}')`,
		`INSERT INTO attempts (campaign, list, contact, number, preview, claimed) VALUES ('A', 'leads', 1, '1', 1, 5)`)
	s := reopen(t, path)
	if lost, released, err := s.Recover(t.Context(), noon); lost != 0 || released != 1 || err != nil {
		t.Errorf("%d lost, %d released, %v", lost, released, err)
	}
	if c := contact(t, s, 1); c.Status != campaign.Callable || !c.Due.Equal(noon) {
		t.Errorf("%+v", c)
	}
	if got, err := s.Columns(t.Context(), "leads"); err != nil || !slices.Equal(got, []string{"City", "Name"}) {
		t.Errorf("%q %v", got, err)
	}
	if u, err := s.User(t.Context(), "anna"); err != nil || !u.PasswordSet.IsZero() {
		t.Errorf("%+v %v", u, err)
	}
	if got := numbers(claim(t, s, spring, 9, noon).Leads); !slices.Equal(got, []campaign.ContactID{1, 2}) {
		t.Errorf("claimed %v", got)
	}
}

func BenchmarkClaimOwned(b *testing.B) {
	s := fresh(b)
	with(b, s, 50_000)
	change(b, s, `UPDATE contacts SET status = 'S', due = ? + id, owner = 'user ' || (id % 100) WHERE id % 2 = 0`, micros(noon))
	for i := 0; b.Loop(); i++ {
		got, err := s.ClaimOwned(b.Context(), spring, fmt.Sprint("user ", i%50*2), 1, noon.Add(time.Minute))
		if err != nil || len(got.Leads) > 1 {
			b.Fatalf("%+v %v", got, err)
		}
		for _, l := range got.Leads {
			l.Attempt.Outcome, l.Attempt.Closed = call.Withdrawn, noon
			l.Attempt.Next = campaign.Next{Status: campaign.Callable, Due: noon}
			write(b, s, l.Attempt)
		}
	}
}
