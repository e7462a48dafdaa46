package selection

import "cmp"

// Sort is the order in which a campaign calls; the zero value has none. Make one with
// [ParseSort].
type Sort struct{ keys []key }

// key is one column of a sort.
type key struct {
	column string
	down   bool
}

// Key is SQL for one column of a sort: contacts go by it, descending or not.
type Key struct {
	SQL        string // never NULL
	Descending bool
}

// SQL gives the keys of the sort, the weightiest first.
func (s Sort) SQL(column Column) []Key {
	keys := make([]Key, len(s.keys))
	for i, k := range s.keys {
		// SQLite puts numbers before texts and both before blobs
		// (https://www.sqlite.org/datatype3.html, section 4.1).
		v, last := column(k.column), "x''"
		if k.down {
			last = "-9e999"
		}
		keys[i] = Key{"(CASE WHEN trim(" + v + ") = '' THEN " + last + " WHEN " + numeric(v) + " THEN " + asNumber(v) + " ELSE lower(" + v + ") END)", k.down}
	}
	return keys
}

// Compare tells which of two contacts comes first: below 0 for a, above 0 for b, and 0
// where the sort does not say.
func (s Sort) Compare(a, b Value) int {
	for _, k := range s.keys {
		if order := k.compare(a(k.column), b(k.column)); order != 0 {
			return order
		}
	}
	return 0
}

func (k key) compare(a, b string) int {
	if ea, eb := empty(a), empty(b); ea || eb {
		return cmp.Compare(truth(ea), truth(eb))
	}
	na, aIs := readNumber(a)
	nb, bIs := readNumber(b)
	order := cmp.Compare(truth(!aIs), truth(!bIs))
	switch {
	case aIs && bIs:
		order = cmp.Compare(na, nb)
	case !aIs && !bIs:
		order = cmp.Compare(fold(a), fold(b))
	}
	if k.down {
		return -order
	}
	return order
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
