package listquery

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/fault"
)

// What a statement may be at most.
const (
	maxLength = 16 << 10 // bytes
	maxDepth  = 32       // of NOT and parentheses within each other
	maxTerms  = 200      // names and values
)

// reserved are the words of the language; a name like one of them is quoted.
var reserved = []string{
	"SELECT", "TOP", "DISTINCT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL",
	"ORDER", "BY", "ASC", "DESC", "LIMIT",
}

// absent are words of SQL that are not possible here, and what is to be said about
// them.
var absent = map[string]string{
	"JOIN": oneList, "INNER": oneList, "LEFT": oneList, "RIGHT": oneList, "FULL": oneList, "CROSS": oneList, "NATURAL": oneList,
	"UNION": oneList, "INTERSECT": oneList, "EXCEPT": oneList, "EXISTS": oneList,
	"GROUP": "groups are not possible; count with COUNT(*) and WHERE", "HAVING": "groups are not possible; count with COUNT(*) and WHERE",
	"AS": "an alias is not possible; columns have their own names", "OFFSET": "OFFSET is not possible; go on with WHERE and ORDER BY",
	"ESCAPE": "ESCAPE is not possible", "COLLATE": "COLLATE is not possible; texts are compared without case",
	"CASE": "CASE is not possible", "CAST": "functions are not possible, save COUNT(*)",
}

const oneList = "one list is read at a time, without joins, unions and subqueries"

// Parse reads a statement. Errors: Invalid, saying where and what.
func Parse(statement string) (Query, error) {
	switch {
	case len(statement) > maxLength:
		return Query{}, fault.New(fault.Invalid, "the statement has %d bytes; it may have %d", len(statement), maxLength).On("statement")
	case !utf8.ValidString(statement):
		return Query{}, fault.New(fault.Invalid, "the statement is not UTF-8").On("statement")
	}
	all, err := tokens(statement)
	if err != nil {
		return Query{}, err
	}
	p := &parser{statement: statement, rest: all, names: map[string]int{}}
	q := Query{statement: statement, limit: -1}
	if err := p.query(&q); err != nil {
		return Query{}, err
	}
	q.params = p.params
	return q, nil
}

// parser reads tokens from the front.
type parser struct {
	statement string
	rest      []token // never empty: the last is an end
	depth     int
	terms     int
	params    int
	names     map[string]int // of parameters by name, in small letters, to their place
}

func (p *parser) next() token { return p.rest[0] }

// take gives the next token and goes on.
func (p *parser) take() token {
	t := p.rest[0]
	if t.kind != end {
		p.rest = p.rest[1:]
	}
	return t
}

// skip goes past a word or a symbol if it is next.
func (p *parser) skip(what string) bool {
	if !p.next().is(what) {
		return false
	}
	p.take()
	return true
}

// expect goes past a word or a symbol, which must be next.
func (p *parser) expect(what string) error {
	if !p.skip(what) {
		return p.refuse("%s belongs here", what)
	}
	return nil
}

// refuse says what is wrong with the next token; of what other databases know it
// says that it is not possible.
func (p *parser) refuse(format string, args ...any) error {
	t := p.next()
	if why, known := absent[strings.ToUpper(t.text)]; known && t.kind == word {
		return wrong(p.statement, t.at, "%s", why)
	}
	return wrong(p.statement, t.at, format, args...)
}

func (p *parser) query(q *Query) error {
	if !p.skip("SELECT") {
		return p.refuse("only SELECT is possible")
	}
	if err := p.what(q); err != nil {
		return err
	}
	if err := p.expect("FROM"); err != nil {
		return err
	}
	var err error
	if q.list, err = p.name("the list"); err != nil {
		return err
	}
	if p.next().is(",") {
		return wrong(p.statement, p.next().at, oneList)
	}
	if p.skip("WHERE") {
		if q.where, err = p.anyOf(); err != nil {
			return err
		}
	}
	if err := p.tail(q); err != nil {
		return err
	}
	if p.next().kind != end {
		return p.refuse("the statement should end here, or go on with WHERE, AND, OR, ORDER BY or LIMIT, in this order")
	}
	if q.count && (q.distinct || q.limit >= 0 || q.order != nil) {
		return fault.New(fault.Invalid, "the statement: COUNT(*) gives one row; leave out TOP, DISTINCT, ORDER BY and LIMIT").On("statement")
	}
	return nil
}

// what reads all between SELECT and FROM.
func (p *parser) what(q *Query) (err error) {
	switch {
	case p.skip("DISTINCT"):
		q.distinct = true
	case p.skip("TOP"):
		if q.limit, err = p.rows(); err != nil {
			return err
		}
	}
	if p.skip("*") {
		return nil
	}
	if p.next().is("COUNT") && p.rest[1].is("(") {
		p.take()
		p.take()
		q.count = true
		if !p.skip("*") || !p.skip(")") {
			return p.refuse("only COUNT(*) is possible")
		}
		return nil
	}
	for {
		column, err := p.name("a column")
		if err != nil {
			return err
		}
		q.columns = append(q.columns, column)
		if !p.skip(",") {
			return nil
		}
	}
}

// tail reads ORDER BY and LIMIT.
func (p *parser) tail(q *Query) error {
	if p.skip("ORDER") {
		if err := p.expect("BY"); err != nil {
			return err
		}
		for {
			column, err := p.name("a column")
			if err != nil {
				return err
			}
			descending := p.skip("DESC")
			if !descending {
				p.skip("ASC")
			}
			q.order = append(q.order, ordering{column, descending})
			if !p.skip(",") {
				break
			}
		}
	}
	if !p.next().is("LIMIT") {
		return nil
	}
	if q.limit >= 0 {
		return p.refuse("there is a TOP already")
	}
	p.take()
	var err error
	q.limit, err = p.rows()
	return err
}

// rows reads a number of rows.
func (p *parser) rows() (int, error) {
	t := p.next()
	n, err := strconv.ParseInt(t.text, 10, 32)
	if t.kind != number || err != nil {
		return 0, p.refuse("a whole number of rows belongs here, up to %d", 1<<31-1)
	}
	p.take()
	return int(n), nil
}

// name reads a name that is not a function's.
func (p *parser) name(of string) (name, error) {
	t := p.next()
	if t.kind != word && t.kind != quoted {
		if t.is("(") {
			return name{}, wrong(p.statement, t.at, oneList)
		}
		return name{}, p.refuse("the name of %s belongs here", of)
	}
	if t.kind == word {
		for _, w := range reserved {
			if strings.EqualFold(w, t.text) {
				return name{}, p.refuse("the name of %s belongs here; put it in double quotes if this is one", of)
			}
		}
		if why, known := absent[strings.ToUpper(t.text)]; known && p.rest[1].kind != symbol && p.rest[1].kind != end {
			return name{}, wrong(p.statement, t.at, "%s", why)
		}
	}
	if p.rest[1].is("(") {
		return name{}, wrong(p.statement, t.at, "functions are not possible, save COUNT(*) alone")
	}
	if err := p.count(); err != nil {
		return name{}, err
	}
	p.take()
	return name{t.text, t.at}, nil
}

// count counts the next token as a term.
func (p *parser) count() error {
	if p.terms++; p.terms > maxTerms {
		return wrong(p.statement, p.next().at, "the statement has more than %d names and values; ask in parts", maxTerms)
	}
	return nil
}
