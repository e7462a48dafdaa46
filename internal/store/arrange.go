package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/selection"
)

const (
	// step is how many contacts are put into a selection, or taken from it, in one
	// transaction: a millisecond or two, in which a claim of the dialer waits.
	step = 100
	// rebuild is from how many contacts on that it does not have a selection is filled
	// anew rather than one by one, if they are more than it has. Filled in its own
	// order it is written once; row by row in another, nearly a page for each of them.
	rebuild = 50_000
)

// Arrange brings the selections up to date: it makes those that campaigns need, fills
// them, adds contacts that were imported since, and takes away what no campaign needs.
// It is called again and again beside everything else that the store does, by one
// caller at a time; a claim waits for no more than a step of it. done counts the
// contacts that were put into selections.
func (s *Store) Arrange(ctx context.Context) (done int, err error) {
	all, err := s.wanted(ctx)
	if err != nil {
		return 0, err
	}
	for _, one := range all {
		n, err := s.arrange(ctx, one)
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// wanted creates the selections that are missing, lets those go that nobody needs, and
// gives what is to be seen to.
func (s *Store) wanted(ctx context.Context) ([]selected, error) {
	var found census
	err := s.read(ctx, "look at the selections", func(tx *transaction) (err error) {
		found, err = takeCensus(ctx, tx)
		return err
	})
	if err != nil || len(found.missing)+len(found.stale)+len(found.unneeded) == 0 {
		return found.all, err
	}
	err = s.write(ctx, "make the selections", func(tx *transaction) error {
		if found, err = takeCensus(ctx, tx); err != nil {
			return err
		}
		for _, one := range found.missing {
			if _, err := one.create(ctx, tx); err != nil {
				return err
			}
		}
		for _, one := range found.stale {
			if err := one.follow(ctx, tx); err != nil {
				return err
			}
		}
		for _, one := range found.unneeded {
			if err := one.letGo(ctx, tx); err != nil {
				return err
			}
		}
		found.all, err = allSelected(ctx, tx)
		return err
	})
	return found.all, err
}

// census is what selections there are, which of those that campaigns need are not
// there, which are followed by triggers of another program, and which nobody needs.
type census struct{ all, missing, stale, unneeded []selected }

func takeCensus(ctx context.Context, tx *transaction) (found census, err error) {
	need, err := needed(ctx, tx)
	if err != nil {
		return found, err
	}
	if found.all, err = allSelected(ctx, tx); err != nil {
		return found, err
	}
	for _, have := range found.all {
		if have.state == selectionGoing {
			continue
		}
		if _, is := need[have.key()]; !is {
			found.unneeded = append(found.unneeded, have)
			continue
		}
		delete(need, have.key())
		followed, err := have.followed(ctx, tx)
		if err != nil {
			return found, err
		}
		if !followed {
			found.stale = append(found.stale, have)
		}
	}
	for _, one := range need {
		found.missing = append(found.missing, one)
	}
	return found, nil
}

// needed are the selections that campaigns need, by their keys.
func needed(ctx context.Context, tx *transaction) (map[string]selected, error) {
	defs, err := campaigns(ctx, tx)
	if err != nil {
		return nil, err
	}
	need := map[string]selected{}
	for _, c := range defs {
		for _, source := range c.Lists() {
			list, _, err := findList(ctx, tx, source.List)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return nil, err
			}
			one, ok, err := needs(ctx, tx, list, source.List, c)
			if err != nil {
				return nil, err
			}
			if ok {
				need[one.key()] = one
			}
		}
	}
	return need, nil
}

// key tells selections apart by what they are of.
func (s selected) key() string { return fmt.Sprint(s.list, "\n", s.filter, "\n", s.sort()) }

func allSelected(ctx context.Context, tx *transaction) ([]selected, error) {
	return collect(ctx, tx, scanSelected, `SELECT id, list, filter, sort, state, upto, count FROM selections`)
}

func scanSelected(row scanner) (s selected, err error) {
	var sort string
	err = row.Scan(&s.id, &s.list, &s.filter, &sort, &s.state, &s.upto, &s.count)
	for _, k := range strings.Split(sort, "\n") {
		if sql, down := strings.CutSuffix(k, " DESC"); sql != "" {
			s.keys = append(s.keys, selection.Key{SQL: sql, Descending: down})
		}
	}
	return s, err
}

// letGo takes a selection out of use.
func (s selected) letGo(ctx context.Context, tx *transaction) error {
	if err := s.leave(ctx, tx); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE selections SET state = 'going' WHERE id = ?`, s.id)
	return err
}

// arrange does what there is to be done for one selection.
func (s *Store) arrange(ctx context.Context, one selected) (done int, err error) {
	switch one.state {
	case selectionGoing:
		return 0, s.empty(ctx, one)
	case selectionNew:
		return s.build(ctx, one)
	case selectionFilling: // the process that did is gone
		return s.anew(ctx, one)
	}
	loaded, err := s.mark(ctx, one.list)
	switch {
	case err != nil || loaded <= one.upto:
		return 0, err
	case loaded-one.upto > rebuild && loaded-one.upto > one.count:
		return s.anew(ctx, one)
	}
	for ; one.upto < loaded && err == nil; one.upto += step {
		var n int
		n, err = s.add(ctx, one, min(one.upto+step, loaded))
		done += n
	}
	return done, err
}

// anew fills a selection in a table of its own, in place of the one that it has.
func (s *Store) anew(ctx context.Context, one selected) (done int, err error) {
	err = s.write(ctx, "make a selection anew", func(tx *transaction) error {
		if err := one.letGo(ctx, tx); err != nil {
			return err
		}
		one, err = one.create(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return s.build(ctx, one)
}

// mark is up to which id a list's contacts are there.
func (s *Store) mark(ctx context.Context, list int64) (loaded int64, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT loaded FROM lists WHERE id = ?`, list).Scan(&loaded)
	return loaded, failed(err, "look at a list")
}

