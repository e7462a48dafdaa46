package selection

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// stored is SQL for a column of contacts that are kept as the database keeps them.
func stored(name string) string {
	path, _ := json.Marshal(name)
	return "ifnull(json_extract(columns, " + quote("$."+string(path)) + "), '')"
}

func database(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file::memory:?_dqs=false")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec(`CREATE TABLE contacts (id INTEGER PRIMARY KEY, columns TEXT NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	return db
}

func insert(t testing.TB, db *sql.DB, contact map[string]string) {
	t.Helper()
	columns, _ := json.Marshal(contact)
	if _, err := db.Exec(`INSERT INTO contacts (columns) VALUES (?)`, string(columns)); err != nil {
		t.Fatal(err)
	}
}

// Values and names at which two readers might part.
var (
	odd = []string{"", " ", "0", "-0", "1", "01", "10", "9", "2.50", "2.5", ".5", "5.", ".", "-", "--1", "1-", "1.2.3", " 7 ", "\t7", "1e3", "0x10", "+1", "１",
		"123456789012345", "-12345678901234", "1234567890123456", "99999999999999.", "0.00000000000001", "a", "A", "b", "Ä", "ä", "ab", "aB%", "a_b", "ß", "é", "e\u0301", "日本", "%", "_", "'", "\"", "it's",
		"2026-03-31", "2026-03-31 10:00", " 2026-04-01", "2026-3-1", "20260331", "9999-99-99", "x' OR 1=1 --", "\\", "[a]", "*", "?", "null", "\U0001F600"}
	columns = []string{"a", "B", "last name", "o'hara", `q"uote`, "$.x", "ä", "not"}
)

// bracketed is a name as an expression has it.
func bracketed(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }

func randomContact(r *rand.Rand) map[string]string {
	contact := map[string]string{}
	for _, c := range columns {
		if r.IntN(6) > 0 {
			contact[c] = odd[r.IntN(len(odd))]
		}
	}
	return contact
}

func randomValue(r *rand.Rand) string {
	v := odd[r.IntN(len(odd))]
	if _, ok := readNumber(v); ok && digit(v[len(v)-1]) && (digit(v[0]) || v[0] == '-' && digit(v[1])) && r.IntN(2) == 0 {
		return v
	}
	if r.IntN(5) == 0 {
		return []string{"2026-03-31", "2026-04-01", "1999-12-31"}[r.IntN(3)]
	}
	return `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
}

func randomFilter(r *rand.Rand, depth int) string {
	column := bracketed(columns[r.IntN(len(columns))])
	if depth > 0 {
		switch r.IntN(4) {
		case 0:
			return "not (" + randomFilter(r, depth-1) + ")"
		case 1:
			return randomFilter(r, depth-1) + " and " + randomFilter(r, depth-1)
		case 2:
			return "(" + randomFilter(r, depth-1) + " or " + randomFilter(r, depth-1) + ")"
		}
	}
	switch r.IntN(5) {
	case 0:
		return column + []string{" is empty", " is not empty"}[r.IntN(2)]
	case 1:
		pattern := []string{"a%", "%b", "%", "_", "__%", "%_%a%", "ä%", "%'%", "A_B", "%\"%"}[r.IntN(10)]
		return column + []string{" like ", " not like "}[r.IntN(2)] + `"` + strings.ReplaceAll(pattern, `"`, `""`) + `"`
	case 2:
		return column + []string{" in (", " not in ("}[r.IntN(2)] + randomValue(r) + ", " + randomValue(r) + ")"
	}
	return column + " " + []string{"=", "!=", "<", "<=", ">", ">="}[r.IntN(6)] + " " + randomValue(r)
}

// The database takes whom the filter takes, for random filters and contacts.
func TestTheDatabaseTakesWhomAFilterTakes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	db := database(t)
	var contacts []map[string]string
	for range 60 {
		contacts = append(contacts, randomContact(r))
		insert(t, db, contacts[len(contacts)-1])
	}
	taken := 0
	for range 150 {
		source := randomFilter(r, 3)
		f, err := ParseFilter(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		var want []int
		for i, c := range contacts {
			if f.Match(of(c)) {
				want = append(want, i+1)
			}
		}
		if got := ids(t, db, "SELECT id FROM contacts WHERE "+f.SQL(stored)+" ORDER BY id"); !slices.Equal(got, want) {
			t.Fatalf("%s\n%s\nthe database takes %v, the filter %v", source, f.SQL(stored), got, want)
		}
		taken += len(want)
	}
	if all := 150 * len(contacts); taken < all/10 || taken > all*9/10 {
		t.Errorf("the filters took %d of %d: they are not worth much", taken, all)
	}
}

