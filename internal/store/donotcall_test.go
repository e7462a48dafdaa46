package store

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

func TestListsAreReadAsTheirKeepersGiveThem(t *testing.T) {
	packed := &bytes.Buffer{}
	z := gzip.NewWriter(packed)
	z.Write([]byte("3175550100\n3175550101\n"))
	z.Close()
	for _, c := range []struct {
		name, text, country string
		has                 []uint64
		says                string // why it is refused
	}{
		{"international", "+13175550100\n+447700900123\n", "", []uint64{13175550100, 447700900123}, ""},
		{"a header, notes, empty lines, line ends of DOS", "\ufeffPhone\r\n# May\r\n\r\n+1 (317) 555-0100\r\n", "", []uint64{13175550100}, ""},
		{"area code and number", "317,5550100\n317,5550101", "1", []uint64{13175550100, 13175550101}, ""},
		{"a zero that is not dialed from abroad", "07700 900123\n", "44", []uint64{447700900123}, ""},
		{"one that is", "02 1234567\n", "39", []uint64{39021234567}, ""},
		{"twice and unsorted", "+13175550101\n+13175550100\n+13175550101\n", "", []uint64{13175550100, 13175550101}, ""},
		{"packed", packed.String(), "1", []uint64{13175550100, 13175550101}, ""},
		{"without country code", "Phone\n3175550100\n", "", nil, "line 2"},
		{"a name", "+13175550100\nAnn\n", "", nil, "line 2"},
		{"columns more", "+13175550100\n+13175550101,2026-01-01\n", "", nil, "line 2"},
		{"only a header", "Phone\n", "1", nil, "no numbers"},
		{"nothing", "", "1", nil, "no numbers"},
		{"half a packed file", packed.String()[:20], "1", nil, "can not be"},
	} {
		n, sum, err := ReadDoNotCall(t.Context(), strings.NewReader(c.text), c.country)
		if (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
			continue
		}
		if err != nil {
			continue
		}
		if want := sha256.Sum256([]byte(c.text)); sum != hex.EncodeToString(want[:]) {
			t.Errorf("%s: its sum is %s", c.name, sum)
		}
		for _, number := range c.has {
			if n.Len() != len(c.has) || !n.Has(number) {
				t.Errorf("%s: %d numbers, with %d %v", c.name, n.Len(), number, n.Has(number))
			}
		}
	}
}

func list(name, version string, numbers ...uint64) compliance.List {
	var g compliance.Gather
	for _, n := range numbers {
		g.Add(n)
	}
	return compliance.List{
		Name: name, Version: version, Date: compliance.Date{Year: 2026, Month: 11, Day: 20}, Loaded: noon, Sum: "5a" + version, Numbers: g.Numbers(),
	}
}

