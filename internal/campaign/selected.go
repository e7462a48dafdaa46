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

// check holds it against what it must be.
func (s Selected) check(c Campaign) error {
	if _, err := selection.ParseFilter(s.Filter); err != nil {
		return fault.Wrap(err, fault.Invalid, "campaign %s: its filter", c.Name)
	}
	if _, err := selection.ParseSort(s.Sort); err != nil {
		return fault.Wrap(err, fault.Invalid, "campaign %s: its sort", c.Name)
	}
	for i, source := range s.Sources {
		switch {
		case source.List == "":
			return fault.New(fault.Invalid, "campaign %s: source %d names no list", c.Name, i+1)
		case source.Weight < 1:
			return fault.New(fault.Invalid, "campaign %s: list %s has the weight %d; it is 1 or more", c.Name, source.List, source.Weight)
		case slices.ContainsFunc(s.Sources[:i], func(o Source) bool { return strings.EqualFold(o.List, source.List) }):
			return fault.New(fault.Invalid, "campaign %s: list %s is there twice", c.Name, source.List)
		}
	}
	return nil
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
