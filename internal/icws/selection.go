package icws

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/scanner"
)

// selectedItems is how many items one answer shows when properties are selected
// (contract section 7).
const selectedItems = 200

// selection is what a request for configuration objects asks for.
type selection struct {
	// properties of each item besides its id; whole is all of them.
	properties []string
	whole      bool
	where      []condition
	order      []ordering
	first      int // of the range
	last       int // inclusive; only with ranged
	ranged     bool
}

// condition compares a property, named with its path, without case.
type condition struct {
	path  string
	op    string
	value string
}

// ordering sorts by a property.
type ordering struct {
	path string
	down bool
}

// The comparisons that where knows.
var comparisons = map[string]func(have, want string) bool{
	"eq": func(have, want string) bool { return have == want },
	"ne": func(have, want string) bool { return have != want },
	"sw": strings.HasPrefix,
	"ct": strings.Contains,
}

// rightsFilters are the filters that are known. Lists only hold what the user may
// see, so they filter nothing more.
var rightsFilters = []string{"loggedinuser", "view", "none"}

// readSelection reads select, where, orderBy, rightsFilter and the header Range.
func readSelection(r *http.Request) (selection, error) {
	var sel selection
	query := r.URL.Query()
	sel.selectNames(query)
	var err error
	if sel.where, err = readWhere(query.Get("where")); err != nil {
		return sel, err
	}
	if sel.order, err = readOrder(query.Get("orderBy")); err != nil {
		return sel, err
	}
	if filter := query.Get("rightsFilter"); filter != "" && !slices.Contains(rightsFilters, strings.ToLower(filter)) {
		return sel, invalid("rightsFilter", "rightsFilter %q is not known; there is loggedInUser.", filter)
	}
	sel.first, sel.last, sel.ranged, err = readRange(r.Header.Get("Range"))
	return sel, err
}

func (sel *selection) selectNames(query url.Values) {
	for _, list := range query["select"] {
		for name := range strings.SplitSeq(list, ",") {
			switch name = strings.TrimSpace(name); name {
			case "":
			case "*":
				sel.whole = true
			default: // of a property within a property the outer one is given whole
				name, _, _ = strings.Cut(name, ".")
				sel.properties = append(sel.properties, name)
			}
		}
	}
}

// readWhere reads conditions: `configurationId.displayName sw "A" and …`.
func readWhere(text string) ([]condition, error) {
	words, err := words(text)
	if err != nil {
		return nil, invalid("where", "where can not be read: %v.", err)
	}
	const help = `where is written like configurationId.displayName sw "A" and extension eq "12"; the comparisons are eq, ne, sw (begins with) and ct (contains).`
	var list []condition
	for len(words) > 0 {
		if len(list) > 0 {
			if !strings.EqualFold(words[0], "and") {
				return nil, invalid("where", help)
			}
			words = words[1:]
		}
		if len(words) < 3 || comparisons[strings.ToLower(words[1])] == nil {
			return nil, invalid("where", help)
		}
		list = append(list, condition{strings.ToLower(words[0]), strings.ToLower(words[1]), strings.ToLower(words[2])})
		words = words[3:]
	}
	return list, nil
}

// words splits at blanks; a text in quotes is one word, in which a backslash
// takes what follows it as it is.
func words(text string) ([]string, error) {
	var s scanner.Scanner
	s.Init(strings.NewReader(text))
	s.Mode = scanner.ScanStrings
	s.Whitespace = scanner.GoWhitespace
	var failed error
	s.Error = func(_ *scanner.Scanner, msg string) { failed = fmt.Errorf("%s", msg) }
	var list []string
	var word strings.Builder
	end := -1 // where the last token ended
	flush := func() {
		if word.Len() > 0 {
			list = append(list, word.String())
			word.Reset()
		}
	}
	for token := s.Scan(); token != scanner.EOF; token = s.Scan() {
		if s.Offset != end {
			flush()
		}
		end = s.Pos().Offset
		if token != scanner.String {
			word.WriteString(s.TokenText())
			continue
		}
		flush()
		value, err := strconv.Unquote(s.TokenText())
		if err != nil {
			return nil, fmt.Errorf("%s is not a text in quotes", s.TokenText())
		}
		list = append(list, value)
	}
	flush()
	return list, failed
}

