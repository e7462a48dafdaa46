package listquery

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/fault"
)

// leads is a list with a column of each kind.
var leads = Table{
	Name: "leads", From: "contacts c", Where: "c.list = ?1", Args: []any{int64(7)}, Order: "c.id",
	Columns: []Column{
		{Name: "ID", SQL: "c.id", Number: true},
		{Name: "STATUS", SQL: "c.status"},
		{Name: "Name", SQL: "x(c.columns, ?)", Bind: "$.Name"},
		{Name: "NAME", SQL: "x(c.columns, ?)", Bind: "$.NAME"},
		{Name: `odd "] name`, SQL: "x(c.columns, ?)", Bind: "odd"},
	},
}

func TestStatementsBecomeSQL(t *testing.T) {
	const from, order = " FROM contacts c WHERE (c.list = ?1)", " ORDER BY c.id LIMIT 101"
	number := "iif(x(c.columns, ?2) GLOB '*[0-9]*' AND x(c.columns, ?2) NOT GLOB '*[^-+.0-9]*', CAST(x(c.columns, ?2) AS NUMERIC), NULL)"
	for _, c := range []struct {
		statement string
		params    []string
		want      string
		args      []any // behind the list
	}{
		{"SELECT ID FROM leads", nil, "SELECT c.id" + from + order, nil},
		{" select\tId\nfrom LEADS ", nil, "SELECT c.id" + from + order, nil},
		{`SELECT "ID", [status] FROM "leads"`, nil, "SELECT c.id, c.status" + from + order, nil},
		{`SELECT [odd "]] name], "odd ""] name" FROM leads`, nil, "SELECT x(c.columns, ?2), x(c.columns, ?2)" + from + order, []any{"odd"}},
		{"SELECT name, NAME FROM leads", nil, "SELECT x(c.columns, ?2), x(c.columns, ?3)" + from + order, []any{"$.Name", "$.NAME"}},
		{"SELECT COUNT(*) FROM leads", nil, "SELECT count(*)" + from + " LIMIT 101", nil},
		{"SELECT DISTINCT STATUS FROM leads", nil, "SELECT DISTINCT c.status" + from + " LIMIT 101", nil},
		{"SELECT DISTINCT STATUS FROM leads ORDER BY STATUS", nil, "SELECT DISTINCT c.status" + from + " ORDER BY c.status COLLATE NOCASE LIMIT 101", nil},
		{"SELECT TOP 5 ID FROM leads", nil, "SELECT c.id" + from + " ORDER BY c.id LIMIT 5", nil},
		{"SELECT ID FROM leads LIMIT 100", nil, "SELECT c.id" + from + " ORDER BY c.id LIMIT 100", nil},
		{"SELECT ID FROM leads LIMIT 5000", nil, "SELECT c.id" + from + order, nil},
		{"SELECT ID FROM leads ORDER BY STATUS DESC, ID ASC, ID", nil,
			"SELECT c.id" + from + " ORDER BY c.status COLLATE NOCASE DESC, c.id, c.id, c.id LIMIT 101", nil},
		{"SELECT ID FROM leads WHERE STATUS = 'it''s'", nil, "SELECT c.id" + from + " AND (c.status COLLATE NOCASE = ?2)" + order, []any{"it's"}},
		{"SELECT ID FROM leads WHERE ID != -12", nil, "SELECT c.id" + from + " AND (c.id != ?2)" + order, []any{int64(-12)}},
		{"SELECT ID FROM leads WHERE ID <= 1.5", nil, "SELECT c.id" + from + " AND (c.id <= ?2)" + order, []any{1.5}},
		{"SELECT ID FROM leads WHERE '12' < ID", nil, "SELECT c.id" + from + " AND (?2 < c.id)" + order, []any{int64(12)}},
		{"SELECT ID FROM leads WHERE Name > 3", nil, "SELECT c.id" + from + " AND (" + number + " > ?3)" + order, []any{"$.Name", int64(3)}},
		{"SELECT ID FROM leads WHERE ID = ? AND STATUS = ?", []string{"4", "C"},
			"SELECT c.id" + from + " AND ((c.id = ?2) AND (c.status COLLATE NOCASE = ?3))" + order, []any{int64(4), "C"}},
		{"SELECT ID FROM leads WHERE STATUS = @s OR STATUS = @t OR STATUS = @S", []string{"C", "S"},
			"SELECT c.id" + from + " AND ((c.status COLLATE NOCASE = ?2) OR (c.status COLLATE NOCASE = ?3) OR (c.status COLLATE NOCASE = ?4))" + order,
			[]any{"C", "S", "C"}},
		{"SELECT ID FROM leads WHERE NOT (ID = 1 OR ID = 2 AND ID = 3)", nil,
			"SELECT c.id" + from + " AND NOT ((c.id = ?2) OR ((c.id = ?3) AND (c.id = ?4)))" + order, []any{int64(1), int64(2), int64(3)}},
		{"SELECT ID FROM leads WHERE STATUS LIKE 'a%' AND STATUS NOT LIKE ?", []string{"b_"},
			"SELECT c.id" + from + " AND ((c.status LIKE ?2) AND (c.status NOT LIKE ?3))" + order, []any{"a%", "b_"}},
		{"SELECT ID FROM leads WHERE STATUS IN ('C', STATUS) AND ID NOT IN (1)", nil,
			"SELECT c.id" + from + " AND ((c.status COLLATE NOCASE IN (?2, c.status)) AND (c.id NOT IN (?3)))" + order, []any{"C", int64(1)}},
		{"SELECT ID FROM leads WHERE ID BETWEEN 1 AND 2 AND STATUS NOT BETWEEN 'a' AND 'b'", nil,
			"SELECT c.id" + from + " AND ((c.id BETWEEN ?2 AND ?3) AND (c.status COLLATE NOCASE NOT BETWEEN ?4 AND ?5))" + order,
			[]any{int64(1), int64(2), "a", "b"}},
		{"SELECT ID FROM leads WHERE Name IS NULL OR Name IS NOT NULL", nil,
			"SELECT c.id" + from + " AND ((x(c.columns, ?2) IS NULL) OR (x(c.columns, ?2) IS NOT NULL))" + order, []any{"$.Name"}},
	} {
		q, err := Parse(c.statement)
		if err != nil {
			t.Errorf("%s: %v", c.statement, err)
			continue
		}
		got, err := q.SQL(leads, c.params, 100)
		if err != nil || got.Text != c.want || !reflect.DeepEqual(got.Args, append([]any{int64(7)}, c.args...)) {
			t.Errorf("%s\ngot  %s %v\nwant %s %v\n%v", c.statement, got.Text, got.Args, c.want, c.args, err)
		}
	}
}

