package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

func imported(t testing.TB, s *Store, o ImportOptions, source string) (ImportResult, string) {
	t.Helper()
	var rejects bytes.Buffer
	if o.List == "" {
		o.List = spring.List
	}
	o.Source, o.Rejects = strings.NewReader(source), &rejects
	got, err := s.Import(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	got.Checksum = ""
	return got, rejects.String()
}

func TestImportKeepsAllColumns(t *testing.T) {
	s := fresh(t)
	got, rejects := imported(t, s, ImportOptions{Number: "Phone 1", Zone: "tz", Region: "US"},
		"\ufeffid,Phone 1,tz,First Name,\"Odd \"\"name\"\"\"\r\n"+
			"7,(317) 555-0101,America/New_York,\"Zoë, née\r\nX\",<&>\\\r\n")
	if want := (ImportResult{Rows: 1, Added: 1}); got != want || rejects != "" {
		t.Errorf("%+v, rejects %q", got, rejects)
	}
	c := contact(t, s, 1)
	want := map[string]string{"id": "7", "Phone 1": "(317) 555-0101", "tz": "America/New_York",
		"First Name": "Zoë, née\nX", `Odd "name"`: `<&>\`}
	if c.Number != "+13175550101" || c.Zone != "America/New_York" || c.List != "leads" || c.Status != campaign.Callable || !maps.Equal(c.Columns, want) {
		t.Errorf("%+v", c)
	}
}

func TestImportReadsNumbers(t *testing.T) {
	for _, c := range []struct{ text, region, number, reason string }{
		{"+1 317-555-0101", "", "+13175550101", ""},
		{"0171 2345678", "DE", "+491712345678", ""},
		{"+44 20 7946 0018", "US", "+442079460018", ""},
		{" 201 ", "", "201", ""},
		{"0013175550101", "", "0013175550101", ""},
		{"sip:anna@192.0.2.7:5062", "US", "sip:anna@192.0.2.7:5062", ""},
		{"", "US", "", "empty"},
		{"317-555-0101", "", "", "name a region"},
		{"3.17555E+09", "", "", "not digits only"},
		{"12", "US", "", "not a phone number"},
		{"+999 1", "", "", "not a phone number"},
		{"+1 317 555 0101 ext. 5", "", "", "extension"},
		{"sip:a b", "", "", "not a SIP URI"},
		{"٣١٧", "", "", "not digits only"},
	} {
		number, reason := dialable(c.text, c.region)
		if number != c.number || (c.reason == "") != (reason == "") || !strings.Contains(reason, c.reason) {
			t.Errorf("%q in %q: %q, %q", c.text, c.region, number, reason)
		}
	}
}

func TestImportRejectsRowsOneByOne(t *testing.T) {
	s := fresh(t)
	got, rejects := imported(t, s, ImportOptions{Key: "id"}, strings.Join([]string{
		`id,number,zone`,
		`1,100,`,
		`2,none,`,
		`3,101,Mars/Base`,
		`4,102`,
		``,
		`1,103,`,
		`,104,`,
		"5,105,\xff",
		`6,10"6,`,
		`7,107,Local`,
		`8,108,Europe/Berlin`,
		`, ,`, // as spreadsheets end a file
	}, "\n"))
	if want := (ImportResult{Rows: 10, Added: 2, Rejected: 8}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	want := strings.Join([]string{
		`line,reason,id,number,zone`,
		`3,"""none"" is not digits only; name a region to read written numbers",2,none,`,
		`4,"""Mars/Base"" is not an IANA time zone",3,101,Mars/Base`,
		`5,"2 fields, the header has 3",4,102`,
		`7,the key 1 is in line 2 already,1,103,`,
		`8,the key is empty,,104,`,
		"9,column zone is not UTF-8,5,105,\xff",
		`10,a quote is out of place,6`,
		`11,"""Local"" is not an IANA time zone",7,107,Local`,
		``,
	}, "\n")
	if rejects != want {
		t.Errorf("rejects\n%s\nwant\n%s", rejects, want)
	}
}

