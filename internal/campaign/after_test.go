package campaign

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

var (
	ended    = time.Date(2026, 3, 2, 15, 4, 5, 0, time.UTC)
	promised = time.Date(2026, 3, 3, 9, 30, 0, 0, time.UTC)
	retry    = Retry{MaxAttempts: 3, Busy: 15 * time.Minute, NoAnswer: 2 * time.Hour, Machine: 4 * time.Hour, Other: time.Hour}
	rules    = Campaign{Retry: retry}
)

func in(d time.Duration) time.Time { return ended.Add(d) }

// What becomes of a contact after its first attempt, for every category.
func TestAfterTheFirstAttempt(t *testing.T) {
	want := map[string]Next{
		"Ambiguous":            {Status: Uncallable, Counts: true},
		"Busy":                 {Status: Callable, Due: in(15 * time.Minute), Counts: true},
		"Deleted":              {Status: Deleted, Counts: true},
		"Failure":              {Status: Uncallable, Counts: true},
		"Fax":                  {Status: Callable, Due: in(4 * time.Hour), Counts: true},
		"Machine":              {Status: Callable, Due: in(4 * time.Hour), Counts: true},
		"No Answer":            {Status: Callable, Due: in(2 * time.Hour), Counts: true},
		"No Lines":             {Status: Callable, Due: in(time.Minute)},
		"Not Reached":          {Status: Callable, Due: in(time.Hour), Counts: true},
		"Phone Number Deleted": {Status: Uncallable, Counts: true},
		"Phone Number Success": {Status: Uncallable, Counts: true},
		"Remote Hang Up":       {Status: Callable, Due: in(time.Hour), Counts: true},
		"Scheduled":            {Status: Scheduled, Due: promised, Counts: true},
		"SIT":                  {Status: Callable, Due: in(time.Hour), Counts: true},
		"SIT Callable":         {Status: Callable, Due: in(time.Hour), Counts: true},
		"SIT Uncallable":       {Status: Uncallable, Counts: true},
		"Skipped":              {Status: Callable, Due: in(time.Hour)},
		"Success":              {Status: Uncallable, Counts: true},
		"System Hang Up":       {Status: Callable, Due: in(time.Hour), Counts: true},
		"Transferred":          {Status: Uncallable, Counts: true},
		"Withdrawn":            {Status: Callable, Due: ended},
		"Wrong Party":          {Status: Uncallable, Counts: true},
	}
	for _, c := range Categories {
		w, ok := want[c.Name]
		if !ok {
			t.Errorf("category %q is new: say here what it does to a contact", c.Name)
			continue
		}
		delete(want, c.Name)
		for _, typed := range []string{c.Name, strings.ToUpper(c.Name), strings.ToLower(c.Name)} {
			r := Result{Category: typed, At: ended, Callback: promised}
			if got := rules.After(r); got != w {
				t.Errorf("after %q: %+v, want %+v", typed, got, w)
			}
		}
	}
	for name := range want {
		t.Errorf("category %q is gone", name)
	}
}

