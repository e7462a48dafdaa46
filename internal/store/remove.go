package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// RemoveContacts takes out of a list whom a source of CSV names by key, or where no key
// column is named by number. It goes some rows at a time, and what is gone is gone: if
// it is called off, the same source goes on. Who is in a call, and who is not there, is
// among the rejects. With Check nothing is taken out.
//
// Errors: NotFound for a list that does not exist, Invalid as for [Store.Import].
func (s *Store) RemoveContacts(ctx context.Context, o ImportOptions) (ImportResult, error) {
	var done ImportResult
	if o.JSON {
		return done, fault.New(fault.Invalid, "contacts are removed by CSV; name the column of their keys").On("source")
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
				reason, err := removeKey(ctx, tx, list, r.key, o.Check)
				if err != nil {
					return err
				}
				if reason != "" {
					rows.reject(r.line, reason, r.fields)
				} else {
					done.Removed++
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

// removeKey takes out the contact with a key, or says why not.
func removeKey(ctx context.Context, tx *transaction, list int64, key string, check bool) (reason string, err error) {
	var id int64
	var status campaign.Status
	err = tx.QueryRowContext(ctx, `SELECT c.id, c.status FROM contacts c JOIN lists l ON l.id = c.list
		WHERE c.list = ? AND c.key = ? AND c.id <= l.loaded`, list, key).Scan(&id, &status)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "there is no contact with the key " + key, nil
	case err != nil:
		return "", err
	case status == campaign.InProcess:
		return "the contact with the key " + key + " is being called; remove it when that is over", nil
	case check:
		return "", nil
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM contacts WHERE id = ?`, id)
	return "", err
}
