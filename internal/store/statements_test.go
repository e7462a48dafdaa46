package store

import (
	"fmt"
	"testing"
)

// A statement that is asked again while its rows are still read is another one.
func TestAStatementThatRunsIsNotTakenTwice(t *testing.T) {
	s := fresh(t)
	with(t, s, 3)
	err := s.write(t.Context(), "test", func(tx *transaction) error {
		const all = `SELECT id FROM contacts ORDER BY id`
		for range 2 { // prepared, then kept
			outer, err := tx.QueryContext(t.Context(), all)
			if err != nil {
				return err
			}
			defer outer.Close()
			var pairs string
			for outer.Next() {
				var a int
				if err := outer.Scan(&a); err != nil {
					return err
				}
				inner, err := collect(t.Context(), tx, scanName, all)
				if err != nil {
					return err
				}
				pairs += fmt.Sprint(a, inner)
			}
			if want := "1 [1 2 3]2 [1 2 3]3 [1 2 3]"; pairs != want {
				t.Errorf("got %s, want %s", pairs, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// What is kept is bounded, and follows the schema.
func TestKeptStatements(t *testing.T) {
	s := fresh(t)
	for i := range keeping + 10 {
		change(t, s, fmt.Sprintf(`UPDATE lists SET loaded = loaded WHERE id = %d`, i))
	}
	conn, err := s.writer.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = conn.Raw(func(c any) error {
		if n := len(c.(*keptConn).kept); n != keeping {
			t.Errorf("%d statements are kept, want %d", n, keeping)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	with(t, s, 1)
	const touch = `UPDATE contacts SET zone = 'Z' || zone WHERE id = 1`
	change(t, s, touch)
	change(t, s, `CREATE TRIGGER also AFTER UPDATE OF zone ON contacts BEGIN UPDATE contacts SET key = new.zone WHERE id = new.id; END`)
	change(t, s, touch)
	if c := contact(t, s, 1); c.Key != "ZZ" {
		t.Errorf("a trigger that came later has not run: %+v", c)
	}
	change(t, s, `DROP TRIGGER also`)
	change(t, s, touch)
	if c := contact(t, s, 1); c.Key != "ZZ" || c.Zone != "ZZZ" {
		t.Errorf("a trigger that is gone has run: %+v", c)
	}
}