func TestAfter(t *testing.T) {
	spent := Next{Status: AttemptsSpent, Counts: true}
	for _, c := range []struct {
		name   string
		result Result
		want   Next
	}{
		{"the last try but one", Result{Category: "Busy", Before: 1}, Next{Status: Callable, Due: in(15 * time.Minute), Counts: true}},
		{"the last try", Result{Category: "Busy", Before: 2}, spent},
		{"beyond the last try", Result{Category: "No Answer", Before: 40}, spent},
		{"what does not count never spends the last try", Result{Category: "No Lines", Before: 2}, Next{Status: Callable, Due: in(time.Minute)}},
		{"nor does a skip", Result{Category: "Skipped", Before: 2}, Next{Status: Callable, Due: in(time.Hour)}},
		{"nor a withdrawal", Result{Category: "Withdrawn", Before: 9}, Next{Status: Callable, Due: ended}},
		{"success on the last try is success", Result{Category: "Success", Before: 2}, Next{Status: Uncallable, Counts: true}},
		{"who wants no more calls gets none, on any try", Result{Category: "Deleted", Before: 2}, Next{Status: Deleted, Counts: true}},

		{"a promise is kept, even after the last try", Result{Category: "Scheduled", Before: 9, Callback: promised}, Next{Status: Scheduled, Due: promised, Counts: true}},
		{"a promise in the past is due at once", Result{Category: "Scheduled", Callback: in(-time.Hour)}, Next{Status: Scheduled, Due: in(-time.Hour), Counts: true}},
		{"a promise without a time is an ordinary retry", Result{Category: "Scheduled"}, Next{Status: Callable, Due: in(time.Hour), Counts: true}},
		{"a promise without a time after the last try", Result{Category: "Scheduled", Before: 2}, spent},
		{"a time without a promise means nothing", Result{Category: "Failure", Callback: promised}, Next{Status: Uncallable, Counts: true}},

		{"the agent's line broke: the contact loses no try", Result{Category: "Ambiguous", Broken: true}, Next{Status: Callable, Due: in(time.Hour)}},
		{"the agent's line broke on the last try", Result{Category: "Ambiguous", Before: 2, Broken: true}, Next{Status: Callable, Due: in(time.Hour)}},

		{"an unknown category is ambiguous: better not dialed than dialed twice", Result{Category: "Miscellaneous"}, Next{Status: Uncallable, Counts: true}},
		{"no category is ambiguous too", Result{}, Next{Status: Uncallable, Counts: true}},
		{"spaces are part of a name", Result{Category: "Busy "}, Next{Status: Uncallable, Counts: true}},
	} {
		c.result.At = ended
		if got := rules.After(c.result); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// What was known of a contact whom an agent calls by his own wish holds unless the
// call settles something else.
func TestAfterACallToAContactThatWasSettled(t *testing.T) {
	early := Next{Status: Scheduled, Due: promised, Owner: "anna"}
	late := Next{Status: Scheduled, Due: in(-time.Minute), Owner: "anna"}
	for _, c := range []struct {
		was      Next
		category string
		broken   bool
		want     Next // Counts aside
	}{
		{Next{Status: Deleted}, "Busy", false, Next{Status: Deleted}},
		{Next{Status: Deleted}, "No Lines", false, Next{Status: Deleted}},
		{Next{Status: Deleted}, "Ambiguous", false, Next{Status: Deleted}},
		{Next{Status: Deleted}, "Success", false, Next{Status: Deleted}},
		{Next{Status: Deleted}, "Success", true, Next{Status: Deleted}},
		{Next{Status: Deleted}, "Scheduled", false, Next{Status: Scheduled, Due: in(time.Hour), Owner: "bert"}},
		{Next{Status: Excluded}, "No Answer", false, Next{Status: Excluded}},
		{Next{Status: Excluded}, "Deleted", false, Next{Status: Deleted}},
		{Next{Status: Uncallable}, "Busy", false, Next{Status: Uncallable}},
		{Next{Status: Uncallable}, "Machine", false, Next{Status: Uncallable}},
		{Next{Status: Uncallable}, "Skipped", false, Next{Status: Uncallable}},
		{Next{Status: Uncallable}, "Ambiguous", true, Next{Status: Uncallable}},
		{Next{Status: Uncallable}, "Scheduled", false, Next{Status: Scheduled, Due: in(time.Hour), Owner: "bert"}},
		{Next{Status: AttemptsSpent}, "No Lines", false, Next{Status: AttemptsSpent}},
		{Next{Status: AttemptsSpent}, "Failure", false, Next{Status: Uncallable}},
		{early, "Busy", false, early},
		{early, "No Lines", false, early},
		{early, "Ambiguous", true, early},
		{early, "Success", false, Next{Status: Uncallable}},
		{early, "Deleted", false, Next{Status: Deleted}},
		{early, "Ambiguous", false, Next{Status: Uncallable}},
		{late, "Busy", false, Next{Status: Callable, Due: in(15 * time.Minute)}},
		{Next{Status: Callable, Due: promised}, "Busy", false, Next{Status: Callable, Due: in(15 * time.Minute)}},
	} {
		got := rules.After(Result{Category: c.category, At: ended, Broken: c.broken, Callback: in(time.Hour), Owner: "bert", Was: c.was})
		if got.Counts = false; got != c.want {
			t.Errorf("%+v, then %s (broken %t): %+v, want %+v", c.was, c.category, c.broken, got, c.want)
		}
	}
	spent := rules.After(Result{Category: "No Answer", At: ended, Before: 2, Was: early})
	if want := (Next{Status: Scheduled, Due: promised, Owner: "anna", Counts: true}); spent != want {
		t.Errorf("a promise after the last try: %+v, want %+v", spent, want)
	}
}

func TestCategoriesAreNamedOnce(t *testing.T) {
	if Categories[0].Name != "Ambiguous" {
		t.Errorf("an unknown category would be treated as %q", Categories[0].Name)
	}
	seen := map[string]bool{}
	for _, c := range Categories {
		if key := strings.ToLower(c.Name); c.Name == "" || seen[key] {
			t.Errorf("category %q is there twice", c.Name)
		} else {
			seen[key] = true
		}
		if c.Live && !c.Counts {
			t.Errorf("%s: a person was spoken to, and it does not count", c.Name)
		}
	}
}

// What the dialer itself writes down must mean something to a contact.
func TestEveryEndingHasAKnownCategory(t *testing.T) {
	for _, e := range call.Endings {
		c, ok := CategoryNamed(e.Category)
		if !ok || c.Name != e.Category {
			t.Errorf("a leg that ended because %q gives category %q, which is none", e.Reason, e.Category)
		}
		if c.Live && e.Reason != call.Transferred {
			t.Errorf("a leg that ended because %q gives category %q, though nobody was spoken to", e.Reason, e.Category)
		}
	}
	if next := rules.After(Result{Category: call.EndingOf(call.NoLines).Category, At: ended, Before: 99}); next.Counts {
		t.Error("a contact loses a try because our lines were taken")
	}
}

func TestTheStandardDispositionsHaveKnownCategories(t *testing.T) {
	for _, d := range StandardDispositions {
		if c, ok := CategoryNamed(d.Category); !ok || c.Name != d.Category || d.Label == "" || d.Code == "" {
			t.Errorf("disposition %+v", d)
		}
	}
}

// A contact never vanishes and is never dialed beyond its tries, whatever agents
// and networks report.
func FuzzAfter(f *testing.F) {
	for _, c := range Categories {
		f.Add(c.Name, 2, 3, true, false)
	}
	f.Add("", 0, 0, false, true)
	known := []Status{Callable, Scheduled, AttemptsSpent, Deleted, Uncallable}
	f.Fuzz(func(t *testing.T, category string, before, limit int, promise, broken bool) {
		before, limit = before&0xffff, 1+limit&0xff
		r := Result{Category: category, At: ended, Before: before, Broken: broken}
		if promise {
			r.Callback = promised
		}
		rules := rules
		rules.Retry.MaxAttempts = limit
		n := rules.After(r)
		if !slices.Contains(known, n.Status) {
			t.Fatalf("status %q", n.Status)
		}
		if due := n.Status == Callable || n.Status == Scheduled; due == n.Due.IsZero() {
			t.Fatalf("status %s, due %s", n.Status, n.Due)
		}
		if n.Status == Callable && n.Due.Before(ended) {
			t.Fatalf("due %s, before the call was over", n.Due)
		}
		if n.Status == Callable && n.Counts && before+1 >= limit {
			t.Fatalf("try %d of %d is followed by another", before+1, limit)
		}
		if n.Status == AttemptsSpent && before+1 < limit {
			t.Fatalf("try %d of %d was the last", before+1, limit)
		}
	})
}
