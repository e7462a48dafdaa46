package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/store"
)

// importing is a database with a campaign, and a directory around it.
type importing struct {
	dir string
	db  *store.Store // open all the while, as by a running server
}

func newImporting(t *testing.T) importing {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), filepath.Join(dir, "outdial.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, c := range []campaign.Campaign{{ID: "A", Name: "Spring", List: "leads"}, {ID: "B", Name: "Bare"}} {
		if err := db.SaveCampaign(t.Context(), c.Defaults()); err != nil {
			t.Fatal(err)
		}
	}
	return importing{dir: dir, db: db}
}

func (i importing) file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(i.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run gives what the command says.
func (i importing) run(ctx context.Context, args ...string) (stdout, stderr string, err error) {
	var out, notes strings.Builder
	for n, arg := range args {
		args[n] = strings.ReplaceAll(arg, "DIR", i.dir)
	}
	err = importContacts(ctx, args, &out, &notes)
	return out.String(), notes.String(), err
}

func (i importing) contacts(t *testing.T, list string) int {
	t.Helper()
	lists, err := i.db.Lists(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return lists[list][campaign.Callable]
}

func TestImportContactsWithSeveralNumbersAndNoneTwice(t *testing.T) {
	i := newImporting(t)
	path := i.file(t, "people.csv", "id,home,mobile\na,,317 555 0101\nb,317 555 0101,\nc,317 555 0102,x\n")
	args := []string{"--campaign", "spring", "--database", "DIR/outdial.db", "--key", "id", "--region", "US", "--phone", "home,mobile"}
	stdout, _, err := i.run(t.Context(), append(args, "--duplicates", "reject", path)...)
	if err != nil || !strings.Contains(stdout, "1 added, 0 updated, 0 unchanged, 2 rejected") {
		t.Errorf("%s %v", stdout, err)
	}
	if _, _, err := i.run(t.Context(), append(args, "--duplicates", "merge", path)...); !errors.Is(err, errUsage) {
		t.Error(err)
	}
}

func TestImportContactsLoadsAFile(t *testing.T) {
	i := newImporting(t)
	path := i.file(t, "people.csv", "Kunde;Telefon;Zone;Name\n1;030 2345678;Europe/Berlin;Ann\n2;0171 2345678;;Bob\n3;none;;Cid\n")
	args := []string{"--campaign", "spring", "--database", "DIR/outdial.db", "--number", "telefon", "--zone", "Zone",
		"--key", "Kunde", "--region", "de", "--comma", ";", path}
	stdout, stderr, err := i.run(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"3 rows read", "list leads of campaign Spring", "2 added, 0 updated, 0 unchanged, 1 rejected", path + ".rejects.csv"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %q", want, stdout)
		}
	}
	if stderr != "" {
		t.Errorf("of an import that takes no second it says %q", stderr)
	}
	rejects, err := os.ReadFile(path + ".rejects.csv")
	if want := "line;reason;Kunde;Telefon;Zone;Name\n4;\"\"\"none\"\" is not a phone number\";3;none;;Cid\n"; err != nil || string(rejects) != want {
		t.Errorf("rejects %q, %v", rejects, err)
	}
	c, err := i.db.Contact(t.Context(), "leads", 1)
	if err != nil || c.Number != "+49302345678" || c.Zone != "Europe/Berlin" || c.Columns["Name"] != "Ann" || len(c.Columns) != 4 {
		t.Errorf("%+v %v", c, err)
	}
	if stdout, _, err = i.run(t.Context(), args...); err != nil || !strings.Contains(stdout, "0 added, 0 updated, 2 unchanged, 1 rejected") {
		t.Errorf("again: %q %v", stdout, err)
	}
}

func TestImportContactsTakesTheDatabaseOfTheConfiguration(t *testing.T) {
	i := newImporting(t)
	config := i.file(t, "outdial.toml", "[database]\npath = \"outdial.db\"\n")
	path := i.file(t, "people.csv", "number\n100\n")
	stdout, _, err := i.run(t.Context(), "--campaign", "Spring", "--config", config, path)
	if err != nil || !strings.Contains(stdout, "1 added") {
		t.Errorf("%q %v", stdout, err)
	}
	if _, err := os.Stat(path + ".rejects.csv"); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file of rejects was made for none")
	}
}

