package store

import (
	"context"
	"errors"
	"testing"
)

func TestATransactionThatCannotBeKeptLeavesNothing(t *testing.T) {
	s := fresh(t)
	for _, c := range []struct {
		what string
		fail func(*transaction) error
	}{
		{"its work fails", func(*transaction) error { return errors.New("no") }},
		{"its commit fails", func(tx *transaction) error {
			if _, err := tx.ExecContext(t.Context(), `PRAGMA defer_foreign_keys = on`); err != nil {
				return err
			}
			_, err := tx.ExecContext(t.Context(), `INSERT INTO tallies (list, status, count) VALUES (12345, 'C', 1)`)
			return err
		}},
		{"somebody has ended it", func(tx *transaction) error {
			_, err := tx.ExecContext(t.Context(), `ROLLBACK`)
			return err
		}},
	} {
		err := s.write(t.Context(), "test", func(tx *transaction) error {
			if _, err := tx.ExecContext(t.Context(), `INSERT INTO lists (name) VALUES ('gone')`); err != nil {
				return err
			}
			return c.fail(tx)
		})
		if err == nil {
			t.Errorf("%s: no error", c.what)
		}
		if n := count(t, s, `SELECT count(*) FROM lists WHERE name = 'gone'`); n != 0 {
			t.Errorf("%s: the row is there", c.what)
		}
		if err := s.Audit(t.Context(), "a", "b", "c", noon); err != nil {
			t.Errorf("after %s the next one fails: %v", c.what, err)
		}
	}
}

func TestATransactionThatWritesIsNotCalledOff(t *testing.T) {
	s := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.write(ctx, "test", func(tx *transaction) error {
		cancel()
		_, err := tx.ExecContext(ctx, `INSERT INTO lists (name) VALUES ('there')`)
		return err
	})
	if n := count(t, s, `SELECT count(*) FROM lists WHERE name = 'there'`); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
	if err := s.write(ctx, "test", func(*transaction) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("one that had not begun: %v", err)
	}
	if err := s.read(ctx, "test", func(*transaction) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("one that reads: %v", err)
	}
}