// readOrder reads `configurationId.displayName desc, extension`.
func readOrder(text string) ([]ordering, error) {
	var list []ordering
	for part := range strings.SplitSeq(text, ",") {
		fields := strings.Fields(part)
		switch {
		case len(fields) == 0 && text == "":
			return nil, nil
		case len(fields) == 1, len(fields) == 2 && strings.EqualFold(fields[1], "asc"):
			list = append(list, ordering{path: strings.ToLower(fields[0])})
		case len(fields) == 2 && strings.EqualFold(fields[1], "desc"):
			list = append(list, ordering{path: strings.ToLower(fields[0]), down: true})
		default:
			return nil, invalid("orderBy", "orderBy is written like configurationId.displayName desc, extension.")
		}
	}
	return list, nil
}

// readRange reads the header `Range: items=10-20`; both ends count from 0 and are
// included. Without a second number the range is open.
func readRange(header string) (first, last int, ok bool, err error) {
	header = strings.TrimSpace(header)
	unit, span, found := strings.Cut(header, "=")
	if header == "" || found && !strings.EqualFold(strings.TrimSpace(unit), "items") {
		return 0, 0, false, nil // a range of another unit is not meant for us (RFC 9110 section 14.2)
	}
	from, to, both := strings.Cut(strings.TrimSpace(span), "-")
	first, e1 := strconv.Atoi(from)
	last, e2 := first+selectedItems-1, error(nil)
	if to != "" {
		last, e2 = strconv.Atoi(to)
	}
	if !found || !both || e1 != nil || e2 != nil || first < 0 || last < first {
		return 0, 0, false, invalid("Range", "Range is written like items=0-19.")
	}
	return first, last, true, nil
}

// page gives the items that are asked for, each cut to what is asked of it, and
// where they stand among all: "items 10-20/57", or empty.
func (sel selection) page(all []object) (items []object, place string) {
	chosen := slices.DeleteFunc(slices.Clone(all), func(o object) bool { return !sel.matches(o) })
	slices.SortStableFunc(chosen, func(a, b object) int {
		for _, by := range sel.order {
			c := cmp.Compare(property(a, by.path), property(b, by.path))
			if by.down {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	total := len(chosen)
	first, last := 0, total-1
	if sel.ranged {
		first, last = min(sel.first, total), min(sel.last, total-1)
	}
	if len(sel.properties) > 0 || sel.whole {
		last = min(last, first+selectedItems-1)
	}
	items = []object{}
	for _, o := range chosen[first : last+1] {
		items = append(items, sel.cut(o))
	}
	switch {
	case !sel.ranged && len(items) == total:
	case len(items) == 0:
		place = fmt.Sprintf("items */%d", total)
	default:
		place = fmt.Sprintf("items %d-%d/%d", first, last, total)
	}
	return items, place
}

func (sel selection) matches(o object) bool {
	for _, c := range sel.where {
		if !comparisons[c.op](property(o, c.path), c.value) {
			return false
		}
	}
	return true
}

// cut gives of an item its id and the properties that are asked for.
func (sel selection) cut(o object) object {
	if sel.whole {
		return o
	}
	out := object{"configurationId": o["configurationId"]}
	for name, value := range o {
		if slices.ContainsFunc(sel.properties, func(p string) bool { return strings.EqualFold(p, name) }) {
			out[name] = value
		}
	}
	return out
}

// property finds a value by its path, in lower case; what is not there is empty.
func property(v any, path string) string {
	name, rest, deeper := strings.Cut(path, ".")
	o, ok := v.(object)
	if !ok {
		return ""
	}
	for key, value := range o {
		if !strings.EqualFold(key, name) {
			continue
		}
		if deeper {
			return property(value, rest)
		}
		if _, nested := value.(object); nested {
			return ""
		}
		return strings.ToLower(fmt.Sprint(value))
	}
	return ""
}
