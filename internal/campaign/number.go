package campaign

import (
	"iter"
	"maps"
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// The length of a number, in digits. E.164 allows 15; trunks want prefixes.
const (
	fewestDigits = 2
	mostDigits   = 32
)

// Number reads a number that somebody typed: digits with an optional + before
// them, and the separators that people write. It gives what is dialed. Errors:
// Invalid.
func Number(text string) (string, error) {
	var b strings.Builder
	for i, c := range strings.TrimSpace(text) {
		switch {
		case c >= '0' && c <= '9', c == '+' && i == 0:
			b.WriteRune(c)
		case strings.ContainsRune(" -./()", c):
		default:
			return "", fault.New(fault.Invalid, "%q is not a number to dial; write digits, and + before a country code", text)
		}
	}
	number := b.String()
	if n := len(strings.TrimPrefix(number, "+")); n < fewestDigits || n > mostDigits {
		return "", fault.New(fault.Invalid, "%q has %d digits; a number to dial has %d to %d", text, n, fewestDigits, mostDigits)
	}
	return number, nil
}

// Column finds the value of a contact's column by its name, without case; name is
// as the list has it.
func (c Contact) Column(wanted string) (name, value string, ok bool) {
	if value, ok := c.Columns[wanted]; ok {
		return wanted, value, true
	}
	name, ok = ColumnNamed(maps.Keys(c.Columns), wanted)
	return name, c.Columns[name], ok
}

// ColumnNamed finds the name of a column, without case: of several that differ in
// nothing else the one that is written so, or the same one each time.
func ColumnNamed(names iter.Seq[string], wanted string) (name string, ok bool) {
	for have := range names {
		if have == wanted {
			return have, true
		}
		if strings.EqualFold(have, wanted) && (!ok || have < name) {
			name, ok = have, true
		}
	}
	return name, ok
}

// PhoneColumn gives the contact's number in the column with this CCID: its place
// in the campaign's PhoneColumns, from 1. Where a campaign names none, 1 is the
// number that was imported. Errors: NotFound, Invalid.
func (c Campaign) PhoneColumn(contact Contact, ccid int) (string, error) {
	if len(c.PhoneColumns) == 0 && ccid == 1 {
		return contact.Number, nil
	}
	if ccid < 1 || ccid > len(c.PhoneColumns) {
		return "", fault.New(fault.NotFound, "campaign %s has no phone column %d", c.Name, ccid)
	}
	_, value, _ := contact.Column(c.PhoneColumns[ccid-1])
	if value == contact.Number && value != "" { // a SIP URI, maybe
		return value, nil
	}
	return Number(value)
}

// HasNumber tells whether a number is one of the contact's own: the one that was
// imported, or that in one of the phone columns.
func (c Campaign) HasNumber(contact Contact, number string) bool {
	if number == contact.Number {
		return true
	}
	for i := range c.PhoneColumns {
		if own, err := c.PhoneColumn(contact, i+1); err == nil && own == number {
			return true
		}
	}
	return false
}
