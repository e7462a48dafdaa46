package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/listquery"
)

// What a question of a client may take.
const (
	// queryTime is how long one may take, with waiting for its turn: longer than
	// any that finds its contacts by a few conditions in a million, and short enough
	// that one that does not find an end harms nobody.
	queryTime = 2 * time.Second
	// queryRows and queryBytes are how much one gets.
	queryRows  = 1000
	queryBytes = 8 << 20
	// askers is how many questions are answered side by side. They have connections
	// of their own, so that the server's own reads never wait for them.
	askers = 2
)

// Query answers a question about the contacts of a list, as package listquery
// admits it: names of the columns that come out, and rows of as many texts, empty for
// NULL. It gives at most 1,000 rows and 8 MiB; more says that there were others. The
// columns are
//
//	I3_IDENTITY  the contact's identity, a number
//	STATUS       its status letter
//	ATTEMPTS     how often it was tried, a number
//	ZONE         its time zone, or empty
//	I3_KEY       what an import knows it by
//	I3_NUMBER    what is dialed
//	I3_DUE       not before, in UTC as 20260304T120000Z; NULL for any time
//	I3_OWNER     who has promised to call, or empty
//
// and then the customer's own, which are texts; one of his that has the name of one
// above cannot be reached.
//
// Errors: Invalid for a statement outside of what can be asked, NotFound for a list
// that does not exist, Busy if it takes longer than 2 seconds.
func (s *Store) Query(ctx context.Context, list, statement string, params []string) (columns []string, rows [][]string, more bool, err error) {
	q, err := listquery.Parse(statement)
	if err != nil {
		return nil, nil, false, err
	}
	limited, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	table, err := s.table(limited, list)
	if err != nil {
		return nil, nil, false, err
	}
	st, err := q.SQL(table, params, queryRows)
	if err != nil {
		return nil, nil, false, err
	}
	rows, more, err = s.ask(limited, st)
	switch {
	case err != nil && ctx.Err() == nil && limited.Err() != nil:
		return nil, nil, false, fault.Wrap(err, fault.Busy, "the question took longer than %v; ask for less, or try again", queryTime)
	case err != nil:
		return nil, nil, false, failed(err, "answer a question about list "+list)
	}
	return st.Columns, rows, more, nil
}

// table describes a list's contacts as they are seen now.
func (s *Store) table(ctx context.Context, name string) (listquery.Table, error) {
	t := listquery.Table{From: "contacts c", Where: "c.list = ?1 AND c.id <= ?2", Order: "c.id", Columns: []listquery.Column{
		{Name: "I3_IDENTITY", SQL: "c.id", Number: true},
		{Name: "STATUS", SQL: "c.status"},
		{Name: "ATTEMPTS", SQL: "c.attempts", Number: true},
		{Name: "ZONE", SQL: "c.zone"},
		{Name: "I3_KEY", SQL: "c.key"},
		{Name: "I3_NUMBER", SQL: "c.number"},
		{Name: "I3_DUE", SQL: "iif(c.due = 0, NULL, strftime('%Y%m%dT%H%M%SZ', c.due / 1000000, 'unixepoch'))"},
		{Name: "I3_OWNER", SQL: "c.owner"},
	}}
	own := t.Columns
	err := s.read(ctx, "read list "+name, func(tx *transaction) error {
		var list, loaded int64
		if err := tx.QueryRowContext(ctx, `SELECT id, loaded, name FROM lists WHERE name = ?`, name).Scan(&list, &loaded, &t.Name); err != nil {
			return err
		}
		t.Args = []any{list, loaded}
		customers, err := columnsOf(ctx, tx, name)
		for _, c := range customers {
			if !slices.ContainsFunc(own, func(o listquery.Column) bool { return strings.EqualFold(o.Name, c) }) {
				t.Columns = append(t.Columns, listquery.Column{Name: c, SQL: "json_extract(c.columns, ?)", Bind: string(appendText([]byte("$."), c))})
			}
		}
		return err
	})
	return t, err
}

// ask runs a statement and reads what it gives, up to the limits.
func (s *Store) ask(ctx context.Context, st listquery.Statement) (all [][]string, more bool, err error) {
	rows, err := s.asker.QueryContext(ctx, st.Text, st.Args...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	fields, targets := make([]sql.NullString, len(st.Columns)), make([]any, len(st.Columns))
	for i := range fields {
		targets[i] = &fields[i]
	}
	for size := 0; rows.Next(); {
		if len(all) == queryRows || size > queryBytes {
			return all, true, nil
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, false, err
		}
		row := make([]string, len(fields))
		for i, f := range fields {
			row[i] = f.String
			size += len(f.String)
		}
		all = append(all, row)
	}
	return all, false, rows.Err()
}

// openAsker opens the connections that answer questions. That nobody can ask for
// more than contacts is the work of package listquery; here SQLite itself is told to
// refuse to prepare whatever does.
func openAsker(path string) (*sql.DB, error) {
	c, err := connector(path, url.Values{"_query_only": {"on"}})
	if err != nil {
		return nil, err
	}
	return pool(guarded{c}, askers), nil
}

// guarded makes connections that read contacts and nothing else.
type guarded struct{ driver.Connector }

// Connect opens a connection; see [driver.Connector].
func (g guarded) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := g.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	asked, ok := conn.(sqlite.AuthorizerRegisterer)
	if !ok {
		return nil, errors.Join(errors.New("the driver cannot guard a connection"), conn.Close())
	}
	if err := asked.RegisterAuthorizer(mayAsk); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// askable are the functions that a question is made of.
var askable = []string{"count", "glob", "iif", "json_extract", "like", "strftime"}

// mayAsk decides what a question may do (https://www.sqlite.org/c3ref/c_alter_table.html).
func mayAsk(action sqlite.AuthorizerActionCode, table, function, _, _ string) sqlite.AuthorizerReturnCode {
	switch {
	case action == sqlite.AuthSelect,
		action == sqlite.AuthRead && table == "contacts",
		action == sqlite.AuthFunction && slices.Contains(askable, strings.ToLower(function)):
		return sqlite.AuthorizerOK
	}
	return sqlite.AuthorizerDeny
}
