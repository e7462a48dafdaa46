package house_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// transition is one arrow: from a state, by an input, to another state.
type transition struct{ from, input, to string }

func (t transition) String() string { return t.from + " --> " + t.to + ": " + t.input }

// table is a state table in words, with the transitions that change the state.
type table struct {
	name           string
	states, inputs []string
	arrows         []transition
}

// word is a state or an input: a number with a name.
type word interface {
	~int
	fmt.Stringer
}

// words lists a type's values by name, up to the first that has none of its own.
func words[T word]() []string {
	var list []string
	for v := T(0); !strings.Contains(v.String(), " "); v++ {
		list = append(list, v.String())
	}
	return list
}

// read asks a table about every pair of its words.
func read[S, I word](name string, on func(S, I) (S, bool)) table {
	t := table{name: name, states: words[S](), inputs: words[I]()}
	for s := range t.states {
		for i := range t.inputs {
			if next, ok := on(S(s), I(i)); ok && next != S(s) {
				t.arrows = append(t.arrows, transition{t.states[s], t.inputs[i], next.String()})
			}
		}
	}
	return t
}

func tables() []table {
	return []table{
		read("agent", agent.State.On),
		read("line", agent.Line.On),
		read("break", agent.Break.On),
		read("call", call.State.On),
	}
}

var (
	drawing = regexp.MustCompile("(?s)```mermaid\nstateDiagram-v2\n(.*?)```")
	arrow   = regexp.MustCompile(`^(\S+) --> (\S+): (.+)$`)
	border  = regexp.MustCompile(`^(?:\[\*\] --> (\w+)|(\w+) --> \[\*\])$`)
	title   = regexp.MustCompile(`^%% (\w+)$`)
)

// drawn is one drawing as it stands in the document.
type drawn struct {
	start  string
	arrows []transition
}

// drawings reads the drawings of a document by their titles.
func drawings(t *testing.T, text string) map[string]drawn {
	t.Helper()
	found := map[string]drawn{}
	for _, block := range drawing.FindAllStringSubmatch(text, -1) {
		name, d := "", drawn{}
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSpace(line)
			switch {
			case title.MatchString(line):
				name = title.FindStringSubmatch(line)[1]
			case border.MatchString(line):
				if start := border.FindStringSubmatch(line)[1]; start != "" {
					d.start = start
				}
			case arrow.MatchString(line):
				m := arrow.FindStringSubmatch(line)
				for input := range strings.SplitSeq(m[3], ", ") {
					d.arrows = append(d.arrows, transition{m[1], input, m[2]})
				}
			default:
				t.Errorf("docs/states.md: the line %q is no arrow that the test can read", line)
			}
		}
		if _, twice := found[name]; twice || name == "" {
			t.Errorf("docs/states.md: a drawing is titled %q; say %%%% agent, line, break or call, once each", name)
		}
		found[name] = d
	}
	return found
}

func document(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheDrawingsShowTheTables(t *testing.T) {
	found := drawings(t, document(t))
	for _, want := range tables() {
		got, ok := found[want.name]
		if !ok {
			t.Errorf("docs/states.md has no drawing of %s", want.name)
			continue
		}
		delete(found, want.name)
		if got.start != want.states[0] {
			t.Errorf("%s: drawn to start in %q, the table starts in %q", want.name, got.start, want.states[0])
		}
		seen := map[transition]bool{}
		for _, a := range got.arrows {
			if !slices.Contains(want.arrows, a) {
				t.Errorf("%s: drawn but not in the table: %s", want.name, a)
			}
			if seen[a] {
				t.Errorf("%s: drawn twice: %s", want.name, a)
			}
			seen[a] = true
		}
		for _, a := range want.arrows {
			if !seen[a] {
				t.Errorf("%s: in the table but not drawn: %s", want.name, a)
			}
		}
	}
	for name := range found {
		t.Errorf("docs/states.md draws %q, for which there is no table", name)
	}
}

// Below each drawing every state and every input has a row that explains it.
func TestEveryStateAndInputIsExplained(t *testing.T) {
	chapters := map[string]string{}
	for chapter := range strings.SplitSeq(document(t), "\n## ") {
		for name := range drawings(t, chapter) {
			chapters[name] = chapter
		}
	}
	for _, want := range tables() {
		for _, w := range append(slices.Clone(want.states), want.inputs...) {
			if !strings.Contains(chapters[want.name], "\n| `"+w+"` | ") {
				t.Errorf("docs/states.md does not explain %s of %s: it wants a row | `%s` | meaning |", w, want.name, w)
			}
		}
	}
}
