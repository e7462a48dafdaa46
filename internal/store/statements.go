package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// keeping is how many statements a connection keeps. Those of a claim and its results
// are some fifty, and a few more for each selection.
const keeping = 256

// keeper makes connections that keep their statements. Every claim and every result
// runs the same ones, with the triggers of selections in them, and to read those anew
// takes longer than to carry them out.
type keeper struct{ driver.Connector }

// Connect opens a connection; see [driver.Connector].
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	plain, ok := conn.(connection)
	if !ok {
		return nil, errors.Join(errors.New("the driver cannot keep statements"), conn.Close())
	}
	return &keptConn{connection: plain, kept: map[string]driver.Stmt{}}, nil
}

// connection is what package sql uses of a connection.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// keptConn is a connection with the statements that it keeps and that do not run, by
// their texts. Package sql lets no two use it at a time.
type keptConn struct {
	connection
	kept map[string]driver.Stmt
}

// ExecContext carries out a statement; see [driver.ExecerContext].
func (c *keptConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if !worthKeeping(text) {
		return c.connection.ExecContext(ctx, text, args)
	}
	statement, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	done, err := statement.(driver.StmtExecContext).ExecContext(ctx, args)
	return done, errors.Join(err, c.give(text, statement))
}

// QueryContext asks; see [driver.QueryerContext].
func (c *keptConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if !worthKeeping(text) {
		return c.connection.QueryContext(ctx, text, args)
	}
	statement, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := statement.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.give(text, statement))
	}
	return &keptRows{Rows: rows, over: func() error { return c.give(text, statement) }}, nil
}

// keptRows gives its statement back when it is closed.
type keptRows struct {
	driver.Rows
	over func() error
}

// Close ends a question; see [driver.Rows].
func (r *keptRows) Close() error { return errors.Join(r.Rows.Close(), r.over()) }

// worthKeeping tells whether a text is one statement that reads or writes rows.
func worthKeeping(text string) bool {
	verb, _, _ := strings.Cut(text, " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return !strings.Contains(text, ";")
	}
	return false
}

// take finds a statement, or prepares it: it is not there either while it runs.
func (c *keptConn) take(ctx context.Context, text string) (driver.Stmt, error) {
	if statement, ok := c.kept[text]; ok {
		delete(c.kept, text)
		return statement, nil
	}
	return c.PrepareContext(ctx, text)
}

// give keeps a statement that has run, in place of another if there are too many.
func (c *keptConn) give(text string, statement driver.Stmt) error {
	old := c.kept[text]
	for other := range c.kept {
		if len(c.kept) < keeping || old != nil {
			break
		}
		old = c.kept[other]
		delete(c.kept, other)
	}
	c.kept[text] = statement
	if old != nil {
		return old.Close()
	}
	return nil
}

// Close closes the connection and its statements.
func (c *keptConn) Close() error {
	var err error
	for _, statement := range c.kept {
		err = errors.Join(err, statement.Close())
	}
	return errors.Join(err, c.connection.Close())
}
