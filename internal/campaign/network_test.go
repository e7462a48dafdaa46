package campaign

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// update rewrites what tests compare with: make docs.
var update = flag.Bool("update", false, "write the tables of docs/trunks.md")

// The tables stand between these lines of docs/trunks.md.
const (
	tablesBegin = "<!-- make docs writes these tables -->\n"
	tablesEnd   = "<!-- until here -->\n"
)

// TestTheDocumentHoldsTheTablesOfAnswers: docs/trunks.md shows what becomes of a
// contact after each answer of a network, as the code has it.
func TestTheDocumentHoldsTheTablesOfAnswers(t *testing.T) {
	const file = "../../docs/trunks.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), tablesBegin)
	_, after, ends := strings.Cut(rest, tablesEnd)
	if !begins || !ends {
		t.Fatalf("%s has lost the lines around the tables", file)
	}
	want := before + tablesBegin + reasons() + "\n" + answers("SIP status", call.Statuses[:]) + "\n" + answers("Q.850 cause", call.Causes[:]) + tablesEnd + after
	if string(text) == want {
		return
	}
	if !*update {
		t.Fatalf("%s does not show the tables as they are: run make docs", file)
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// reasons is what becomes of an attempt that ended so before an answer.
func reasons() string {
	var b strings.Builder
	b.WriteString("| reason | outcome | wrap-up category | wrap-up code | called again | counts as an attempt |\n|---|---|---|---|---|---|\n")
	for _, e := range call.Endings {
		if !failure(e.Reason) {
			continue
		}
		cat, ok := CategoryNamed(e.Category)
		if !ok {
			cat = Categories[0]
		}
		again := "no"
		if cat.Status == Callable {
			again = map[Wait]string{
				WaitOther: "after `retry_other`", WaitBusy: "after `retry_busy`", WaitNoAnswer: "after `retry_no_answer`",
				WaitMachine: "after `retry_machine`", WaitLines: "after a minute", NoWait: "at once",
			}[cat.Wait]
		}
		counts := map[bool]string{true: "yes", false: "no"}[cat.Counts]
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", e.Reason, call.NotReached, e.Category, e.Code, again, counts)
	}
	return b.String()
}

// failure tells the reasons for which an INVITE can fail; NoLines is that of none
// having been sent.
func failure(r call.Reason) bool {
	switch r {
	case call.Normal, call.SessionExpired, call.Shutdown, call.Transferred:
		return false
	}
	return true
}

func answers(what string, table []call.Failure) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | name | reason |\n|---:|---|---|\n", what)
	for _, a := range table {
		reason := a.Reason.String()
		if a.Reason == call.Normal {
			reason = "that of the SIP status"
		}
		fmt.Fprintf(&b, "| %d | %s | %s |\n", a.Code, a.Name, reason)
	}
	return b.String()
}
