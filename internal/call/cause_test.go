package call

import "testing"

func TestReasonOfAFailedInvite(t *testing.T) {
	for _, c := range []struct {
		sip, q850 int
		want      Reason
	}{
		{486, 0, Busy}, {600, 0, Busy}, {486, 17, Busy},
		{408, 0, NoAnswer}, {480, 0, NoAnswer}, {480, 19, NoAnswer},
		{404, 0, BadNumber}, {410, 0, BadNumber}, {484, 0, BadNumber}, {604, 0, BadNumber},
		{403, 0, Refused}, {603, 0, Refused}, {607, 0, Refused}, {608, 0, Refused},
		{401, 0, Unauthorised}, {407, 0, Unauthorised},
		{415, 0, MediaFailure}, {488, 0, MediaFailure}, {606, 0, MediaFailure},
		{487, 0, Cancelled},
		{503, 0, Congestion}, {500, 0, Congestion}, {599, 0, Congestion},
		{499, 0, Refused}, {699, 0, Refused},
		{302, 0, Refused}, {399, 0, Refused}, // a redirection that nobody follows
		{0, 0, Unreachable}, // no answer at all

		// The network's own cause knows better than the status it was mapped to.
		{503, 1, BadNumber}, {480, 21, Refused}, {500, 17, Busy}, {404, 34, Congestion},
		{486, 27, Unreachable}, {503, 88, MediaFailure},
		// A cause that says no more than the status leaves it to the status.
		{486, 16, Busy}, {404, 31, BadNumber}, {503, 127, Congestion},
	} {
		if got := ReasonOf(c.sip, c.q850); got != c.want {
			t.Errorf("ReasonOf(%d, %d) = %s, want %s", c.sip, c.q850, got, c.want)
		}
	}
}

// Every final status, with every cause and with none, has a reason that is known
// and that a failed INVITE can have.
func TestEveryStatusAndCauseHasAReason(t *testing.T) {
	never := map[Reason]bool{Normal: true, NoLines: true, SessionExpired: true, Shutdown: true, Transferred: true}
	for sip := 300; sip <= 699; sip++ {
		for q850 := 0; q850 <= 127; q850++ {
			r := ReasonOf(sip, q850)
			if r < 0 || int(r) >= len(reasonNames) || never[r] {
				t.Fatalf("ReasonOf(%d, %d) = %s", sip, q850, r)
			}
		}
	}
}

// TestTheTablesOfTheNetworkAreInOrder: each code once, upwards, with a name.
func TestTheTablesOfTheNetworkAreInOrder(t *testing.T) {
	for name, table := range map[string][]Failure{"Statuses": Statuses[:], "Causes": Causes[:]} {
		last := 0
		for _, a := range table {
			if a.Code <= last || a.Name == "" {
				t.Errorf("%s: %d %q after %d", name, a.Code, a.Name, last)
			}
			last = a.Code
		}
	}
}

func FuzzReasonOf(f *testing.F) {
	f.Add(486, 17)
	f.Add(-1, -1)
	f.Add(1<<31, 1<<31)
	f.Fuzz(func(t *testing.T, sip, q850 int) {
		if r := ReasonOf(sip, q850); r < 0 || int(r) >= len(reasonNames) {
			t.Fatalf("ReasonOf(%d, %d) = %s", sip, q850, r)
		}
	})
}

func TestEveryReasonHasAnEnding(t *testing.T) {
	if len(Endings) != len(reasonNames) {
		t.Fatalf("%d endings for %d reasons", len(Endings), len(reasonNames))
	}
	for i, e := range Endings {
		r := Reason(i)
		if e.Reason != r {
			t.Errorf("the row of %q is for %q", r, e.Reason)
		}
		if e.Category == "" || e.Code == "" {
			t.Errorf("%s: category %q, code %q", r, e.Category, e.Code)
		}
		if EndingOf(r) != e {
			t.Errorf("EndingOf(%s) = %v", r, EndingOf(r))
		}
	}
	for _, r := range []Reason{-1, Reason(len(Endings))} {
		if EndingOf(r) != Endings[Unreachable] {
			t.Errorf("EndingOf(%d) = %v, want that of an unreachable party", int(r), EndingOf(r))
		}
	}
}

func TestReasonsAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for r := range Reason(len(reasonNames)) {
		if r.String() == "" || seen[r.String()] {
			t.Errorf("reason %d is called %q", int(r), r)
		}
		seen[r.String()] = true
	}
}

func TestACauseTellsTheWholeStory(t *testing.T) {
	for _, c := range []struct {
		cause Cause
		want  string
	}{
		{Cause{}, "normal (near)"},
		{Cause{Reason: Busy, Far: true, SIP: 486}, "busy (far, sip 486)"},
		{Cause{Reason: BadNumber, Far: true, SIP: 404, Q850: 1, Detail: "Not Found"}, "bad number (far, sip 404, q.850 1, Not Found)"},
		{Cause{Reason: Unreachable, Detail: "connection refused"}, "unreachable (near, connection refused)"},
	} {
		if got := c.cause.String(); got != c.want {
			t.Errorf("%#v reads %q, want %q", c.cause, got, c.want)
		}
	}
}
