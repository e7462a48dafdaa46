package store

import (
	"context"
	"errors"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// RemoveContacts takes out of a list whom a source of CSV names by key, or where no key
// column is named everybody who has a number. It goes some rows at a time, and what is gone is gone: if
// it is called off, the same source goes on. Who is in a call, and who is not there, is
// among the rejects. With Check nothing is taken out.
//
// Errors: NotFound for a list that does not exist, Invalid as for [Store.Import].
func (s *Store) RemoveContacts(ctx context.Context, o ImportOptions) (ImportResult, error) {
	var done ImportResult
	if o.JSON {
		return done, fault.New(fault.Invalid, "who is removed is named by CSV, in a column of keys or numbers; a file of JSON is not read for that").On("source")
	}
	o.removing = true
	places, err := s.placesIn(ctx, o.List)
	if err != nil {
		return done, err
	}
	rows, err := readRows(o.Source, o, places)
	if err != nil {
		return done, err
	}
	for more := true; more; {
		var some []row
		if some, more, err = rows.next(batch); err != nil {
			return done, err
		}
		err := s.write(ctx, "remove contacts of list "+o.List, func(tx *transaction) error {
			list, _, err := findList(ctx, tx, o.List)
			if err != nil {
				return err
			}
			for _, r := range some {
				removed, reason, err := remove(ctx, tx, list, r, o.Check)
				if err != nil {
					return err
				}
				if done.Removed += removed; reason != "" {
					rows.reject(r.line, reason, r.fields)
				}
			}
			return nil
		})
		if err := errors.Join(err, rows.tell()); err != nil {
			return done, err
		}
		done.Rows, done.Rejected = rows.read, rows.rejected
		if o.Progress != nil {
			o.Progress(done.Rows)
		}
	}
	return done, nil
}

// remove takes out whom a row names, or says why somebody it names stays.
func remove(ctx context.Context, tx *transaction, list int64, r row, check bool) (removed int, reason string, err error) {
	what, where, value := "key", "contacts c WHERE c.list = ?1 AND c.key = ?2", r.key
	if r.key == "" {
		what, value = "number", r.number
		where = "directory d CROSS JOIN contacts c ON c.id = d.contact WHERE d.list = ?1 AND d.number = ?2"
	}
	type named struct {
		id     int64
		status campaign.Status
	}
	scan := func(row scanner) (n named, err error) {
		err = row.Scan(&n.id, &n.status)
		return n, err
	}
	all, err := collect(ctx, tx, scan, `SELECT c.id, c.status FROM `+where+` AND c.id <= (SELECT loaded FROM lists WHERE id = ?1)`, list, value)
	if err != nil || len(all) == 0 {
		return 0, "there is no contact with the " + what + " " + value, err
	}
	for _, one := range all {
		if one.status == campaign.InProcess {
			reason = "the contact with the " + what + " " + value + " is being called; remove it when that is over"
			continue
		}
		if removed++; check {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM contacts WHERE id = ?`, one.id); err != nil {
			return removed, "", err
		}
	}
	return removed, reason, nil
}
