package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

const (
	// chunk is how many rows an import writes in one transaction: some ten
	// milliseconds, in which a claim of the dialer waits.
	chunk = 1000
	// batch is how many rows of a chunk one statement adds.
	batch = 100
	// silence is after how long without a sign of life a running import is taken
	// for dead. It is more than a transaction may wait for the write lock.
	silence = 2 * BusyTimeout
)

// ImportOptions say what to load and how to read it.
type ImportOptions struct {
	// List is the contact list; it is created where there is none.
	List string
	// Source is CSV (RFC 4180) in UTF-8, with or without a byte order mark,
	// whose first line names the columns. Name is where it came from, for the
	// record. An export may be imported: its columns are known, and what is the
	// dialer's own in it does not become the customer's.
	Source io.Reader
	Name   string
	// JSON tells that the source is lines of JSON instead, a contact each: number, key,
	// zone, status and columns, as in an answer of the API or an export.
	JSON bool
	// Comma separates fields; 0 is the comma.
	Comma rune
	// Number, Zone, Key and Status name the columns with the number to dial, the
	// time zones, the customer's own key, and the status of new contacts (C, J or E);
	// names compare without case. Number left open is a column "number" or "phone",
	// Zone a column "zone" if there is one, Key the number itself, Status C for all.
	Number, Zone, Key, Status string
	// Region is how numbers without a leading + are read, as a country of ISO
	// 3166 ("US"). Left open, such numbers must be digits only and are taken as
	// they are.
	Region string
	// Priority gives new contacts the status J: they are called at once.
	Priority bool
	// Duplicates is what becomes of a row whose number another contact of the list has,
	// or another row of the source.
	Duplicates campaign.Duplicates
	// Phones name columns with numbers, which are read as Number is. With Number left
	// open the first of them that a row has is the number to dial.
	Phones []string
	// Check tells what would happen and leaves everything as it is.
	Check bool
	// Progress hears the number of rows read, now and then; may be nil.
	Progress func(rows int)
	// Rejects gets the rows that cannot be loaded, as CSV behind their line and
	// the reason. Nothing is written if all is well; may be nil.
	Rejects io.Writer

	removing bool // for RemoveContacts
}

// ImportResult counts rows.
type ImportResult struct {
	Rows      int // all below together
	Added     int
	Updated   int
	Unchanged int
	Removed   int // by RemoveContacts
	Rejected  int
	Checksum  string // SHA-256 of the source
}

// Import loads contacts into a list, all or nothing: until its last, short
// transaction nothing of it can be seen, and other writers wait no longer than a
// chunk of rows takes. That last one takes the same for any number of new
// contacts, but for contacts that were there and have changed it takes time:
// about half a second for 100,000 of them.
//
// A row whose key is in the list already changes number, zone and the columns
// that it has; status, attempts, due time and other columns stay. So the same
// file may be loaded again. Rows that cannot be loaded (a number that is none, an
// unknown zone, a key that the file has twice, text that is not UTF-8) are
// rejected one by one; rows without any text are passed over. A number that another
// contact has is no reason, unless Duplicates says so; the key goes before the number.
//
// Errors: Invalid (the header or the structure of the source), Conflict (another
// import into the list is running), or a failure of the database or the source.
func (s *Store) Import(ctx context.Context, o ImportOptions) (ImportResult, error) {
	if o.List == "" {
		return ImportResult{}, fault.New(fault.Invalid, "name the list to load into").On("list")
	}
	sum := sha256.New()
	places, err := s.placesIn(ctx, o.List)
	if err != nil {
		return ImportResult{}, err
	}
	rows, err := readRows(io.TeeReader(o.Source, sum), o, places)
	if err != nil {
		return ImportResult{}, err
	}
	l := &load{store: s, rows: rows, progress: o.Progress, lines: lines{}, tallies: map[campaign.Status]int{}, duplicates: o.Duplicates, met: map[string]int{}}
	if err := l.begin(ctx, o.List, o.Name); err != nil {
		return ImportResult{}, err
	}
	if err = l.open(); err == nil {
		err = errors.Join(l.run(ctx), l.close())
	}
	l.result.Checksum = hex.EncodeToString(sum.Sum(nil))
	switch {
	case err == nil && o.Check:
		return l.result, l.abandon(context.WithoutCancel(ctx), "a check only")
	case err == nil:
		err = l.publish(ctx)
	}
	if err != nil {
		// What is left is out of sight; if this fails too, the next import clears it.
		return ImportResult{}, errors.Join(err, l.abandon(context.WithoutCancel(ctx), err.Error()))
	}
	return l.result, l.tidy(ctx)
}

