package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// Recycle starts a list from its top: contacts that wait for their next try are as if
// they had not been called yet, each from its first number on. It takes some of them at
// a time, and tells how many there were and whether there may be more. Promised
// callbacks keep their time, and so do rescheduled calls that are protected.
func (s *Store) Recycle(ctx context.Context, list string, now time.Time) (n int, more bool, err error) {
	err = s.write(ctx, "recycle list "+list, func(tx *transaction) (err error) {
		n, err = recycle(ctx, tx, list, now)
		return err
	})
	if err != nil {
		return 0, false, err
	}
	return n, n > 0, nil
}

// recycle takes up to a chunk of contacts of one zone, none if none waits.
func recycle(ctx context.Context, tx *transaction, name string, now time.Time) (int, error) {
	list, _, err := findList(ctx, tx, name)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, status := range []campaign.Status{campaign.Callable, campaign.Seen} {
		zones, err := zoneNames(ctx, tx, list, status)
		if err != nil {
			return 0, err
		}
		for _, zone := range zones {
			const those = `(SELECT id FROM contacts WHERE list = ?1 AND status = ?2 AND zone = ?3 AND free > ?4 ORDER BY free, id LIMIT ?5)`
			args := []any{list, string(status), zone, micros(now), chunk}
			if _, err := tx.ExecContext(ctx, `UPDATE numbers SET passed = 0 WHERE contact IN `+those, args...); err != nil {
				return 0, err
			}
			done, err := tx.ExecContext(ctx, `UPDATE contacts SET due = 0, status = 'C' WHERE id IN `+those, args...)
			if err != nil {
				return 0, err
			}
			if n, err := done.RowsAffected(); err != nil || n > 0 {
				return int(n), err
			}
		}
	}
	return 0, nil
}
