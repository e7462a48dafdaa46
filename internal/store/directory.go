package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// The table directory tells who of a list has a number. Numbers come in no order, and
// each that is entered alone writes a page of it; so an import gathers what it adds, and
// enters it sorted.

// gathered is how many contacts an import enters at a time. They take some 60 MB.
const gathered = 1_000_000

// entry is what the directory has of a contact.
type entry struct {
	number  string
	contact int64
}

// enlist enters what was gathered.
func (l *load) enlist(ctx context.Context) error {
	slices.SortFunc(l.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.contact, b.contact))
	})
	for some := range slices.Chunk(l.entries, chunk) {
		err := l.store.writeBy(ctx, l.db, "load contacts", func(tx *transaction) error {
			if err := l.beat(ctx, tx); err != nil {
				return err
			}
			for part := range slices.Chunk(some, batch) {
				values := make([]any, 0, 3*len(part))
				for _, e := range part {
					values = append(values, l.list, e.number, e.contact)
				}
				_, err := tx.ExecContext(ctx, `INSERT INTO directory (list, number, contact) VALUES `+places(len(part), "(?, ?, ?)"), values...)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, e := range l.entries {
		delete(l.met, e.number)
	}
	l.entries = l.entries[:0]
	return nil
}

// sift takes out of rows those whose number another contact has, unless both are kept:
// they are rejected, or change that contact.
func (l *load) sift(ctx context.Context, tx *transaction, rows []row) ([]row, error) {
	if l.duplicates == campaign.KeepDuplicates {
		return rows, nil
	}
	have, err := l.holders(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	var rest []row
	for _, r := range rows {
		line := 0
		there, taken := have[r.number]
		if taken && there.key != r.key {
			line = l.lines.get(there.id)
		}
		if line == 0 {
			line = l.met[r.number]
		}
		switch {
		case line != 0:
			l.rows.reject(r.line, fmt.Sprintf("the number %s is in line %d already", r.number, line), r.fields)
		case !taken || there.key == r.key:
			l.met[r.number] = r.line
			rest = append(rest, r)
		case l.duplicates == campaign.RejectDuplicates:
			l.rows.reject(r.line, fmt.Sprintf("contact %d has the number %s already", there.id, r.number), r.fields)
		default:
			if err := l.changeHolder(ctx, tx, there, r); err != nil {
				return nil, err
			}
		}
	}
	return rest, nil
}

// changeHolder notes a row as a change of the contact that has its number, unless it
// is the key of yet another.
func (l *load) changeHolder(ctx context.Context, tx *transaction, there present, r row) error {
	var other int64
	err := tx.QueryRowContext(ctx, `SELECT id FROM contacts WHERE list = ? AND key = ?`, l.list, r.key).Scan(&other)
	switch {
	case err == nil:
		l.rows.reject(r.line, fmt.Sprintf("contact %d has the number %s, and contact %d the key %s", there.id, r.number, other, r.key), r.fields)
		return nil
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	l.lines.set(there.id, r.line)
	return l.change(ctx, tx, there, r)
}

// holders finds who has the numbers of rows: of several the one with the row's key, else
// the first.
func (l *load) holders(ctx context.Context, tx *transaction, rows []row) (map[string]present, error) {
	args, keys := []any{l.list}, make(map[string]string, len(rows))
	for _, r := range rows {
		args = append(args, r.number)
		keys[r.number] = r.key
	}
	all, err := collect(ctx, tx, scanPresent, `SELECT c.key, c.id, c.number, c.zone, c.columns FROM directory d CROSS JOIN contacts c ON c.id = d.contact
		WHERE d.list = ? AND d.number IN (`+places(len(rows), "?")+`) ORDER BY d.contact`, args...)
	have := make(map[string]present, len(all))
	for _, p := range all {
		if _, known := have[p.number]; !known || p.key == keys[p.number] {
			have[p.number] = p
		}
	}
	return have, err
}

// holder is the first contact that has a number, or 0 for nobody; there tells whether
// its import is over.
func holder(ctx context.Context, tx *transaction, list int64, number string) (id campaign.ContactID, there bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT d.contact, d.contact <= l.loaded FROM directory d JOIN lists l ON l.id = d.list
		WHERE d.list = ? AND d.number = ? ORDER BY d.contact LIMIT 1`, list, number).Scan(&id, &there)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return id, there, err
}

// meet is for a contact that is to be added, and whose number somebody may have: it says
// so, or changes who has it and gives him as he is then; ok tells that it did.
func meet(ctx context.Context, tx *transaction, list int64, name string, how campaign.Addition, c campaign.Contact, places *placeReader) (now campaign.Contact, ok bool, err error) {
	if how.Duplicates == campaign.KeepDuplicates {
		return c, false, nil
	}
	id, there, err := holder(ctx, tx, list, c.Number)
	switch {
	case err != nil || id == 0:
		return c, false, err
	case !there:
		return c, false, fault.New(fault.Conflict, "the number %s comes with an import that is running; wait for its end", c.Number).On("number")
	case how.Duplicates == campaign.RejectDuplicates:
		return c, false, fault.New(fault.Conflict, "contact %d has the number %s already; change that one, or keep both", id, c.Number).On("number")
	}
	was, err := contactOf(ctx, tx, name, id)
	if err != nil {
		return c, false, err
	}
	change := campaign.ContactChange{Columns: make(map[string]*string, len(c.Columns))}
	for column, value := range c.Columns {
		change.Columns[column] = &value
	}
	if c.Zone != "" && c.Zone != was.Zone {
		change.Zone = &c.Zone
	}
	now, err = setContact(ctx, tx, name, id, change, nil, places)
	return now, true, err
}