// load is an import under way.
type load struct {
	store    *Store
	rows     *rowReader
	progress func(int)
	result   ImportResult

	db *sql.DB // for rows, until publish

	id     int64 // of the row in imports
	list   int64
	loaded int64 // the list's mark before
	base   int64 // all identities of the import are above it, if it is not 0
	top    int64 // the highest contact added, or the mark
	lines  lines // of the contacts that were met

	tallies map[campaign.Status]int // of the contacts added
	entries []entry                 // of the contacts added that are not in the directory yet

	duplicates campaign.Duplicates
	met        map[string]int // lines of numbers that are not in the directory yet, unless duplicates are kept
}

// open opens a connection for the rows. It does not sync the log at every commit as
// others must: until publish does, nothing is lost that anybody has seen. It has room
// to remember pages in, for keys come in any order. And it need not look for the list
// of each contact, which no one can take away while the import is written down.
func (l *load) open() (err error) {
	settings := url.Values{"_synchronous": {"NORMAL"}, "_foreign_keys": {"off"}, "_pragma": {"cache_size(-65536)"}}
	l.db, err = openWriter(l.store.path, settings)
	return err
}

func (l *load) close() error {
	return failed(l.db.Close(), "load contacts")
}

// begin writes the import down, after clearing what a dead one left.
func (l *load) begin(ctx context.Context, list, source string) error {
	for {
		dead, err := l.enter(ctx, list, source)
		if err != nil || dead == nil {
			return err
		}
		if err := dead.abandon(ctx, "no sign of life"); err != nil {
			return err
		}
	}
}

