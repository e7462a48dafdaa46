package listquery

import (
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// maxColumns is how many columns * may stand for; SQLite gives up at 2,000.
const maxColumns = 1000

// How long a parameter and a pattern of LIKE may be, in bytes. The time to match
// grows with the pattern and with the text, and cannot be cut off within one.
const (
	maxValue   = 4 << 10
	maxPattern = 200
)

// Table is where the contacts of a list are, in the words of the database. All
// texts are put into SQL as they are, and must not come from a client.
type Table struct {
	Name string // the list's own, which statements must name
	From string // what stands behind FROM
	// Where is what makes a row one of the list, with ?1, ?2, ... for Args.
	Where   string
	Args    []any
	Order   string   // what rows are in order by where the client leaves it open
	Columns []Column // in the order of *
}

// Column is a column that can be asked for. Of two with the same name but for case
// a statement means the one that it writes alike, or else the first.
type Column struct {
	Name   string
	SQL    string // an expression, with ? wherever Bind belongs
	Bind   string
	Number bool // it is a number, or NULL; else a text, or NULL
}

// Statement is what SQLite runs.
type Statement struct {
	Text    string
	Args    []any    // for ?1, ?2, ...
	Columns []string // names of what comes out
}

// SQL gives what answers the query on a table: at most limit rows, and one more to
// show that there are others, unless the client asked for no more than limit. Params
// are the values of the query's parameters.
//
// Errors: Invalid for another table, for columns that it does not have, for the
// wrong number of values, and for a text that is compared with a number and is none.
func (q Query) SQL(t Table, params []string, limit int) (Statement, error) {
	if !strings.EqualFold(q.list.text, t.Name) {
		return Statement{}, wrong(q.statement, q.list.at, "only the list %q can be read", t.Name)
	}
	if len(params) != q.params {
		return Statement{}, fault.New(fault.Invalid, "the statement has %d parameters, and %d values are given", q.params, len(params)).On("parameters")
	}
	for i, v := range params {
		if len(v) > maxValue {
			return Statement{}, fault.New(fault.Invalid, "parameter %d has %d bytes; it may have %d", i+1, len(v), maxValue).On("parameters")
		}
	}
	w := &writer{query: q, table: t, params: params, args: slices.Clone(t.Args), bound: map[string]string{}}
	columns := w.statement(limit)
	if w.err != nil {
		return Statement{}, w.err
	}
	return Statement{Text: w.sql.String(), Args: w.args, Columns: columns}, nil
}

// writer writes SQL; its first error makes the rest void.
type writer struct {
	query  Query
	table  Table
	params []string
	sql    strings.Builder
	args   []any
	bound  map[string]string // what columns bind, to its placeholder
	err    error
}

func (w *writer) put(parts ...string) {
	for _, p := range parts {
		w.sql.WriteString(p)
	}
}

func (w *writer) fail(at int, format string, args ...any) {
	if w.err == nil {
		w.err = wrong(w.query.statement, at, format, args...)
	}
}

// bind gives the placeholder of a value.
func (w *writer) bind(value any) string {
	w.args = append(w.args, value)
	return "?" + strconv.Itoa(len(w.args))
}

func (w *writer) statement(limit int) (columns []string) {
	q := w.query
	w.put("SELECT ")
	if q.distinct {
		w.put("DISTINCT ")
	}
	if q.count {
		columns = []string{"COUNT"}
		w.put("count(*)")
	} else {
		for i, c := range w.selected() {
			if i > 0 {
				w.put(", ")
			}
			columns = append(columns, c.Name)
			w.put(w.column(c))
		}
	}
	w.put(" FROM ", w.table.From, " WHERE (", w.table.Where, ")")
	if q.where != nil {
		w.put(" AND ")
		w.condition(q.where)
	}
	w.order()
	rows := limit + 1
	if q.limit >= 0 {
		rows = min(rows, q.limit)
	}
	w.put(" LIMIT ", strconv.Itoa(rows))
	return columns
}

// order writes what the client wants the rows in order by, and then the table's own,
// so that two runs give the same; DISTINCT knows no rows of the table.
func (w *writer) order() {
	var by []string
	for _, o := range w.query.order {
		c := w.find(o.column)
		s := w.column(c)
		if !c.Number {
			s += " COLLATE NOCASE"
		}
		if o.descending {
			s += " DESC"
		}
		by = append(by, s)
	}
	if !w.query.distinct && !w.query.count {
		by = append(by, w.table.Order)
	}
	if by != nil {
		w.put(" ORDER BY ", strings.Join(by, ", "))
	}
}

// selected are the columns that come out.
func (w *writer) selected() []Column {
	if w.query.columns == nil {
		if len(w.table.Columns) > maxColumns {
			w.fail(0, "the list has %d columns; name those that you need", len(w.table.Columns))
			return nil
		}
		return w.table.Columns
	}
	var all []Column
	for _, n := range w.query.columns {
		all = append(all, w.find(n))
	}
	return all
}

// find finds a column by its name.
func (w *writer) find(n name) Column {
	var found *Column
	for i := range w.table.Columns {
		c := &w.table.Columns[i]
		if c.Name == n.text {
			return *c
		}
		if found == nil && strings.EqualFold(c.Name, n.text) {
			found = c
		}
	}
	if found == nil {
		w.fail(n.at, "the list has no such column; it has %s", w.have())
		return Column{}
	}
	return *found
}

// have names the columns that there are, as many as one likes to read.
func (w *writer) have() string {
	var names []string
	for _, c := range w.table.Columns {
		if len(names) == 40 {
			return strings.Join(names, ", ") + " and others"
		}
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// column is a column's expression, with what it binds.
func (w *writer) column(c Column) string {
	if !strings.Contains(c.SQL, "?") {
		return c.SQL
	}
	place, known := w.bound[c.Bind]
	if !known {
		place = w.bind(c.Bind)
		w.bound[c.Bind] = place
	}
	return strings.ReplaceAll(c.SQL, "?", place)
}

func (w *writer) condition(c condition) {
	switch c := c.(type) {
	case every:
		w.joined(c.of, " AND ")
	case some:
		w.joined(c.of, " OR ")
	case not:
		w.put("NOT ")
		w.condition(c.of)
	case comparison:
		v := w.values(c.left, c.right)
		w.put("(", v[0], " ", c.how, " ", v[1], ")")
	case like:
		w.like(c)
	case among:
		v := w.values(append([]operand{c.what}, c.of...)...)
		w.put("(", v[0], negated(c.not), " IN (", strings.Join(v[1:], ", "), "))")
	case between:
		v := w.values(c.what, c.low, c.high)
		w.put("(", v[0], negated(c.not), " BETWEEN ", v[1], " AND ", v[2], ")")
	case isNull:
		w.put("(", w.column(w.find(name{c.what.text, c.what.at})), " IS", negated(c.not), " NULL)")
	}
}

func negated(not bool) string {
	if not {
		return " NOT"
	}
	return ""
}

func (w *writer) joined(all []condition, by string) {
	w.put("(")
	for i, c := range all {
		if i > 0 {
			w.put(by)
		}
		w.condition(c)
	}
	w.put(")")
}

// like compares with a pattern; SQLite's LIKE has no case for ASCII letters. It
// knows no [ ] either, which would quietly mean something else than it does on the
// database that clients know.
func (w *writer) like(c like) {
	pattern := c.pattern.text
	if c.pattern.kind == param {
		pattern = w.params[c.pattern.nth]
	}
	switch {
	case len(pattern) > maxPattern:
		w.fail(c.pattern.at, "the pattern has %d bytes; it may have %d", len(pattern), maxPattern)
	case strings.Contains(pattern, "["):
		w.fail(c.pattern.at, "the wildcards of LIKE are %% and _; [ ] is not possible")
	}
	w.put("(", w.text(c.what), negated(c.not), " LIKE ", w.bind(pattern), ")")
}

// values are operands that are compared with each other: as numbers if one is a
// number, else as texts. The first of texts says that case does not matter.
func (w *writer) values(of ...operand) []string {
	all := make([]string, 0, len(of))
	if slices.ContainsFunc(of, w.isNumber) {
		for _, o := range of {
			all = append(all, w.number(o))
		}
		return all
	}
	for _, o := range of {
		all = append(all, w.text(o))
	}
	all[0] += " COLLATE NOCASE"
	return all
}

func (w *writer) isNumber(o operand) bool {
	return o.kind == number || o.kind == word && w.find(name{o.text, o.at}).Number
}

func (w *writer) text(o operand) string {
	switch o.kind {
	case word:
		return w.column(w.find(name{o.text, o.at}))
	case param:
		return w.bind(w.params[o.nth])
	}
	return w.bind(o.text)
}

// number is an operand as a number. A column of texts is NULL where a text does not
// look like one.
func (w *writer) number(o operand) string {
	value := o.text
	switch o.kind {
	case word:
		c := w.find(name{o.text, o.at})
		x := w.column(c)
		if c.Number {
			return x
		}
		return "iif(" + x + " GLOB '*[0-9]*' AND " + x + " NOT GLOB '*[^-+.0-9]*', CAST(" + x + " AS NUMERIC), NULL)"
	case param:
		value = w.params[o.nth]
	}
	value = strings.TrimSpace(value)
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return w.bind(n)
	}
	if n, err := strconv.ParseFloat(value, 64); err == nil && n-n == 0 { // neither endless nor no number
		return w.bind(n)
	}
	w.fail(o.at, "this is compared with a number and is %q, which is none", value)
	return "NULL"
}
