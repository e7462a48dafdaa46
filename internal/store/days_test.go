package store

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// settled is a closed attempt that was answered at some moment.
func settled(a campaign.Attempt, at time.Time) campaign.Attempt {
	a.Answered, a.Ended, a.Closed = at, at.Add(time.Minute), at.Add(2*time.Minute)
	a.Next = campaign.Next{Status: campaign.Callable, Counts: true}
	return a
}

// What an attempt adds to the ledger is added as it is closed, once, to the day of its
// answer where the campaign is at home.
func TestTheLedgerIsKeptDayByDay(t *testing.T) {
	s := fresh(t)
	with(t, s, 8)
	home := spring
	home.Zone = "America/Los_Angeles"
	if err := s.SaveCampaign(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	leads := claim(t, s, home, 8, noon).Leads
	night := time.Date(2026, 3, 2, 7, 59, 0, 0, time.UTC) // still Sunday there
	attempts := make([]campaign.Attempt, len(leads))
	for i, l := range leads {
		attempts[i] = settled(l.Attempt, night.Add(time.Duration(i)*20*time.Second))
	}
	talk, lost, machine, mistaken, gone, late := &attempts[0], &attempts[1], &attempts[2], &attempts[3], &attempts[4], &attempts[5]
	talk.Outcome, talk.Bridged, talk.Category, talk.Disposed = call.Talked, talk.Answered, "Success", talk.Closed
	lost.Outcome, lost.Abandoned, lost.Message = call.Abandoned, true, "sorry"
	machine.Outcome, machine.Finding, machine.Category = call.NoPerson, call.Machine, "Machine"
	mistaken.Outcome, mistaken.Bridged, mistaken.Finding = call.Talked, mistaken.Answered, call.Machine
	mistaken.Category, mistaken.Disposed = "Success", mistaken.Closed
	gone.Outcome = call.HungUp
	late.Outcome, late.Bridged, late.Abandoned = call.Talked, late.Answered.Add(5*time.Second), true
	attempts[6].Answered, attempts[6].Outcome = time.Time{}, call.NotReached
	attempts[7].Outcome, attempts[7].Bridged = call.Talked, attempts[7].Answered
	attempts[7].Category, attempts[7].Disposed = "Machine", attempts[7].Closed
	for _, a := range attempts {
		open := a
		open.Closed, open.Outcome = time.Time{}, call.Open
		write(t, s, open) // as far as it was known
		if n := count(t, s, `SELECT count(*) FROM ledger WHERE answered > 7`); n != 0 {
			t.Error("counted before it is closed")
		}
		write(t, s, a)
		write(t, s, a) // closed already
	}
	want := []campaign.Daily{
		{Day: 20260301, Count: campaign.Count{Answered: 3, Live: 2, Abandoned: 1, Served: 1, Unmanned: 1, Told: 1}},
		{Day: 20260302, Count: campaign.Count{Answered: 4, Live: 3, Abandoned: 1, Served: 1, Heard: 1, Checked: 1, Mistaken: 1}},
	}
	got, err := s.Ledger(t.Context(), home.ID, 20260201, 20260302)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v, %v", got, want, err)
	}
	table, err := s.Verdicts(t.Context(), home.ID, 0, 99991231)
	if want := []campaign.Verdicts{{Finding: call.Machine, Label: campaign.NoLabel, Calls: 1}, {Finding: call.Machine, Label: campaign.PersonLabel, Calls: 1}}; err != nil || !slices.Equal(table, want) {
		t.Errorf("verdicts %+v, %v", table, err)
	}
	home.Zone = "Asia/Tokyo" // what was counted stays where it is
	if err := s.SaveCampaign(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	consistent(t, s)
	if got, _ := s.Ledger(t.Context(), home.ID, 20260302, 20260302); !slices.Equal(got, want[1:]) {
		t.Errorf("of one day: %+v", got)
	}
	change(t, s, `UPDATE attempts SET abandoned = 0, outcome = 'Talked', bridged = 1 WHERE id = ?`, lost.ID)
	if rows, ledger, err := s.Recount(t.Context(), home.ID); err != nil || len(ledger) != 1 || ledger[0] != want[0] || rows[0].Count.Abandoned != 0 {
		t.Errorf("changed by hand: %+v, %+v, %v", rows, ledger, err)
	}
}

// An answer that crosses the agent's disposition is counted although the attempt was
// closed before.
func TestALateAnswerIsCounted(t *testing.T) {
	s := fresh(t)
	with(t, s, 1)
	a := settled(claim(t, s, spring, 1, noon).Leads[0].Attempt, noon)
	a.Answered, a.Ended, a.Outcome = time.Time{}, time.Time{}, call.NotReached
	write(t, s, a)
	a.Answered, a.Ended, a.Abandoned = noon, noon.Add(time.Second), true
	for range 2 {
		write(t, s, a)
		got, err := s.Ledger(t.Context(), spring.ID, 0, 99999999)
		if want := (campaign.Count{Answered: 1, Live: 1, Abandoned: 1}); err != nil || len(got) != 1 || got[0].Count != want {
			t.Errorf("%+v, %v", got, err)
		}
		consistent(t, s)
	}
}

// What a crash cut off counts as far as it was written down: a machine is a machine,
// who had an agent was served, and who waited for one was abandoned.
func TestWhatACrashCutOffIsInTheLedger(t *testing.T) {
	s := fresh(t)
	with(t, s, 4)
	leads := claim(t, s, spring, 4, noon).Leads
	for i, change := range []func(a *campaign.Attempt){
		func(a *campaign.Attempt) {},
		func(a *campaign.Attempt) { a.Bridged = noon },
		func(a *campaign.Attempt) {
			a.Finding, a.Outcome, a.Category, a.Code = call.Machine, call.NoPerson, "Machine", "Machine"
		},
		func(a *campaign.Attempt) { a.Answered = time.Time{} },
	} {
		a := leads[i].Attempt
		a.Answered = noon
		change(&a)
		write(t, s, a)
	}
	if dialed, _, err := s.Recover(t.Context(), noon.Add(time.Hour)); err != nil || dialed != 4 {
		t.Fatalf("%d lost, %v", dialed, err)
	}
	got, err := s.Ledger(t.Context(), spring.ID, 0, 99999999)
	want := campaign.Count{Answered: 3, Live: 2, Abandoned: 1, Served: 1, Unmanned: 1}
	if err != nil || len(got) != 1 || got[0].Count != want {
		t.Errorf("%+v, %v", got, err)
	}
	if c := contact(t, s, leads[2].Contact.ID); c.Status != campaign.Callable {
		t.Errorf("the machine's contact is %s", c.Status)
	}
	consistent(t, s)
}
