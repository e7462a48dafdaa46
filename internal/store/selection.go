package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/selection"
)

// waiting are the statuses of contacts who may still be called: who has another is in no
// selection.
const waiting = `('C', 'J', 'O', 'R', 'S')`

// selected is a row of selections: the table in which a filter's contacts stand in a
// sort's order.
type selected struct {
	id, list, upto, count int64
	filter                string
	keys                  []selection.Key
	state                 string
}

// States of a selection.
const (
	selectionNew     = "new"     // its table is empty, save for who has changed since
	selectionFilling = "filling" // its table is being filled
	selectionReady   = "ready"   // claims are served from it
	selectionGoing   = "going"   // no campaign needs it; its table is being emptied
)

func (s selected) table() string { return fmt.Sprintf("selection_%d", s.id) }

// order is the order of its table, from free on: when a contact may be called, then the
// sort, then the identity. Its columns are prefixed.
func (s selected) order(prefix string) string {
	b := prefix + "free"
	for i, k := range s.keys {
		b += fmt.Sprintf(", %sk%d%s", prefix, i+1, direction(k))
	}
	return b + ", " + prefix + "id"
}

// columns are those of its order.
func (s selected) columns() string {
	b := "k.id, k.free"
	for i := range s.keys {
		b += fmt.Sprintf(", k.k%d", i+1)
	}
	return b
}

func direction(k selection.Key) string {
	if k.Descending {
		return " DESC"
	}
	return ""
}

// on gives what is kept of a contact that is called prefix: its place in the order.
func (s selected) on(prefix string) []string {
	parts := []string{prefix + ".status", prefix + ".zone", prefix + ".free"}
	for _, k := range s.keys {
		parts = append(parts, strings.ReplaceAll(k.SQL, here, prefix))
	}
	return append(parts, prefix+".id")
}

// takes is whether a contact that is called prefix belongs to it.
func (s selected) takes(prefix string) string {
	return prefix + ".status IN " + waiting + " AND " + strings.ReplaceAll(s.filter, here, prefix)
}

// stillWaits is whether a contact's status is one of those, told without the table that SQLite
// makes of a list each time that a trigger asks for it.
func stillWaits(prefix string) string { return "instr('CJORS', " + prefix + ".status) > 0" }

// here stands, in the SQL of filters and sorts, for the name under which a statement
// knows a contact. No quoted text or name of a column holds it, as none holds NUL.
const here = "\x00"

// needs tells what selection a campaign's filter and sort make of a list; ok is false
// for one that takes all, as they are.
func needs(ctx context.Context, tx *transaction, list int64, name string, c campaign.Campaign) (s selected, ok bool, err error) {
	if c.Filter == "" && c.Sort == "" {
		return s, false, nil
	}
	filter, err := selection.ParseFilter(c.Filter)
	if err != nil {
		return s, false, err
	}
	sort, err := selection.ParseSort(c.Sort)
	if err != nil {
		return s, false, err
	}
	names, err := columnsOf(ctx, tx, name)
	column := func(wanted string) string { return valueOf(names, wanted) }
	return selected{list: list, filter: filter.SQL(column), keys: sort.SQL(column)}, true, err
}

// valueOf is SQL for a column of a contact, as campaign.Contact.Value has it.
func valueOf(names []string, wanted string) string {
	name, known := campaign.ColumnNamed(slices.Values(names), wanted)
	if !known {
		switch strings.ToLower(wanted) {
		case "zone":
			return here + ".zone"
		case "attempts":
			return "CAST(" + here + ".attempts AS TEXT)"
		case "i3_number":
			return here + ".number"
		}
		name = wanted
	}
	path := string(appendText([]byte("$."), name))
	return "ifnull(json_extract(" + here + ".columns, '" + strings.ReplaceAll(path, "'", "''") + "'), '')"
}

// sort is how the keys are written in the row of a selection.
func (s selected) sort() string {
	parts := make([]string, len(s.keys))
	for i, k := range s.keys {
		parts[i] = k.SQL + direction(k)
	}
	return strings.Join(parts, "\n")
}

// stored finds the row of a selection that a campaign needs; ok is false where there is
// none yet.
func (s selected) stored(ctx context.Context, tx *transaction) (selected, bool, error) {
	err := tx.QueryRowContext(ctx, `SELECT id, state, upto, count FROM selections WHERE list = ? AND filter = ? AND sort = ? AND state <> 'going'`,
		s.list, s.filter, s.sort()).Scan(&s.id, &s.state, &s.upto, &s.count)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, true, err
}

