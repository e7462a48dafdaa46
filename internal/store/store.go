package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"modernc.org/sqlite"

	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// BusyTimeout is how long a transaction waits for another process that writes.
const BusyTimeout = 15 * time.Second

// readers is how many reads run side by side; each keeps a page cache.
const readers = 4

// Store is an open database. Use [Open].
type Store struct {
	path   string
	writer *sql.DB // one connection, transactions take the write lock at once
	reader *sql.DB // may not write
	asker  *sql.DB // answers questions of clients; may read contacts only
	now    func() time.Time

	patience time.Duration // with other processes that write
	brief    int           // up to how many rows an import is over in a moment
	hashes   chan struct{} // limits password hashing to what the processors can do
	cost     cost          // of hashes of passwords that are set

	locations sync.Map       // of time zones by name, as they were loaded
	closed    sync.Map       // of places where no campaign may call, by [shut]
	law       compliance.Law // set before the first claim

	mu     sync.Mutex // guards server
	server lock       // of Recover
}

// Open opens the database file at path, creating it where there is none, and
// brings its schema up to date. The clock stamps imports; nil is time.Now.
//
// Errors: Invalid (no usable path), Conflict (the file was written by a newer
// version of the program), Busy, Internal.
func Open(ctx context.Context, path string, now func() time.Time) (*Store, error) {
	if path == "" || path == ":memory:" {
		return nil, fault.New(fault.Invalid, "the database must be a file; set its path").On("path")
	}
	if now == nil {
		now = time.Now
	}
	create(path)
	// FULL syncs the log at every commit. NORMAL would survive a killed process
	// too, since the system has the pages by then, but not a power cut: an attempt
	// row would be gone after its contact was dialed. Of what is synced the times of
	// the file are left out where the system can do so (fdatasync, for the whole
	// process): the log is written over in place, and only they would have to go
	// through the journal of the file system.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, failed(err, "choose how the disk is asked to keep things")
	}
	writer, err := openWriter(path, url.Values{"_synchronous": {"FULL"}, "_foreign_keys": {"on"}, "_pragma": {"cache_size(-32768)"}})
	if err != nil {
		return nil, err
	}
	reader, err := open(path, readers, url.Values{"_query_only": {"on"}})
	if err != nil {
		writer.Close()
		return nil, err
	}
	asker, err := openAsker(path)
	if err != nil {
		return nil, errors.Join(err, writer.Close(), reader.Close())
	}
	s := &Store{path: path, writer: writer, reader: reader, asker: asker, now: now, patience: BusyTimeout, brief: 5 * chunk, hashes: make(chan struct{}, runtime.GOMAXPROCS(0)), cost: usualCost()}
	if err := s.migrate(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// create makes a new file one that only its owner may read, as it will hold
// customers and password hashes; SQLite gives its companions the same rights. A
// file that is there is not touched: closing it would take away the locks of
// other connections of this process. If it fails, SQLite will fail, and say why.
func create(path string) {
	if f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		f.Close()
	}
}

func open(path string, connections int, settings url.Values) (*sql.DB, error) {
	c, err := connector(path, settings)
	if err != nil {
		return nil, err
	}
	return pool(c, connections), nil
}

// openWriter opens the one connection of a pool that may write.
func openWriter(path string, settings url.Values) (*sql.DB, error) {
	settings.Set("_journal_mode", "WAL")
	settings.Set("_busy_timeout", "0") // see turn
	settings.Add("_pragma", "journal_size_limit(67108864)")
	settings.Add("_pragma", "wal_autocheckpoint("+strconv.Itoa(unswept)+")")
	c, err := connector(path, settings)
	if err != nil {
		return nil, err
	}
	return pool(keeper{c}, 1), nil
}

// connector makes connections to a database file, with our settings and more.
func connector(path string, settings url.Values) (driver.Connector, error) {
	if !settings.Has("_busy_timeout") {
		settings.Set("_busy_timeout", strconv.FormatInt(BusyTimeout.Milliseconds(), 10))
	}
	settings.Set("_dqs", "false")
	settings.Set("_error_rc", "true")
	// As a URI, for a plain name would end at its first question mark.
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
	c, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "%s is not a usable database path", path).On("path")
	}
	return c, nil
}

func pool(c driver.Connector, connections int) *sql.DB {
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// Close closes the database after the transactions that run. It is idempotent.
func (s *Store) Close() error {
	err := errors.Join(s.asker.Close(), s.reader.Close(), s.writer.Close(), s.unlock())
	return failed(err, "close the database")
}

// Check tells whether the database can be read; for health checks.
func (s *Store) Check(ctx context.Context) error {
	var version int
	err := s.reader.QueryRowContext(ctx, `SELECT max(version) FROM schema_version`).Scan(&version)
	return failed(err, "read the database")
}

// write runs f in a transaction that holds the write lock from its start, and
// commits if f returns nil; or in that of [Store.Together]. Doing names the work for
// an error.
func (s *Store) write(ctx context.Context, doing string, f func(*transaction) error) error {
	if shared := s.shared(ctx); shared != nil {
		return shared.write(doing, f)
	}
	return s.writeBy(ctx, s.writer, doing, f)
}

// writeBy writes by a connection of its own kind.
func (s *Store) writeBy(ctx context.Context, db *sql.DB, doing string, f func(*transaction) error) error {
	tx, err := s.turn(ctx, db)
	if err != nil {
		return failed(err, doing)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return failed(err, doing)
	}
	return failed(tx.Commit(), doing)
}

// turn begins a transaction with the write lock, once no other process has it. It
// asks every millisecond: SQLite's own waiting soon asks but ten times a second, and
// beside an import, which lets go of the lock for a few milliseconds between two
// chunks, would go away empty many times over. And while another process changes the
// journal's mode, or closes the file as its last user, SQLite does not wait at all.
func (s *Store) turn(ctx context.Context, db *sql.DB) (*transaction, error) {
	for end := time.Now().Add(s.patience); ; {
		tx, err := begin(ctx, db, true)
		if err == nil || fault.KindOf(failed(err, "begin")) != fault.Busy || ctx.Err() != nil || time.Now().After(end) {
			return tx, err
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// read runs f in a transaction that sees one state of the database; in that of
// [Store.Together] also what was written in it.
func (s *Store) read(ctx context.Context, doing string, f func(*transaction) error) error {
	if shared := s.shared(ctx); shared != nil {
		return failed(f(shared.tx), doing)
	}
	tx, err := begin(ctx, s.reader, false)
	if err != nil {
		return failed(err, doing)
	}
	defer tx.Rollback()
	return failed(f(tx), doing)
}

// collect reads all rows of a query with one scan function.
func collect[T any](ctx context.Context, tx *transaction, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// scanner is a row, alone or among others.
type scanner interface{ Scan(...any) error }

// scanName reads the one text of a row.
func scanName(row scanner) (string, error) {
	var name string
	err := row.Scan(&name)
	return name, err
}

// micros is a moment as the database keeps it.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is a column that holds micros.
type moment struct{ at *time.Time }

// Scan reads a column; see [sql.Scanner].
func (m moment) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fault.New(fault.Internal, "the database holds %T where a moment belongs", v)
	}
	*m.at = time.Time{}
	if n != 0 {
		*m.at = time.UnixMicro(n).UTC()
	}
	return nil
}

// span is a column that holds a duration in microseconds.
type span struct{ of *time.Duration }

// Scan reads a column; see [sql.Scanner].
func (s span) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fault.New(fault.Internal, "the database holds %T where a duration belongs", v)
	}
	*s.of = time.Duration(n) * time.Microsecond
	return nil
}
