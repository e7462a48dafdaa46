package selection

import (
	"slices"
	"strings"
)

const (
	// deepest is how far a filter may be nested, and most how many tests it may have;
	// SQLite takes expressions up to a depth of 1000, and and or count there.
	deepest = 50
	most    = 300
	// mostKeys is how many columns a sort may name.
	mostKeys = 8
)

// reserved are the words of the language: no column has them as its bare name.
var reserved = []string{"and", "or", "not", "in", "like", "is", "empty", "asc", "desc"}

// parser reads the tokens of an expression one after the other.
type parser struct {
	source string
	rest   []token // never empty: the last is an end
	tests  int
}

// ParseFilter reads a filter; an empty text takes everybody. Errors: Invalid.
func ParseFilter(source string) (Filter, error) {
	p, err := newParser(source)
	if err != nil || p.rest[0].kind == end {
		return Filter{}, err
	}
	root, err := p.or(0)
	if err != nil {
		return Filter{}, err
	}
	return Filter{root}, p.over("and, or, or the end of the filter")
}

// ParseSort reads a sort; an empty text leaves contacts as they are. Errors: Invalid.
func ParseSort(source string) (Sort, error) {
	p, err := newParser(source)
	if err != nil || p.rest[0].kind == end {
		return Sort{}, err
	}
	var s Sort
	for {
		at := p.rest[0].at
		column, err := p.column()
		if err != nil {
			return Sort{}, err
		}
		if slices.ContainsFunc(s.keys, func(k key) bool { return strings.EqualFold(k.column, column) }) {
			return Sort{}, wrong(source, at, "column %s is there twice; name each once", column)
		}
		k := key{column: column, down: p.take("desc")}
		if !k.down {
			p.take("asc")
		}
		if s.keys = append(s.keys, k); len(s.keys) > mostKeys {
			return Sort{}, wrong(source, at, "a sort has %d columns at most; leave the last out", mostKeys)
		}
		if !p.take(",") {
			return s, p.over("desc, a comma, or the end of the sort")
		}
	}
}

func newParser(source string) (*parser, error) {
	all, err := tokens(source)
	return &parser{source: source, rest: all}, err
}

// next takes a token; the end stays.
func (p *parser) next() token {
	t := p.rest[0]
	if t.kind != end {
		p.rest = p.rest[1:]
	}
	return t
}

// take takes a token if it is this word or symbol.
func (p *parser) take(what string) bool {
	is := p.rest[0].is(what)
	if is {
		p.next()
	}
	return is
}

// expected is an error about a token that is not what must be there.
func (p *parser) expected(t token, what string) error {
	if t.kind == end {
		return wrong(p.source, t.at, "it ends here; write %s", what)
	}
	return wrong(p.source, t.at, "%q is not possible here; write %s", t.text, what)
}

// over refuses what is left.
func (p *parser) over(what string) error {
	if t := p.rest[0]; t.kind != end {
		return p.expected(t, what)
	}
	return nil
}

func (p *parser) or(depth int) (node, error) {
	first, err := p.and(depth)
	if err != nil || !p.rest[0].is("or") {
		return first, err
	}
	list := anyOf{first}
	for p.take("or") {
		one, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func (p *parser) and(depth int) (node, error) {
	first, err := p.term(depth)
	if err != nil || !p.rest[0].is("and") {
		return first, err
	}
	list := all{first}
	for p.take("and") {
		one, err := p.term(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// term reads a test, a negation, or what is in parentheses.
func (p *parser) term(depth int) (node, error) {
	at := p.rest[0].at
	if depth > deepest {
		return nil, wrong(p.source, at, "it is nested too deeply; write it with fewer parentheses")
	}
	switch {
	case p.take("not"):
		inner, err := p.term(depth + 1)
		return not{inner}, err
	case p.take("("):
		inner, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.take(")") {
			return nil, p.expected(p.rest[0], "and, or, or a closing parenthesis")
		}
		return inner, nil
	}
	if p.tests++; p.tests > most {
		return nil, wrong(p.source, at, "a filter has %d tests at most; use in (...) where a column is held against many values", most)
	}
	return p.test()
}

// test reads a column and what is asked of it.
func (p *parser) test() (node, error) {
	column, err := p.column()
	if err != nil {
		return nil, err
	}
	if p.take("is") {
		negated := p.take("not")
		if !p.take("empty") {
			return nil, p.expected(p.rest[0], "empty or not empty")
		}
		return negate(unset{column}, negated), nil
	}
	negated := p.take("not")
	switch t := p.next(); {
	case t.is("like"):
		pattern := p.next()
		if pattern.kind != text {
			return nil, p.expected(pattern, "a text in quotes, as in like \"vip%\"")
		}
		return negate(like{column, pattern.text}, negated), nil
	case t.is("in"):
		list, err := p.values(column)
		return negate(list, negated), err
	case negated:
		return nil, p.expected(t, "like or in after not")
	case t.kind == symbol && strings.ContainsAny(t.text, "=<>"):
		with, err := p.value("a value after " + t.text)
		if err != nil {
			return nil, err
		}
		op := t.text
		unequal := op == "!=" || op == "<>"
		if unequal || op == "==" {
			op = "="
		}
		return negate(comparison{column, op, with}, unequal), nil
	default:
		return nil, p.expected(t, "a comparison (= != < <= > >=), like, in or is after the column "+column)
	}
}

func negate(n node, negated bool) node {
	if negated {
		return not{n}
	}
	return n
}

// values reads the list of an in.
func (p *parser) values(column string) (node, error) {
	if !p.take("(") {
		return nil, p.expected(p.rest[0], "the values of in within parentheses")
	}
	var list anyOf
	for {
		v, err := p.value("a value")
		if err != nil {
			return nil, err
		}
		if list = append(list, comparison{column, "=", v}); len(list) > most {
			return nil, wrong(p.source, v.at, "in has %d values at most; leave some out", most)
		}
		if p.take(")") {
			return list, nil
		}
		if !p.take(",") {
			return nil, p.expected(p.rest[0], "a comma or a closing parenthesis")
		}
	}
}

// value reads what a column is compared with.
func (p *parser) value(what string) (token, error) {
	t := p.next()
	switch t.kind {
	case text, number, day:
		return t, nil
	case word, name:
		return t, p.expected(t, what+": a text in quotes, a number, or a day as 2026-03-31")
	}
	return t, p.expected(t, what)
}

// column reads the name of a column.
func (p *parser) column() (string, error) {
	t := p.next()
	switch {
	case t.kind == name:
		return t.text, nil
	case t.kind == word && !slices.Contains(reserved, strings.ToLower(t.text)):
		return t.text, nil
	case t.kind == word:
		return "", wrong(p.source, t.at, "%q is a word of the language; write [%s] for the column of this name", t.text, t.text)
	}
	return "", p.expected(t, "the name of a column")
}
