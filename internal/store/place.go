package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// placeReader reads where contacts of a list may be: names of zones and states joined
// by &. It remembers what it has read, as a list has few places.
type placeReader struct {
	by     campaign.ZoneBy
	state  string            // the column of the state, or empty
	known  map[string]string // what was written, and what it means
	plan   numberPlaces
	wanted int // campaigns that have said so
	// phones are the columns that they dial: numbers in them are read as the number is,
	// or they would be dialed as somebody typed them, and be on no do-not-call list.
	phones []string
	region string // theirs, for numbers without a country, if all have the same
}

// placesIn reads as the campaigns of a list want it. Where they differ, contacts are
// placed by both sources, which is right for each.
func (s *Store) placesIn(ctx context.Context, list string) (*placeReader, error) {
	p := &placeReader{by: campaign.ByColumn, known: map[string]string{}, plan: numberPlaces{}}
	var all []campaign.Campaign
	err := s.read(ctx, "read the campaigns of list "+list, func(tx *transaction) (err error) {
		all, err = campaigns(ctx, tx)
		return err
	})
	for _, c := range all {
		for _, source := range c.Lists() {
			if strings.EqualFold(source.List, list) {
				p.follow(c)
			}
		}
	}
	return p, err
}

// follow takes what one campaign wants.
func (p *placeReader) follow(c campaign.Campaign) {
	if p.wanted++; p.wanted > 1 && p.by != c.ZoneBy() {
		p.by = campaign.ByBoth
	} else {
		p.by = c.ZoneBy()
	}
	if p.state == "" {
		p.state = c.Law.StateColumn
	}
	if p.wanted == 1 {
		p.region = c.Law.Region
	} else if p.region != c.Law.Region {
		p.region = ""
	}
	for _, column := range c.PhoneColumns {
		if _, known := campaign.ColumnNamed(slices.Values(p.phones), column); !known {
			p.phones = append(p.phones, column)
		}
	}
}

// readPhones reads the numbers in a contact's phone columns where they stand.
func (p *placeReader) readPhones(c campaign.Contact, numbers *numberReader) error {
	for _, column := range p.phones {
		name, value, _ := c.Column(column)
		if strings.TrimSpace(value) == "" {
			continue
		}
		number, reason := numbers.read(value)
		if reason != "" {
			return fault.New(fault.Invalid, "column %s: %s", name, reason).On("columns")
		}
		c.Columns[name] = number
	}
	return nil
}

// zoneOf gives what is kept of where a contact may be, or says why it cannot be read,
// by his number, what is written of him, which may be nothing, and his state.
func (p *placeReader) zoneOf(number, written, inState string) (zone, reason string) {
	zone, known := p.known[written]
	if !known {
		zones, _ := compliance.SplitPlace(strings.TrimSpace(written))
		for _, name := range zones {
			// Local would be the server's.
			if _, err := time.LoadLocation(name); err != nil || name == "Local" {
				return "", fmt.Sprintf("%q is not an IANA time zone", name)
			}
		}
		zone = compliance.JoinPlace(strings.TrimSpace(written))
		p.known[strings.Clone(written)] = zone
	}
	return p.plan.whereabouts(p.by, zone, state(inState), number), ""
}
