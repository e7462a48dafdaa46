package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/outdial/outdial/internal/campaign"
)

// Contact finds a contact of a list. Errors: NotFound, also while its import runs.
func (s *Store) Contact(ctx context.Context, list string, id campaign.ContactID) (campaign.Contact, error) {
	var c campaign.Contact
	err := s.read(ctx, "read contact "+strconv.FormatInt(int64(id), 10)+" of list "+list, func(tx *transaction) (err error) {
		c, err = contactOf(ctx, tx, list, id)
		return err
	})
	return c, err
}

const oneContact = `SELECT ` + contactColumns + ` FROM contacts c JOIN lists l ON l.id = c.list WHERE c.id = ? AND c.id <= l.loaded`

func contactOf(ctx context.Context, tx *transaction, list string, id campaign.ContactID) (campaign.Contact, error) {
	return scanContact(tx.QueryRowContext(ctx, oneContact+` AND l.name = ?`, id, list))
}

// contactFor finds a contact in one of a campaign's lists.
func contactFor(ctx context.Context, tx *transaction, c campaign.Campaign, id campaign.ContactID) (contact campaign.Contact, err error) {
	for _, source := range c.Lists() {
		if contact, err = contactOf(ctx, tx, source.List, id); !errors.Is(err, sql.ErrNoRows) {
			break
		}
	}
	return contact, err
}

// Update writes columns of a contact back; the others stay. Errors: NotFound.
func (s *Store) Update(ctx context.Context, id campaign.ContactID, columns map[string]string) error {
	return s.write(ctx, "update contact "+strconv.FormatInt(int64(id), 10), func(tx *transaction) error {
		c, err := scanContact(tx.QueryRowContext(ctx, oneContact, id))
		if err != nil {
			return err
		}
		for name, value := range columns {
			if _, known := c.Columns[name]; !known {
				_, err := tx.ExecContext(ctx, `INSERT INTO list_columns (list, name) SELECT list, ? FROM contacts WHERE id = ?
					ON CONFLICT DO NOTHING`, name, id)
				if err != nil {
					return err
				}
			}
			c.Columns[name] = value
		}
		_, err = tx.ExecContext(ctx, `UPDATE contacts SET columns = ? WHERE id = ?`, string(appendColumns(nil, c.Columns)), id)
		return err
	})
}

// Lists gives for each contact list the number of contacts in each status.
func (s *Store) Lists(ctx context.Context) (map[string]map[campaign.Status]int, error) {
	type tally struct {
		list   string
		status campaign.Status
		count  int
	}
	lists := map[string]map[campaign.Status]int{}
	err := s.read(ctx, "read the contact lists", func(tx *transaction) error {
		scan := func(row scanner) (t tally, err error) {
			err = row.Scan(&t.list, &t.status, &t.count)
			return t, err
		}
		all, err := collect(ctx, tx, scan, `SELECT l.name, ifnull(t.status, ''), ifnull(t.count, 0)
			FROM lists l LEFT JOIN tallies t ON t.list = l.id`)
		for _, t := range all {
			if lists[t.list] == nil {
				lists[t.list] = map[campaign.Status]int{}
			}
			if t.count != 0 {
				lists[t.list][t.status] = t.count
			}
		}
		return err
	})
	return lists, err
}

// Columns gives the names of the customer's own columns that contacts of a list
// have, by name; none for a list that does not exist.
func (s *Store) Columns(ctx context.Context, list string) ([]string, error) {
	var names []string
	err := s.read(ctx, "read the columns of list "+list, func(tx *transaction) (err error) {
		names, err = columnsOf(ctx, tx, list)
		return err
	})
	return names, err
}

func columnsOf(ctx context.Context, tx *transaction, list string) ([]string, error) {
	return collect(ctx, tx, scanName, `SELECT c.name FROM list_columns c JOIN lists l ON l.id = c.list WHERE l.name = ? ORDER BY c.name`, list)
}

const contactColumns = `c.id, l.name, c.key, c.number, c.zone, c.status, c.attempts, c.due, c.owner, c.columns`

func scanContact(row scanner) (campaign.Contact, error) {
	var c campaign.Contact
	var columns string
	err := row.Scan(&c.ID, &c.List, &c.Key, &c.Number, &c.Zone, &c.Status, &c.Attempts, moment{&c.Due}, &c.Owner, &columns)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(columns), &c.Columns)
}

// appendColumns encodes columns as a JSON object, sorted by name, so that equal
// columns have equal texts.
func appendColumns(to []byte, columns map[string]string) []byte {
	to = append(to, '{')
	for i, name := range slices.Sorted(maps.Keys(columns)) {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendText(to, name), ':')
		to = appendText(to, columns[name])
	}
	return append(to, '}')
}

// appendText encodes a JSON string. Most text of a contact needs no escape, and
// an import encodes all of it.
func appendText(to []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			var b bytes.Buffer
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			e.Encode(s) // a string into a buffer: cannot fail
			return append(to, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
		}
	}
	to = append(to, '"')
	to = append(to, s...)
	return append(to, '"')
}