// A list is there again after a restart, is replaced as a whole, and is read again only
// if it has changed.
func TestListsAreKept(t *testing.T) {
	s := fresh(t)
	none := compliance.DoNotCall{}
	if all, changed, err := s.DoNotCall(none); err != nil || changed || len(all.Lists()) != 0 {
		t.Fatalf("of a new database: %v %v %v", all.Lists(), changed, err)
	}
	for _, l := range []compliance.List{list("national", "1", 13175550100), list("state", "7", 13175550101, 447700900123)} {
		if err := s.SaveDoNotCall(l); err != nil {
			t.Fatal(err)
		}
	}
	all, changed, err := s.DoNotCall(none)
	if got := all.Lists(); err != nil || !changed || len(got) != 2 || got[1].String() != "do-not-call state 7 of 2026-11-20" ||
		!got[1].Loaded.Equal(noon) || got[1].Sum != "5a7" || got[1].Len() != 2 || !got[1].Has(447700900123) {
		t.Fatalf("%+v %v %v", got, changed, err)
	}
	if again, changed, err := s.DoNotCall(all); err != nil || changed || again.Lists()[0].Numbers != all.Lists()[0].Numbers {
		t.Errorf("without a change: %v %v", changed, err)
	}
	if err := s.SaveDoNotCall(list("national", "2", 13175550102)); err != nil {
		t.Fatal(err)
	}
	newer, changed, err := s.DoNotCall(all)
	if got := newer.Lists(); err != nil || !changed || got[0].Version != "2" || got[0].Has(13175550100) || got[1].Numbers != all.Lists()[1].Numbers {
		t.Errorf("with another version: %+v %v %v", got, changed, err)
	}
	if err := s.DropDoNotCall("state"); err != nil {
		t.Fatal(err)
	}
	if left, changed, err := s.DoNotCall(newer); err != nil || !changed || len(left.Lists()) != 1 {
		t.Errorf("with one list less: %+v %v %v", left.Lists(), changed, err)
	}
	wantKind(t, s.DropDoNotCall("state"), fault.NotFound)
	for _, name := range []string{"", "../users", "National", strings.Repeat("a", 41)} {
		wantKind(t, s.DropDoNotCall(name), fault.Invalid)
		wantKind(t, s.SaveDoNotCall(list(name, "1", 1)), fault.Invalid)
	}
}

