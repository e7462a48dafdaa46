package store

import (
	"cmp"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/campaign"
)

// An export of contacts (package console) may be imported again, here or elsewhere. It
// is known by its first column, i3_identity. What is the dialer's own in it is used
// where it says who the contact is, and is left out otherwise.

// asExported completes how an export is read.
func asExported(o ImportOptions, names map[string]int) ImportOptions {
	own := func(name string) string {
		if _, ok := names["i3_"+name]; ok {
			return "i3_" + name
		}
		return name
	}
	o.Number, o.Key = cmp.Or(o.Number, "i3_number"), cmp.Or(o.Key, "i3_key")
	o.Zone, o.Status = cmp.Or(o.Zone, own("zone")), cmp.Or(o.Status, own("status"))
	return o
}

// exportsOwn tells whether a column of an export is the dialer's. A status, a zone and
// attempts are, unless the customer has a column of that name; then ours is called
// i3_status and so on.
func exportsOwn(header []string, name string) bool {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "i3_") {
		return true
	}
	return (name == "status" || name == "zone" || name == "attempts") &&
		!slices.ContainsFunc(header, func(h string) bool { return strings.EqualFold(h, "i3_"+name) })
}

// restored is the status of a contact that was exported with another. Who was in a call
// or waited for one is callable: calls, promises and due times are not carried over.
func restored(was campaign.Status) campaign.Status {
	switch was {
	case campaign.AttemptsSpent, campaign.Deleted, campaign.Excluded, campaign.Uncallable, campaign.Flagged:
		return was
	}
	return campaign.Callable
}

// unguarded takes away the apostrophe by which an export keeps spreadsheets from taking
// a text for a formula.
func unguarded(cell string) string {
	bare := strings.TrimLeft(cell, "'")
	if bare == cell || bare == "" || !strings.ContainsRune("=+-@\t\r", rune(bare[0])) {
		return cell
	}
	if (bare[0] == '+' || bare[0] == '-') && len(bare) > 1 && strings.Trim(bare[1:], "0123456789 .()-") == "" {
		return cell // a number, which is not guarded
	}
	return cell[1:]
}
