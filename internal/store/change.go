package store

import (
	"cmp"
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// ChangeContact changes a contact and gives it as it is then. While it is being called
// only its columns may be changed. Of the statuses it can be given callable, urgent and
// excluded; then it has no due time and nobody's promise any more. Its attempts stay
// counted.
//
// Errors: NotFound, Invalid, Conflict (it is being called, or it has asked not to be).
func (s *Store) ChangeContact(ctx context.Context, list string, id campaign.ContactID, region string, change campaign.ContactChange) (campaign.Contact, error) {
	places, err := s.placesIn(ctx, list)
	if err != nil {
		return campaign.Contact{}, err
	}
	numbers, err := newNumberReader(cmp.Or(region, places.region))
	if err != nil {
		return campaign.Contact{}, err
	}
	var c campaign.Contact
	err = s.write(ctx, "change contact "+strconv.FormatInt(int64(id), 10)+" of list "+list, func(tx *transaction) (err error) {
		c, err = setContact(ctx, tx, list, id, change, numbers, places)
		return err
	})
	if err != nil {
		return campaign.Contact{}, err
	}
	return c, nil
}

func setContact(ctx context.Context, tx *transaction, list string, id campaign.ContactID, change campaign.ContactChange, numbers *numberReader, places *placeReader) (campaign.Contact, error) {
	was, err := contactOf(ctx, tx, list, id)
	if err != nil {
		return was, err
	}
	c, err := changed(was, change, numbers, places)
	if err != nil {
		return c, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE contacts SET number = ?, zone = ?, status = ?, due = ?, owner = ?, columns = ? WHERE id = ?`,
		c.Number, c.Zone, string(c.Status), micros(c.Due), c.Owner, string(appendColumns(nil, c.Columns)), id)
	if err != nil {
		return c, err
	}
	for name, value := range change.Columns {
		if value == nil {
			continue
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO list_columns (list, name) SELECT list, ? FROM contacts WHERE id = ? ON CONFLICT DO NOTHING`, name, id)
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// changed is a contact after a change, unless it may not be.
func changed(c campaign.Contact, change campaign.ContactChange, numbers *numberReader, places *placeReader) (campaign.Contact, error) {
	if c.Status == campaign.InProcess && (change.Number != nil || change.Zone != nil || change.Status != nil) {
		return c, fault.New(fault.Conflict, "contact %d is being called; change its number, zone and status when that is over", c.ID)
	}
	if change.Number != nil {
		var reason string
		if c.Number, reason = numbers.read(*change.Number); reason != "" {
			return c, fault.New(fault.Invalid, "%s", reason).On("number")
		}
	}
	if change.Zone != nil {
		c.Zone = *change.Zone
	}
	if to := change.Status; to != nil {
		if c.Status == campaign.Deleted && *to != campaign.Excluded {
			return c, fault.New(fault.Conflict, "contact %d has asked not to be called again; if that was a mistake, remove it and add it anew", c.ID).On("status")
		}
		if err := mayBeGiven(*to); err != nil {
			return c, err
		}
		c.Status, c.Due, c.Owner = *to, time.Time{}, ""
	}
	named := campaign.Contact{Columns: map[string]string{}}
	for name, value := range change.Columns {
		if value == nil {
			delete(c.Columns, name)
		} else {
			named.Columns[name] = *value
		}
	}
	if err := places.readPhones(named, numbers); err != nil {
		return c, err
	}
	maps.Copy(c.Columns, named.Columns)
	_, stated := campaign.ColumnNamed(maps.Keys(change.Columns), places.state)
	if change.Number != nil || change.Zone != nil || stated {
		var reason string
		_, inState, _ := c.Column(places.state)
		if c.Zone, reason = places.zoneOf(c.Number, c.Zone, inState); reason != "" {
			return c, fault.New(fault.Invalid, "%s", reason).On("zone")
		}
	}
	return c, checkColumns(c.Columns)
}

// RemoveContact takes a contact out of its list. What is written down of the attempts
// on it stays. Errors: NotFound, Conflict while it is being called.
func (s *Store) RemoveContact(ctx context.Context, list string, id campaign.ContactID) error {
	return s.write(ctx, "remove contact "+strconv.FormatInt(int64(id), 10)+" of list "+list, func(tx *transaction) error {
		c, err := contactOf(ctx, tx, list, id)
		if err != nil {
			return err
		}
		if c.Status == campaign.InProcess {
			return fault.New(fault.Conflict, "contact %d is being called; remove it when that is over", id)
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM contacts WHERE id = ?`, id)
		return err
	})
}
