package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/listquery"
)

// asked is a store with two lists, of which the second is nobody's business, and
// with a contact above the mark of the first.
func asked(t testing.TB) *Store {
	t.Helper()
	s := fresh(t)
	for list, text := range map[string]string{
		"leads": "number,Name,Balance,Zone,\"odd \"\"]name\"\n" +
			"100,Ann,250,Europe/London,x\n" +
			"200,bob,30,,\n" +
			"300,Cid,,Europe/London,z\n" +
			"400,O'Hara,n/a,,ann\n",
		"secret": "number,Name\n900,Secret\n",
	} {
		if _, err := s.Import(t.Context(), ImportOptions{List: list, Source: strings.NewReader(text)}); err != nil {
			t.Fatal(err)
		}
	}
	ids := `(SELECT min(id) - 1 FROM contacts WHERE list = (SELECT id FROM lists WHERE name = 'leads'))`
	change(t, s, `UPDATE contacts SET status = 'S', owner = 'anna', due = ?, attempts = 2 WHERE id = 2 + `+ids, micros(noon))
	change(t, s, `UPDATE contacts SET status = 'U', attempts = 11 WHERE id = 4 + `+ids)
	change(t, s, `INSERT INTO contacts (list, key, number, columns) SELECT id, 'hidden', '999', '{"Name":"Hidden"}' FROM lists WHERE name = 'leads'`)
	return s
}

func TestQuery(t *testing.T) {
	s := asked(t)
	for _, c := range []struct {
		statement string
		params    []string
		want      string // rows by |, fields by comma
	}{
		{`SELECT I3_NUMBER FROM leads`, nil, "100|200|300|400"},
		{`select i3_number from LEADS order by i3_number desc`, nil, "400|300|200|100"},
		{`SELECT COUNT(*) FROM leads`, nil, "4"},
		{`SELECT COUNT(*) FROM "leads" WHERE status = 'c'`, nil, "2"},
		{`SELECT TOP 2 Name, STATUS FROM [leads] ORDER BY Name`, nil, "Ann,C|bob,S"},
		{`SELECT Name FROM leads ORDER BY Name DESC LIMIT 1`, nil, "O'Hara"},
		{`SELECT Name FROM leads LIMIT 0`, nil, ""},
		{`SELECT DISTINCT zone FROM leads ORDER BY zone`, nil, "|Europe/London"},
		{`SELECT Name FROM leads WHERE Name = 'ANN'`, nil, "Ann"},
		{`SELECT Name FROM leads WHERE Name = 'o''hara'`, nil, "O'Hara"},
		{`SELECT Name FROM leads WHERE Name = N'bob'`, nil, "bob"},
		{`SELECT Name FROM leads WHERE Name LIKE '%B%'`, nil, "bob"},
		{`SELECT Name FROM leads WHERE Name NOT LIKE '_n%' AND NOT Name LIKE ?`, []string{"c%"}, "bob|O'Hara"},
		{`SELECT Name FROM leads WHERE Name IN ('ann', ?, 'CID')`, []string{"BOB"}, "Ann|bob|Cid"},
		{`SELECT Name FROM leads WHERE Name NOT IN (@a, @b)`, []string{"ann", "bob"}, "Cid|O'Hara"},
		{`SELECT Name FROM leads WHERE Name = @a OR Balance > @b AND Name = @A`, []string{"bob", "0"}, "bob"},
		{`SELECT Name FROM leads WHERE ATTEMPTS > 2`, nil, "O'Hara"},
		{`SELECT Name FROM leads WHERE ATTEMPTS >= '2' AND ATTEMPTS < ?`, []string{" 11.0 "}, "bob"},
		{`SELECT Name FROM leads WHERE ATTEMPTS IN (0, ?)`, []string{"11"}, "Ann|Cid|O'Hara"},
		{`SELECT Name FROM leads WHERE Balance < 100`, nil, "bob"},
		{`SELECT Name FROM leads WHERE Balance > 99.5`, nil, "Ann"},
		{`SELECT Name FROM leads WHERE Balance > -1 ORDER BY ATTEMPTS DESC, Name`, nil, "bob|Ann"},
		{`SELECT Name FROM leads WHERE Balance BETWEEN 30 AND '250'`, nil, "Ann|bob"},
		{`SELECT Name FROM leads WHERE Name NOT BETWEEN 'b' AND 'd'`, nil, "Ann|O'Hara"},
		{`SELECT Name FROM leads WHERE Balance = ''`, nil, "Cid"},
		{`SELECT Name FROM leads WHERE I3_DUE IS NULL`, nil, "Ann|Cid|O'Hara"},
		{`SELECT I3_DUE, I3_OWNER FROM leads WHERE I3_DUE IS NOT NULL AND I3_DUE <= '20260304T120000Z'`, nil, "20260304T120000Z,anna"},
		{`SELECT Name FROM leads WHERE (STATUS = 'U' OR STATUS = 'S') AND NOT ATTEMPTS = 2`, nil, "O'Hara"},
		{`SELECT Name FROM leads WHERE STATUS = 'U' OR STATUS = 'S' AND ATTEMPTS = 99`, nil, "O'Hara"},
		{`SELECT Name FROM leads WHERE 1 = 1 AND 'a' <> 'b' AND "odd ""]name" = 'ANN'`, nil, "O'Hara"},
		{`SELECT [odd "]]name] FROM leads WHERE number = 100`, nil, "x"},
		{`SELECT Name FROM leads WHERE Name != 'Ann' AND I3_NUMBER = '200'`, nil, "bob"},
		{`SELECT Name FROM leads WHERE ? = ?`, []string{"A", "a"}, "Ann|bob|Cid|O'Hara"},
	} {
		_, rows, more, err := s.Query(t.Context(), "leads", c.statement, c.params)
		var got []string
		for _, r := range rows {
			got = append(got, strings.Join(r, ","))
		}
		if err != nil || more || strings.Join(got, "|") != c.want {
			t.Errorf("%s\n  got %q, want %q, more %v, %v", c.statement, strings.Join(got, "|"), c.want, more, err)
		}
	}
}