// create makes the row, the table and the triggers of a selection; nothing is in it.
func (s selected) create(ctx context.Context, tx *transaction) (selected, error) {
	err := tx.QueryRowContext(ctx, `INSERT INTO selections (list, filter, sort, upto)
		SELECT id, ?, ?, loaded FROM lists WHERE id = ? RETURNING id, state, upto, count`, s.filter, s.sort(), s.list).
		Scan(&s.id, &s.state, &s.upto, &s.count)
	if err != nil {
		return s, err
	}
	if _, err = tx.ExecContext(ctx, s.schema()); err != nil {
		return s, err
	}
	return s, s.follow(ctx, tx)
}

// schema is the table of a selection, and the table in which its triggers note, while it
// is being filled, who has changed, for that needs no filling any more.
func (s selected) schema() string {
	columns, key := []string{"status", "zone", "free"}, []string{"status", "zone", "free"}
	for i, k := range s.keys {
		columns = append(columns, fmt.Sprintf("k%d", i+1))
		key = append(key, fmt.Sprintf("k%d%s", i+1, direction(k)))
	}
	t := s.table()
	return "CREATE TABLE " + t + "_changed (id INTEGER PRIMARY KEY);\n" +
		"CREATE TABLE " + t + " (" + strings.Join(columns, ", ") + ", id INTEGER, PRIMARY KEY (" + strings.Join(key, ", ") + ", id)) WITHOUT ROWID;"
}

// triggers follow each change of a contact, and each that is taken away. What statuses
// decide is asked first: of whoever is leased, or closed for good, no filter is worked
// out, and no place is sought for who was not there.
func (s selected) triggers() []string {
	t := s.table()
	columns := []string{"status", "zone", "free"}
	for i := range s.keys {
		columns = append(columns, fmt.Sprintf("k%d", i+1))
	}
	columns = append(columns, "id")
	same := []string{stillWaits("old")}
	for i, value := range s.on("old") {
		same = append(same, columns[i]+" = "+value)
	}
	count := fmt.Sprintf("UPDATE selections SET count = count %%s changes() WHERE id = %d AND changes() > 0;\n", s.id)
	ours := fmt.Sprintf("WHEN old.list = %d AND old.id <= (SELECT upto FROM selections WHERE id = %d)\n", s.list, s.id)
	gone := fmt.Sprintf("INSERT OR IGNORE INTO %s_changed SELECT old.id FROM selections WHERE id = %d AND state IN ('new', 'filling');\n", t, s.id) +
		"DELETE FROM " + t + " WHERE " + strings.Join(same, " AND ") + ";\n" + fmt.Sprintf(count, "-")
	return []string{
		"CREATE TRIGGER " + t + "_moved AFTER UPDATE OF number, zone, status, attempts, due, columns, owner ON contacts " + ours + "BEGIN\n" + gone +
			"INSERT INTO " + t + " SELECT " + strings.Join(s.on("new"), ", ") + " WHERE " + stillWaits("new") + " AND " + strings.ReplaceAll(s.filter, here, "new") + ";\n" + fmt.Sprintf(count, "+") + "END",
		"CREATE TRIGGER " + t + "_removed AFTER DELETE ON contacts " + ours + "BEGIN\n" + gone + "END",
	}
}

// follow makes the triggers of a selection, in place of those that it has.
func (s selected) follow(ctx context.Context, tx *transaction) error {
	if err := s.leave(ctx, tx); err != nil {
		return err
	}
	for _, text := range s.triggers() {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// leave takes them away: from here on no contact is followed.
func (s selected) leave(ctx context.Context, tx *transaction) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf(`DROP TRIGGER IF EXISTS %[1]s_moved; DROP TRIGGER IF EXISTS %[1]s_removed`, s.table()))
	return err
}

// followed tells whether it has the triggers that this program makes: those of another
// do the same, in another time.
func (s selected) followed(ctx context.Context, tx *transaction) (bool, error) {
	made, err := collect(ctx, tx, scanName, `SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB ? ORDER BY name`, s.table()+"_*")
	return slices.Equal(made, s.triggers()), err
}
