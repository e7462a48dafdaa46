package store

import "context"

const (
	// worthSweeping is how many pages of the log (4 KiB each) have to wait for a sweep.
	worthSweeping = 8000
	// unswept is at how many the commit that wrote the last of them sweeps, where nobody
	// else has: an import, or a writer who never rests.
	unswept = 16_000
)

// Sweep brings pages that the log holds to their places in the database, if they are
// many, and tells how many it brought. It is called again and again, beside all else,
// so that no claim has to do it within its commit: others read and write meanwhile.
func (s *Store) Sweep(ctx context.Context) (pages int, err error) {
	busy, log, before, err := s.checkpoint(ctx, "NOOP")
	if err != nil || busy || log-before < worthSweeping {
		return 0, err
	}
	_, _, after, err := s.checkpoint(ctx, "PASSIVE")
	return max(0, after-before), err
}

// checkpoint asks for a checkpoint (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint),
// which SQLite lets a connection do that may not write rows: busy if another one runs,
// how many pages the log has, and how many of them are in their places.
func (s *Store) checkpoint(ctx context.Context, mode string) (busy bool, log, swept int, err error) {
	err = s.reader.QueryRowContext(ctx, `PRAGMA wal_checkpoint(`+mode+`)`).Scan(&busy, &log, &swept)
	return busy, log, swept, failed(err, "sweep the log")
}