func TestImportAgainNeverDoubles(t *testing.T) {
	s := fresh(t)
	first := "id,number,Name,Plan\n1,100,Ann,A\n2,101,Bob,A\n3,102,Cid,A\n"
	imported(t, s, ImportOptions{Key: "id"}, first)
	if got, _ := imported(t, s, ImportOptions{Key: "id"}, first); got != (ImportResult{Rows: 3, Unchanged: 3}) {
		t.Errorf("the same file again: %+v", got)
	}
	change(t, s, `UPDATE contacts SET status = 'U', attempts = 4, due = 77 WHERE id = 2`)
	if err := s.Update(t.Context(), 2, map[string]string{"Note": "asked for a letter"}); err != nil {
		t.Fatal(err)
	}
	if got, _ := imported(t, s, ImportOptions{Key: "id"}, first); got != (ImportResult{Rows: 3, Unchanged: 3}) {
		t.Errorf("columns of our own are no change: %+v", got)
	}
	got, _ := imported(t, s, ImportOptions{Key: "ID"}, "Name,id,number\nAnn,1,100\nBobby,2,555\nCid,3,102\nDan,4,103\n")
	if want := (ImportResult{Rows: 4, Added: 1, Updated: 1, Unchanged: 2}); got != want {
		t.Errorf("a changed file: %+v, want %+v", got, want)
	}
	c := contact(t, s, 2)
	if c.Status != campaign.Uncallable || c.Attempts != 4 || c.Due.UnixMicro() != 77 || c.Number != "555" {
		t.Errorf("%+v", c)
	}
	if want := map[string]string{"id": "2", "number": "555", "Name": "Bobby", "Plan": "A", "Note": "asked for a letter"}; !maps.Equal(c.Columns, want) {
		t.Errorf("%v, want %v", c.Columns, want)
	}
	lists, err := s.Lists(t.Context())
	if want := map[campaign.Status]int{campaign.Callable: 3, campaign.Uncallable: 1}; err != nil || !maps.Equal(lists["leads"], want) {
		t.Errorf("%v %v", lists, err)
	}
	if n := count(t, s, `SELECT count(*) FROM changes`); n != 0 {
		t.Errorf("%d notes of changes are left", n)
	}
}

func TestTheSameKeyInAnotherListIsAnotherContact(t *testing.T) {
	s := fresh(t)
	for _, list := range []string{"a", "b"} {
		if got, _ := imported(t, s, ImportOptions{List: list}, "number\n100\n"); got.Added != 1 {
			t.Errorf("%s: %+v", list, got)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	for _, c := range []struct {
		name, source string
		o            ImportOptions
		says         string
	}{
		{"an empty source", "", ImportOptions{}, "its first line must name the columns"},
		{"a mark alone", "\ufeff", ImportOptions{}, "is empty"},
		{"two columns of a name", "number,Name,name\n", ImportOptions{}, "columns 2 and 3"},
		{"a column without a name", "number,,x\n", ImportOptions{}, "column 2 of the header has no name"},
		{"no number column", "a,b\n", ImportOptions{}, "the columns are a, b"},
		{"another separator", "number;name\n", ImportOptions{}, "are they separated by ';'? say so with comma"},
		{"a number column that is not there", "number\n", ImportOptions{Number: "mobile"}, `no column named "mobile" for the number`},
		{"a zone column that is not there", "number\n", ImportOptions{Zone: "tz"}, `no column named "tz" for the zone`},
		{"a key column that is not there", "number\n", ImportOptions{Key: "id"}, `no column named "id" for the key`},
		{"a region that is none", "number\n", ImportOptions{Region: "Texas"}, "two letters"},
		{"a quote as separator", "number\n", ImportOptions{Comma: '"'}, "cannot separate"},
		{"columns of JSON", "{}", ImportOptions{JSON: true, Number: "phone"}, "for CSV only"},
		{"a workbook", "PK\x03\x04\x14\x00", ImportOptions{}, "save it as CSV in UTF-8"},
		{"UTF-16", "\xff\xfen\x00", ImportOptions{}, "save it as CSV in UTF-8"},
		{"UTF-16 without a mark", "n\x00u\x00", ImportOptions{}, "save it as CSV in UTF-8"},
		{"lines of an old Macintosh", "number,name\r100,a\r101,b\r", ImportOptions{}, "a carriage return alone"},
		{"a quote that swallows the rest", "number,n\n100,a\n101,\"b\n102,c\n", ImportOptions{}, "opens in line 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			c.o.List, c.o.Source = "leads", strings.NewReader(c.source)
			_, err := s.Import(t.Context(), c.o)
			wantKind(t, err, fault.Invalid)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, want %q in it", err, c.says)
			}
			if n := count(t, s, `SELECT count(*) FROM contacts`); n != 0 {
				t.Errorf("%d contacts were loaded", n)
			}
		})
	}
}

// people is a source of n contacts.
func people(n int) io.Reader {
	var b bytes.Buffer
	b.WriteString("Id,Number,Zone,FirstName,LastName,City,Balance\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,+1317%07d,America/New_York,First%d,Last%d,Indianapolis,%d.50\n", i, 2000000+i, i, i, i%1000)
	}
	return &b
}

