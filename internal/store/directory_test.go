package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// found are the ids of who of the list of spring has a number.
func found(t testing.TB, s *Store, number string) (ids []campaign.ContactID) {
	t.Helper()
	all, err := s.FindContacts(t.Context(), campaign.ContactFilter{List: spring.List, Number: number, Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestANumberIsFoundWhateverBecomesOfItsContact(t *testing.T) {
	s := fresh(t)
	imported(t, s, ImportOptions{Key: "id"}, "id,number\na,100\nb,101\nc,100\n")
	put(t, s, campaign.Contact{Key: "d", Number: "+13175550100"})
	is := func(number string, want ...campaign.ContactID) {
		t.Helper()
		if got := found(t, s, number); !slices.Equal(got, want) {
			t.Errorf("%s is found at %v, want %v", number, got, want)
		}
	}
	is("100", 1, 3)
	is("101", 2)
	is("+13175550100", 4)
	is("10")
	number := "101"
	if _, err := s.ChangeContact(t.Context(), spring.List, 1, "", campaign.ContactChange{Number: &number}); err != nil {
		t.Fatal(err)
	}
	is("100", 3)
	is("101", 1, 2)
	imported(t, s, ImportOptions{Key: "id"}, "id,number\nb,102\n")
	is("102", 2)
	if err := s.RemoveContact(t.Context(), spring.List, 3); err != nil {
		t.Fatal(err)
	}
	is("100")
	consistent(t, s)
	query, _, err := func() (q string, a []any, err error) {
		tx, err := begin(t.Context(), s.reader, false)
		if err != nil {
			return "", nil, err
		}
		defer tx.Rollback()
		return finding(t.Context(), tx, 1, 9, campaign.ContactFilter{Number: "100", Limit: 9})
	}()
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		query = strings.Replace(query, "?", "'1'", 1)
	}
	for _, detail := range queryPlan(t, s, query) {
		if !strings.HasPrefix(detail, "SEARCH") {
			t.Errorf("a number is looked for along the list: %s", detail)
		}
	}
}

// A row with a number that is there, under each rule, for a number of this import's own,
// of one before it, and where the key says something else.
func TestDuplicatesByNumber(t *testing.T) {
	const before = "id,number,Name\na,100,Ann\nb,101,Bob\n"
	const rows = "id,number,Name\n" +
		"c,100,Cid\n" + // the number of a
		"a,100,Amy\n" + // a itself
		"d,200,Dan\n" +
		"e,200,Eve\n" + // the number of a row
		"b,100,Ben\n" + // key and number are those of two
		"b,300,Bert\n"
	for _, c := range []struct {
		rule    campaign.Duplicates
		names   string
		numbers string
		got     ImportResult
		rejects []string
	}{
		{campaign.KeepDuplicates, "Amy Ben Cid Dan Eve", "100 100 100 200 200", ImportResult{Rows: 6, Added: 3, Updated: 2, Rejected: 1}, []string{"the key b is in line 6 already"}},
		{campaign.RejectDuplicates, "Amy Bert Dan", "100 200 300", ImportResult{Rows: 6, Added: 1, Updated: 2, Rejected: 3},
			[]string{"contact 1 has the number 100 already,c", "the number 200 is in line 4 already,e", "the number 100 is in line 3 already,b"}},
		{campaign.UpdateDuplicates, "Bert Cid Dan", "100 200 300", ImportResult{Rows: 6, Added: 1, Updated: 2, Rejected: 3},
			[]string{"the key a is in line 2 already,a", "the number 200 is in line 4 already,e", "the number 100 is in line 2 already,b"}},
	} {
		t.Run(string(c.rule), func(t *testing.T) {
			s := fresh(t)
			imported(t, s, ImportOptions{Key: "id"}, before)
			got, rejects := imported(t, s, ImportOptions{Key: "id", Duplicates: c.rule}, rows)
			if got != c.got {
				t.Errorf("%+v, want %+v\n%s", got, c.got, rejects)
			}
			for _, reason := range c.rejects {
				if !strings.Contains(rejects, reason) {
					t.Errorf("no %q in\n%s", reason, rejects)
				}
			}
			all, err := s.FindContacts(t.Context(), campaign.ContactFilter{List: spring.List, Limit: 9})
			if err != nil {
				t.Fatal(err)
			}
			var names, numbers []string
			for _, one := range all {
				names, numbers = append(names, one.Columns["Name"]), append(numbers, one.Number)
			}
			slices.Sort(names)
			slices.Sort(numbers)
			if strings.Join(names, " ") != c.names || strings.Join(numbers, " ") != c.numbers {
				t.Errorf("there are %v with %v, want %s with %s", names, numbers, c.names, c.numbers)
			}
			consistent(t, s)
		})
	}
}

// An import that has entered its numbers already still knows them, and the key of
// another contact is not taken over.
func TestDuplicatesThatWereEnteredAndKeysOfOthers(t *testing.T) {
	s := fresh(t)
	imported(t, s, ImportOptions{Key: "id"}, "id,number\na,100\nb,101\n")
	got, rejects := imported(t, s, ImportOptions{Key: "id", Duplicates: campaign.UpdateDuplicates}, "id,number\nb,100\n")
	if got.Rejected != 1 || !strings.Contains(rejects, "contact 1 has the number 100, and contact 2 the key b") {
		t.Errorf("%+v\n%s", got, rejects)
	}
	l := &load{store: s, lines: lines{}, tallies: map[campaign.Status]int{}, met: map[string]int{}, duplicates: campaign.RejectDuplicates}
	l.rows = &rowReader{}
	if err := l.begin(t.Context(), spring.List, "test"); err != nil {
		t.Fatal(err)
	}
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		rows := []row{{key: fmt.Sprint("k", i), number: "500", status: campaign.Callable, columns: "{}", line: 2 + i}}
		if err := l.write(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		if err := l.enlist(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if l.result.Added != 1 || l.rows.rejected != 1 || len(l.met) != 0 {
		t.Errorf("%d added, %d rejected, %d numbers kept", l.result.Added, l.rows.rejected, len(l.met))
	}
	if err := l.close(); err != nil {
		t.Fatal(err)
	}
	if err := l.abandon(t.Context(), "test"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, `SELECT count(*) FROM directory`); n != 2 {
		t.Errorf("%d are in the directory after an import was taken back", n)
	}
}

func TestAnAddedContactWhoseNumberIsThere(t *testing.T) {
	s := fresh(t)
	imported(t, s, ImportOptions{Key: "id"}, "id,number,Name\na,100,Ann\n")
	add := func(rule campaign.Duplicates, key string) (campaign.Contact, error) {
		all, err := s.AddContacts(t.Context(), spring.List, campaign.Addition{Duplicates: rule},
			[]campaign.Contact{{Key: key, Number: "100", Columns: map[string]string{"Name": "Amy", "Plan": "B"}}})
		if err != nil {
			return campaign.Contact{}, err
		}
		return all[0], nil
	}
	if _, err := add(campaign.RejectDuplicates, "b"); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "contact 1 has the number 100 already") {
		t.Error(err)
	}
	claim(t, s, spring, 1, noon) // his columns change while he is called too
	c, err := add(campaign.UpdateDuplicates, "b")
	if err != nil || c.ID != 1 || c.Key != "a" || c.Status != campaign.InProcess || !maps.Equal(c.Columns, map[string]string{"id": "a", "number": "100", "Name": "Amy", "Plan": "B"}) {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := add(campaign.KeepDuplicates, "b"); err != nil || c.ID != 2 {
		t.Errorf("%+v %v", c, err)
	}
	consistent(t, s)
}

func TestSeveralPhoneColumns(t *testing.T) {
	s := fresh(t)
	got, rejects := imported(t, s, ImportOptions{Key: "id", Phones: []string{"HOME", "mobile"}, Region: "US"}, strings.Join([]string{
		"id,Home,Mobile",
		"a,(317) 555-0100,317 555 0101",
		"b,,317 555 0102",
		"c,,",
		"d,317 555 0103,12",
	}, "\n"))
	if got != (ImportResult{Rows: 4, Added: 2, Rejected: 2}) ||
		!strings.Contains(rejects, "4,there is no number in it,c") || !strings.Contains(rejects, `column Mobile: ""12"" is not a phone number: it has too few digits",d,317 555 0103,12`) {
		t.Errorf("%+v\n%s", got, rejects)
	}
	if c := contact(t, s, 1); c.Number != "+13175550100" || c.Columns["Home"] != "+13175550100" || c.Columns["Mobile"] != "+13175550101" {
		t.Errorf("%+v", c)
	}
	if c := contact(t, s, 2); c.Number != "+13175550102" || c.Columns["Home"] != "" {
		t.Errorf("%+v", c)
	}
	got, rejects = imported(t, s, ImportOptions{JSON: true, Phones: []string{"home"}, Region: "US"},
		`{"key":"e","columns":{"Home":"317 555 0104"}}`+"\n"+`{"key":"f","number":"3175550105","columns":{"Home":"x"}}`+"\n")
	if got.Added != 1 || !strings.Contains(rejects, `column Home`) {
		t.Errorf("%+v\n%s", got, rejects)
	}
	if c := contact(t, s, 3); c.Number != "+13175550104" || c.Columns["Home"] != c.Number {
		t.Errorf("%+v", c)
	}
	if _, err := s.Import(t.Context(), ImportOptions{List: spring.List, Phones: []string{"fax"}, Source: strings.NewReader("number\n1\n")}); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}
