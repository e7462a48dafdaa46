package campaign

import (
	"testing"
	"time"
)

func TestTheNextNumberIsTheFirstThatHadNoTurn(t *testing.T) {
	home, work, mobile := Phone{1, "home", "101"}, Phone{2, "work", "102"}, Phone{3, "mobile", "103"}
	state := func(kind string, status Status, passed bool, last int) PhoneState {
		return PhoneState{Kind: kind, Status: status, Passed: passed, Attempts: last, Last: ended.Add(time.Duration(last) * time.Hour)}
	}
	for _, c := range []struct {
		name   string
		phones []Phone
		states []PhoneState
		status Status
		want   Phone
		others Numbers
		none   bool
	}{
		{"one number", []Phone{home}, nil, Callable, home, Numbers{}, false},
		{"nothing is known", []Phone{home, work, mobile}, nil, Callable, home, Numbers{Several: true, Left: 2, Callable: 2}, false},
		{"the first had its turn", []Phone{home, work, mobile}, []PhoneState{state("home", Callable, true, 1)}, Callable, work, Numbers{Several: true, Left: 1, Callable: 2}, false},
		{"the second can not be called", []Phone{home, work, mobile}, []PhoneState{state("home", Callable, true, 1), state("work", Uncallable, true, 2)}, Callable, mobile, Numbers{Several: true, Callable: 1}, false},
		{"all had their turn", []Phone{home, work}, []PhoneState{state("home", Callable, true, 1), state("work", Callable, true, 2)}, Callable, home, Numbers{Several: true, Left: 1, Callable: 1, Attempts: 1}, false},
		{"a promise is kept where it was made", []Phone{home, work, mobile}, []PhoneState{state("home", Callable, true, 1), state("work", Callable, true, 2)}, Scheduled, work, Numbers{Several: true, Left: 1, Callable: 2, Attempts: 2}, false},
		{"unless it can not be called there", []Phone{home, work}, []PhoneState{state("home", Callable, false, 1), state("work", AttemptsSpent, true, 2)}, Scheduled, home, Numbers{Several: true, Attempts: 1}, false},
		{"none can be called", []Phone{home, work}, []PhoneState{state("home", Uncallable, true, 1), state("work", AttemptsSpent, true, 2)}, Callable, Phone{}, Numbers{}, true},
	} {
		next, others, ok := NextPhone(c.phones, c.states, c.status)
		if next != c.want || others != c.others || ok == c.none {
			t.Errorf("%s: %+v, others %+v, %t", c.name, next, others, ok)
		}
	}
}

func TestAContactsNumbersAreThoseOfItsPhoneColumns(t *testing.T) {
	c := Campaign{PhoneColumns: []string{"Home", "WORK", "mobile", "other"}}
	contact := Contact{Number: "100", Columns: map[string]string{"home": "(101) 1", "work": "", "mobile": "1011", "other": "200"}}
	want := []Phone{{1, "home", "1011"}, {4, "other", "200"}}
	if got := c.Phones(contact); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v", got)
	}
	contact.Columns = nil
	if got := c.Phones(contact); len(got) != 1 || got[0] != (Phone{Number: "100"}) {
		t.Errorf("with nothing in them: %+v", got)
	}
}

