package selection

import (
	"strconv"
	"strings"
)

// mostFigures is how many characters a number has at most: so many decimals are exact
// in 64 bits, and every reader makes the same of them.
const mostFigures = 15

// Value gives a contact's value of a column; empty for one that it does not have.
type Value func(column string) string

// Column gives SQL for the value of a column: text, and never NULL.
type Column func(name string) string

// readNumber reads a value as a number. Kept in step with numeric.
func readNumber(value string) (n float64, ok bool) {
	v := strings.Trim(value, " ")
	figures := strings.TrimPrefix(v, "-")
	if v == "" || len(v) > mostFigures || strings.Trim(figures, "0123456789.") != "" ||
		strings.Count(figures, ".") > 1 || strings.Trim(figures, ".") == "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(v, 64)
	return n, err == nil
}

// numeric is SQL for whether a value can be read as a number.
func numeric(value string) string {
	v := "trim(" + value + ")"
	return "(" + v + " GLOB '*[0-9]*' AND length(" + v + ") <= " + strconv.Itoa(mostFigures) +
		" AND " + v + " NOT GLOB '*[^0-9.-]*' AND " + v + " NOT GLOB '?*-*' AND " + v + " NOT GLOB '*.*.*')"
}

// asNumber is SQL for the number that a value is.
func asNumber(value string) string { return "CAST(trim(" + value + ") AS REAL)" }

// dayPattern is how the values begin that can be read as a day.
const dayPattern = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"

// readDay reads a value as a day; days compare as texts.
func readDay(value string) (day string, ok bool) {
	v := strings.Trim(value, " ")
	if len(v) < len("2026-03-31") {
		return "", false
	}
	for i := range len("2026-03-31") {
		if dash := i == 4 || i == 7; dash && v[i] != '-' || !dash && !digit(v[i]) {
			return "", false
		}
	}
	return v[:len("2026-03-31")], true
}

// empty tells whether a value is none.
func empty(value string) bool { return strings.Trim(value, " ") == "" }

// fold takes the case from the letters A to Z, as SQLite's lower does.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// quote is a text as a literal of SQL. In SQLite nothing but the quote itself has a
// meaning in one (https://www.sqlite.org/lang_expr.html, section 3).
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
