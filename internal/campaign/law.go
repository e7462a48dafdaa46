package campaign

import (
	"cmp"
	"time"

	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/pacing"
)

// Law says which rules bind a campaign beside its hours.
type Law struct {
	// Rules are the names of rule sets (package compliance); the strictest of all that
	// apply to a contact binds.
	Rules []string `json:",omitempty"`
	// Holidays are the calendars on whose days nobody is called.
	Holidays []string `json:",omitempty"`
	// DoNotCall are the lists on which a number must not be, besides [InternalList].
	DoNotCall []string `json:",omitempty"`
	// ZoneBy is what tells where contacts are; empty is [ByColumn].
	ZoneBy ZoneBy `json:",omitempty"`
	// StateColumn is the column of contacts with their state, "FL" or "US-FL", or empty.
	StateColumn string `json:",omitempty"`
	// Region is in which national numbers are read that agents type, as a country of ISO
	// 3166, so that lists know them; empty dials them as they are.
	Region string `json:",omitempty"`
}

// InternalList is the do-not-call list of who asked us not to call again. Every
// campaign is held against it.
const InternalList = "internal"

// ZoneBy is what tells where a contact is.
type ZoneBy string

const (
	// ByColumn is what the list says of the contact.
	ByColumn ZoneBy = "column"
	// ByNumber is where the numbering plan puts his number.
	ByNumber ZoneBy = "number"
	// ByBoth is both, where they disagree: he may be called when it is right in each.
	ByBoth ZoneBy = "both"
)

// ZonesBy are all of them.
var ZonesBy = []ZoneBy{ByColumn, ByNumber, ByBoth}

// ZoneBy is what tells where the campaign's contacts are.
func (c Campaign) ZoneBy() ZoneBy { return cmp.Or(c.Law.ZoneBy, ByColumn) }

// Code puts together what binds the campaign.
func (c Campaign) Code(law compliance.Law) compliance.Code {
	return law.Code(c.Hours, c.Law.Rules...).Closed(c.Law.Holidays...)
}

// Bound is the campaign with its pace held to the rules about abandoned calls that it names:
// it steers for no more than the strictest of them allows, whatever its own limit and
// adjustment, and counts over a day where one does.
func (c Campaign) Bound(law compliance.Law, now time.Time) Campaign {
	c.Pace = c.Pace.Defaults()
	for _, r := range c.Code(law).Rules(now, compliance.Place{}) {
		if r.Abandoned == 0 {
			continue
		}
		c.Pace.Limit = min(c.Pace.Limit, r.Abandoned)
		if c.Pace.Adjust == pacing.NoAdjustment {
			c.Pace.Adjust = pacing.TargetRate
		}
		if r.Over <= 24*time.Hour && c.Window == pacing.ThirtyDays {
			c.Window = pacing.Day
		}
	}
	return c
}

// Place is where a contact may be; load finds time zones by their names.
func (c Campaign) Place(contact Contact, load func(string) (*time.Location, error)) compliance.Place {
	return compliance.ParsePlace(contact.Zone, c.Zone, load)
}

// Refusal is who is not to be called again.
type Refusal struct {
	Number  string // as it is dialed, or written; [compliance.ReadCallee] tells who that is
	At      time.Time
	By, Why string
}
