package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// phones is spring over three phone columns.
func phones(limits campaign.Limits) campaign.Campaign {
	c := spring
	c.PhoneColumns, c.Limits = []string{"Home", "Work", "Mobile"}, limits
	return c
}

// over closes an attempt as the floor does.
func over(t testing.TB, s *Store, c campaign.Campaign, lead campaign.Lead, category string, at time.Time) {
	t.Helper()
	a := lead.Attempt
	a.Closed, a.Category = at, category
	a.Next = c.After(campaign.Result{Category: category, At: at, Before: lead.Contact.Attempts, Numbers: lead.Numbers,
		Was: campaign.Next{Status: lead.Was, Due: lead.Contact.Due, Owner: lead.Contact.Owner}})
	write(t, s, a)
}

// Numbers in the columns that a campaign of the list dials are read as the number is,
// however a contact comes in: as they were typed no do-not-call list would have them.
func TestWhatACampaignDialsIsReadAsANumber(t *testing.T) {
	s := fresh(t)
	save(t, s, phones(campaign.Limits{}))
	got, rejects := imported(t, s, ImportOptions{Key: "id", Region: "US"}, "id,number,WORK,mobile\na,317 555 0100,(317) 555-0101,\nb,317 555 0102,,none\nc,317 555 0103,,\n")
	if got.Added != 2 || !strings.Contains(rejects, `column mobile: ""none"" is not a phone number",b,317 555 0102,,none`) {
		t.Errorf("%+v\n%s", got, rejects)
	}
	if c := contact(t, s, 1); c.Columns["WORK"] != "+13175550101" {
		t.Errorf("%+v", c)
	}
	got, rejects = imported(t, s, ImportOptions{JSON: true, Region: "US"}, `{"key":"d","columns":{"Home":"317 555 0104"}}`+"\n"+`{"key":"e","number":"317 555 0105","columns":{"Home":"x"}}`)
	if got.Added != 1 || !strings.Contains(rejects, "column Home") {
		t.Errorf("%+v\n%s", got, rejects)
	}
	for line, want := range map[string]string{
		`[{"number":"100"}]`:                 `it is array in JSON, and no contact; a contact is as`,
		`{"number":"100","columns":{"n":5}}`: `columns is number in JSON`,
		`{"number":100}`:                     `number is number in JSON`,
		`number 100`:                         `it is no contact in JSON`,
	} {
		if _, rejects := imported(t, s, ImportOptions{JSON: true}, line); !strings.Contains(rejects, want) || strings.Contains(rejects, "struct") {
			t.Errorf("%s: %s", line, rejects)
		}
	}
	given := map[string]string{"home": "317 555 0106", "note": "317 555 0107"}
	added, err := s.AddContacts(t.Context(), spring.List, campaign.Addition{Region: "US"}, []campaign.Contact{{Number: "317 555 0106", Columns: given}})
	if err != nil || added[0].Columns["home"] != "+13175550106" || added[0].Columns["note"] != "317 555 0107" || given["home"] != "317 555 0106" {
		t.Errorf("%+v %v, given was %v", added, err, given)
	}
	for value, want := range map[string]string{"317 555 0108": "+13175550108", "": ""} {
		c, err := s.ChangeContact(t.Context(), spring.List, 1, "US", campaign.ContactChange{Columns: map[string]*string{"mobile": &value}})
		if err != nil || c.Columns["mobile"] != want || c.Columns["WORK"] != "+13175550101" {
			t.Errorf("%+v %v", c, err)
		}
	}
	wrong := "home"
	_, err = s.ChangeContact(t.Context(), spring.List, 1, "US", campaign.ContactChange{Columns: map[string]*string{"mobile": &wrong}})
	wantKind(t, err, fault.Invalid)
}

// Numbers are read in the region of the list's campaigns, where nobody says otherwise and
// they agree.
func TestNumbersAreReadInTheRegionOfTheCampaign(t *testing.T) {
	s := fresh(t)
	c := spring
	c.Law.Region = "US"
	save(t, s, c)
	for i, want := range []string{"+13175550100", "3175550101"} {
		added, err := s.AddContacts(t.Context(), spring.List, campaign.Addition{}, []campaign.Contact{{Number: "317555010" + string(rune('0'+i))}})
		if err != nil || added[0].Number != want {
			t.Fatalf("%+v %v, want %s", added, err, want)
		}
		other := "317 555 020" + string(rune('0'+i))
		changed, err := s.ChangeContact(t.Context(), spring.List, added[0].ID, "US", campaign.ContactChange{Number: &other})
		if err != nil || changed.Number != "+1317555020"+string(rune('0'+i)) {
			t.Errorf("%+v %v", changed, err)
		}
		c.ID, c.Name, c.Law.Region = "A2", "Summer", "DE"
		save(t, s, c)
	}
}

