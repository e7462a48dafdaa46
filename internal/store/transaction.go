package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// transaction is a connection of a pool from BEGIN to COMMIT or ROLLBACK. It is not a
// [sql.Tx]: that starts a goroutine for each question, to end it when the context of the
// whole ends, and to wake a processor for that takes longer than most of our questions.
type transaction struct {
	conn *sql.Conn
	// writes: once it has begun it is not called off. The driver, too, would watch for
	// that beside each statement.
	writes bool
	over   bool
}

// begin begins a transaction; one that writes takes the write lock at once.
func begin(ctx context.Context, db *sql.DB, writes bool) (*transaction, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t := &transaction{conn: conn, writes: writes}
	how := "BEGIN"
	if writes {
		how = "BEGIN IMMEDIATE"
	}
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), how); err != nil {
		conn.Close()
		return nil, err
	}
	return t, nil
}

// Commit keeps what was written. If that fails nothing is kept.
func (t *transaction) Commit() error {
	if _, err := t.conn.ExecContext(context.Background(), "COMMIT"); err != nil {
		t.Rollback()
		return err
	}
	t.over = true
	return t.conn.Close()
}

// Rollback takes back what was written, unless that is kept already.
func (t *transaction) Rollback() {
	if t.over {
		return
	}
	t.over = true
	if _, err := t.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		// Nobody knows in what state it is, so the pool shall not have it back.
		_ = t.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	t.conn.Close()
}

// ExecContext, QueryContext, QueryRowContext and PrepareContext are as those of [sql.Tx].
func (t *transaction) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	return t.conn.ExecContext(t.within(ctx), text, args...)
}

func (t *transaction) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return t.conn.QueryContext(t.within(ctx), text, args...)
}

func (t *transaction) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	return t.conn.QueryRowContext(t.within(ctx), text, args...)
}

func (t *transaction) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	return t.conn.PrepareContext(t.within(ctx), text)
}

// within is the context for a statement.
func (t *transaction) within(ctx context.Context) context.Context {
	if t.writes {
		return context.WithoutCancel(ctx)
	}
	return ctx
}