// A damaged list is none, and does not hide the others.
func TestADamagedListIsNotUsed(t *testing.T) {
	s := fresh(t)
	for _, l := range []compliance.List{list("national", "1", 13175550100, 13175550101, 447700900123), list("state", "7", 13175550101)} {
		if err := s.SaveDoNotCall(l); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := os.ReadFile(s.fileOfList("national"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 5 {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x41
		for name, text := range map[string][]byte{"changed": bad, "cut": whole[:i]} {
			if err := os.WriteFile(s.fileOfList("national"), text, 0o600); err != nil {
				t.Fatal(err)
			}
			all, _, err := s.DoNotCall(compliance.DoNotCall{})
			if got := all.Lists(); err == nil || len(got) != 1 || got[0].Name != "state" {
				t.Fatalf("%s at byte %d of %d: %+v, %v", name, i, len(whole), got, err)
			}
		}
	}
}

// refused are all on the internal list, in order.
func refused(t *testing.T, s *Store) []string {
	t.Helper()
	all, err := s.Refusals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, who := range all {
		texts = append(texts, who.String())
	}
	slices.Sort(texts)
	return texts
}

// Who asked not to be called again is on the list once, however his number is written,
// also if it is none with country code; and he is there after a restart.
func TestRefusals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.db")
	s := reopen(t, path)
	for _, number := range []string{"+13175550100", "+1 317-555-0100", "sip:+13175550100@gw", "77", "7-7", "SIP:Anna@Example.org;transport=tcp"} {
		if err := s.Refuse(t.Context(), campaign.Refusal{Number: number, At: noon, By: "root", Why: "a letter"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path)
	if got, want := refused(t, s), []string{"+13175550100", "77", "sip:anna@example.org"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if n, err := s.CountRefusals(t.Context()); n != 3 || err != nil {
		t.Errorf("%d are counted, %v", n, err)
	}
	for written, number := range map[string]string{"+1 (317) 555-0100": "+13175550100", " 77": "77", "sips:anna@example.org": "sip:anna@example.org"} {
		want := campaign.Refusal{Number: number, At: noon, By: "root", Why: "a letter"}
		if got, err := s.Refusal(t.Context(), written); got != want || err != nil {
			t.Errorf("%q: %+v, %v", written, got, err)
		}
		if err := s.Permit(t.Context(), written); err != nil {
			t.Error(err)
		}
		_, err := s.Refusal(t.Context(), written)
		wantKind(t, err, fault.NotFound)
		wantKind(t, s.Permit(t.Context(), written), fault.NotFound)
	}
	wantKind(t, s.Permit(t.Context(), "anna"), fault.Invalid)
	wantKind(t, s.Refuse(t.Context(), campaign.Refusal{Number: "anna"}), fault.Invalid)
	_, err := s.Refusal(t.Context(), "")
	wantKind(t, err, fault.Invalid)
}

// Who asks an agent not to be called again is on the list once the attempt is closed, as
// he was dialed.
func TestAWrapUpPutsOnTheListOfRefusals(t *testing.T) {
	s := fresh(t)
	with(t, s, 3)
	for i, lead := range claim(t, s, spring, 3, noon).Leads {
		at := lead.Attempt
		at.Number = []string{"+13175550101", "+13175550102", "77"}[i]
		at.Outcome, at.Category, at.Closed = call.Talked, []string{"Success", "Deleted", "Deleted"}[i], noon
		at.Next = campaign.Next{Status: campaign.Uncallable}
		if err := s.Record(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := refused(t, s), []string{"+13175550102", "77"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A list of integers is brought up to date whole, and with it come the digits at which
// somebody had asked not to be called again before they were kept.
func TestTheListOfRefusalsIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.db")
	older(t, path, 16,
		`INSERT INTO refusals VALUES (13175550100, 5, 'root', 'a letter'), (447700900123, 6, 'anna', 'call 1000000009')`,
		`INSERT INTO attempts (id, campaign, list, contact, number, preview, claimed, closed, agent, category) VALUES
			(1, 'A', 'leads', 1, '77', 1, 5, 8, 'bert', 'Deleted'), (2, 'A', 'leads', 2, '77', 1, 5, 7, 'anna', 'Deleted'),
			(3, 'A', 'leads', 3, '78', 1, 5, 7, 'anna', 'Success'), (4, 'A', 'leads', 4, '79', 1, 5, 0, 'anna', 'Deleted'),
			(5, 'A', 'leads', 5, '+13175550101', 1, 5, 7, 'anna', 'Deleted'), (6, 'A', 'leads', 6, '7x', 1, 5, 7, 'anna', 'Deleted')`)
	s := reopen(t, path)
	if got, want := refused(t, s), []string{"+13175550100", "+447700900123", "77"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, want := range []campaign.Refusal{
		{Number: "+13175550100", At: time.UnixMicro(5), By: "root", Why: "a letter"}, {Number: "+447700900123", At: time.UnixMicro(6), By: "anna", Why: "call 1000000009"},
		{Number: "77", At: time.UnixMicro(7), By: "anna", Why: "call 1000000002"},
	} {
		if got, err := s.Refusal(t.Context(), want.Number); err != nil || !got.At.Equal(want.At) || got.By != want.By || got.Why != want.Why {
			t.Errorf("%+v %v, want %+v", got, err, want)
		}
	}
}

// A lead tells of former calls to the contact, and to his number under another contact.
func TestALeadHasItsHistory(t *testing.T) {
	s := fresh(t)
	with(t, s, 2)
	change(t, s, `UPDATE contacts SET number = '+13175550100'`)
	ago := func(d time.Duration) time.Time { return noon.Add(-d) }
	place := func(contact int, placed, bridged, ended time.Time, outcome call.Outcome, category string) {
		change(t, s, `INSERT INTO attempts (campaign, list, contact, number, preview, claimed, placed, bridged, ended, closed, outcome, category, abandoned)
			VALUES ('X', 'leads', ?, ?, 0, 1, ?, ?, ?, 1, ?, ?, ?)`,
			contact, []string{"", "+13175550100", "+13175550100", "+13175550999"}[contact], micros(placed), micros(bridged), micros(ended), string(outcome), category, outcome == call.Abandoned)
	}
	day := 24 * time.Hour
	place(1, ago(40*day), time.Time{}, ago(40*day), call.NotReached, "No Answer") // too long ago
	place(1, ago(3*day), ago(3*day), ago(3*day-time.Minute), call.Talked, "Success")
	place(2, ago(2*day), time.Time{}, ago(2*day-time.Second), call.Abandoned, "")
	place(3, ago(day), time.Time{}, ago(day), call.NotReached, "Busy")                 // another number
	place(1, ago(time.Hour), time.Time{}, ago(time.Hour), call.NotReached, "No Lines") // never left
	place(1, time.Time{}, time.Time{}, ago(time.Hour), call.Withdrawn, "Withdrawn")

	h := claim(t, s, spring, 1, noon).Leads[0].History
	if len(h.Calls) != 2 || !h.Spoken.Equal(ago(3*day-time.Minute)) || !h.Abandoned.Equal(ago(2*day-time.Second)) {
		t.Errorf("%+v", h)
	}
	h = claim(t, s, spring, 1, noon).Leads[0].History // the first is being called
	if len(h.Calls) != 3 {
		t.Errorf("with the call that is in the air: %+v", h)
	}
}

// What went before an attempt is known at any time, for the number that it is to dial then:
// of that attempt itself there is nothing, also once it is placed.
func TestFormerCallsAreKnownOfAnyNumber(t *testing.T) {
	s := fresh(t)
	with(t, s, 3)
	leads := claim(t, s, spring, 3, noon).Leads
	placed := func(i int, number string, at time.Time) {
		leads[i].Attempt.Number, leads[i].Attempt.Placed = number, at
		write(t, s, leads[i].Attempt)
	}
	placed(1, "77", noon.Add(time.Minute))
	placed(2, "77", noon.Add(-compliance.Reach)) // too long ago
	for number, want := range map[string][]time.Time{"77": {noon.Add(time.Minute)}, "78": nil} {
		placed(0, number, noon.Add(2*time.Minute))
		if got, err := s.Former(t.Context(), leads[0].Attempt, noon.Add(2*time.Minute)); err != nil || !slices.EqualFunc(got.Calls, want, time.Time.Equal) {
			t.Errorf("%s: %v %v, want %v", number, got.Calls, err, want)
		}
	}
}

// One claim leases many contacts together; who has a number that is called by the same
// claim knows of that call.
func TestAClaimKnowsOfItsOwnCallsToANumber(t *testing.T) {
	for _, spacing := range []time.Duration{0, time.Hour} {
		s := fresh(t)
		def := spring
		def.Limits.Spacing = spacing
		save(t, s, def)
		three := []campaign.Contact{{Key: "a", Number: "+13175550177"}, {Key: "b", Number: "+13175550100"}, {Key: "c", Number: "+13175550177"}}
		if _, err := s.AddContacts(t.Context(), def.List, campaign.Addition{}, three); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, lead := range claim(t, s, def, 3, noon).Leads {
			got = append(got, fmt.Sprintf("%s after %d", lead.Contact.Key, len(lead.History.Calls)))
		}
		want := "[a after 0 b after 0 c after 1]"
		if spacing > 0 { // c has to wait
			want = "[a after 0 b after 0]"
		}
		if fmt.Sprint(got) != want {
			t.Errorf("spacing %v: %v, want %v", spacing, got, want)
		}
	}
}

func TestHistoryReadsItsIndexes(t *testing.T) {
	s := fresh(t)
	var plan []string
	if err := s.read(t.Context(), "read the plan", func(tx *transaction) (err error) {
		plan, err = collect(t.Context(), tx, func(row scanner) (detail string, err error) {
			var id, parent, unused int
			err = row.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}, "EXPLAIN QUERY PLAN "+former, 5, `[[7, "+1317"]]`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, index := range []string{"attempts_contact (contact=?)", "attempts_number (number=? AND placed>?)", "attempts_calling (number=?)"} {
		if !slices.ContainsFunc(plan, func(line string) bool { return strings.HasSuffix(line, index) }) {
			t.Errorf("%s is not used in\n  %s", index, strings.Join(plan, "\n  "))
		}
	}
}
