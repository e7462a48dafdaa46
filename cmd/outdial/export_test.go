package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
)

// exported runs the command and gives what it wrote.
func (i importing) exported(t *testing.T, args ...string) string {
	t.Helper()
	var out, notes strings.Builder
	if err := export(t.Context(), append(args, "--database", filepath.Join(i.dir, "outdial.db")), &out, &notes); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// people are the contacts of a list, without their identities.
func (i importing) people(t *testing.T, list string) string {
	t.Helper()
	found, err := i.db.ContactPage(t.Context(), campaign.ContactFilter{List: list, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range found {
		all = append(all, fmt.Sprintf("%q %q %q %s %q", c.Key, c.Number, c.Zone, c.Status, c.Columns))
	}
	return strings.Join(all, "\n")
}

func TestAnExportImportedAgainIsTheSame(t *testing.T) {
	i := newImporting(t)
	path := i.file(t, "people.csv", strings.Join([]string{
		"Id,Phone,Tz,Status,Note",
		`=7,+13175550101,America/New_York,gold,"=HYPERLINK(""x"")"`,
		`8,"(317) 555-0102",,,"'=1, a
second line"`,
		`9,317-555-0103,America/Chicago,-5,'tis`,
	}, "\n"))
	_, _, err := i.run(t.Context(), "--campaign", "Spring", "--database", "DIR/outdial.db", "--number", "Phone", "--key", "Id", "--zone", "Tz", "--region", "US", path)
	if err != nil {
		t.Fatal(err)
	}
	excluded := campaign.Excluded
	if _, err := i.db.ChangeContact(t.Context(), "leads", 2, "", campaign.ContactChange{Status: &excluded}); err != nil {
		t.Fatal(err)
	}
	want := i.people(t, "leads")
	for n, format := range []string{"csv", "ndjson"} {
		text := i.exported(t, "contacts", "--list", "leads", "--format", format)
		c := campaign.Campaign{ID: campaign.ID(format), Name: "Copy " + format, List: fmt.Sprint("copy ", n)}.Defaults()
		if err := i.db.SaveCampaign(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		out, _, err := i.run(t.Context(), "--campaign", c.Name, "--database", "DIR/outdial.db", i.file(t, "copy."+format, text))
		if err != nil || !strings.Contains(out, "3 added, 0 updated, 0 unchanged, 0 rejected") {
			t.Fatalf("%s %v", out, err)
		}
		if got := i.people(t, c.List); got != want {
			t.Errorf("%s\n%s\nwant\n%s", format, got, want)
		}
	}
}

func TestExportWritesAFile(t *testing.T) {
	i := newImporting(t)
	out := filepath.Join(i.dir, "out.csv")
	if text := i.exported(t, "attempts", "--campaign", "Spring", "--from", "2026-01-01", "--out", out); text != "" {
		t.Errorf("%q on standard output", text)
	}
	text, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(text), "id,call,campaign,campaignId,list,contact,number,phoneColumn,ccid,callerId,") {
		t.Errorf("%s %v", text, err)
	}
	for _, c := range []struct{ args, says string }{
		{"", "export what?"}, {"people", "export what?"}, {"contacts", "which list?"}, {"contacts --list none", "list none"},
		{"contacts --list leads --format xls", "csv or ndjson"}, {"attempts --from yesterday", "a day like"}, {"attempts --campaign None", "None"},
		{"attempts extra", "what is"},
	} {
		args := strings.Fields(c.args)
		if len(args) > 0 && args[0] != "people" {
			args = append(args[:1:1], append([]string{"--database", filepath.Join(i.dir, "outdial.db")}, args[1:]...)...)
		}
		err := export(t.Context(), args, &strings.Builder{}, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("export %s: %v", c.args, err)
		}
	}
}

func TestAnImportIsOnlyChecked(t *testing.T) {
	i := newImporting(t)
	path := i.file(t, "people.csv", "number,go\n100,J\n101,\nx,C\n102,I\n")
	args := []string{"--campaign", "Spring", "--database", "DIR/outdial.db", "--status", "go"}
	out, _, err := i.run(t.Context(), append(args, "--check", path)...)
	if err != nil || !strings.Contains(out, "only looked at; it would be 2 added, 0 updated, 0 unchanged, 2 rejected") || i.contacts(t, "leads") != 0 {
		t.Errorf("%s %v", out, err)
	}
	if _, _, err := i.run(t.Context(), append(args, path)...); err != nil {
		t.Fatal(err)
	}
	if lists, err := i.db.Lists(t.Context()); err != nil || lists["leads"][campaign.Urgent] != 1 || lists["leads"][campaign.Callable] != 1 {
		t.Errorf("%v %v", lists, err)
	}
}
