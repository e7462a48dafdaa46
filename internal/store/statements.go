package store

import (
	"context"
	"database/sql"
)

// statements are the statements of every claim and every result that touch a contact. They are
// prepared once: the triggers of selections are part of them, and to read those anew each
// time costs more than to carry them out.
type statements struct {
	take    *sql.Stmt // a contact, out of all others' hands
	open    *sql.Stmt // an attempt
	release *sql.Stmt // a contact, as its attempt left it
}

func (s *Store) prepare(ctx context.Context) error {
	for _, one := range []struct {
		statement **sql.Stmt
		text      string
	}{
		{&s.prepared.take, `UPDATE contacts SET status = 'I', owner = '' WHERE id = ?`},
		{&s.prepared.open, `INSERT INTO attempts
			(campaign, list, contact, number, ccid, kind, caller_id, preview, manual, claimed, placed, was_status, was_due, was_owner)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.prepared.release, `UPDATE contacts SET
				attempts = attempts + ?,
				due = iif(status = 'I', ?, due),
				owner = iif(status = 'I', ?, owner),
				status = iif(status = 'I', ?, status)
			WHERE id = ?`},
	} {
		var err error
		if *one.statement, err = s.writer.PrepareContext(ctx, one.text); err != nil {
			return failed(err, "open the database")
		}
	}
	return nil
}