func TestQueryOfAllColumns(t *testing.T) {
	s := asked(t)
	columns, rows, _, err := s.Query(t.Context(), "LEADS", `SELECT * FROM leads WHERE Name = 'bob'`, nil)
	if want := []string{"I3_IDENTITY", "STATUS", "ATTEMPTS", "ZONE", "I3_KEY", "I3_NUMBER", "I3_DUE", "I3_OWNER", "Balance", "Name", "number", `odd "]name`}; err != nil || !slices.Equal(columns, want) {
		t.Errorf("%q, want %q, %v", columns, want, err)
	}
	if len(rows) != 1 || !slices.Equal(rows[0][1:], []string{"S", "2", "", "200", "200", "20260304T120000Z", "anna", "30", "bob", "200", ""}) {
		t.Errorf("%q", rows)
	}
}

func TestQueryRefuses(t *testing.T) {
	s := asked(t)
	for _, c := range []struct {
		name, list, statement string
		params                []string
		kind                  fault.Kind
	}{
		{"a list that does not exist", "nothing", `SELECT * FROM nothing`, nil, fault.NotFound},
		{"another list", "leads", `SELECT * FROM secret`, nil, fault.Invalid},
		{"a table of ours", "leads", `SELECT * FROM contacts`, nil, fault.Invalid},
		{"a column of ours", "leads", `SELECT columns FROM leads`, nil, fault.Invalid},
		{"not SQL", "leads", `hello`, nil, fault.Invalid},
		{"a value too few", "leads", `SELECT * FROM leads WHERE Name = ?`, nil, fault.Invalid},
		{"a value too many", "leads", `SELECT * FROM leads`, []string{"x"}, fault.Invalid},
		{"a text as a number", "leads", `SELECT * FROM leads WHERE ATTEMPTS = ?`, []string{"many"}, fault.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, rows, _, err := s.Query(t.Context(), c.list, c.statement, c.params)
			wantKind(t, err, c.kind)
			if rows != nil {
				t.Error(rows)
			}
		})
	}
}

