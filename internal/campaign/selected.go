package campaign

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/selection"
)

// Selected says whom of which lists a campaign calls, and in which order.
type Selected struct {
	// Filter and Sort are expressions over the columns of contacts; see package
	// selection. Empty: all of them, as they were imported.
	Filter, Sort string
	// Sources are the contact lists of a campaign that has several. Empty: List is
	// the only one.
	Sources []Source
	Limits  Limits
	// Reschedules are waits of their own for wrap-up categories.
	Reschedules []Reschedule
	// Recycles is how often the campaign starts again from the top of its lists by
	// itself, when everybody in them has been called.
	Recycles int
}

// Source is one of a campaign's contact lists. Those of the highest priority come
// first; those of the same one share the calls by their weights, and one in which
// nobody is due leaves its share to the others.
type Source struct {
	List     string
	Priority int
	Weight   int
}

// Lists are the campaign's contact lists, those of the highest priority first.
func (c Campaign) Lists() []Source {
	if len(c.Sources) == 0 {
		return []Source{{List: c.List, Weight: 1}}
	}
	lists := slices.Clone(c.Sources)
	slices.SortStableFunc(lists, func(a, b Source) int { return cmp.Compare(b.Priority, a.Priority) })
	return lists
}

// Calls tells whether a list is one of the campaign's.
func (c Campaign) Calls(list string) bool {
	return slices.ContainsFunc(c.Lists(), func(s Source) bool { return strings.EqualFold(s.List, list) })
}

// Check holds it against what it must be, and gives all that is wrong. Errors: Invalid.
func (s Selected) Check() []error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fault.New(fault.Invalid, format, args...)) }
	if _, err := selection.ParseFilter(s.Filter); err != nil {
		bad("filter: %v", err)
	}
	if _, err := selection.ParseSort(s.Sort); err != nil {
		bad("sort: %v", err)
	}
	if s.Limits.PerDay < 0 || s.Limits.PerNumber < 0 || s.Limits.Spacing < 0 || s.Recycles < 0 {
		bad("a limit of calls is below 0; 0 is without limit")
	}
	for _, rule := range s.Reschedules {
		if err := rule.check(); err != nil {
			wrong = append(wrong, err)
		}
	}
	for i, source := range s.Sources {
		switch {
		case source.List == "":
			bad("source %d names no list", i+1)
		case source.Weight < 1:
			bad("source %s: its weight is %d; it is 1 or more", source.List, source.Weight)
		case slices.ContainsFunc(s.Sources[:i], func(o Source) bool { return strings.EqualFold(o.List, source.List) }):
			bad("source %s is there twice", source.List)
		}
	}
	return wrong
}

// Takes tells whether a contact is among those that the campaign's filter takes.
func (c Campaign) Takes(contact Contact) bool {
	filter, err := selection.ParseFilter(c.Filter)
	return err == nil && filter.Match(contact.Value)
}

// Value is what filters and sorts see of a contact: its own columns, and where it has
// none of that name its zone, its attempts, and the number that was imported.
func (c Contact) Value(column string) string {
	if _, value, ok := c.Column(column); ok {
		return value
	}
	switch strings.ToLower(column) {
	case "zone":
		return c.Zone
	case "attempts":
		return strconv.Itoa(c.Attempts)
	case "i3_number":
		return c.Number
	}
	return ""
}
