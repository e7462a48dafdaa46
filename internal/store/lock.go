package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"

	"github.com/outdial/outdial/internal/fault"
)

// lockSuffix names the file beside the database that is locked while a server
// runs on it. The file is empty and stays; the lock is the kernel's and ends with
// the process, however that ends.
const lockSuffix = "-server"

// lock is held by the one server on a database. It is a transaction on an empty
// database of its own, since SQLite knows how to lock a file on every system.
type lock struct {
	db   *sql.DB
	held *sql.Conn
}

// lock makes this process the one server on the database. Without it, a server
// started a second time by mistake would take the live attempts of the first for
// those of a crash, and close them. Idempotent.
func (s *Store) lock(ctx context.Context) error {
	s.mu.Lock()
	held := s.server.held != nil
	s.mu.Unlock()
	if held {
		return nil
	}
	l, err := take(ctx, s.path)
	if fault.KindOf(err) == fault.Busy {
		// Without the cause, which would advise to try again.
		return fault.New(fault.Conflict, "another server is running on the database %s; stop it, or use another database", s.path)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.server = l
	s.mu.Unlock()
	return nil
}

func take(ctx context.Context, path string) (lock, error) {
	create(path + lockSuffix)
	db, err := open(path+lockSuffix, 1, url.Values{"_busy_timeout": {"0"}})
	if err != nil {
		return lock{}, err
	}
	held, err := db.Conn(ctx)
	if err == nil {
		if _, err = held.ExecContext(ctx, `BEGIN EXCLUSIVE`); err == nil {
			return lock{db: db, held: held}, nil
		}
		err = errors.Join(err, held.Close())
	}
	return lock{}, failed(errors.Join(err, db.Close()), "lock the database for this server")
}

// unlock lets another server run on the database.
func (s *Store) unlock() error {
	s.mu.Lock()
	l := s.server
	s.server = lock{}
	s.mu.Unlock()
	if l.held == nil {
		return nil
	}
	return errors.Join(l.held.Close(), l.db.Close())
}