// Who is to be called at once is not called before the import is there that brings him:
// it may still come to nothing.
func TestUrgentContactsOfAnImportWaitForItsEnd(t *testing.T) {
	s, c, now := fresh(t), spring, noon.Add(5*time.Hour)
	c.Hours = compliance.Default
	bring(t, s, spring.List, "number,zone", "100,Asia/Tokyo")
	change(t, s, `UPDATE contacts SET status = 'J'`) // there are urgent ones, and none can be called now
	s.brief = chunk
	seen := 0
	_, err := s.Import(t.Context(), ImportOptions{List: "leads", Priority: true, Source: people(2 * chunk), Progress: func(int) {
		if got := claim(t, s, c, 3, now); len(got.Leads) != 0 || got.Due.IsZero() {
			t.Errorf("while it runs a claim gets %d and the next is due %v", len(got.Leads), got.Due)
		}
		seen++
	}})
	if err != nil || seen < 2 {
		t.Fatalf("%d looks while it ran, %v", seen, err)
	}
	if got := claim(t, s, c, 3, now); len(got.Leads) != 3 {
		t.Errorf("afterwards a claim gets %d", len(got.Leads))
	}
	consistent(t, s)
}

func TestAnImportThatFailsLeavesNothing(t *testing.T) {
	s := fresh(t)
	imported(t, s, ImportOptions{}, "number,City\n+13172000001,Gary\n")
	s.brief = chunk
	broken := errors.New("the cable was pulled")
	source := io.MultiReader(people(3*chunk), iotest.ErrReader(broken))
	seen := 0
	_, err := s.Import(t.Context(), ImportOptions{List: "leads", Source: source, Progress: func(int) {
		lists, err := s.Lists(t.Context())
		if err != nil || lists["leads"][campaign.Callable] != 1 {
			t.Errorf("while it runs: %v %v", lists, err)
		}
		if got := claim(t, s, spring, 0, noon); got.Left != 1 {
			t.Errorf("while it runs a claim sees %d", got.Left)
		}
		if _, err := s.Contact(t.Context(), "leads", 2); fault.KindOf(err) != fault.NotFound {
			t.Errorf("while it runs a new contact can be read: %v", err)
		}
		seen++
	}})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if seen < 2 {
		t.Errorf("it failed after %d chunks, which tests nothing", seen)
	}
	if n := count(t, s, `SELECT count(*) FROM contacts`); n != 1 {
		t.Errorf("%d contacts are there", n)
	}
	if c := contact(t, s, 1); c.Columns["City"] != "Gary" {
		t.Errorf("half an import changed %+v", c)
	}
	got, err := s.Import(t.Context(), ImportOptions{List: "leads", Source: people(3 * chunk)})
	if err != nil || got.Added != 3*chunk-1 || got.Updated != 1 {
		t.Errorf("the next one: %+v %v", got, err)
	}
	if got := claim(t, s, spring, 0, noon); got.Left != 3*chunk {
		t.Errorf("a claim sees %d", got.Left)
	}
}

