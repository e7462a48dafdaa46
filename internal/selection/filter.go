package selection

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Filter tells whom of a list a campaign calls; the zero value takes everybody. Make
// one with [ParseFilter].
type Filter struct{ root node }

// Match tells whether a contact is among those.
func (f Filter) Match(value Value) bool { return f.root == nil || f.root.match(value) }

// SQL is an expression that is 1 for those contacts and 0 for others.
func (f Filter) SQL(column Column) string {
	if f.root == nil {
		return "1"
	}
	return f.root.sql(column)
}

// node is a part of a filter.
type node interface {
	match(Value) bool
	sql(Column) string
}

// all is true where each of its nodes is, and anyOf where one is.
type (
	all   []node
	anyOf []node
	not   struct{ node }
)

func (n all) match(v Value) bool {
	return !slices.ContainsFunc(n, func(one node) bool { return !one.match(v) })
}
func (n anyOf) match(v Value) bool {
	return slices.ContainsFunc(n, func(one node) bool { return one.match(v) })
}
func (n not) match(v Value) bool { return !n.node.match(v) }

func (n all) sql(c Column) string   { return joined(n, " AND ", c) }
func (n anyOf) sql(c Column) string { return joined(n, " OR ", c) }
func (n not) sql(c Column) string   { return "(NOT " + n.node.sql(c) + ")" }

func joined(nodes []node, by string, c Column) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = n.sql(c)
	}
	return "(" + strings.Join(parts, by) + ")"
}

// comparison holds a column against a value, read as the kind of that.
type comparison struct {
	column string
	op     string // of SQL: = < <= > >=
	with   token
}

func (n comparison) match(value Value) bool {
	v := value(n.column)
	switch n.with.kind {
	case number:
		have, ok := readNumber(v)
		with, _ := readNumber(n.with.text)
		return ok && holds(n.op, cmp.Compare(have, with))
	case day:
		have, ok := readDay(v)
		return ok && holds(n.op, cmp.Compare(have, n.with.text))
	}
	return holds(n.op, cmp.Compare(fold(v), fold(n.with.text)))
}

// holds tells whether an order is what an operator asks for.
func holds(op string, order int) bool {
	return order == 0 && strings.Contains(op, "=") || order < 0 && op[0] == '<' || order > 0 && op[0] == '>'
}

func (n comparison) sql(column Column) string {
	v := column(n.column)
	switch n.with.kind {
	case number:
		return "(" + numeric(v) + " AND " + asNumber(v) + " " + n.op + " " + asNumber(quote(n.with.text)) + ")"
	case day:
		return "(trim(" + v + ") GLOB " + quote(dayPattern) + " AND substr(trim(" + v + "), 1, 10) " + n.op + " " + quote(n.with.text) + ")"
	}
	return "(lower(" + v + ") " + n.op + " " + quote(fold(n.with.text)) + ")"
}

// like holds a column against a pattern.
type like struct{ column, pattern string }

func (n like) match(value Value) bool { return wild(fold(n.pattern), fold(value(n.column))) }

func (n like) sql(column Column) string {
	return "(lower(" + column(n.column) + ") LIKE " + quote(fold(n.pattern)) + ")"
}

// wild tells whether a text fits a pattern. At each % it goes on with as few
// characters as it can, and comes back to the last one for more: never further.
func wild(pattern, s string) bool {
	behind, again := "", "" // after the last %, and where to try next; pattern is never "" there
	for seen := false; ; {
		switch {
		case strings.HasPrefix(pattern, "%"):
			pattern = pattern[1:]
			behind, again, seen = pattern, s, true
			continue
		case pattern == "" && s == "":
			return true
		case s != "" && pattern != "":
			p, np := utf8.DecodeRuneInString(pattern)
			c, nc := utf8.DecodeRuneInString(s)
			if p == '_' || p == c {
				pattern, s = pattern[np:], s[nc:]
				continue
			}
		}
		if !seen || again == "" {
			return false
		}
		_, n := utf8.DecodeRuneInString(again)
		again = again[n:]
		pattern, s = behind, again
	}
}

// unset tells whether a column is empty.
type unset struct{ column string }

func (n unset) match(value Value) bool { return empty(value(n.column)) }

func (n unset) sql(column Column) string { return "(trim(" + column(n.column) + ") = '')" }