// add puts contacts that are new into a selection, up to an id.
func (s *Store) add(ctx context.Context, one selected, upto int64) (n int, err error) {
	err = s.write(ctx, "add to a selection", func(tx *transaction) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO `+one.table()+` SELECT `+strings.Join(one.on("c"), ", ")+` FROM contacts c
			WHERE c.id > ? AND c.id <= ? AND c.list = ? AND `+one.takes("c"), one.upto, upto, one.list)
		if err != nil {
			return err
		}
		added, err := done.RowsAffected()
		if err != nil {
			return err
		}
		n = int(added)
		_, err = tx.ExecContext(ctx, `UPDATE selections SET count = count + ?, upto = ? WHERE id = ?`, added, upto, one.id)
		return err
	})
	return n, err
}

// build fills a selection: who belongs to it is read in its order, off the writer, and
// written in steps. Who changes meanwhile is put in by the triggers, and passed over
// here. A filling that did not come to its end, with the process, begins anew.
func (s *Store) build(ctx context.Context, one selected) (done int, err error) {
	err = s.write(ctx, "begin to fill a selection", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE selections SET state = 'filling' WHERE id = ?`, one.id)
		return err
	})
	if err != nil {
		return 0, err
	}
	rows, err := s.members(ctx, one)
	if err != nil {
		return 0, failed(err, "read who belongs to a selection")
	}
	defer rows.Close()
	for more := true; more; {
		var n int
		if n, more, err = s.fill(ctx, one, rows); err != nil {
			return done, err
		}
		done += n
	}
	return done, s.write(ctx, "finish a selection", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE selections SET state = 'ready' WHERE id = ?`, one.id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM `+one.table()+`_changed`)
		return err
	})
}

// members reads who belongs to a selection, in its order. A list that is a good part of
// all contacts is read from its begin to its end.
func (s *Store) members(ctx context.Context, one selected) (*sql.Rows, error) {
	var size int64
	if err := s.reader.QueryRowContext(ctx, `SELECT ifnull(sum(count), 0) FROM tallies WHERE list = ?`, one.list).Scan(&size); err != nil {
		return nil, err
	}
	by := "INDEXED BY contacts_free"
	if size > one.upto/10 {
		by = "NOT INDEXED"
	}
	values := one.on("c")
	order := append(values[:2:2], values[2])
	for i, k := range one.keys {
		order = append(order, fmt.Sprintf("%d%s", i+4, direction(k)))
	}
	return s.reader.QueryContext(ctx, `SELECT `+strings.Join(values, ", ")+` FROM contacts c `+by+`
		WHERE c.list = ? AND c.id <= ? AND `+one.takes("c")+` ORDER BY `+strings.Join(append(order, "c.id"), ", "), one.list, one.upto)
}

// fill writes one step of what was read; more is false at the end of that.
func (s *Store) fill(ctx context.Context, one selected, rows *sql.Rows) (n int, more bool, err error) {
	width := len(one.keys) + 4
	step, targets := make([][]any, 0, step), make([]any, width)
	for len(step) < cap(step) {
		if more = rows.Next(); !more {
			break
		}
		row := make([]any, width)
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return 0, false, failed(err, "read who belongs to a selection")
		}
		step = append(step, row)
	}
	if err := rows.Err(); err != nil {
		return 0, false, failed(err, "read who belongs to a selection")
	}
	err = s.write(ctx, "fill a selection", func(tx *transaction) error {
		for some := range slices.Chunk(step, 50) {
			added, err := one.put(ctx, tx, some)
			if err != nil {
				return err
			}
			n += added
		}
		_, err = tx.ExecContext(ctx, `UPDATE selections SET count = count + ? WHERE id = ?`, n, one.id)
		return err
	})
	return n, more, err
}

// put writes rows by one statement, but for those who have changed since they were read.
func (s selected) put(ctx context.Context, tx *transaction, rows [][]any) (added int, err error) {
	width := len(rows[0])
	row := "(" + strings.Repeat("?, ", width-1) + "?)"
	done, err := tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO %[1]s SELECT v.* FROM (VALUES %[2]s) v
		WHERE NOT EXISTS (SELECT 1 FROM %[1]s_changed WHERE id = v.column%[3]d)`, s.table(), row+strings.Repeat(", "+row, len(rows)-1), width),
		slices.Concat(rows...)...)
	if err != nil {
		return 0, err
	}
	n, err := done.RowsAffected()
	return int(n), err
}

// empty takes a selection away that is no longer used, in steps.
func (s *Store) empty(ctx context.Context, one selected) error {
	columns := []string{"status", "zone", "free"}
	for i := range one.keys {
		columns = append(columns, fmt.Sprintf("k%d", i+1))
	}
	key := strings.Join(append(columns, "id"), ", ")
	for {
		var n int64
		err := s.write(ctx, "empty a selection", func(tx *transaction) error {
			done, err := tx.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s LIMIT ?)`, one.table(), key), step)
			if err != nil {
				return err
			}
			if n, err = done.RowsAffected(); err != nil || n > 0 {
				return err
			}
			_, err = tx.ExecContext(ctx, fmt.Sprintf(`DROP TABLE %[1]s; DROP TABLE %[1]s_changed; DELETE FROM selections WHERE id = %d`, one.table(), one.id))
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