// enter writes the import down, or finds a dead one that is in the way.
func (l *load) enter(ctx context.Context, list, source string) (dead *load, err error) {
	err = l.store.write(ctx, "begin the import into list "+list, func(tx *transaction) error {
		if err := addList(ctx, tx, list); err != nil {
			return err
		}
		if l.list, l.loaded, err = findList(ctx, tx, list); err != nil {
			return err
		}
		l.top = l.loaded
		now := l.store.now()
		other := load{store: l.store, list: l.list, loaded: l.loaded}
		var beat time.Time
		err := tx.QueryRowContext(ctx, `SELECT id, beat, base FROM imports WHERE list = ? AND finished = 0`, l.list).Scan(&other.id, moment{&beat}, &other.base)
		switch {
		case err == nil && now.Sub(beat) <= silence:
			return fault.New(fault.Conflict, "another import into list %s is running; wait for it to end (one that was killed is cleared after %v)", list, silence)
		case err == nil:
			dead = &other
			return nil
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		done, err := tx.ExecContext(ctx, `INSERT INTO imports (list, source, started, beat) VALUES (?, ?, ?, ?)`,
			l.list, source, micros(now), micros(now))
		if err != nil {
			return err
		}
		l.id, err = done.LastInsertId()
		return err
	})
	return dead, err
}

// run reads the source to its end, chunk by chunk. Reading and writing take
// turns on purpose: while a chunk is read, a few milliseconds, the write lock is
// free, and others who wait for it get it (see [Store.turn]).
func (l *load) run(ctx context.Context) error {
	n := l.store.brief
	for more := true; more; n = chunk {
		var rows []row
		var err error
		if rows, more, err = l.rows.next(n); err != nil {
			return err
		}
		if more && l.base == 0 {
			if err := l.leaveRoom(ctx); err != nil {
				return err
			}
		}
		for some := range slices.Chunk(rows, chunk) {
			if err := l.write(ctx, some); err != nil {
				return err
			}
			if l.progress != nil {
				l.progress(l.rows.read)
			}
			if len(l.entries) >= gathered {
				if err := l.enlist(ctx); err != nil {
					return err
				}
			}
		}
		if err := l.rows.tell(); err != nil {
			return err
		}
		l.result.Rows, l.result.Rejected = l.rows.read, l.rows.rejected
	}
	return l.enlist(ctx)
}

// leaveRoom leaves identities to contacts that others add to the list while the import
// runs: theirs must be below those of the import, which are hidden by the list's mark.
// A brief import is over before anybody misses them.
func (l *load) leaveRoom(ctx context.Context) error {
	return l.store.write(ctx, "leave room beside an import", func(tx *transaction) error {
		var last int64
		err := tx.QueryRowContext(ctx, `SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'contacts'`).Scan(&last)
		if err != nil {
			return err
		}
		l.base = last + spare
		for _, step := range []struct {
			text string
			args []any
		}{
			{`UPDATE imports SET given = ?, base = ? WHERE id = ?`, []any{last, l.base, l.id}},
			{`DELETE FROM sqlite_sequence WHERE name = 'contacts'`, nil},
			{`INSERT INTO sqlite_sequence (name, seq) VALUES ('contacts', ?)`, []any{l.base}},
		} {
			if _, err := tx.ExecContext(ctx, step.text, step.args...); err != nil {
				return err
			}
		}
		l.top = l.base
		return nil
	})
}

// write adds the rows of a chunk out of sight, and notes changes of contacts
// that are there.
func (l *load) write(ctx context.Context, rows []row) error {
	return l.store.writeBy(ctx, l.db, "load contacts", func(tx *transaction) error {
		if err := l.beat(ctx, tx); err != nil {
			return err
		}
		for some := range slices.Chunk(rows, batch) {
			some, err := l.sift(ctx, tx, some)
			if err != nil || len(some) == 0 {
				return err
			}
			if err := l.add(ctx, tx, some); err != nil {
				return err
			}
		}
		return nil
	})
}

// add adds rows by one statement. It says how many of the keys are new: of a new
// list all, so that nothing needs to be looked up.
func (l *load) add(ctx context.Context, tx *transaction, rows []row) error {
	values := make([]any, 0, 6*len(rows))
	for _, r := range rows {
		values = append(values, l.list, r.key, r.number, r.zone, string(r.status), r.columns)
	}
	done, err := tx.ExecContext(ctx, insertion(len(rows)), values...)
	if err != nil {
		return err
	}
	added, err := done.RowsAffected()
	if err != nil {
		return err
	}
	last, err := done.LastInsertId()
	if err != nil || added < int64(len(rows)) {
		return errors.Join(err, l.compare(ctx, tx, rows))
	}
	for i, r := range rows {
		l.count(last-added+1+int64(i), r)
	}
	l.top = last
	return nil
}

// count counts a row that was added.
func (l *load) count(id int64, r row) {
	l.lines.set(id, r.line)
	l.entries = append(l.entries, entry{r.number, id})
	l.result.Added++
	l.tallies[r.status]++
}

// insertion adds n contacts that are not there. If it fails, so does the transaction:
// SQLite need not keep what it would have to put back.
func insertion(n int) string {
	return `INSERT OR ROLLBACK INTO contacts (list, key, number, zone, status, columns) VALUES ` + places(n, "(?, ?, ?, ?, ?, ?)") + ` ON CONFLICT (list, key) DO NOTHING`
}

// places are n times the places of a statement's values.
func places(n int, of string) string { return strings.Repeat(of+", ", n-1) + of }

// present is a contact that is there, hidden or not.
type present struct {
	key                   string
	id                    int64
	number, zone, columns string
}

func scanPresent(row scanner) (p present, err error) {
	err = row.Scan(&p.key, &p.id, &p.number, &p.zone, &p.columns)
	return p, err
}

// compare tells rows of which some had keys that were there apart: what was added
// just now, what the source has twice, and what may change a contact.
func (l *load) compare(ctx context.Context, tx *transaction, rows []row) error {
	there, err := l.look(ctx, tx, rows)
	if err != nil {
		return err
	}
	top := l.top
	for _, r := range rows {
		c := there[r.key]
		if line := l.lines.get(c.id); line != 0 {
			delete(l.met, r.number)
			l.rows.reject(r.line, fmt.Sprintf("the key %s is in line %d already", r.key, line), r.fields)
			continue
		}
		l.lines.set(c.id, r.line)
		if c.id > top {
			l.count(c.id, r)
			l.top = max(l.top, c.id)
			continue
		}
		if err := l.change(ctx, tx, c, r); err != nil {
			return err
		}
	}
	return nil
}

// look finds the contacts that have the keys of rows.
func (l *load) look(ctx context.Context, tx *transaction, rows []row) (map[string]present, error) {
	args := []any{l.list}
	for _, r := range rows {
		args = append(args, r.key)
	}
	found, err := collect(ctx, tx, scanPresent, `SELECT key, id, number, zone, columns FROM contacts WHERE list = ? AND key IN (`+
		places(len(rows), "?")+`)`, args...)
	there := make(map[string]present, len(rows))
	for _, c := range found {
		there[c.key] = c
	}
	return there, err
}

// beat is the sign of life, and hears if the import was taken for dead.
func (l *load) beat(ctx context.Context, tx *transaction) error {
	done, err := tx.ExecContext(ctx, `UPDATE imports SET beat = ? WHERE id = ? AND finished = 0`, micros(l.store.now()), l.id)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fault.New(fault.Conflict, "the import was silent for %v and another one took its place; import again", silence)
	}
	return nil
}

