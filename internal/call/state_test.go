package call

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"text/tabwriter"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file in testdata, or writes the file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the table is no longer what %s says; if that is meant, run go test ./internal/call -update and change docs/states.md too\n%s", file, got)
	}
}

// Every pair of state and input is decided, as the golden file says.
func TestEveryPairOfStateAndInputIsDecided(t *testing.T) {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "call")
	for in := range inputs {
		fmt.Fprintf(w, "\t%s", in)
	}
	fmt.Fprintln(w)
	for s := range states {
		fmt.Fprint(w, s)
		for in := range inputs {
			next, ok := s.On(in)
			switch {
			case ok && (next < 0 || next >= states):
				t.Errorf("%s on %s goes to %d, which is no state", s, in, int(next))
			case ok:
				fmt.Fprintf(w, "\t%s", next)
			case next != s:
				t.Errorf("%s on %s must not happen, yet the state changes to %s", s, in, next)
			default:
				fmt.Fprint(w, "\t-")
			}
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	golden(t, "call", b.Bytes())
}

func TestWhatIsNoStateOrInputChangesNothing(t *testing.T) {
	for _, c := range []struct {
		s  State
		in Input
	}{{-1, End}, {states, End}, {Connected, -1}, {Connected, inputs}, {-7, -7}} {
		if next, ok := c.s.On(c.in); ok || next != c.s {
			t.Errorf("State(%d).On(%d) = %d, %v; want it unchanged and refused", int(c.s), int(c.in), int(next), ok)
		}
	}
}

func TestTheCustomersEndEndsTheCallInEveryState(t *testing.T) {
	for s := range states {
		if next, ok := s.On(End); !ok || next != Over {
			t.Errorf("%s on End = %s, %v; want Over", s, next, ok)
		}
	}
}

func TestNothingLeadsOutOfOver(t *testing.T) {
	for in := range inputs {
		if next, _ := Over.On(in); next != Over {
			t.Errorf("Over on %s = %s", in, next)
		}
	}
}

func TestOnlyConnectedAndHeldAreUp(t *testing.T) {
	for s := range states {
		if want := s == Connected || s == Held; s.Up() != want {
			t.Errorf("%s.Up() = %v, want %v", s, s.Up(), want)
		}
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	once := func(name string) {
		t.Helper()
		if name == "" || seen[name] {
			t.Errorf("name %q is empty or given twice", name)
		}
		seen[name] = true
	}
	for s := range states {
		once("state:" + s.String())
	}
	for in := range inputs {
		once("input:" + in.String())
	}
	for step := Ringing; step <= Ended; step++ {
		once("step:" + step.String())
	}
	for _, s := range Built {
		once("sound:" + string(s))
	}
	for _, c := range []struct {
		got  fmt.Stringer
		want string
	}{
		{State(-1), "State -1"}, {states, "State 12"}, {Input(-1), "Input -1"}, {inputs, "Input 13"},
		{Step(0), "step 0"}, {Step(-1), "step -1"}, {Ended + 1, "step 16"},
		{Reason(-1), "reason -1"}, {Transferred + 1, "reason 14"},
		{Customer, "customer"}, {Agent, "agent"}, {LegID(7), "leg-7"}, {ConversationID(7), "conversation-7"},
	} {
		if c.got.String() != c.want {
			t.Errorf("%T is called %q, want %q", c.got, c.got.String(), c.want)
		}
	}
}

// Whatever happens in whatever order, a refused input changes nothing, a call
// that is over stays over, and a party is bridged only after an answer, or from a
// queue.
func FuzzShiftOfACall(f *testing.F) {
	f.Add([]byte{byte(Place), byte(Ring), byte(Answer), byte(Bridge), byte(Hold), byte(Resume), byte(End)})
	f.Add([]byte{byte(Place), byte(Answer), byte(Choose), byte(Lose), byte(Choose), byte(Bridge), byte(End), byte(End)})
	f.Fuzz(func(t *testing.T, happenings []byte) {
		s, answered := Previewed, false
		for _, h := range happenings {
			in := Input(h % byte(inputs))
			next, ok := s.On(in)
			if !ok && next != s {
				t.Fatalf("%s on %s is refused and yet goes to %s", s, in, next)
			}
			if s == Over && next != Over {
				t.Fatalf("Over on %s goes to %s", in, next)
			}
			answered = answered || ok && (in == Answer || in == Offer || in == Leave)
			if next.Up() && !answered {
				t.Fatalf("%s before any answer", next)
			}
			s = next
		}
	})
}
