package store

import (
	"context"
	"embed"
	"io/fs"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migration is one step of the schema. A step that was released is never
// changed; what comes later is a new one.
type migration struct {
	version int
	name    string
	text    string
}

// steps reads the migrations, which are numbered without a gap: 0001_name.sql.
func steps(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	all := make([]migration, 0, len(names))
	for i, file := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "migrations/"), ".sql")
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fault.New(fault.Internal, "migration %s should be number %d", file, i+1)
		}
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{version: i + 1, name: name, text: string(text)})
	}
	return all, nil
}

// migrate brings the schema up to date, all in one transaction: two programs
// that start together do not meet, and one that dies leaves what was there.
func (s *Store) migrate(ctx context.Context) error {
	all, err := steps(migrations)
	if err != nil {
		return failed(err, "read the migrations")
	}
	return s.write(ctx, "bring the database up to date", func(tx *transaction) error {
		return s.apply(ctx, tx, all)
	})
}

func (s *Store) apply(ctx context.Context, tx *transaction, all []migration) error {
	const table = `CREATE TABLE IF NOT EXISTS schema_version (
		version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL) STRICT`
	if _, err := tx.ExecContext(ctx, table); err != nil {
		return err
	}
	var have int
	if err := tx.QueryRowContext(ctx, `SELECT ifnull(max(version), 0) FROM schema_version`).Scan(&have); err != nil {
		return err
	}
	if have > len(all) {
		return fault.New(fault.Conflict, "the database has schema %d and this program knows up to %d; start the newer program, or restore the backup made before it", have, len(all))
	}
	for _, m := range all[have:] {
		if _, err := tx.ExecContext(ctx, m.text); err != nil {
			return failed(err, "apply migration "+m.name)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO schema_version (version, name, applied) VALUES (?, ?, ?)`,
			m.version, m.name, micros(s.now()))
		if err != nil {
			return err
		}
	}
	return nil
}