func TestImportContactsTakesFieldsBetweenTabs(t *testing.T) {
	i := newImporting(t)
	path := i.file(t, "people.tsv", "number\tname\n100\tAnn, of Ulm\n")
	stdout, _, err := i.run(t.Context(), "--campaign", "Spring", "--database", "DIR/outdial.db", "--comma", "tab", path)
	if err != nil || !strings.Contains(stdout, "1 added") {
		t.Errorf("%q %v", stdout, err)
	}
}

// TestProgressIsALineASecond: the first after a second.
func TestProgressIsALineASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		p := &progress{to: &said, started: time.Now(), last: time.Now()}
		for n := range 5 {
			time.Sleep(400 * time.Millisecond) // of the bubble's clock
			p.rows(1000 * (n + 1))
		}
		if want := "3000 rows, 2500 a second\n"; said.String() != want {
			t.Errorf("said %q, want %q", said.String(), want)
		}
	})
}

func TestImportContactsRefuses(t *testing.T) {
	i := newImporting(t)
	good := i.file(t, "good.csv", "number\n100\n")
	i.file(t, "bad.csv", "a,a\n")
	i.file(t, "torn.csv", "number,x\n100,a\n101,\"b\n\n")
	database := []string{"--database", "DIR/outdial.db"}
	for _, c := range []struct {
		name  string
		args  []string
		usage bool
		says  string
	}{
		{"no campaign", []string{good}, true, "--campaign"},
		{"no file", append(database, "--campaign", "Spring"), true, "one file"},
		{"two files", append(database, "--campaign", "Spring", good, good), true, "one file"},
		{"a long separator", append(database, "--campaign", "Spring", "--comma", "::", good), true, "one character"},
		{"two databases", append(database, "--campaign", "Spring", "--config", "x", good), true, "give one"},
		{"an unknown flag", []string{"--speed", "9"}, true, "outdial help"},
		{"a removal with a status", append(database, "--campaign", "Spring", "--remove", "--status", "x", good), true, "--remove goes by"},
		{"a removal that can not begin", append(database, "--campaign", "Spring", "--remove", "DIR/bad.csv"), false, "nobody was removed"},
		{"rejects over the source", append(database, "--campaign", "Spring", "--rejects", good, good), true, "overwrite"},
		{"a database that is not there", []string{"--database", "DIR/none.db", "--campaign", "Spring", good}, false, "there is no database"},
		{"a configuration that is not there", []string{"--config", "DIR/none.toml", "--campaign", "Spring", good}, false, "none.toml"},
		{"a campaign that is not there", append(database, "--campaign", "Winter", good), false, "there is Bare, Spring"},
		{"a campaign without a list", append(database, "--campaign", "Bare", good), false, "has no contact list"},
		{"a file that is not there", append(database, "--campaign", "Spring", "DIR/none.csv"), false, "none.csv"},
		{"a header that is none", append(database, "--campaign", "Spring", "DIR/bad.csv"), false, "rename one"},
		{"a file that is torn", append(database, "--campaign", "Spring", "DIR/torn.csv"), false, "nothing of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := i.run(t.Context(), c.args...)
			if err == nil || !strings.Contains(err.Error(), c.says) || errors.Is(err, errUsage) != c.usage {
				t.Errorf("got %v", err)
			}
		})
	}
	if n := i.contacts(t, "leads"); n != 0 {
		t.Errorf("%d contacts were loaded", n)
	}
	if _, err := os.Stat(filepath.Join(i.dir, "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a mistyped path became a database")
	}
}

func TestImportContactsExplainsItself(t *testing.T) {
	_, stderr, err := newImporting(t).run(t.Context(), "-h")
	if err != nil || !strings.Contains(stderr, "--campaign NAME") || !strings.Contains(stderr, "-region") {
		t.Errorf("%q %v", stderr, err)
	}
}
