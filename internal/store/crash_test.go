package store

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// childRows is what the other process imports.
const childRows = 4 * chunk

// kills is how often the other process is killed at its work.
var kills = flag.Int("kills", 3, "how many times a process that dials is killed, and one that imports")

// extensions is a source of n contacts that are quick to read.
func extensions(n int) io.Reader {
	var b strings.Builder
	b.WriteString("number,Name\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,Name %d\n", 1_000_000+i, i)
	}
	return strings.NewReader(b.String())
}

// crashing is the other process: it works until it is killed, and says in a line
// what it was told is written down, after it was.
func crashing(path, work string) {
	ctx := context.Background()
	s, err := Open(ctx, path, nil)
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	if work == "dial" {
		_, _, err = s.Recover(ctx, time.Now())
	}
	for err == nil {
		switch work {
		case "dial":
			if err = dial(ctx, s, say); err == nil {
				err = dialTogether(ctx, s)
			}
		case "wish":
			err = wish(ctx, s)
		case "learn":
			err = learn(ctx, s)
		case "import":
			fmt.Println("importing")
			_, err = s.Import(ctx, ImportOptions{List: "more", Source: extensions(childRows), Progress: func(rows int) { fmt.Println("rows", rows) }})
			if err == nil {
				fmt.Println("imported")
				select {}
			}
		}
	}
	fmt.Println("failed", err)
}

func say(words ...any) { fmt.Println(words...) }

// dialTogether dials in one transaction, and says what it did once that is written.
func dialTogether(ctx context.Context, s *Store) error {
	var said [][]any
	later := func(words ...any) { said = append(said, words) }
	var wrong error
	err := s.Together(ctx, func(ctx context.Context) {
		wrong = errors.Join(dial(ctx, s, later), dial(ctx, s, later))
	})
	if err == nil {
		for _, words := range said {
			say(words...)
		}
	}
	return errors.Join(err, wrong)
}

// dial claims contacts, and closes every other attempt.
func dial(ctx context.Context, s *Store, say func(...any)) error {
	got, err := s.Claim(ctx, spring, 2, nil, time.Now())
	if err != nil {
		return err
	}
	for i, l := range got.Leads {
		say("claimed", l.Attempt.ID, l.Contact.ID)
		l.Attempt.Answered = time.Now()
		if err := s.Record(ctx, l.Attempt); err != nil { // as far as it is known
			return err
		}
		if i%2 == 1 {
			continue
		}
		l.Attempt.Outcome, l.Attempt.Abandoned = call.Abandoned, true
		if l.Contact.ID%3 == 0 {
			l.Attempt.Category = deleted
		}
		l.Attempt.Closed = time.Now()
		l.Attempt.Next = campaign.Next{Status: campaign.Callable, Due: time.Now(), Counts: true}
		if err := s.Record(ctx, l.Attempt); err != nil {
			return err
		}
		say("closed", l.Attempt.ID, l.Contact.ID)
	}
	return nil
}

// wish claims single contacts that are not dialed, and gives every third back.
func wish(ctx context.Context, s *Store) error {
	for id := range len(befores) {
		lead, err := s.ClaimContact(ctx, spring, campaign.ContactID(id+1), "100", true, noon)
		if err != nil {
			return err
		}
		fmt.Println("claimed", lead.Attempt.ID)
		if id%3 != 0 {
			continue
		}
		lead.Attempt.Outcome, lead.Attempt.Closed = call.Withdrawn, noon
		lead.Attempt.Next = campaign.Next{Status: campaign.Callable, Due: noon}
		if err := s.Record(ctx, lead.Attempt); err != nil {
			return err
		}
		fmt.Println("closed", lead.Attempt.ID)
	}
	fmt.Println("done")
	select {}
}

// learn writes what a pacer has learned, again and again.
func learn(ctx context.Context, s *Store) error {
	for n := 1; ; n++ {
		if err := s.Remember(ctx, "AUTUMN", fmt.Appendf(nil, `{"Answers":%d}`, n), time.Now()); err != nil {
			return err
		}
		fmt.Println("learned", n)
	}
}

// What a pacer had learned when it was last written is there after the process was
// killed; the floor writes it each minute.
func TestWhatWasLearnedSurvivesAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "outdial.db")
	said := killed(t, path, "learn", 20)
	var told, kept int
	fmt.Sscanf(said[len(said)-1], "learned %d", &told)
	s, err := Open(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	memories, err := s.Memories(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sscanf(string(memories["AUTUMN"]), `{"Answers":%d}`, &kept); told < 20 || kept < told {
		t.Errorf("%d answers were written down before the kill, and %q is there", told, memories["AUTUMN"])
	}
}

// killed runs the other process, kills it after it said some lines, at a moment
// that nobody can tell, and gives what it said.
func killed(t *testing.T, path, work string, lines int) []string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), program)
	child.Env = append(os.Environ(), "OUTDIAL_TEST_CRASH="+path, "OUTDIAL_TEST_CRASH_WORK="+work)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	text := bufio.NewScanner(out)
	for len(said) < lines && text.Scan() {
		said = append(said, text.Text())
	}
	child.Process.Kill() // SIGKILL: nothing of it gets to tidy up
	for text.Scan() {
		said = append(said, text.Text())
	}
	child.Wait()
	for _, line := range said {
		if strings.HasPrefix(line, "failed") {
			t.Fatal(line)
		}
	}
	return said
}

func TestWhatWasWrittenDownSurvivesAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "outdial.db")
	s := reopen(t, path)
	with(t, s, 500)
	s.Close()
	for round := range *kills {
		said := killed(t, path, "dial", 1+rand.IntN(40))
		s := reopen(t, path)
		for _, line := range said {
			var what string
			var attempt, contact int64
			if n, _ := fmt.Sscan(line, &what, &attempt, &contact); n != 3 {
				continue // the last line, torn
			}
			query := `SELECT count(*) FROM attempts WHERE id = ? AND contact = ?`
			if what == "closed" {
				query += ` AND closed <> 0`
			}
			if count(t, s, query, attempt, contact) != 1 {
				t.Errorf("round %d: %q is not in the database", round, line)
			}
		}
		consistent(t, s)
		if n := count(t, s, `SELECT count(*) FROM contacts c WHERE (status = 'I') <> EXISTS
			(SELECT 1 FROM attempts WHERE contact = c.id AND closed = 0)`); n != 0 {
			t.Errorf("round %d: %d contacts are in process without an attempt, or the reverse", round, n)
		}
		open := count(t, s, `SELECT count(*) FROM attempts WHERE closed = 0`)
		lost, released, err := s.Recover(t.Context(), time.Now())
		if err != nil || lost != open || released != 0 {
			t.Errorf("round %d: %d open, %d lost, %d released, %v", round, open, lost, released, err)
		}
		if n := count(t, s, `SELECT count(*) FROM contacts WHERE status = 'I'`); n != 0 {
			t.Errorf("round %d: %d contacts are in process after recovery", round, n)
		}
		consistent(t, s)
		s.Close()
	}
}

// consistent checks the file itself, and that the tallies, the ledger and the list of who
// asked not to be called again say what is there.
func consistent(t *testing.T, s *Store) {
	t.Helper()
	var verdict string
	if err := s.reader.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity: %s %v", verdict, err)
	}
	const wrong = `SELECT count(*) FROM (
		SELECT list, status, count FROM tallies WHERE count <> 0
		EXCEPT SELECT c.list, c.status, count(*) FROM contacts c JOIN lists l ON l.id = c.list AND c.id <= l.loaded GROUP BY 1, 2)`
	if n := count(t, s, wrong); n != 0 {
		t.Errorf("%d tallies are wrong", n)
	}
	const listed = `SELECT c.list, c.id, c.number FROM contacts c JOIN lists l ON l.id = c.list`
	const entered = `SELECT list, contact, number FROM directory`
	if n := count(t, s, `SELECT count(*) FROM (`+listed+` AND c.id <= l.loaded EXCEPT `+entered+`)`) + count(t, s, `SELECT count(*) FROM (`+entered+` EXCEPT `+listed+`)`); n != 0 {
		t.Errorf("the directory differs from the contacts in %d", n)
	}
	if rows, ledger, err := s.Recount(t.Context(), spring.ID); err != nil || len(ledger) > 0 {
		t.Errorf("the ledger says %+v, the rows %+v, %v", ledger, rows, err)
	}
	if n := count(t, s, `SELECT count(*) FROM attempts WHERE closed <> 0 AND category = ? AND number NOT IN (SELECT callee FROM refusals)`, deleted); n != 0 {
		t.Errorf("%d who asked not to be called again are not on the list", n)
	}
	if n := count(t, s, `SELECT (SELECT count(*) FROM attempts WHERE closed <> 0 AND answered <> 0) - ifnull(sum(answered), 0) FROM ledger`); n != 0 {
		t.Errorf("%d answered calls are not in the ledger", n)
	}
}

func TestAKilledImportIsNotThereAndMakesWay(t *testing.T) {
	t.Parallel()
	now := time.Now()
	path := filepath.Join(t.TempDir(), "outdial.db")
	s := reopen(t, path)
	s.now = func() time.Time { return now }
	for range *kills {
		said := killed(t, path, "import", 1+rand.IntN(childRows/chunk))
		lists, err := s.Lists(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		there := lists["more"][campaign.Callable]
		if said[len(said)-1] == "imported" {
			if there != childRows {
				t.Errorf("%d contacts of an import that was done", there)
			}
			return
		}
		// The kill may come between the last commit and the line that tells of it.
		if there != 0 && there != childRows {
			t.Errorf("%d contacts: half an import", there)
		}
		consistent(t, s)
		now = time.Now().Add(2 * silence)
		got, err := s.Import(t.Context(), ImportOptions{List: "more", Source: extensions(3)})
		if err != nil || got.Rejected != 0 {
			t.Fatalf("the next one: %+v %v", got, err)
		}
		if n := count(t, s, `SELECT count(*) FROM contacts`); n != 3 && n != childRows {
			t.Errorf("%d rows are left", n)
		}
		consistent(t, s)
		change(t, s, `DELETE FROM contacts`)
		now = time.Now()
	}
}

// The dialer goes on while another process loads a large list: no claim may wait
// longer than a chunk takes, with room for a busy machine.
func TestClaimsGoOnWhileAnotherProcessImports(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.db")
	s := reopen(t, path)
	with(t, s, 2000)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), program)
	child.Env = append(os.Environ(), "OUTDIAL_TEST_CRASH="+path, "OUTDIAL_TEST_CRASH_WORK=import")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		child.Process.Kill()
		io.Copy(io.Discard, out)
		child.Wait()
	}()
	claims, longest := 0, time.Duration(0)
	for text := bufio.NewScanner(out); text.Scan() && text.Text() != "imported"; claims++ {
		start := time.Now()
		claim(t, s, spring, 5, time.Now())
		longest = max(longest, time.Since(start))
	}
	t.Logf("%d claims, the longest took %v", claims, longest)
	if claims < childRows/chunk || longest > 2*time.Second {
		t.Errorf("%d claims, the longest took %v", claims, longest)
	}
}