func TestTheNumbersOfAContactAreDialedOneAfterTheOther(t *testing.T) {
	s := fresh(t)
	c := phones(campaign.Limits{PerNumber: 3})
	c.Retry.MaxAttempts = 100
	save(t, s, c)
	bring(t, s, spring.List, "number,home,work,mobile", "101,101,102,103", "201,201,,")
	now := noon
	var got []string
	call := func(category string, n int) {
		t.Helper()
		leads := claim(t, s, c, 1, now).Leads
		if len(leads) != n {
			t.Fatalf("%d leads, want %d", len(leads), n)
		}
		for _, lead := range leads {
			got = append(got, lead.Attempt.Kind+" "+lead.Attempt.Number)
			over(t, s, c, lead, category, now)
		}
	}
	call("Busy", 1)           // home
	call("SIT Uncallable", 1) // work: and the next at once
	if n := count(t, s, `SELECT count(*) FROM numbers`); n != 2 {
		t.Errorf("%d numbers are known; one that was not called is not", n)
	}
	call("No Answer", 1) // mobile: the pass is over
	call("Busy", 1)      // the other contact, who has but one
	if n := count(t, s, `SELECT count(*) FROM numbers WHERE contact = 2`); n != 0 {
		t.Error("a contact with one number has no row for it")
	}
	call("", 0)
	change(t, s, `UPDATE contacts SET status = 'U' WHERE id = 2`)
	for range 2 {
		now = now.Add(12 * time.Hour)
		call("Busy", 1) // home
		call("Busy", 1) // mobile
	}
	want := []string{"home 101", "work 102", "mobile 103", "home 201", "home 101", "mobile 103", "home 101", "mobile 103"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if one := contact(t, s, 1); one.Status != campaign.Flagged || one.Attempts != 7 {
		t.Errorf("all of its numbers are spent: %+v", one)
	}
	for query, want := range map[string]int{
		`SELECT attempts FROM numbers WHERE kind = 'HOME'`:                                 3,
		`SELECT busy FROM numbers WHERE kind = 'home'`:                                     3,
		`SELECT no_answer FROM numbers WHERE kind = 'mobile'`:                              1,
		`SELECT daily FROM numbers WHERE kind = 'mobile'`:                                  2,
		`SELECT count(*) FROM numbers WHERE status = 'A'`:                                  2,
		`SELECT count(*) FROM numbers WHERE status = 'U' AND kind = 'work'`:                1,
		`SELECT count(*) FROM attempts WHERE ccid = 2 AND kind = 'work' AND next_pass = 0`: 1,
	} {
		if n := count(t, s, query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
	a, err := s.Attempts(t.Context(), "", 0, 9)
	if err != nil || a[2].CCID != 3 || a[2].Next.Number != campaign.Callable || !a[2].Next.Pass {
		t.Errorf("%+v %v", a[2].Next, err)
	}
}

func TestAContactNoneOfWhoseNumbersCanBeCalledIsFlagged(t *testing.T) {
	s := fresh(t)
	c := phones(campaign.Limits{})
	save(t, s, c)
	bring(t, s, spring.List, "number,home,work", "101,101,102")
	change(t, s, `INSERT INTO numbers (contact, kind, status) VALUES (1, 'home', 'U'), (1, 'work', 'A')`)
	if got := claim(t, s, c, 5, noon); len(got.Leads) != 0 {
		t.Errorf("%+v", got)
	}
	if one := contact(t, s, 1); one.Status != campaign.Flagged {
		t.Errorf("%+v", one)
	}
}

func TestAWithdrawnCallTakesNoTurn(t *testing.T) {
	s := fresh(t)
	c := phones(campaign.Limits{})
	save(t, s, c)
	bring(t, s, spring.List, "number,home,work", "101,101,102")
	for range 2 {
		lead := claim(t, s, c, 1, noon).Leads[0]
		if lead.Attempt.Kind != "home" {
			t.Errorf("%s is dialed", lead.Attempt.Kind)
		}
		a := lead.Attempt
		a.Closed, a.Outcome, a.Next = noon, "Withdrawn", campaign.Next{Status: campaign.Callable}
		write(t, s, a)
	}
}

func TestRescheduledCallsAreCounted(t *testing.T) {
	s := fresh(t)
	c := spring
	c.Reschedules = []campaign.Reschedule{{Category: "Busy", Wait: time.Minute, Most: 2, Protected: true}}
	save(t, s, c)
	bring(t, s, spring.List, "number", "101")
	for i := range 3 {
		now := noon.Add(time.Duration(i) * time.Hour)
		leads := claim(t, s, c, 1, now).Leads
		if len(leads) != 1 {
			t.Fatalf("call %d is not made", i)
		}
		over(t, s, c, leads[0], "Busy", now)
		if i == 0 {
			if n, _, err := s.Recycle(t.Context(), spring.List, now); n != 0 || err != nil {
				t.Errorf("a recycle takes %d that are protected, %v", n, err)
			}
			if one := contact(t, s, 1); one.Status != campaign.Rescheduled || !one.Due.Equal(now.Add(time.Minute)) {
				t.Errorf("%+v", one)
			}
		}
	}
	if one := contact(t, s, 1); one.Status != campaign.AttemptsSpent {
		t.Errorf("after two reschedules: %+v", one)
	}
}

func TestARecycleBeginsWithTheFirstNumber(t *testing.T) {
	s := fresh(t)
	c := phones(campaign.Limits{})
	save(t, s, c)
	bring(t, s, spring.List, "number,home,work", "101,101,102")
	over(t, s, c, claim(t, s, c, 1, noon).Leads[0], "Busy", noon)
	change(t, s, `UPDATE contacts SET due = ? WHERE id = 1`, micros(noon.Add(time.Hour)))
	if n, _, err := s.Recycle(t.Context(), spring.List, noon); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if a := claim(t, s, c, 1, noon).Leads[0].Attempt; a.Kind != "home" {
		t.Errorf("%s is dialed", a.Kind)
	}
}