func TestQueryGivesNoMoreThanItsLimits(t *testing.T) {
	s := fresh(t)
	with(t, s, queryRows+5)
	first := count(t, s, `SELECT min(id) FROM contacts`)
	limit := fmt.Sprint(first + queryRows)
	for _, c := range []struct {
		statement string
		rows      int
		more      bool
	}{
		{`SELECT I3_IDENTITY FROM leads`, queryRows, true},
		{`SELECT I3_IDENTITY FROM leads LIMIT 2000`, queryRows, true},
		{`SELECT TOP 1000 I3_IDENTITY FROM leads`, queryRows, false},
		{`SELECT I3_IDENTITY FROM leads WHERE I3_IDENTITY < ` + limit, queryRows, false},
		{`SELECT I3_IDENTITY FROM leads WHERE I3_IDENTITY >= ` + limit, 5, false},
	} {
		_, rows, more, err := s.Query(t.Context(), "leads", c.statement, nil)
		if err != nil || len(rows) != c.rows || more != c.more {
			t.Errorf("%s: %d rows, more %v, %v", c.statement, len(rows), more, err)
		}
	}
	change(t, s, `UPDATE contacts SET number = ? WHERE id < ?`, strings.Repeat("x", queryBytes/10), first+15)
	_, rows, more, err := s.Query(t.Context(), "leads", `SELECT I3_NUMBER FROM leads`, nil)
	if err != nil || len(rows) > 11 || !more {
		t.Errorf("%d large rows, more %v, %v", len(rows), more, err)
	}
}

