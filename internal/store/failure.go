package store

import (
	"context"
	"database/sql"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/outdial/outdial/internal/fault"
)

// failed makes a fault of an error of the driver, by its result code; a fault,
// and nil, stay as they are. Doing names the work: "save campaign X".
func failed(err error, doing string) error {
	var ours *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return fault.Wrap(err, fault.NotFound, "cannot %s: it does not exist", doing)
	case errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Internal, "cannot %s: it was called off", doing)
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Busy, "cannot %s: the database was too slow; try again", doing)
	}
	kind, why := diagnosis(err)
	return fault.Wrap(err, kind, "cannot %s: %s", doing, why)
}

// diagnosis reads the result code (https://www.sqlite.org/rescode.html).
func diagnosis(err error) (fault.Kind, string) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return fault.Internal, "the database failed"
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Conflict, "one like it is there already"
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Busy, "another process is writing to the database; try again"
	case sqlite3.SQLITE_FULL:
		return fault.Internal, "the disk is full; make room"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.Internal, "the database file is damaged, or is none; restore it from a backup"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return fault.Internal, "the database may not be written; check the rights on the file and its directory"
	case sqlite3.SQLITE_CANTOPEN:
		return fault.Internal, "the database cannot be opened; check that its directory exists and may be written"
	case sqlite3.SQLITE_IOERR:
		return fault.Internal, "the disk reports an error"
	}
	return fault.Internal, "the database failed"
}
