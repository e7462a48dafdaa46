package agent

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

// machine is one state table, looked at from outside.
type machine struct {
	name           string
	states, inputs int
	state, input   func(int) string
	on             func(state, input int) (next int, ok bool)
}

var machines = []machine{
	{
		"agent", int(states), int(inputs),
		func(s int) string { return State(s).String() },
		func(i int) string { return Input(i).String() },
		func(s, i int) (int, bool) { next, ok := State(s).On(Input(i)); return int(next), ok },
	},
	{
		"line", int(lines), int(lineInputs),
		func(s int) string { return Line(s).String() },
		func(i int) string { return LineInput(i).String() },
		func(s, i int) (int, bool) { next, ok := Line(s).On(LineInput(i)); return int(next), ok },
	},
	{
		"break", int(breaks), int(breakInputs),
		func(s int) string { return Break(s).String() },
		func(i int) string { return BreakInput(i).String() },
		func(s, i int) (int, bool) { next, ok := Break(s).On(BreakInput(i)); return int(next), ok },
	},
}

// matrix writes the table with a row for each state and a column for each input.
func (m machine) matrix(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, m.name)
	for in := range m.inputs {
		fmt.Fprintf(w, "\t%s", m.input(in))
	}
	fmt.Fprintln(w)
	for s := range m.states {
		fmt.Fprint(w, m.state(s))
		for in := range m.inputs {
			next, ok := m.on(s, in)
			switch {
			case ok && (next < 0 || next >= m.states):
				t.Errorf("%s on %s goes to %d, which is no state", m.state(s), m.input(in), next)
			case ok:
				fmt.Fprintf(w, "\t%s", m.state(next))
			case next != s:
				t.Errorf("%s on %s must not happen, yet the state changes to %s", m.state(s), m.input(in), m.state(next))
			default:
				fmt.Fprint(w, "\t-")
			}
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every pair of state and input is decided, as the golden files say.
func TestEveryPairOfStateAndInputIsDecided(t *testing.T) {
	for _, m := range machines {
		t.Run(m.name, func(t *testing.T) {
			got, file := m.matrix(t), filepath.Join("testdata", m.name+".golden")
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
				t.Errorf("the table is no longer what %s says; if that is meant, run go test ./internal/agent -update and change docs/states.md too\n%s", file, got)
			}
		})
	}
}

func TestWhatIsNoStateOrInputChangesNothing(t *testing.T) {
	for _, m := range machines {
		for _, c := range [][2]int{{-1, 0}, {m.states, 0}, {0, -1}, {0, m.inputs}, {-9, 1 << 20}} {
			if next, ok := m.on(c[0], c[1]); ok || next != c[0] {
				t.Errorf("%s: state %d on input %d = %d, %v; want it unchanged and refused", m.name, c[0], c[1], next, ok)
			}
		}
	}
}

func TestEveryStateCanBeReachedAndLeft(t *testing.T) {
	for _, m := range machines {
		reached := map[int]bool{0: true}
		for range m.states {
			for s := range m.states {
				for in := range m.inputs {
					if next, ok := m.on(s, in); ok && reached[s] {
						reached[next] = true
					}
				}
			}
		}
		for s := range m.states {
			left := false
			for in := range m.inputs {
				next, ok := m.on(s, in)
				left = left || ok && next != s
			}
			if !reached[s] || !left {
				t.Errorf("%s: %s is reached: %v, can be left: %v", m.name, m.state(s), reached[s], left)
			}
		}
	}
}

func TestNamesAreGivenOnce(t *testing.T) {
	for _, m := range machines {
		seen := map[string]bool{}
		for s := range m.states {
			seen[m.state(s)] = true
		}
		for in := range m.inputs {
			seen["on "+m.input(in)] = true
		}
		if len(seen) != m.states+m.inputs || seen[""] || seen["on "] {
			t.Errorf("%s: %d names for %d states and %d inputs", m.name, len(seen), m.states, m.inputs)
		}
	}
	for _, c := range []struct {
		got  fmt.Stringer
		want string
	}{
		{State(-1), "State -1"}, {states, "State 8"}, {Input(-1), "Input -1"}, {inputs, "Input 13"},
		{Line(-1), "Line -1"}, {lines, "Line 5"}, {lineInputs, "LineInput 6"},
		{Break(-1), "Break -1"}, {breaks, "Break 3"}, {breakInputs, "BreakInput 3"},
	} {
		if c.got.String() != c.want {
			t.Errorf("%T is called %q, want %q", c.got, c.got, c.want)
		}
	}
}

func TestWhoeverLeavesIsOut(t *testing.T) {
	for s := range states {
		if next, ok := s.On(Leave); !ok || next != Out {
			t.Errorf("%s on Leave = %s, %v; want Out", s, next, ok)
		}
	}
}

func TestLogOffIsGrantedOnlyWithoutACall(t *testing.T) {
	for s := range states {
		if _, ok := s.On(LogOff); ok != (s == Out || s == Idle) {
			t.Errorf("%s on LogOff: %v", s, ok)
		}
	}
}

func TestANewCallComesOnlyToTheIdle(t *testing.T) {
	for _, in := range []Input{Preview, Assign, Connect} {
		for s := range states {
			next, ok := s.On(in)
			if !ok || next == s {
				continue
			}
			own := s == Placing || s == Connecting && in == Connect || s == Talking && in == Assign // their own call goes on
			if s != Idle && !own {
				t.Errorf("%s on %s goes to %s", s, in, next)
			}
		}
	}
}

func TestOnCall(t *testing.T) {
	want := map[State]bool{Previewing: true, Placing: true, Connecting: true, Talking: true, WrapUp: true}
	for s := State(-1); s <= states; s++ {
		if s.OnCall() != want[s] {
			t.Errorf("%s.OnCall() = %v", s, s.OnCall())
		}
	}
}

func TestBreaksHaveTheNumbersOfTheWire(t *testing.T) {
	if NotOnBreak != 0 || BreakPending != 1 || OnBreak != 2 {
		t.Errorf("breaks are %d, %d, %d on the wire", NotOnBreak, BreakPending, OnBreak)
	}
}

// Whatever happens in whatever order: refused inputs change nothing, nobody is
// on a call without one having been given, and leaving always works.
func FuzzShiftOfAnAgent(f *testing.F) {
	f.Add([]byte{byte(LogIn), byte(Connect), byte(CallOver), byte(Dispose), byte(LogOff)})
	f.Add([]byte{byte(LogIn), byte(Preview), byte(Place), byte(Connect), byte(Dispose), byte(CallOver), byte(Leave)})
	f.Fuzz(func(t *testing.T, happenings []byte) {
		s, given := Out, false
		for _, h := range happenings {
			in := Input(h % byte(inputs))
			next, ok := s.On(in)
			if !ok && next != s {
				t.Fatalf("%s on %s is refused and yet goes to %s", s, in, next)
			}
			if s == Out && ok && in != LogIn && next != Out {
				t.Fatalf("%s brings an agent in who never logged in", in)
			}
			given = given || ok && (in == Preview || in == Place || in == Assign || in == Connect)
			if next.OnCall() && !given {
				t.Fatalf("%s, though no call was ever given", next)
			}
			if out, ok := next.On(Leave); !ok || out != Out {
				t.Fatalf("nobody can leave from %s", next)
			}
			s = next
		}
	})
}

// A line is up only between an answer and its loss or drop.
func FuzzLifeOfALine(f *testing.F) {
	f.Add([]byte{byte(LineEstablish), byte(LineAnswer), byte(LineLose), byte(LineEstablish), byte(LineFail)})
	f.Add([]byte{byte(LineEstablish), byte(LineChallenge), byte(LineFail), byte(LineEstablish), byte(LineChallenge), byte(LineAnswer)})
	f.Fuzz(func(t *testing.T, happenings []byte) {
		l := LineNone
		for _, h := range happenings {
			in := LineInput(h % byte(lineInputs))
			next, ok := l.On(in)
			switch {
			case !ok && next != l:
				t.Fatalf("%s on %s is refused and yet goes to %s", l, in, next)
			case next == LineUp && l != LineUp && in != LineAnswer:
				t.Fatalf("%s on %s is up without an answer", l, in)
			case in == LineDrop && (!ok || next != LineNone):
				t.Fatalf("%s can not be dropped", l)
			}
			l = next
		}
	})
}
