package store

import (
	"os"
	"testing"
)

// Sweeping leaves a log alone that is not worth it, and then brings all of it to its
// place, so that the log begins anew.
func TestSweep(t *testing.T) {
	s := fresh(t)
	with(t, s, 10)
	if n, err := s.Sweep(t.Context()); err != nil || n != 0 {
		t.Fatalf("of a short log %d pages were swept, %v", n, err)
	}
	change(t, s, `CREATE TABLE much (bytes BLOB)`)
	change(t, s, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
		INSERT INTO much SELECT zeroblob(4000) FROM n`)
	held, err := begin(t.Context(), s.writer, true) // nobody waits for who writes
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(t.Context()); err != nil || n < 9000 {
		t.Fatalf("%d pages were swept, %v", n, err)
	}
	held.Rollback()
	if _, log, swept, err := s.checkpoint(t.Context(), "NOOP"); err != nil || log != swept {
		t.Errorf("of %d pages %d were swept, %v", log, swept, err)
	}
	was, err := os.Stat(s.path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	change(t, s, `UPDATE much SET bytes = x'00' WHERE rowid = 1`)
	if now, err := os.Stat(s.path + "-wal"); err != nil || now.Size() > was.Size() {
		t.Errorf("the log goes on: %v, %v", now.Size(), err)
	}
	if n, err := s.Sweep(t.Context()); err != nil || n != 0 {
		t.Errorf("swept again: %d, %v", n, err)
	}
}