func TestNamesOfWhatComesOut(t *testing.T) {
	for statement, want := range map[string][]string{
		"SELECT * FROM leads":          {"ID", "STATUS", "Name", "NAME", `odd "] name`},
		"SELECT count(*) FROM leads":   {"COUNT"},
		"SELECT name, id FROM leads":   {"Name", "ID"},
		"SELECT TOP 1 NAME FROM leads": {"NAME"},
	} {
		q, err := Parse(statement)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := q.SQL(leads, nil, 100); err != nil || !reflect.DeepEqual(got.Columns, want) {
			t.Errorf("%s: %q, want %q, %v", statement, got.Columns, want, err)
		}
	}
}

func TestRefusalsSayWhereAndWhat(t *testing.T) {
	for _, c := range []struct{ statement, says string }{
		{"", "at character 1 (its end): only SELECT"},
		{"DELETE FROM leads", `at character 1 ("DELETE"): only SELECT`},
		{"WITH x AS (SELECT 1) SELECT 1", "only SELECT"},
		{"SELECT", "at character 7 (its end): the name of a column"},
		{"SELECT ID", "at character 10 (its end): FROM belongs here"},
		{"SELECT ID leads", `at character 11 ("leads"): FROM belongs here`},
		{"SELECT ID AS i FROM leads", `at character 11 ("AS"): an alias`},
		{"SELECT 1 FROM leads", `at character 8 ("1"): the name of a column`},
		{"SELECT ID FROM leads, other", `at character 21 (","): one list`},
		{"SELECT ID FROM leads l", `at character 22 ("l"): the statement should end`},
		{"SELECT ID FROM leads JOIN other ON 1=1", `at character 22 ("JOIN"): one list`},
		{"SELECT ID FROM leads LEFT JOIN other", "one list"},
		{"SELECT ID FROM leads UNION SELECT ID FROM leads", "one list"},
		{"SELECT ID FROM (SELECT ID FROM leads)", `at character 16 ("("): one list`},
		{"SELECT ID FROM dbo.leads", `at character 19 ("."): a qualified`},
		{"SELECT ID FROM leads;", `at character 21 (";"): a semicolon`},
		{"SELECT ID FROM leads -- all", "a comment"},
		{"SELECT ID FROM leads /* all */", "a comment"},
		{"SELECT ID FROM leads GROUP BY ID", "groups are not possible"},
		{"SELECT ID FROM leads LIMIT 5 OFFSET 5", "OFFSET is not possible"},
		{"SELECT ID FROM leads LIMIT -1", "a whole number of rows"},
		{"SELECT ID FROM leads LIMIT 99999999999", "a whole number of rows"},
		{"SELECT ID FROM leads LIMIT 1.5", "a whole number of rows"},
		{"SELECT TOP 5 ID FROM leads LIMIT 5", `at character 28 ("LIMIT"): there is a TOP`},
		{"SELECT TOP (5) ID FROM leads", "a whole number of rows"},
		{"SELECT DISTINCT COUNT(*) FROM leads", "COUNT(*) gives one row"},
		{"SELECT COUNT(*) FROM leads ORDER BY ID", "COUNT(*) gives one row"},
		{"SELECT COUNT(ID) FROM leads", `at character 14 ("ID"): only COUNT(*)`},
		{"SELECT COUNT(*), ID FROM leads", "FROM belongs here"},
		{"SELECT upper(STATUS) FROM leads", `at character 8 ("upper"): functions`},
		{"SELECT ID FROM leads WHERE", "its end"},
		{"SELECT ID FROM leads WHERE ID", "a comparison belongs here"},
		{"SELECT ID FROM leads WHERE ID == 1", `("="): the name of a column, or a value`},
		{"SELECT ID FROM leads WHERE ID = 1 2", "the statement should end"},
		{"SELECT ID FROM leads WHERE ID = ID + 1", "means nothing here"},
		{"SELECT ID FROM leads WHERE ID = NULL", "ask IS NULL"},
		{"SELECT ID FROM leads WHERE 'a' IS NULL", "IS NULL is asked of a column"},
		{"SELECT ID FROM leads WHERE ID IS 5", "NULL belongs here"},
		{"SELECT ID FROM leads WHERE ID NOT 5", "LIKE, IN or BETWEEN"},
		{"SELECT ID FROM leads WHERE ID IN (SELECT ID FROM leads)", "one list"},
		{"SELECT ID FROM leads WHERE ID IN ()", "a column, or a value"},
		{"SELECT ID FROM leads WHERE EXISTS (SELECT 1)", "functions are not possible"},
		{"SELECT ID FROM leads WHERE (SELECT 1) = 1", "one list"},
		{"SELECT ID FROM leads WHERE (ID = 1", ") belongs here"},
		{"SELECT ID FROM leads WHERE lower(STATUS) = 'c'", "functions are not possible"},
		{"SELECT ID FROM leads WHERE STATUS LIKE ID", "must be a text or a parameter"},
		{"SELECT ID FROM leads WHERE STATUS LIKE 'a' ESCAPE '!'", "ESCAPE is not possible"},
		{"SELECT ID FROM leads WHERE STATUS = 'open", "this quote is not closed"},
		{`SELECT "" FROM leads`, "the name is empty"},
		{"SELECT ID FROM leads WHERE ID = 1e5", "a number is written as"},
		{"SELECT ID FROM leads WHERE ID = @", "a parameter is written as"},
		{"SELECT ID FROM leads WHERE ID = ? OR ID = @a", "either all written ?"},
		{"SELECT ID FROM leads WHERE ID = @a OR ID = ?", "either all written ?"},
		{"SELECT ID FROM leads WHERE STATUS = 'é' §", `at character 41 ("§"): this character`},
		{"SELECT ID FROM leads WHERE ID = '\xff'", "not UTF-8"},
		{"SELECT from FROM leads", "put it in double quotes"},
		{"SELECT ID FROM leads WHERE " + strings.Repeat("(", 40) + "ID = 1" + strings.Repeat(")", 40), "more than 32 deep"},
		{"SELECT ID FROM leads WHERE " + strings.Repeat("NOT ", 40) + "ID = 1", "more than 32 deep"},
		{"SELECT ID FROM leads WHERE ID IN (1" + strings.Repeat(",1", 200) + ")", "more than 200"},
		{"SELECT ID FROM leads WHERE ID = 1" + strings.Repeat(" OR ID = 1", 100), "more than 200"},
		{"SELECT ID FROM leads" + strings.Repeat(" ", maxLength), "it may have 16384"},
	} {
		_, err := Parse(c.statement)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.80s\n  says %v\n  want %q in it", c.statement, err, c.says)
		}
	}
}