// What becomes of a contact with several numbers, and of the one that was dialed.
func TestAfterACallToOneOfSeveralNumbers(t *testing.T) {
	two, last := Numbers{Several: true, Left: 1, Callable: 1}, Numbers{Several: true, Callable: 1}
	only := Numbers{Several: true}
	limited := Campaign{Retry: retry, Selected: Selected{Limits: Limits{PerNumber: 2}}}
	for _, c := range []struct {
		name     string
		rules    Campaign
		category string
		numbers  Numbers
		want     Next
	}{
		{"another number is left", rules, "Busy", two, Next{Status: Callable, Due: ended, Counts: true, Number: Callable}},
		{"all had their turn", rules, "No Answer", last, Next{Status: Callable, Due: in(2 * time.Hour), Counts: true, Number: Callable, Pass: true}},
		{"it can not be called", rules, "SIT Uncallable", two, Next{Status: Callable, Due: ended, Counts: true, Number: Uncallable}},
		{"nor can any other", rules, "SIT Uncallable", only, Next{Status: Flagged, Counts: true, Number: Uncallable}},
		{"a number is taken off", rules, "Phone Number Deleted", last, Next{Status: Callable, Due: in(time.Hour), Counts: true, Number: Uncallable, Pass: true}},
		{"success is for all of them", rules, "Success", two, Next{Status: Uncallable, Counts: true, Number: Callable}},
		{"who wants no calls gets none", rules, "Deleted", two, Next{Status: Deleted, Counts: true, Number: Callable}},
		{"a promise", rules, "Scheduled", two, Next{Status: Scheduled, Due: promised, Counts: true, Number: Callable}},
		{"no line: its turn is still to come", rules, "No Lines", two, Next{Status: Callable, Due: in(time.Minute), Number: Callable}},
		{"the number's last call", limited, "Busy", Numbers{Several: true, Left: 1, Callable: 1, Attempts: 1}, Next{Status: Callable, Due: ended, Counts: true, Number: AttemptsSpent}},
		{"the last call of the last number", limited, "Busy", Numbers{Several: true, Attempts: 1}, Next{Status: Flagged, Counts: true, Number: AttemptsSpent}},
	} {
		if got := c.rules.After(Result{Category: c.category, At: ended, Callback: promised, Numbers: c.numbers}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if got := rules.After(Result{Category: "Busy", At: ended, Before: 2, Numbers: two}); got.Status != AttemptsSpent || !got.Due.IsZero() {
		t.Errorf("the contact's last call: %+v", got)
	}
}

func TestACategoryMayHaveItsOwnReschedule(t *testing.T) {
	c := Campaign{Retry: retry, Selected: Selected{Reschedules: []Reschedule{
		{Category: "busy", Wait: 5 * time.Minute, Most: 2, Protected: true}, {Category: "Machine", Wait: 48 * time.Hour},
	}}}
	for _, x := range []struct {
		category string
		numbers  Numbers
		want     Next
	}{
		{"Busy", Numbers{}, Next{Status: Rescheduled, Due: in(5 * time.Minute), Counts: true, Rescheduled: true}},
		{"Busy", Numbers{Rescheduled: 2}, Next{Status: AttemptsSpent, Counts: true}},
		{"Machine", Numbers{Rescheduled: 9}, Next{Status: Seen, Due: in(48 * time.Hour), Counts: true, Rescheduled: true}},
		{"Busy", Numbers{Several: true, Left: 1, Callable: 1}, Next{Status: Rescheduled, Due: in(5 * time.Minute), Counts: true, Rescheduled: true, Number: Callable}},
		{"Busy", Numbers{Several: true, Left: 1, Callable: 1, Rescheduled: 2}, Next{Status: Callable, Due: ended, Counts: true, Number: AttemptsSpent}},
		{"No Answer", Numbers{}, Next{Status: Callable, Due: in(2 * time.Hour), Counts: true}},
	} {
		if got := c.After(Result{Category: x.category, At: ended, Numbers: x.numbers}); got != x.want {
			t.Errorf("%s %+v: %+v, want %+v", x.category, x.numbers, got, x.want)
		}
	}
	for _, bad := range []Reschedule{{Category: "Nothing"}, {Category: "Success"}, {Category: "Busy", Wait: 10081 * time.Minute}, {Category: "Busy", Most: -1}} {
		if err := bad.check(); err == nil {
			t.Errorf("%+v is not refused", bad)
		}
	}
}

// The day is that of the contact: at 23:30 in New York, on the evening before summer
// time begins, tomorrow is in half an hour; on the day itself it has 23 hours.
func TestLimitsAreKeptInTheContactsOwnTime(t *testing.T) {
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 7, 23, 30, 0, 0, ny)
	for _, c := range []struct {
		name   string
		limits Limits
		at     time.Time
		calls  []time.Time
		want   time.Time
	}{
		{"none", Limits{}, at, nil, at.Add(15 * time.Minute)},
		{"the only call of a day", Limits{PerDay: 1}, at, nil, time.Date(2026, 3, 8, 0, 0, 0, 0, ny)},
		{"the second of three", Limits{PerDay: 3}, at, []time.Time{at.Add(-time.Hour), at.Add(-24 * time.Hour)}, at.Add(15 * time.Minute)},
		{"the third", Limits{PerDay: 3}, at, []time.Time{at.Add(-time.Hour), at.Add(-2 * time.Hour)}, time.Date(2026, 3, 8, 0, 0, 0, 0, ny)},
		{"a day of 23 hours", Limits{PerDay: 1}, at.Add(time.Hour), nil, time.Date(2026, 3, 9, 0, 0, 0, 0, ny)},
		{"spacing", Limits{Spacing: 3 * time.Hour}, at, nil, at.Add(3 * time.Hour)},
	} {
		rules := Campaign{Retry: retry, Selected: Selected{Limits: c.limits}}
		if got := rules.After(Result{Category: "Busy", At: c.at, Calls: c.calls, Zone: ny}); !got.Due.Equal(c.want) {
			t.Errorf("%s: due %v, want %v", c.name, got.Due.In(ny), c.want)
		}
	}
	spaced := Campaign{Retry: retry, Selected: Selected{Limits: Limits{Spacing: time.Hour}}}
	if got := spaced.After(Result{Category: "Busy", At: at, Numbers: Numbers{Several: true, Left: 1, Callable: 1}}); !got.Due.Equal(at.Add(time.Hour)) {
		t.Errorf("the next number keeps the spacing too: %v", got.Due)
	}
}
