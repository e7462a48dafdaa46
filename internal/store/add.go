package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

const (
	// maxColumns is how many of his own columns a contact may have.
	maxColumns = 200
	// spare is how many identities an import leaves below its own, for contacts that
	// others add to its list while it runs.
	spare = 100_000
)

// CreateList makes an empty contact list. Errors: Invalid, Conflict if it is there.
func (s *Store) CreateList(ctx context.Context, name string) error {
	if err := plainText("list", name, 1, 200); err != nil {
		return err
	}
	return s.write(ctx, "create list "+name, func(tx *transaction) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO lists (name) VALUES (?) ON CONFLICT (name) DO NOTHING`, name)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fault.New(fault.Conflict, "there is a list %s already; names compare without case", name).On("name"))
		}
		return nil
	})
}

// AddContacts puts contacts into a list, all or none, and gives them as they are then.
// They count at once, also while an import into the list runs. Of a contact are read
// Number, Zone, Key (empty: the
// number), Columns, and Status: callable (or empty), urgent, or excluded. One whose
// number another has may stand for a change of that one.
//
// Errors: NotFound for a list that does not exist; Invalid, with the place of the
// contact in the message if there are several; Conflict for a key that is in the list, or
// a number if those are rejected.
func (s *Store) AddContacts(ctx context.Context, list string, how campaign.Addition, contacts []campaign.Contact) ([]campaign.Contact, error) {
	places, err := s.placesIn(ctx, list)
	if err != nil {
		return nil, err
	}
	numbers, err := newNumberReader(cmp.Or(how.Region, places.region))
	if err != nil {
		return nil, err
	}
	ready := make([]campaign.Contact, len(contacts))
	for i, c := range contacts {
		if ready[i], err = prepared(c, numbers, places); err != nil {
			return nil, placed(err, i, len(contacts))
		}
	}
	added := make([]campaign.Contact, 0, len(ready))
	err = s.write(ctx, "add contacts to list "+list, func(tx *transaction) error {
		id, _, err := findList(ctx, tx, list)
		if err != nil {
			return err
		}
		for i, c := range ready {
			now, ok, err := meet(ctx, tx, id, list, how, c, places)
			if err == nil && !ok {
				now, err = add(ctx, tx, id, c)
			}
			if err != nil {
				return placed(err, i, len(contacts))
			}
			added = append(added, now)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

// placed says which of several contacts an error is about.
func placed(err error, i, of int) error {
	var ours *fault.Error
	if of < 2 || !errors.As(err, &ours) {
		return err
	}
	said := *ours
	said.Message = "contact " + strconv.Itoa(i+1) + " of " + strconv.Itoa(of) + ": " + said.Message + "; none was added"
	return &said
}

// prepared reads what is given of a contact.
func prepared(c campaign.Contact, numbers *numberReader, places *placeReader) (campaign.Contact, error) {
	var reason string
	if c.Number, reason = numbers.read(c.Number); reason != "" {
		return c, fault.New(fault.Invalid, "%s", reason).On("number")
	}
	c.Columns = maps.Clone(c.Columns)
	if err := places.readPhones(c, numbers); err != nil {
		return c, err
	}
	_, inState, _ := c.Column(places.state)
	if c.Zone, reason = places.zoneOf(c.Number, c.Zone, inState); reason != "" {
		return c, fault.New(fault.Invalid, "%s", reason).On("zone")
	}
	c.Key = cmp.Or(strings.TrimSpace(c.Key), c.Number)
	if err := plainText("key", c.Key, 1, 200); err != nil {
		return c, err
	}
	c.Status = cmp.Or(c.Status, campaign.Callable)
	if err := mayBeGiven(c.Status); err != nil {
		return c, err
	}
	return c, checkColumns(c.Columns)
}

// mayBeGiven tells whether a status is one that is given from outside.
func mayBeGiven(to campaign.Status) error {
	switch to {
	case campaign.Callable, campaign.Urgent, campaign.Excluded:
		return nil
	}
	return fault.New(fault.Invalid, "a contact is given the status C (callable), J (to be called at once) or E (excluded), not %.10q", string(to)).On("status")
}

func checkColumns(columns map[string]string) error {
	if len(columns) > maxColumns {
		return fault.New(fault.Invalid, "%d columns are too many; a contact has at most %d", len(columns), maxColumns).On("columns")
	}
	for name, value := range columns {
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return fault.New(fault.Invalid, "column %.40q has no name, or is not UTF-8", name).On("columns")
		}
	}
	return nil
}

// plainText refuses what is not one line of text of some length.
func plainText(what, text string, low, high int) error {
	if len(text) < low || len(text) > high || !utf8.ValidString(text) || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' }) {
		return fault.New(fault.Invalid, "a %s is one line of text in UTF-8, of %d to %d bytes", what, low, high).On(what)
	}
	return nil
}

// add puts in one contact.
func add(ctx context.Context, tx *transaction, list int64, c campaign.Contact) (campaign.Contact, error) {
	id, err := identity(ctx, tx, list)
	if err != nil {
		return c, err
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO contacts (id, list, key, number, zone, status, columns) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (list, key) DO NOTHING`, id, list, c.Key, c.Number, c.Zone, string(c.Status), string(appendColumns(nil, c.Columns)))
	if err != nil {
		return c, err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return c, errors.Join(err, taken(ctx, tx, list, c.Key))
	}
	new, err := done.LastInsertId()
	if err != nil {
		return c, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE lists SET loaded = ? WHERE id = ?`, new, list); err != nil {
		return c, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO tallies (list, status, count) VALUES (?, ?, 1)
		ON CONFLICT (list, status) DO UPDATE SET count = count + 1`, list, string(c.Status))
	if err != nil {
		return c, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO directory (list, number, contact) VALUES (?, ?, ?)`, list, c.Number, new); err != nil {
		return c, err
	}
	for name := range c.Columns {
		if _, err := tx.ExecContext(ctx, `INSERT INTO list_columns (list, name) VALUES (?, ?) ON CONFLICT DO NOTHING`, list, name); err != nil {
			return c, err
		}
	}
	return scanContact(tx.QueryRowContext(ctx, oneContact, new))
}

// identity is the next one of a list: while an import runs, one of those that it left
// below its own, so that the list's mark can rise over it; else nil, for any.
func identity(ctx context.Context, tx *transaction, list int64) (any, error) {
	var running, given, base int64
	err := tx.QueryRowContext(ctx, `SELECT id, given, base FROM imports WHERE list = ? AND finished = 0`, list).Scan(&running, &given, &base)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case given >= base:
		return nil, fault.New(fault.Busy, "an import into the list is about to end, or leaves no room for more contacts; try again")
	}
	_, err = tx.ExecContext(ctx, `UPDATE imports SET given = ? WHERE id = ?`, given+1, running)
	return given + 1, err
}

// taken says who has a key.
func taken(ctx context.Context, tx *transaction, list int64, key string) error {
	var id int64
	var there bool
	err := tx.QueryRowContext(ctx, `SELECT c.id, c.id <= l.loaded FROM contacts c JOIN lists l ON l.id = c.list WHERE c.list = ? AND c.key = ?`, list, key).Scan(&id, &there)
	switch {
	case err != nil:
		return err
	case !there:
		return fault.New(fault.Conflict, "the key %s comes with an import that is running; wait for its end and change the contact, or use another key", key).On("key")
	}
	return fault.New(fault.Conflict, "contact %d has the key %s already; change that one, or use another key", id, key).On("key")
}