func TestSQLRefuses(t *testing.T) {
	wide := leads
	wide.Columns = nil
	for i := range maxColumns + 1 {
		wide.Columns = append(wide.Columns, Column{Name: "c" + strconv.Itoa(i), SQL: "c"})
	}
	long := strings.Repeat("x", maxPattern+1)
	for _, c := range []struct {
		table     Table
		statement string
		params    []string
		says      string
	}{
		{leads, "SELECT ID FROM other", nil, `at character 16 ("other"): only the list "leads"`},
		{leads, "SELECT ID FROM contacts", nil, "only the list"},
		{leads, "SELECT City FROM leads", nil, `at character 8 ("City"): the list has no such column; it has ID, STATUS, Name`},
		{leads, "SELECT ID FROM leads WHERE City = 1", nil, "no such column"},
		{leads, "SELECT ID FROM leads ORDER BY City", nil, "no such column"},
		{leads, `SELECT "c.id" FROM leads`, nil, "no such column"},
		{leads, "SELECT ID FROM leads WHERE ID = ?", nil, "has 1 parameters, and 0 values"},
		{leads, "SELECT ID FROM leads", []string{"x"}, "has 0 parameters, and 1 values"},
		{leads, "SELECT ID FROM leads WHERE STATUS = ?", []string{strings.Repeat("x", maxValue+1)}, "it may have 4096"},
		{leads, "SELECT ID FROM leads WHERE ID = 'many'", nil, `at character 33 ("'"): this is compared with a number`},
		{leads, "SELECT ID FROM leads WHERE ID = ?", []string{"inf"}, "which is none"},
		{leads, "SELECT ID FROM leads WHERE ID IN (1, ?)", []string{"NaN"}, "which is none"},
		{leads, "SELECT ID FROM leads WHERE STATUS LIKE '[a-c]%'", nil, "the wildcards of LIKE"},
		{leads, "SELECT ID FROM leads WHERE STATUS LIKE ?", []string{long}, "it may have 200"},
		{wide, "SELECT * FROM leads", nil, "the list has 1001 columns"},
		{wide, "SELECT x FROM leads", nil, "c39 and others"},
	} {
		q, err := Parse(c.statement)
		if err != nil {
			t.Errorf("%s: %v", c.statement, err)
			continue
		}
		got, err := q.SQL(c.table, c.params, 100)
		if fault.KindOf(err) != fault.Invalid || err == nil || !strings.Contains(err.Error(), c.says) || got.Text != "" {
			t.Errorf("%s\n  says %v\n  want %q in it", c.statement, err, c.says)
		}
	}
}

// FuzzParse: a statement is read or refused, and what was read once is read alike
// with other blanks. That its SQL is sound is shown beside the database (package
// store, FuzzQuery).
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"SELECT * FROM leads", "SELECT TOP 3 [a b], \"c\" FROM leads WHERE NOT (x LIKE '%' OR y IN (1, -2.5, ?)) ORDER BY z DESC LIMIT 3",
		"SELECT COUNT(*) FROM l WHERE a BETWEEN @x AND @y AND b IS NOT NULL", "SELECT N'é' '' \"\" [] -- /* ; . @ ? 1. 1.5.5", "N'", "@", "[", "1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, statement string) {
		q, err := Parse(statement)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "the statement") {
				t.Fatalf("%q: %v", statement, err)
			}
			return
		}
		if len(statement) >= maxLength {
			return
		}
		again, err := Parse(" " + statement)
		if err != nil || again.params != q.params || again.limit != q.limit || len(again.columns) != len(q.columns) || (again.where == nil) != (q.where == nil) {
			t.Fatalf("%q: %+v, with a blank %+v %v", statement, q, again, err)
		}
	})
}