func TestACancelledImportLeavesNothing(t *testing.T) {
	s := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Import(ctx, ImportOptions{List: "leads", Source: people(3 * chunk), Progress: func(int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := count(t, s, `SELECT count(*) FROM contacts`) + count(t, s, `SELECT count(*) FROM imports WHERE finished = 0`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestOneImportAtATimeForAList(t *testing.T) {
	s := fresh(t)
	now := noon
	s.now = func() time.Time { return now }
	imported(t, s, ImportOptions{List: "leads"}, "number\n77\n78\n") // are to stay
	again := ImportOptions{List: "leads"}
	tried := false
	_, err := s.Import(t.Context(), ImportOptions{List: "leads", Source: people(2 * chunk), Progress: func(int) {
		if tried {
			return
		}
		tried = true
		again.Source = people(1)
		_, err := s.Import(t.Context(), again)
		wantKind(t, err, fault.Conflict)
		again.List, again.Source = "others", people(1)
		if _, err := s.Import(t.Context(), again); err != nil {
			t.Errorf("into another list: %v", err)
		}
		now = now.Add(silence + 1) // as if this import had hung that long
		again.List, again.Source = "leads", people(5)
		if _, err := s.Import(t.Context(), again); err != nil {
			t.Errorf("after the silence: %v", err)
		}
	}})
	wantKind(t, err, fault.Conflict)
	if n := claim(t, s, spring, 0, noon).Left; n != 7 {
		t.Errorf("%d contacts, want those of the imports that went through", n)
	}
	if n := count(t, s, `SELECT count(*) FROM contacts c JOIN lists l ON l.id = c.list WHERE l.name = 'leads'`); n != 7 {
		t.Errorf("%d rows, want 7", n)
	}
}

func TestAnImportIsWrittenDown(t *testing.T) {
	s := fresh(t)
	const source = "number\n100\nx\n"
	_, err := s.Import(t.Context(), ImportOptions{List: "leads", Name: "march.csv", Source: strings.NewReader(source)})
	if err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(source)))
	if n := count(t, s, `SELECT count(*) FROM imports WHERE source = 'march.csv' AND checksum = ? AND finished <> 0 AND failure = ''
		AND read = 2 AND added = 1 AND rejected = 1`, sum); n != 1 {
		t.Error("the import is not written down")
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		"number\n100\n", "\ufeffnumber;zone\n100;UTC\n", "number,a\n\"1\n", "number,\"a\"\"\"\n1,\"\x00\u2028\"\n",
		"number,n\n+1 (317) 555-0101,x\n", "number,a\x00b,\x00\n1,\x00,y\n", "number\n1\n1\n1,2\n", "a,number\n\xff,1\n", "number\nsip:a@b\n",
		"number,\"a \"\"b\"\" \\ \x01 é \u2028 \U0001f600\",'\n1,\"\t<&>\\\",'\n",
	} {
		f.Add(seed, "US", ',')
		f.Add(seed, "", ';')
	}
	s := fresh(f)
	runs := 0
	f.Fuzz(func(t *testing.T, source, region string, comma rune) {
		runs++
		o := ImportOptions{List: fmt.Sprint("list ", runs), Source: strings.NewReader(source), Region: region, Comma: comma, Rejects: io.Discard}
		got, err := s.Import(t.Context(), o)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if got.Rows != got.Added+got.Rejected || got.Updated+got.Unchanged != 0 {
			t.Fatalf("the rows do not add up: %+v", got)
		}
		o.Source = strings.NewReader(source)
		again, err := s.Import(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if again.Unchanged != got.Added || again.Added+again.Updated != 0 {
			t.Fatalf("%+v, and again %+v", got, again)
		}
		c := campaign.Campaign{ID: "fuzz", List: o.List, Hours: spring.Hours}
		claimed, err := s.Claim(t.Context(), c, got.Added+1, nil, noon)
		if err != nil || len(claimed.Leads) != got.Added {
			t.Fatalf("%d leads of %d: %v", len(claimed.Leads), got.Added, err)
		}
		change(t, s, `UPDATE contacts SET columns = '{"Ours":"kept"}', number = '' WHERE list = (SELECT max(id) FROM lists)`)
		o.Source = strings.NewReader(source)
		if changed, err := s.Import(t.Context(), o); err != nil || changed.Updated != got.Added {
			t.Fatalf("%+v, and changed %+v, %v", got, changed, err)
		}
		for _, l := range claimed.Leads {
			want := maps.Clone(l.Contact.Columns)
			if _, own := want["Ours"]; !own {
				want["Ours"] = "kept"
			}
			if c := contactIn(t, s, o.List, l.Contact.ID); c.Number != l.Contact.Number || !maps.Equal(c.Columns, want) {
				t.Fatalf("changed to %q, want %q", c.Columns, want)
			}
		}
	})
}

func BenchmarkImport100k(b *testing.B) {
	const n = 100_000
	text, err := io.ReadAll(people(n))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		s := fresh(b)
		b.StartTimer()
		if got, err := s.Import(b.Context(), ImportOptions{List: "leads", Key: "Id", Source: bytes.NewReader(text)}); err != nil || got.Added != n {
			b.Fatal(got, err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkImportAgain100k(b *testing.B) {
	const n = 100_000
	text, err := io.ReadAll(people(n))
	if err != nil {
		b.Fatal(err)
	}
	s := fresh(b)
	for b.Loop() {
		if _, err := s.Import(b.Context(), ImportOptions{List: "leads", Key: "Id", Source: bytes.NewReader(text)}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkClaimOf100k(b *testing.B) {
	s := fresh(b)
	if _, err := s.Import(b.Context(), ImportOptions{List: "leads", Source: people(100_000)}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		got, err := s.Claim(b.Context(), spring, 10, nil, noon)
		if err != nil || len(got.Leads) != 10 {
			b.Fatal(len(got.Leads), err)
		}
		b.StopTimer()
		for _, l := range got.Leads {
			l.Attempt.Closed, l.Attempt.Next = noon, campaign.Next{Status: campaign.Callable, Due: noon.Add(time.Hour), Counts: true}
			write(b, s, l.Attempt)
		}
		b.StartTimer()
	}
}

func BenchmarkRecord(b *testing.B) {
	s := fresh(b)
	with(b, s, 1)
	a := whole(claim(b, s, spring, 1, noon).Leads[0].Attempt)
	for b.Loop() {
		write(b, s, a)
	}
}

// BenchmarkRecordTogether writes attempts as a busy floor does, 64 in one transaction.
func BenchmarkRecordTogether(b *testing.B) {
	const most = 64
	s := fresh(b)
	with(b, s, most)
	leads := claim(b, s, spring, most, noon).Leads
	for b.Loop() {
		err := s.Together(b.Context(), func(ctx context.Context) {
			for _, l := range leads {
				if err := s.Record(ctx, l.Attempt); err != nil {
					b.Error(err)
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*most), "µs/attempt")
}
