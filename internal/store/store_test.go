package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("OUTDIAL_TEST_CRASH"); path != "" {
		crashing(path, os.Getenv("OUTDIAL_TEST_CRASH_WORK"))
		return
	}
	goleak.VerifyTestMain(m)
}

// noon is when the tests take place.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

var spring = campaign.Campaign{
	ID: "6B1C7A8E-0000-4000-8000-000000000001", Name: "Spring", List: "leads", Hours: compliance.Hours{Always: true},
}.Defaults()

func fresh(t testing.TB) *Store {
	t.Helper()
	data, err := untouched()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "outdial.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return reopen(t, path)
}

// untouched is the file of a database without anything in it: the migrations run once for
// all tests, since they take longer than most of those.
var untouched = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "outdial-store-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "outdial.db")
	s, err := Open(context.Background(), path, func() time.Time { return noon })
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// reopen opens a database that need not outlive a power cut, which no test can make, and
// whose passwords nobody guesses at: so it waits for no disk, and hashes them quickly.
func reopen(t testing.TB, path string) *Store {
	t.Helper()
	s := lasting(t, path)
	s.cost = cost{memory: 64, passes: 1, threads: 1}
	if _, err := s.writer.ExecContext(t.Context(), `PRAGMA synchronous = OFF`); err != nil {
		t.Fatal(err)
	}
	return s
}

// lasting opens a database as the server does.
func lasting(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// with loads n contacts into the list of spring.
func with(t testing.TB, s *Store, n int) {
	t.Helper()
	var b strings.Builder
	b.WriteString("number,FirstName\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,Name %d\n", 3175550000+i, i)
	}
	if err := s.SaveCampaign(t.Context(), spring); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), ImportOptions{List: spring.List, Source: strings.NewReader(b.String())}); err != nil {
		t.Fatal(err)
	}
}

func claim(t testing.TB, s *Store, c campaign.Campaign, n int, now time.Time) campaign.Claim {
	t.Helper()
	got, err := s.Claim(t.Context(), c, n, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func write(t testing.TB, s *Store, a campaign.Attempt) {
	t.Helper()
	if err := s.Record(t.Context(), a); err != nil {
		t.Fatal(err)
	}
}

func contact(t testing.TB, s *Store, id campaign.ContactID) campaign.Contact {
	t.Helper()
	return contactIn(t, s, spring.List, id)
}

func contactIn(t testing.TB, s *Store, list string, id campaign.ContactID) campaign.Contact {
	t.Helper()
	c, err := s.Contact(t.Context(), list, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wantKind fails the test unless err is of a kind.
func wantKind(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Fatalf("got error %v, want one of kind %v", err, kind)
	}
}

func count(t testing.TB, s *Store, query string, args ...any) int {
	t.Helper()
	var n int
	if err := s.reader.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// change writes behind the store's back, as an administrator's tool would.
func change(t testing.TB, s *Store, query string, args ...any) {
	t.Helper()
	err := s.write(t.Context(), "test", func(tx *transaction) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenWritesItsSchemaOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a dir? with #signs 100%.db")
	all, err := steps(migrations)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s := reopen(t, path)
		if n := count(t, s, `SELECT count(*) FROM schema_version`); n != len(all) {
			t.Fatalf("%d migrations written down, want %d", n, len(all))
		}
		s.Close()
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal("the database is not in the file that was named:", err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("customers may be read by others: %v", info.Mode())
	}
}

func TestProgramsThatOpenTogetherDoNotMeet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.db")
	errs := make(chan error)
	for range 4 {
		go func() {
			s, err := Open(t.Context(), path, nil)
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	newer := filepath.Join(t.TempDir(), "newer.db")
	s := reopen(t, newer)
	change(t, s, `INSERT INTO schema_version VALUES (9999, 'from the future', 0)`)
	s.Close()
	noise := filepath.Join(t.TempDir(), "noise.db")
	if err := os.WriteFile(noise, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		kind       fault.Kind
		says       string
	}{
		{"no path", "", fault.Invalid, "set its path"},
		{"memory, which each connection would have its own of", ":memory:", fault.Invalid, "must be a file"},
		{"a newer schema", newer, fault.Conflict, "start the newer program"},
		{"a directory that is not there", filepath.Join(t.TempDir(), "no", "such.db"), fault.Internal, "its directory exists"},
		{"a file that is no database", noise, fault.Internal, "restore it from a backup"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(t.Context(), c.path, nil)
			if err == nil {
				s.Close()
			}
			wantKind(t, err, c.kind)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, want %q in it", err, c.says)
			}
		})
	}
}

func TestErrorsHaveTheKindOfTheirCode(t *testing.T) {
	s := fresh(t)
	unique := s.write(t.Context(), "test", func(tx *transaction) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO lists (name) VALUES ('a'), ('A')`)
		return err
	})
	wantKind(t, unique, fault.Conflict)

	full := s.write(t.Context(), "test", func(tx *transaction) error {
		if _, err := tx.ExecContext(t.Context(), `PRAGMA max_page_count = 1`); err != nil {
			return err
		}
		_, err := tx.ExecContext(t.Context(), `INSERT INTO journal VALUES (1, 1, 1, '', '', '', '', hex(randomblob(1000000)))`)
		return err
	})
	wantKind(t, full, fault.Internal)
	if !strings.Contains(full.Error(), "disk is full") {
		t.Error(full)
	}

	_, missing := s.User(t.Context(), "nobody")
	wantKind(t, missing, fault.NotFound)

	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	_, err := s.Users(late)
	wantKind(t, err, fault.Busy)

	other := reopen(t, databasePath(t, s))
	other.patience = time.Millisecond
	held, err := begin(t.Context(), s.writer, true)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Rollback()
	wantKind(t, other.Audit(t.Context(), "a", "b", "c", noon), fault.Busy)
}

func databasePath(t testing.TB, s *Store) string {
	t.Helper()
	var path string
	if err := s.reader.QueryRow(`SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCloseTwiceIsNoError(t *testing.T) {
	s := fresh(t)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
