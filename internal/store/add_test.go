package store

import (
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// put adds one contact to the list of spring.
func put(t testing.TB, s *Store, c campaign.Contact) campaign.Contact {
	t.Helper()
	got, err := s.AddContacts(t.Context(), spring.List, campaign.Addition{Region: "US"}, []campaign.Contact{c})
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

func TestAnAddedContactIsThereAtOnce(t *testing.T) {
	s := fresh(t)
	with(t, s, 2)
	got := put(t, s, campaign.Contact{Number: "(317) 555-0101", Zone: "America/New_York&America/Chicago", Columns: map[string]string{"Name": "Ann"}})
	if got.ID != 3 || got.Key != "+13175550101" || got.Number != "+13175550101" || got.Status != campaign.Callable ||
		got.Zone != "America/Chicago&America/New_York" || got.Columns["Name"] != "Ann" {
		t.Errorf("%+v", got)
	}
	if n := len(claim(t, s, spring, 9, noon).Leads); n != 3 {
		t.Errorf("%d can be claimed", n)
	}
	if names, err := s.Columns(t.Context(), "leads"); err != nil || strings.Join(names, " ") != "FirstName Name number" {
		t.Errorf("columns %v %v", names, err)
	}
	consistent(t, s)
}

func TestContactsAreAddedAllOrNone(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	for _, c := range []struct {
		name string
		list string
		add  []campaign.Contact
		kind fault.Kind
		says string
	}{
		{"a number that is none", "leads", []campaign.Contact{{Number: "12"}}, fault.Invalid, "not a phone number"},
		{"a zone that is none", "leads", []campaign.Contact{{Number: "3175550101", Zone: "Mars"}}, fault.Invalid, "not an IANA time zone"},
		{"a status of our own", "leads", []campaign.Contact{{Number: "3175550101", Status: campaign.InProcess}}, fault.Invalid, "C (callable), J"},
		{"a column without a name", "leads", []campaign.Contact{{Number: "3175550101", Columns: map[string]string{"": "x"}}}, fault.Invalid, "no name"},
		{"a key of two lines", "leads", []campaign.Contact{{Number: "3175550101", Key: "a\nb"}}, fault.Invalid, "one line"},
		{"a key that is there", "leads", []campaign.Contact{{Number: "3175550101", Key: "3175550000"}}, fault.Conflict, "contact 1 has the key"},
		{"the second of two", "leads", []campaign.Contact{{Number: "3175550102"}, {Number: "3175550102"}}, fault.Conflict, "contact 2 of 2: contact 2 has the key +13175550102 already"},
		{"a list that is not there", "none", []campaign.Contact{{Number: "3175550101"}}, fault.NotFound, "list none"},
	} {
		_, err := s.AddContacts(t.Context(), c.list, campaign.Addition{Region: "US"}, c.add)
		wantKind(t, err, c.kind)
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: says %q", c.name, err)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM contacts`); n != 1 {
		t.Errorf("%d contacts are there", n)
	}
	consistent(t, s)
}

// Who is added while an import runs is there at once, and stays whatever becomes of the
// import, which is not there before its end.
func TestContactsAreAddedBesideAnImport(t *testing.T) {
	t.Parallel()
	for _, cut := range []bool{false, true} {
		t.Run(fmt.Sprint("called off ", cut), func(t *testing.T) {
			s := fresh(t)
			with(t, s, 2)
			s.brief = chunk / 2
			var source io.Reader = &crowd{n: 2 * chunk}
			if cut {
				source = io.MultiReader(source, iotest.ErrReader(io.ErrUnexpectedEOF))
			}
			added := 0
			_, err := s.Import(t.Context(), ImportOptions{List: "leads", Key: "Id", Source: source, Progress: func(int) {
				if added == 2 {
					return
				}
				got := put(t, s, campaign.Contact{Number: fmt.Sprint("317555990", added)})
				added++
				if c := claim(t, s, spring, 0, noon); c.Left != 2+added {
					t.Errorf("a claim sees %d", c.Left)
				}
				if c := contact(t, s, got.ID); c.Number != got.Number {
					t.Errorf("%+v", c)
				}
				_, err := s.AddContacts(t.Context(), "leads", campaign.Addition{}, []campaign.Contact{{Number: "100", Key: "0"}})
				if wantKind(t, err, fault.Conflict); !strings.Contains(err.Error(), "comes with an import") {
					t.Error(err)
				}
				consistent(t, s)
			}})
			left := 2 + added
			if !cut {
				left += 2 * chunk
			}
			if (err != nil) != cut || added == 0 {
				t.Fatalf("%d added beside it: %v", added, err)
			}
			if c := claim(t, s, spring, 0, noon); c.Left != left {
				t.Errorf("a claim sees %d afterwards, want %d", c.Left, left)
			}
			consistent(t, s)
		})
	}
}

func TestAContactIsChanged(t *testing.T) {
	text := func(s string) *string { return &s }
	status := func(s campaign.Status) *campaign.Status { return &s }
	for _, c := range []struct {
		name   string
		was    campaign.Status
		change campaign.ContactChange
		kind   fault.Kind // Internal for none
		says   string
	}{
		{"a column", campaign.InProcess, campaign.ContactChange{Columns: map[string]*string{"FirstName": text("Zoë"), "number": nil}}, 0, ""},
		{"its number", campaign.Callable, campaign.ContactChange{Number: text("317-555-0199")}, 0, ""},
		{"its number during a call", campaign.InProcess, campaign.ContactChange{Number: text("3175550199")}, fault.Conflict, "being called"},
		{"its status during a call", campaign.InProcess, campaign.ContactChange{Status: status("E")}, fault.Conflict, "being called"},
		{"to excluded", campaign.Scheduled, campaign.ContactChange{Status: status("E")}, 0, ""},
		{"back to callable", campaign.Excluded, campaign.ContactChange{Status: status("C")}, 0, ""},
		{"to urgent", campaign.AttemptsSpent, campaign.ContactChange{Status: status("J")}, 0, ""},
		{"who asked not to be called", campaign.Deleted, campaign.ContactChange{Status: status("C")}, fault.Conflict, "asked not to be called"},
		{"to a status of our own", campaign.Callable, campaign.ContactChange{Status: status("I")}, fault.Invalid, "C (callable), J"},
		{"to a zone that is none", campaign.Callable, campaign.ContactChange{Zone: text("Mars")}, fault.Invalid, "time zone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			with(t, s, 1)
			change(t, s, `UPDATE contacts SET status = ?, attempts = 3, due = 77, owner = 'anna'`, string(c.was))
			got, err := s.ChangeContact(t.Context(), "leads", 1, "US", c.change)
			if c.says != "" {
				if wantKind(t, err, c.kind); !strings.Contains(err.Error(), c.says) {
					t.Errorf("says %q", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := campaign.Contact{ID: 1, List: "leads", Key: "3175550000", Number: "3175550000", Status: c.was, Attempts: 3,
				Due: time.UnixMicro(77).UTC(), Owner: "anna", Columns: map[string]string{"number": "3175550000", "FirstName": "Name 0"}}
			switch {
			case c.change.Status != nil:
				want.Status, want.Due, want.Owner = *c.change.Status, time.Time{}, ""
			case c.change.Number != nil:
				want.Number = "+13175550199"
			default:
				want.Columns = map[string]string{"FirstName": "Zoë"}
			}
			if !maps.Equal(got.Columns, want.Columns) || fmt.Sprint(got) != fmt.Sprint(want) || fmt.Sprint(contact(t, s, 1)) != fmt.Sprint(want) {
				t.Errorf("%+v\nwant %+v", got, want)
			}
			consistent(t, s)
		})
	}
}

func TestARemovedContactLeavesItsAttempts(t *testing.T) {
	s := fresh(t)
	with(t, s, 2)
	lead := claim(t, s, spring, 1, noon).Leads[0]
	err := s.RemoveContact(t.Context(), "leads", lead.Contact.ID)
	wantKind(t, err, fault.Conflict)
	lead.Attempt.Closed, lead.Attempt.Next = noon, campaign.Next{Status: campaign.Uncallable, Counts: true}
	write(t, s, lead.Attempt)
	if err := s.RemoveContact(t.Context(), "leads", lead.Contact.ID); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.RemoveContact(t.Context(), "leads", lead.Contact.ID), fault.NotFound)
	if all, err := s.Attempts(t.Context(), "Spring", 0, 9); err != nil || len(all) != 1 || all[0].Number != "3175550000" {
		t.Errorf("%+v %v", all, err)
	}
	consistent(t, s)
}

func TestContactsAreFound(t *testing.T) {
	s := fresh(t)
	with(t, s, 5)
	change(t, s, `UPDATE contacts SET status = 'E' WHERE id IN (2, 4)`)
	change(t, s, `UPDATE contacts SET number = '900' WHERE id = 3`)
	for _, c := range []struct {
		filter campaign.ContactFilter
		want   string
	}{
		{campaign.ContactFilter{Limit: 9}, "1 2 3 4 5"},
		{campaign.ContactFilter{Limit: 2, After: 1}, "2 3"},
		{campaign.ContactFilter{Limit: 9, Key: "3175550003"}, "4"},
		{campaign.ContactFilter{Limit: 9, Number: "900"}, "3"},
		{campaign.ContactFilter{Limit: 9, Status: "E"}, "2 4"},
		{campaign.ContactFilter{Limit: 1, Status: "E", After: 2}, "4"},
		{campaign.ContactFilter{Limit: 9, Status: "E", Number: "900"}, ""},
	} {
		c.filter.List = "Leads"
		found, err := s.FindContacts(t.Context(), c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, one := range found {
			ids = append(ids, fmt.Sprint(one.ID))
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%+v: %q, want %q", c.filter, got, c.want)
		}
	}
	_, err := s.FindContacts(t.Context(), campaign.ContactFilter{List: "none", Limit: 1})
	wantKind(t, err, fault.NotFound)
}

func TestAListIsDeletedWhenNobodyNeedsIt(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	_, err := s.DeleteList(t.Context(), "leads")
	if wantKind(t, err, fault.Conflict); !strings.Contains(err.Error(), "campaign Spring calls list leads") {
		t.Error(err)
	}
	if err := s.CreateList(t.Context(), "old"); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.CreateList(t.Context(), "OLD"), fault.Conflict)
	imported(t, s, ImportOptions{List: "old"}, "number\n100\n101\n")
	change(t, s, `UPDATE contacts SET status = 'I' WHERE key = '100'`)
	_, err = s.DeleteList(t.Context(), "old")
	wantKind(t, err, fault.Conflict)
	change(t, s, `UPDATE contacts SET status = 'U' WHERE key = '100'`)
	if n, err := s.DeleteList(t.Context(), "old"); err != nil || n != 2 {
		t.Errorf("%d contacts, %v", n, err)
	}
	_, err = s.DeleteList(t.Context(), "old")
	wantKind(t, err, fault.NotFound)
	consistent(t, s)
}

func TestContactsAreRemovedByASource(t *testing.T) {
	s := fresh(t)
	imported(t, s, ImportOptions{Key: "id"}, "id,number\na,100\nb,101\nc,102\n")
	change(t, s, `UPDATE contacts SET status = 'I' WHERE key = 'b'`)
	const source = "why,id\nmoved,a\ntwice,b\ngone,x\n,\nempty,\n"
	for _, check := range []bool{true, false} {
		var rejects strings.Builder
		got, err := s.RemoveContacts(t.Context(), ImportOptions{List: "leads", Key: "id", Check: check, Source: strings.NewReader(source), Rejects: &rejects})
		if want := (ImportResult{Rows: 4, Removed: 1, Rejected: 3}); err != nil || got != want {
			t.Fatalf("%+v %v", got, err)
		}
		want := "line,reason,why,id\n3,the contact with the key b is being called; remove it when that is over,twice,b\n" +
			"4,there is no contact with the key x,gone,x\n6,the key is empty,empty,\n"
		if rejects.String() != want {
			t.Errorf("%s", rejects.String())
		}
	}
	found, err := s.FindContacts(t.Context(), campaign.ContactFilter{List: "leads", Limit: 9})
	if err != nil || len(found) != 2 || found[0].Key != "b" || found[1].Key != "c" {
		t.Errorf("%+v %v", found, err)
	}
	consistent(t, s)
}

func TestEverybodyWithANumberIsRemoved(t *testing.T) {
	s := fresh(t)
	imported(t, s, ImportOptions{Key: "id"}, "id,number\na,100\nb,100\nc,100\nd,101\n")
	change(t, s, `UPDATE contacts SET status = 'I' WHERE key = 'b'`)
	var rejects strings.Builder
	got, err := s.RemoveContacts(t.Context(), ImportOptions{List: "leads", Source: strings.NewReader("phone,zone\n100,Mars\n102,\n"), Rejects: &rejects})
	if want := (ImportResult{Rows: 2, Removed: 2, Rejected: 2}); err != nil || got != want {
		t.Fatalf("%+v %v", got, err)
	}
	const want = "line,reason,phone,zone\n2,the contact with the number 100 is being called; remove it when that is over,100,Mars\n" +
		"3,there is no contact with the number 102,102,\n"
	if rejects.String() != want {
		t.Errorf("%s", rejects.String())
	}
	if n := count(t, s, `SELECT count(*) FROM contacts`); n != 2 {
		t.Errorf("%d contacts are left", n)
	}
	consistent(t, s)
}