// A question without an end ends, and nobody else waits for it.
func TestASlowQueryIsCutOff(t *testing.T) {
	s := fresh(t)
	with(t, s, 5_000)
	change(t, s, `UPDATE contacts SET columns = json_object('FirstName', ?)`, strings.Repeat("ae", 2_000))
	slow := `SELECT COUNT(*) FROM leads WHERE FirstName LIKE '%x1'` + strings.Repeat(` OR FirstName LIKE '%aea_z'`, 90)
	start, done := time.Now(), make(chan error, 2*askers)
	for range cap(done) {
		go func() {
			_, _, _, err := s.Query(t.Context(), "leads", slow, nil)
			done <- err
		}()
	}
	if _, err := s.Users(t.Context()); err != nil || time.Since(start) > queryTime {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
	for range cap(done) {
		wantKind(t, <-done, fault.Busy)
	}
	if took := time.Since(start); took > 5*queryTime {
		t.Errorf("they took %v", took)
	}
	if _, _, _, err := s.Query(t.Context(), "leads", `SELECT TOP 1 STATUS FROM leads`, nil); err != nil {
		t.Errorf("the next one: %v", err)
	}
	off, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, _, err := s.Query(off, "leads", slow, nil)
	wantKind(t, err, fault.Internal)
}

// Should a statement ever come through that is more than a question, SQLite refuses.
func TestTheAskersMayReadContactsOnly(t *testing.T) {
	s := asked(t)
	for _, query := range []string{
		`SELECT * FROM users`,
		`SELECT (SELECT password FROM users LIMIT 1) FROM contacts`,
		`SELECT 1 FROM contacts JOIN lists`,
		`SELECT name FROM sqlite_schema`,
		`SELECT randomblob(1000000000) FROM contacts`,
		`DELETE FROM contacts`,
		`UPDATE contacts SET status = 'D'`,
		`PRAGMA query_only = off`,
		`ATTACH 'other.db' AS other`,
		`CREATE TEMP TABLE x (y)`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n`,
	} {
		rows, err := s.asker.QueryContext(t.Context(), query)
		if err == nil {
			rows.Next()
			err = rows.Err()
			rows.Close()
		}
		if err == nil {
			t.Errorf("%s was run", query)
		}
	}
}

// FuzzQuery: whatever can be read becomes SQL that SQLite prepares and runs on
// connections that read contacts and nothing else, that has no word of the client's
// in it, and that gives no contact but those of the list.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		`SELECT * FROM leads`, `SELECT COUNT(*) FROM leads WHERE Name LIKE 'a%'`, `SELECT DISTINCT STATUS FROM leads ORDER BY STATUS DESC`,
		`SELECT TOP 5 I3_IDENTITY, "odd ""]name" FROM [leads] WHERE NOT (ATTEMPTS BETWEEN 1 AND -2.5 OR Balance IN (?, 3, 'x')) AND I3_DUE IS NOT NULL`,
		`SELECT I3_IDENTITY FROM leads WHERE @a = @b AND Name <> @A LIMIT 3`, `SELECT I3_IDENTITY FROM leads WHERE 1=1 OR 'x' = 'x' --`,
		`SELECT I3_IDENTITY FROM leads WHERE Name = ''' OR 1=1 --'`, `SELECT I3_IDENTITY FROM leads; DROP TABLE contacts`,
		`SELECT I3_IDENTITY FROM leads UNION SELECT password FROM users`, `SELECT I3_IDENTITY FROM leads WHERE I3_IDENTITY IN (SELECT 1)`,
		"SELECT\x00* FROM leads", `SELECT I3_IDENTITY FROM leads WHERE Zone NOT LIKE N'é%' ORDER BY number, Zone ASC`,
	} {
		f.Add(seed, "needle", "7")
	}
	s := asked(f)
	table, err := s.table(f.Context(), "leads")
	if err != nil {
		f.Fatal(err)
	}
	var leads []string
	known := map[string]bool{"SELECT": true, "DISTINCT": true, "FROM": true, "WHERE": true, "AND": true, "OR": true, "NOT": true,
		"IN": true, "LIKE": true, "BETWEEN": true, "IS": true, "NULL": true, "ORDER": true, "BY": true, "DESC": true, "LIMIT": true, "COLLATE": true,
		"NOCASE": true, "GLOB": true, "CAST": true, "AS": true, "NUMERIC": true, "iif": true, "count": true, "c": true, "contacts": true}
	letters := func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r > '~') }
	for _, c := range table.Columns {
		for _, w := range strings.FieldsFunc(c.SQL+" "+table.Where, letters) {
			known[w] = true
		}
	}
	_, all, _, err := s.Query(f.Context(), "leads", `SELECT I3_IDENTITY FROM leads`, nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range all {
		leads = append(leads, r[0])
	}
	f.Fuzz(func(t *testing.T, statement, one, two string) {
		q, err := listquery.Parse(statement)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || err.Error() == "" {
				t.Fatalf("%q: %v", statement, err)
			}
			return
		}
		for _, params := range [][]string{nil, {one}, {one, two}, {two, two, one}} {
			st, err := q.SQL(table, params, queryRows)
			if err != nil {
				if fault.KindOf(err) != fault.Invalid {
					t.Fatalf("%q: %v", statement, err)
				}
				continue
			}
			for _, w := range strings.FieldsFunc(st.Text, letters) {
				if !known[w] {
					t.Fatalf("%q: the word %q in %s", statement, w, st.Text)
				}
			}
			rows, _, err := s.ask(t.Context(), st)
			if err != nil {
				t.Fatalf("%q: %s %v: %v", statement, st.Text, st.Args, err)
			}
			if i := slices.Index(st.Columns, "I3_IDENTITY"); i >= 0 {
				for _, r := range rows {
					if !slices.Contains(leads, r[i]) {
						t.Fatalf("%q gives contact %s", statement, r[i])
					}
				}
			}
			if strings.Contains(fmt.Sprint(rows), "Secret") || strings.Contains(fmt.Sprint(rows), "Hidden") {
				t.Fatalf("%q gives %v", statement, rows)
			}
		}
	})
}

func TestTheTableHasEveryColumnOfAContact(t *testing.T) {
	s := asked(t)
	table, err := s.table(t.Context(), "leads")
	if err != nil {
		t.Fatal(err)
	}
	// All fields but List and Columns, which become the table and columns of their own.
	if own := reflect.TypeFor[campaign.Contact]().NumField() - 2; own != 8 || len(table.Columns) != own+4 {
		t.Errorf("%d fields and %d columns: let Query give the new one", own, len(table.Columns))
	}
}
