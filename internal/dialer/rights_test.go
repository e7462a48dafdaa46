package dialer

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// Who may do what to which call is what testdata/rights.golden says: for everybody
// on this floor, and for a call in each of the ways in which one can be somebody's.
func TestRightsToCalls(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	people := map[string]agent.User{
		"anna": {Workgroups: []string{"Sales"}}, "bert": {Workgroups: []string{"Sales"}}, "carl": {Workgroups: []string{"Service"}},
		"dora": {Workgroups: []string{"Sales"}, Supervisor: true}, "emil": {Workgroups: []string{"Service"}, Supervisor: true}, "root": {Admin: true},
	}
	for name, user := range people {
		user.ID = name
		s.do(Arrive{who(name), user})
		s.do(Sit{who(name), agent.Station{Kind: agent.Workstation, Name: name + "'s", Target: "sip:" + name}})
	}
	calls := []struct {
		name string
		call *interaction
	}{
		{"anna's", &interaction{agent: who("anna")}},
		{"anna's with bert", &interaction{agent: who("anna"), peer: who("bert")}},
		{"anna's, alerts bert", &interaction{agent: who("anna"), alerts: []agent.ID{who("bert")}}},
		{"dora's", &interaction{agent: who("dora")}},
		{"on carl's queue", &interaction{queue: call.Queue{Type: call.UserQueue, Name: "carl"}}},
		{"at bert's station", &interaction{queue: call.Queue{Type: call.StationQueue, Name: "BERT's"}}},
		{"on Sales", &interaction{queue: call.Queue{Type: call.WorkgroupQueue, Name: "sales"}}},
		{"of Autumn, nobody's", &interaction{def: autumn()}},
		{"nobody's", &interaction{}},
	}
	all := map[string]deed{}
	for action, d := range deeds {
		all[fmt.Sprintf("%02d %s", action, d.words)] = d
	}
	for _, d := range []deed{deedSecurePause, deedTransfer, deedPark, deedConsult, deedInvite, deedConfer, deedDigits, deedPrompt, deedAttributes, deedWrapUp, deedSupervise} {
		all["-- "+d.words] = d
	}
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "deed")
	for _, c := range calls {
		fmt.Fprintf(w, "\t%s", c.name)
	}
	fmt.Fprintln(w)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprint(w, name)
		for _, c := range calls {
			var allowed []string
			for _, person := range slices.Sorted(maps.Keys(people)) {
				a := s.state.agents[who(person)]
				err := may(s.state.partIn(a, c.call), all[name], "7")
				if err == nil {
					allowed = append(allowed, person)
				} else if fault.KindOf(err) != fault.Forbidden {
					t.Errorf("%s, %s, %s: %v", name, c.name, person, err)
				}
			}
			fmt.Fprintf(w, "\t%s", strings.Join(allowed, " "))
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/rights.golden"
	if *rewrite {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("the rights are no longer what %s says:\n%s", file, b.Bytes())
	}
}

// Every action has a row, so that none is allowed or refused by accident.
func TestEveryActionHasARight(t *testing.T) {
	for a := Disconnect; a <= Refuse; a++ {
		if d, ok := deeds[a]; !ok || d.words == "" || d.by == 0 {
			t.Errorf("action %d has no right", int(a))
		}
	}
}

func TestRefusalsSayWho(t *testing.T) {
	for _, c := range []struct {
		mine part
		what deed
		want string
	}{
		{0, deedTransfer, "interaction 7 is not yours"},
		{oversees, deedTransfer, "only the agent who holds interaction 7 may transfer it"},
		{partner, deedTransfer, "interaction 7 is for another agent to transfer"},
		{holds, deedSupervise, "who holds interaction 7 may not supervise it"},
	} {
		if err := may(c.mine, c.what, "7"); err == nil || err.Error() != c.want {
			t.Errorf("part %d: %v, want %s", c.mine, err, c.want)
		}
	}
}