// change notes what a row changes of the contact with its key, if anything.
func (l *load) change(ctx context.Context, tx *transaction, c present, r row) (err error) {
	same := c.number == r.number && c.zone == r.zone
	if same && c.columns != r.columns {
		if same, err = holds(c.columns, r.columns); err != nil {
			return err
		}
	}
	if same {
		l.result.Unchanged++
		return nil
	}
	l.result.Updated++
	_, err = tx.ExecContext(ctx, `INSERT INTO changes (import, contact, number, zone, columns) VALUES (?, ?, ?, ?, ?)`,
		l.id, c.id, r.number, r.zone, r.columns)
	return err
}

// holds tells whether all of some columns are among others.
func holds(all, some string) (bool, error) {
	var have, want map[string]string
	if err := errors.Join(json.Unmarshal([]byte(all), &have), json.Unmarshal([]byte(some), &want)); err != nil {
		return false, err
	}
	for name, value := range want {
		if v, ok := have[name]; !ok || v != value {
			return false, nil
		}
	}
	return true, nil
}

// publish lets the whole import be seen.
func (l *load) publish(ctx context.Context) error {
	return l.store.write(ctx, "finish the import", func(tx *transaction) error {
		if err := l.beat(ctx, tx); err != nil {
			return err
		}
		// Columns are merged here, not when the row was read, so that what an
		// agent wrote back meanwhile in other columns stays.
		_, err := tx.ExecContext(ctx, `UPDATE contacts
			SET number = n.number, zone = n.zone, columns = json_patch(contacts.columns, n.columns)
			FROM changes n WHERE n.import = ? AND contacts.id = n.contact`, l.id)
		if err != nil {
			return err
		}
		if l.result.Added > 0 {
			if err := l.raise(ctx, tx); err != nil {
				return err
			}
		}
		if l.result.Rows > l.result.Rejected {
			if err := l.name(ctx, tx); err != nil {
				return err
			}
		}
		r := l.result
		_, err = tx.ExecContext(ctx, `UPDATE imports SET finished = ?, checksum = ?,
			read = ?, added = ?, updated = ?, unchanged = ?, rejected = ? WHERE id = ?`,
			micros(l.store.now()), r.Checksum, r.Rows, r.Added, r.Updated, r.Unchanged, r.Rejected, l.id)
		return err
	})
}

// name keeps the names of the columns, all of which every row has.
func (l *load) name(ctx context.Context, tx *transaction) error {
	for _, i := range l.rows.sorted {
		name := l.rows.header[i]
		_, err := tx.ExecContext(ctx, `INSERT INTO list_columns (list, name) VALUES (?, ?) ON CONFLICT DO NOTHING`, l.list, name)
		if err != nil {
			return err
		}
	}
	return nil
}

// raise moves the list's mark above the contacts that were added.
func (l *load) raise(ctx context.Context, tx *transaction) error {
	for status, n := range l.tallies {
		_, err := tx.ExecContext(ctx, `INSERT INTO tallies (list, status, count) VALUES (?, ?, ?)
			ON CONFLICT (list, status) DO UPDATE SET count = count + excluded.count`, l.list, string(status), n)
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE lists SET loaded = ? WHERE id = ?`, l.top, l.list)
	return err
}

// abandon takes back what cannot be seen yet, and ends the import.
func (l *load) abandon(ctx context.Context, why string) error {
	for more := true; more; {
		err := l.store.write(ctx, "clear an import", func(tx *transaction) error {
			done, err := tx.ExecContext(ctx, `DELETE FROM contacts WHERE id IN (
				SELECT id FROM contacts WHERE id > ? AND list = ? ORDER BY id LIMIT ?)
				AND EXISTS (SELECT 1 FROM imports WHERE id = ? AND finished = 0)`, max(l.loaded, l.base), l.list, chunk, l.id)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			more = n > 0
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := l.tidy(ctx); err != nil {
		return err
	}
	return l.store.write(ctx, "clear an import", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE imports SET finished = ?, failure = ? WHERE id = ? AND finished = 0`,
			micros(l.store.now()), why, l.id)
		return err
	})
}

// tidy forgets the notes of changes.
func (l *load) tidy(ctx context.Context) error {
	for more := true; more; {
		err := l.store.write(ctx, "clear an import", func(tx *transaction) error {
			done, err := tx.ExecContext(ctx, `DELETE FROM changes WHERE import = ?1 AND contact IN (
				SELECT contact FROM changes WHERE import = ?1 LIMIT ?2)`, l.id, chunk)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			more = n > 0
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
