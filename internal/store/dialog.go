package store

import (
	"context"
)

// NoteDialogs writes down SIP dialogs that are up, by Call-ID, with what is told of
// them, and takes away those that are over; all of it or nothing.
func (s *Store) NoteDialogs(ctx context.Context, up map[string][]byte, over []string) error {
	return s.write(ctx, "note which calls are up", func(tx *transaction) error {
		for callID, told := range up {
			if _, err := tx.ExecContext(ctx, `INSERT INTO dialogs (call_id, told) VALUES (?, ?)
				ON CONFLICT (call_id) DO UPDATE SET told = excluded.told`, callID, told); err != nil {
				return err
			}
		}
		for _, callID := range over {
			if _, err := tx.ExecContext(ctx, `DELETE FROM dialogs WHERE call_id = ?`, callID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Dialogs gives the SIP dialogs that are noted as up. After an orderly stop there
// are none.
func (s *Store) Dialogs(ctx context.Context) (map[string][]byte, error) {
	noted := make(map[string][]byte)
	err := s.read(ctx, "read which calls are up", func(tx *transaction) error {
		rows, err := tx.QueryContext(ctx, `SELECT call_id, told FROM dialogs`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var callID string
			var told []byte
			if err := rows.Scan(&callID, &told); err != nil {
				return err
			}
			noted[callID] = told
		}
		return rows.Err()
	})
	return noted, err
}