// The database has the order of a sort.
func TestTheDatabaseHasTheOrderOfASort(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	db := database(t)
	var contacts []map[string]string
	for range 120 {
		contacts = append(contacts, randomContact(r))
		insert(t, db, contacts[len(contacts)-1])
	}
	for range 20 {
		var source, order []string
		for _, i := range r.Perm(len(columns))[:1+r.IntN(3)] {
			source = append(source, bracketed(columns[i])+[]string{"", " asc", " desc"}[r.IntN(3)])
		}
		s, err := ParseSort(strings.Join(source, ","))
		if err != nil {
			t.Fatal(err)
		}
		want := make([]int, len(contacts))
		for i := range want {
			want[i] = i + 1
		}
		slices.SortStableFunc(want, func(a, b int) int { return s.Compare(of(contacts[a-1]), of(contacts[b-1])) })
		for _, k := range s.SQL(stored) {
			order = append(order, k.SQL+map[bool]string{true: " DESC", false: ""}[k.Descending])
		}
		if got := ids(t, db, "SELECT id FROM contacts ORDER BY "+strings.Join(order, ", ")+", id"); !slices.Equal(got, want) {
			t.Fatalf("%s: the database has %v, the sort %v", source, got, want)
		}
	}
}

func ids(t testing.TB, db *sql.DB, query string) (list []int) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		list = append(list, id)
	}
	return list
}

// What is left of an expression's SQL without its literals is made of these.
var (
	literals = regexp.MustCompile(`'(?:[^']|'')*'`)
	ours     = regexp.MustCompile(`^(?:AND|OR|NOT|GLOB|LIKE|CASE|WHEN|THEN|ELSE|END|CAST|AS|REAL|trim|lower|length|substr|ifnull|json_extract|columns|x|1|10|15|-9e999|<=|>=|[(),=<> ])*$`)
)

// FuzzNothingEscapes: whatever is written, the database is asked one expression, made
// of our words and of literals, and answers as the filter does.
func FuzzNothingEscapes(f *testing.F) {
	for _, seed := range []string{`balance > 100 and state in ("FL","NY") and not (tag like "vip%")`, `[a'] = "b''c" or [x"y]] z] like 'it''s%'`,
		`a = "'); DROP TABLE contacts; --"`, `[a');--] is empty`, `a >= 2026-03-31`, "a = '\\'", `a in (1,"1",-1.5)`, `["] = 'x'`} {
		f.Add(seed, "1")
	}
	db := database(f)
	f.Fuzz(func(t *testing.T, source, value string) {
		filter, err := ParseFilter(source)
		sort, sortErr := ParseSort(source)
		value = strings.ToValidUTF8(strings.ReplaceAll(value, "\x00", ""), "")
		contact := map[string]string{}
		column := func(name string) string {
			contact[name] = value
			return stored(name)
		}
		written := []string{filter.SQL(column)}
		for _, k := range sort.SQL(column) {
			written = append(written, k.SQL)
		}
		for _, text := range written {
			if rest := literals.ReplaceAllString(text, ""); !ours.MatchString(rest) {
				t.Fatalf("%q becomes %q: words that are not ours", source, text)
			}
		}
		if err != nil && sortErr != nil {
			return
		}
		columns, _ := json.Marshal(contact)
		var got int
		query := "SELECT " + written[0] + " FROM (SELECT ? AS columns)"
		if err := db.QueryRow(query, string(columns)).Scan(&got); err != nil {
			t.Fatalf("%q becomes %q: %v", source, query, err)
		}
		if want := filter.Match(of(contact)); (got == 1) != want || got != 1 && got != 0 {
			t.Fatalf("%q of %s: the database says %d, the filter %v", source, fmt.Sprint(contact), got, want)
		}
	})
}
