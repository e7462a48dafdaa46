package store

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

func numbers(leads []campaign.Lead) []campaign.ContactID {
	var ids []campaign.ContactID
	for _, l := range leads {
		ids = append(ids, l.Contact.ID)
	}
	return ids
}

func TestClaimLeasesContactsAndOpensTheirAttempts(t *testing.T) {
	s := fresh(t)
	with(t, s, 3)
	got := claim(t, s, spring, 2, noon)
	want := campaign.Claim{Left: 1, Leads: []campaign.Lead{
		{
			Attempt: campaign.Attempt{ID: 1, Campaign: spring.ID, List: "leads", Contact: 1, Number: "3175550000", Claimed: noon, Placed: noon},
			Contact: campaign.Contact{ID: 1, List: "leads", Key: "3175550000", Number: "3175550000", Status: campaign.InProcess,
				Columns: map[string]string{"number": "3175550000", "FirstName": "Name 0"}},
			Was: campaign.Callable,
		},
		{
			Attempt: campaign.Attempt{ID: 2, Campaign: spring.ID, List: "leads", Contact: 2, Number: "3175550001", Claimed: noon, Placed: noon},
			Contact: campaign.Contact{ID: 2, List: "leads", Key: "3175550001", Number: "3175550001", Status: campaign.InProcess,
				Columns: map[string]string{"number": "3175550001", "FirstName": "Name 1"}},
			Was: campaign.Callable,
		},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	written, err := s.Attempts(t.Context(), "", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) != 2 || !reflect.DeepEqual(written[0], want.Leads[0].Attempt) || !reflect.DeepEqual(written[1], want.Leads[1].Attempt) {
		t.Errorf("written down: %+v", written)
	}
	if c := contact(t, s, 1); c.Status != campaign.InProcess {
		t.Errorf("contact 1 has status %s", c.Status)
	}
}

func TestClaimForPreviewDoesNotPlace(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	preview := spring
	preview.Mode = campaign.Preview
	a := claim(t, s, preview, 1, noon).Leads[0].Attempt
	if !a.Preview || !a.Placed.IsZero() || !a.Claimed.Equal(noon) {
		t.Errorf("%+v", a)
	}
}

func TestClaimTakesPromisesThenRetriesThenFreshContacts(t *testing.T) {
	s := fresh(t)
	with(t, s, 10)
	set := func(id int, status campaign.Status, due time.Duration) {
		change(t, s, `UPDATE contacts SET status = ?, due = ? WHERE id = ?`, string(status), micros(noon.Add(due)), id)
	}
	set(2, campaign.Callable, -time.Minute)
	set(3, campaign.Callable, -time.Hour)
	set(4, campaign.Callable, 2*time.Hour)
	set(5, campaign.Scheduled, -time.Second)
	set(6, campaign.Scheduled, -time.Minute)
	set(7, campaign.Scheduled, time.Hour)
	for id, status := range map[int]campaign.Status{8: campaign.AttemptsSpent, 9: campaign.Uncallable, 10: campaign.Deleted} {
		set(id, status, -time.Hour)
	}
	for i, step := range []struct {
		at   time.Duration
		n    int
		want []campaign.ContactID
		left int
		due  time.Duration // 0: now or none
	}{
		{0, 0, nil, 7, 0},
		{0, 3, []campaign.ContactID{6, 5, 3}, 4, 0},
		{0, 9, []campaign.ContactID{2, 1}, 2, time.Hour},
		{time.Hour - 1, 9, nil, 2, time.Hour},
		{time.Hour, 9, []campaign.ContactID{7}, 1, 2 * time.Hour},
		{3 * time.Hour, 9, []campaign.ContactID{4}, 0, 0},
		{4 * time.Hour, 9, nil, 0, 0},
	} {
		got := claim(t, s, spring, step.n, noon.Add(step.at))
		var due time.Time
		if step.due != 0 {
			due = noon.Add(step.due)
		}
		if !slices.Equal(numbers(got.Leads), step.want) || got.Left != step.left || !got.Due.Equal(due) {
			t.Errorf("step %d: %v left %d due %v, want %v left %d due %v", i, numbers(got.Leads), got.Left, got.Due, step.want, step.left, due)
		}
	}
}

func TestClaimForScheduledCallsOnlyTakesPromises(t *testing.T) {
	s := fresh(t)
	with(t, s, 5)
	change(t, s, `UPDATE contacts SET status = 'S', due = ? WHERE id = 2`, micros(noon.Add(-time.Minute)))
	change(t, s, `UPDATE contacts SET status = 'O', due = ? WHERE id = 3`, micros(noon.Add(-time.Hour))) // nobody promised it
	change(t, s, `UPDATE contacts SET status = 'J' WHERE id = 4`)
	scheduled := spring
	scheduled.State = campaign.ScheduledOnly
	if got := claim(t, s, scheduled, 9, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{4, 2}) {
		t.Errorf("claimed %v, want who is urgent and who was promised a call", numbers(got.Leads))
	}
	if got := claim(t, s, spring, 1, noon); !slices.Equal(numbers(got.Leads), []campaign.ContactID{3}) {
		t.Errorf("claimed %v, want the rescheduled call first when the campaign is on", numbers(got.Leads))
	}
}

func TestClaimOnAListThatDoesNotExistFindsNothing(t *testing.T) {
	s := fresh(t)
	if got := claim(t, s, spring, 5, noon); len(got.Leads) != 0 || got.Left != 0 || !got.Due.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestConcurrentClaimsNeverShareAContact(t *testing.T) {
	const claimers, contacts = 8, 200
	s := fresh(t)
	with(t, s, contacts)
	path := databasePath(t, s)
	var mu sync.Mutex
	times := map[campaign.ContactID]int{}
	var wg sync.WaitGroup
	for i := range claimers {
		mine := s
		if i%2 == 1 { // every other one as if from another process
			mine = reopen(t, path)
		}
		wg.Go(func() {
			for {
				got, err := mine.Claim(t.Context(), spring, 3, nil, noon)
				if err != nil {
					t.Error(err)
					return
				}
				if len(got.Leads) == 0 {
					return
				}
				mu.Lock()
				for _, l := range got.Leads {
					times[l.Contact.ID]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(times) != contacts {
		t.Errorf("%d of %d contacts were claimed", len(times), contacts)
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("contact %d was claimed %d times", id, n)
		}
	}
}

func TestAContactHasOneOpenAttempt(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	claim(t, s, spring, 1, noon)
	change(t, s, `UPDATE contacts SET status = 'C' WHERE id = 1`) // by hand, in the middle of the call
	_, err := s.Claim(t.Context(), spring, 1, nil, noon)
	wantKind(t, err, fault.Conflict)
}

// whole is an attempt with something in every field.
func whole(a campaign.Attempt) campaign.Attempt {
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	a.CCID, a.Kind = 2, "Home"
	a.Rule, a.Preview, a.Manual, a.CallerID = "hours 08:00-21:00", true, true, "+13175550100"
	a.Ringing, a.Answered, a.Bridged, a.Ended, a.Disposed = at(2), at(8), at(9), at(99), at(100)
	a.ToCustomer, a.ToAgent = 812*time.Microsecond, 20345*time.Microsecond
	a.Media = call.Quality{
		Codec: "PCMU", Secure: true, Sent: 4500, Received: 4480, Lost: 3, FarLost: 2,
		Jitter: 1250 * time.Microsecond, RoundTrip: 38 * time.Millisecond,
	}
	a.AgentCodec, a.AgentSecure, a.Attestation = "G722", true, "A"
	a.Agent, a.Trunk, a.Outcome, a.Reason, a.SIP, a.Q850 = "anna", "carrier", call.Talked, "normal", 200, 16
	a.Label, a.Category, a.Code = "Call back", "Scheduled", "Scheduled"
	a.Answer = campaign.Answer{
		Finding: call.Machine, Judged: at(11), Why: "spoke for more than 2.8s", Features: map[string]float64{"spoken": 2.81, "noise": -61},
		Greeted: at(10), Corrected: at(12), Message: "voicemail", Messaged: at(13), Played: true, Abandoned: true,
	}
	a.Next = campaign.Next{Status: campaign.Scheduled, Due: at(86400), Owner: "anna", Counts: true, Number: campaign.Callable, Pass: true, Rescheduled: true}
	return a
}

func TestRecordKeepsEveryField(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	a := whole(claim(t, s, spring, 1, noon).Leads[0].Attempt)
	for i := range reflect.TypeFor[campaign.Attempt]().NumField() {
		if name := reflect.TypeFor[campaign.Attempt]().Field(i).Name; name != "Closed" && reflect.ValueOf(a).Field(i).IsZero() {
			t.Errorf("the test does not cover field %s", name)
		}
	}
	for i := range reflect.TypeFor[campaign.Answer]().NumField() {
		if reflect.ValueOf(a.Answer).Field(i).IsZero() {
			t.Errorf("the test does not cover field %s", reflect.TypeFor[campaign.Answer]().Field(i).Name)
		}
	}
	for _, closed := range []time.Time{{}, noon.Add(time.Hour)} {
		a.Closed = closed
		write(t, s, a)
		got, err := s.Attempts(t.Context(), "spring", 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || !reflect.DeepEqual(got[0], a) {
			t.Errorf("got  %+v\nwant %+v", got, a)
		}
	}
}

func TestClosingGivesTheContactItsNext(t *testing.T) {
	for _, next := range []campaign.Next{
		{Status: campaign.Callable, Due: noon.Add(time.Hour), Counts: true},
		{Status: campaign.Callable, Due: noon},
		{Status: campaign.Scheduled, Due: noon.Add(24 * time.Hour), Counts: true},
		{Status: campaign.AttemptsSpent, Counts: true},
		{Status: campaign.Deleted, Counts: true},
		{Status: campaign.Uncallable, Counts: true},
	} {
		t.Run(string(next.Status), func(t *testing.T) {
			s := fresh(t)
			with(t, s, 1)
			a := claim(t, s, spring, 1, noon).Leads[0].Attempt
			a.Next = next
			write(t, s, a)
			if c := contact(t, s, a.Contact); c.Status != campaign.InProcess || c.Attempts != 0 {
				t.Errorf("before the close: %+v", c)
			}
			a.Closed = noon.Add(time.Minute)
			write(t, s, a)
			counted := 0
			if next.Counts {
				counted = 1
			}
			if c := contact(t, s, a.Contact); c.Status != next.Status || !c.Due.Equal(next.Due) || c.Attempts != counted {
				t.Errorf("after it: %+v, want %+v", c, next)
			}
			lists, err := s.Lists(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if want := map[campaign.Status]int{next.Status: 1}; !maps.Equal(lists["leads"], want) {
				t.Errorf("list counts %v, want %v", lists["leads"], want)
			}
		})
	}
}

func TestASecondCloseChangesNothing(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	a := whole(claim(t, s, spring, 1, noon).Leads[0].Attempt)
	a.Closed = noon.Add(time.Hour)
	write(t, s, a)
	again := a
	again.Label, again.Closed = "Success", noon.Add(2*time.Hour)
	again.Next = campaign.Next{Status: campaign.Deleted, Counts: true}
	write(t, s, again)
	got, err := s.Attempts(t.Context(), "", 0, 10)
	if err != nil || !reflect.DeepEqual(got[0], a) {
		t.Errorf("%+v %v", got, err)
	}
	if c := contact(t, s, a.Contact); c.Status != campaign.Scheduled || c.Attempts != 1 {
		t.Errorf("%+v", c)
	}
}

// An agent may disposition a call that is not over: how it ended is added later,
// once, and nothing else.
func TestTheEndOfACallIsAddedToAClosedAttempt(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	a := whole(claim(t, s, spring, 1, noon).Leads[0].Attempt)
	went := a.Media
	a.Closed, a.Ended, a.Reason, a.SIP, a.Q850 = noon.Add(time.Hour), time.Time{}, "", 0, 0
	a.Media = call.Quality{Codec: "PCMU", Secure: true}
	write(t, s, a)
	late := a
	late.Ended, late.Reason, late.SIP, late.Q850, late.Media = noon.Add(2*time.Hour), "normal", 200, 16, went
	late.Label, late.Next = "Success", campaign.Next{Status: campaign.Deleted, Counts: true}
	write(t, s, late)
	later := late
	later.Ended, later.Reason, later.Media = noon.Add(3*time.Hour), "busy", call.Quality{}
	write(t, s, later)
	want := a
	want.Ended, want.Reason, want.SIP, want.Q850, want.Media = late.Ended, late.Reason, late.SIP, late.Q850, went
	got, err := s.Attempts(t.Context(), "", 0, 10)
	if err != nil || !reflect.DeepEqual(got[0], want) {
		t.Errorf("%+v %v", got, err)
	}
	if c := contact(t, s, a.Contact); c.Status != campaign.Scheduled || c.Attempts != 1 {
		t.Errorf("%+v", c)
	}
}

func TestACloseLeavesAContactThatWasTakenOut(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	a := claim(t, s, spring, 1, noon).Leads[0].Attempt
	change(t, s, `UPDATE contacts SET status = 'E' WHERE id = 1`)
	a.Closed, a.Next = noon, campaign.Next{Status: campaign.Callable, Due: noon, Counts: true}
	write(t, s, a)
	if c := contact(t, s, 1); c.Status != campaign.Excluded || !c.Due.IsZero() || c.Attempts != 1 {
		t.Errorf("%+v", c)
	}
}

func TestRecordRefuses(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	wantKind(t, s.Record(t.Context(), campaign.Attempt{ID: 77}), fault.NotFound)
	a := claim(t, s, spring, 1, noon).Leads[0].Attempt
	a.Closed = noon
	wantKind(t, s.Record(t.Context(), a), fault.Invalid) // no Next
	if n := count(t, s, `SELECT count(*) FROM attempts WHERE closed = 0`); n != 1 {
		t.Error("the refused close was written")
	}
}

func TestRecover(t *testing.T) {
	s := fresh(t)
	with(t, s, 5)
	preview := spring
	preview.Mode = campaign.Preview
	shown := claim(t, s, preview, 1, noon).Leads[0].Attempt
	leads := claim(t, s, spring, 4, noon).Leads
	dialed, decided, over, removed := leads[0].Attempt, leads[1].Attempt, leads[2].Attempt, leads[3].Attempt
	decided.Disposed, decided.Label, decided.Category = noon, "Call back", "Scheduled"
	decided.Next = campaign.Next{Status: campaign.Scheduled, Due: noon.Add(time.Hour), Counts: true}
	write(t, s, decided)
	over.Closed, over.Outcome, over.Next = noon, call.Talked, campaign.Next{Status: campaign.Uncallable, Counts: true}
	write(t, s, over)
	change(t, s, `DELETE FROM contacts WHERE id = ?`, removed.Contact)
	path := databasePath(t, s)
	s.Close()

	s = reopen(t, path)
	later := noon.Add(time.Minute)
	lost, released, err := s.Recover(t.Context(), later)
	if lost != 3 || released != 1 || err != nil {
		t.Errorf("%d lost, %d released, %v", lost, released, err)
	}
	all, err := s.Attempts(t.Context(), "", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		attempt  campaign.Attempt
		outcome  call.Outcome
		category string
		closed   time.Time
		status   campaign.Status
		due      time.Time
		attempts int
	}{
		{shown, call.Withdrawn, "Withdrawn", later, campaign.Callable, time.Time{}, 0},
		{dialed, call.Lost, "Ambiguous", later, campaign.Uncallable, time.Time{}, 1},
		{decided, call.Lost, "Scheduled", later, campaign.Scheduled, noon.Add(time.Hour), 1},
		{over, call.Talked, "", noon, campaign.Uncallable, time.Time{}, 1},
	} {
		a := all[want.attempt.ID-1]
		if a.Outcome != want.outcome || a.Category != want.category || !a.Closed.Equal(want.closed) {
			t.Errorf("attempt %d is %s %s %v", a.ID, a.Outcome, a.Category, a.Closed)
		}
		c := contact(t, s, a.Contact)
		if c.Status != want.status || !c.Due.Equal(want.due) || c.Attempts != want.attempts {
			t.Errorf("contact of attempt %d is %+v", a.ID, c)
		}
	}
	if lost, released, err := s.Recover(t.Context(), later); lost+released != 0 || err != nil {
		t.Errorf("a second time: %d lost, %d released, %v", lost, released, err)
	}
}

func TestASecondServerDoesNotTouchTheAttemptsOfTheFirst(t *testing.T) {
	first := fresh(t)
	with(t, first, 1)
	if _, _, err := first.Recover(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	claim(t, first, spring, 1, noon)
	second := reopen(t, databasePath(t, first))
	_, _, err := second.Recover(t.Context(), noon)
	wantKind(t, err, fault.Conflict)
	if said := err.Error(); !strings.Contains(said, "another server is running") || strings.Contains(said, "try again") {
		t.Error(said)
	}
	if n := count(t, first, `SELECT count(*) FROM attempts WHERE closed = 0`); n != 1 {
		t.Error("the second server closed the attempt of the first")
	}
	first.Close()
	if lost, _, err := second.Recover(t.Context(), noon); lost != 1 || err != nil {
		t.Errorf("after the first is gone: %d lost, %v", lost, err)
	}
}

func TestUpdateMergesColumns(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	if err := s.Update(t.Context(), 1, map[string]string{"FirstName": "Zoë \"Z\" <z>", "Note": "line\nnext"}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"number": "3175550000", "FirstName": "Zoë \"Z\" <z>", "Note": "line\nnext"}
	if got := contact(t, s, 1).Columns; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	wantKind(t, s.Update(t.Context(), 99, want), fault.NotFound)
}

func TestAttemptsArePagedAndFiltered(t *testing.T) {
	s := fresh(t)
	with(t, s, 6)
	autumn := spring
	autumn.ID, autumn.Name = "6B1C7A8E-0000-4000-8000-000000000002", "Autumn"
	if err := s.SaveCampaign(t.Context(), autumn); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		claim(t, s, spring, 1, noon)
		claim(t, s, autumn, 1, noon)
	}
	for _, c := range []struct {
		of    string
		after campaign.AttemptID
		limit int
		want  []campaign.AttemptID
	}{
		{"", 0, 10, []campaign.AttemptID{1, 2, 3, 4, 5, 6}},
		{"", 2, 2, []campaign.AttemptID{3, 4}},
		{"autumn", 0, 10, []campaign.AttemptID{2, 4, 6}},
		{string(spring.ID), 1, 10, []campaign.AttemptID{3, 5}},
		{"", 6, 10, nil},
	} {
		got, err := s.Attempts(t.Context(), c.of, c.after, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		var ids []campaign.AttemptID
		for _, a := range got {
			ids = append(ids, a.ID)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%+v: got %v", c, ids)
		}
	}
	_, err := s.Attempts(t.Context(), "Winter", 0, 10)
	wantKind(t, err, fault.NotFound)
}

func TestJournalAndAuditAreWrittenDown(t *testing.T) {
	s := fresh(t)
	err := s.Journal(t.Context(), []campaign.Entry{
		{Seq: 1, At: noon, Kind: "agent", Agent: "anna/icws", Text: "ready"},
		{Seq: 2, At: noon, Kind: "call", Campaign: spring.ID, Call: "1000000001", Text: "answered"},
	})
	if err := errors.Join(err, s.Journal(t.Context(), nil), s.Audit(t.Context(), "anna", "sign-in", "192.0.2.1", noon)); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, `SELECT count(*) FROM journal WHERE at = ? AND (seq, text) IN ((1, 'ready'), (2, 'answered'))`, noon.UnixMicro()); n != 2 {
		t.Errorf("%d entries", n)
	}
	if n := count(t, s, `SELECT count(*) FROM audit WHERE who = 'anna' AND what = 'sign-in' AND origin = '192.0.2.1'`); n != 1 {
		t.Errorf("%d audit lines", n)
	}
}

func TestACancelledClaimTakesNothing(t *testing.T) {
	s := fresh(t)
	with(t, s, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := s.Claim(ctx, spring, 3, nil, noon); err == nil || len(got.Leads) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if got := claim(t, s, spring, 3, noon); len(got.Leads) != 3 {
		t.Errorf("%+v", got)
	}
}
