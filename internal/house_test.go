// Package house_test holds what is true of the house as a whole: who may know
// whom, which rooms are pure, and that the drawings in docs show the tables.
//
// It reads the sources themselves, files for other systems included, rather than
// asking the go command: so it sees them all, and the test cache notices a change.
package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/outdial/outdial/"

// room is one package of ours and whom it may know.
type room struct {
	name string   // its path below the module
	may  []string // rooms that it may import; "*" stands for all
	pure bool     // no clock, no chance, no I/O, no goroutine
	why  string
}

// floors is the plan of the house, from the roof to the ground.
var floors = []room{
	{"cmd/outdial", []string{"*"}, false, "it plugs the rooms together, so that they need not know each other"},
	{"cmd/cpaset", []string{"analysis", "farend", "media"}, false, "it makes calls and has them analysed; a server is not needed for that"},
	{"bench/compare", []string{"bench"}, false, "it compares the program with others, from outside like them"},
	{"internal/icws", []string{"session", "dialer", "campaign", "agent", "call", "fault"}, false, "it speaks for sessions to the floor and decides nothing; what it needs from the database it declares"},
	{"internal/console", []string{"session", "dialer", "campaign", "agent", "call", "compliance", "fault"}, false, "as icws: a second door to the same floor; it shows the rules that bind"},
	{"internal/session", []string{"dialer", "campaign", "agent", "call", "fault"}, false, "it turns the floor's events into messages; users and stations come through interfaces of its own"},
	{"internal/simulate", []string{"dialer", "campaign", "agent", "call", "compliance", "pacing", "fault"}, false, "it stands in for telephony, database and people, and drives the floor itself"},
	{"internal/loopback", nil, false, "a witness that measured with the code under test would prove nothing"},
	{"internal/bench", nil, false, "a witness: what is measured with it must not be made by it, and other relays are measured too"},
	{"internal/farend", nil, false, "a witness: what is tested with it must not be made by it"},
	{"internal/witness", nil, false, "it judges by a document alone; with the code that is judged in hand it would judge by the code"},
	{"internal/conformance", nil, false, "it judges any server from outside; with our own code in hand it would judge by our own mistakes"},
	{"internal/dialer", []string{"agent", "call", "campaign", "pacing", "compliance", "fault"}, false, "the floor knows the rules; telephony and database are the Switch and the Ledger that it declares"},
	{"internal/store", []string{"campaign", "agent", "compliance", "selection", "listquery", "fault"}, false, "it keeps the trade's values and says nothing to the world"},
	{"internal/archive", []string{"campaign", "call", "media", "fault"}, false, "it keeps files and an index of them; who is recorded is decided elsewhere, and the index is an interface of its own"},
	{"internal/telephony", []string{"call", "media", "analysis"}, false, "it carries out orders and reports; why someone is called is not its business"},
	{"internal/media", []string{"uring", "forward"}, false, "it knows packets, not calls"},
	{"internal/uring", nil, false, "it carries datagrams and does not look into them"},
	{"internal/forward", nil, false, "the kernel has packets and flows; what a leg is, media knows"},
	{"internal/analysis", nil, true, "samples in, a finding out"},
	{"internal/campaign", []string{"pacing", "compliance", "selection", "call", "fault"}, true, "what becomes of a contact follows from how its call ended and from the hours it may be called in"},
	{"internal/agent", []string{"fault"}, true, "an agent's rules need no one else's"},
	{"internal/call", nil, true, "the vocabulary of all others stands on nothing"},
	{"internal/pacing", nil, true, "figures in, a figure out"},
	{"internal/listquery", []string{"fault"}, true, "what a client may ask of a list is decided on the words of his statement alone"},
	{"internal/selection", []string{"fault"}, true, "whom a filter takes follows from the contact's columns alone"},
	{"internal/compliance", nil, true, "a moment and a zone in, a verdict out"},
	{"internal/fault", nil, true, "everyone's errors stand on nothing"},
	{"e2e", nil, false, "it knows the program only from outside"},
}

// supply is a module of others, the rooms that may import it, and why it was not
// written here.
type supply struct {
	module string
	rooms  []string
	why    string
}

// outside lists the modules of others that the house stands on.
var outside = []supply{
	{"github.com/emiago/sipgo", []string{"internal/telephony", "internal/loopback"}, "SIP messages, transport and transactions (RFC 3261 sections 7, 17 and 18)"},
	{"github.com/icholy/digest", []string{"internal/telephony", "internal/loopback"}, "digest authentication (RFC 7616)"},
	{"github.com/pion/rtp", []string{"internal/bench", "internal/loopback", "internal/media"}, "a witness reads packets with other eyes than package media, where only SRTP takes headers from it"},
	{"github.com/pion/srtp/v3", []string{"internal/bench", "internal/media"}, "SRTP (RFC 3711, RFC 7714): ciphers are not written at home"},
	{"github.com/pion/sdp/v3", []string{"internal/loopback"}, "and descriptions with other eyes than package telephony"},
	{"github.com/thesyncim/gopus", []string{"internal/media"}, "Opus (RFC 6716), both ways, without cgo"},
	{"github.com/cilium/ebpf", []string{"internal/forward"}, "loading programs into the kernel: ELF objects, BTF and the verifier's answers"},
	{"modernc.org/sqlite", []string{"internal/store"}, "SQLite without cgo"},
	{"github.com/nyaruka/phonenumbers", []string{"internal/store"}, "numbering plans of the world, for imported numbers"},
	{"golang.org/x/crypto", []string{"internal/store"}, "argon2id for passwords"},
	{"github.com/prometheus/client_golang", []string{"internal/console", "cmd/outdial"}, "the format that everyone's monitoring reads"},
	{"github.com/pelletier/go-toml/v2", []string{"cmd/outdial"}, "a configuration file with comments, and errors with a line"},
	{"golang.org/x/sys", []string{"internal/media", "internal/uring", "internal/bench"}, "the system's structures and numbers, which the standard library has no more"},
	{"github.com/getkin/kin-openapi", []string{"internal/witness"}, "whether an answer is as openapi.yaml says; only tests use it"},
	{"golang.org/x/term", []string{"cmd/outdial"}, "whether a person or a file reads the demo's output"},
}

// innocent is what a pure package may take from the standard library: what needs
// neither a clock nor chance nor the machine.
var innocent = []string{"cmp", "errors", "fmt", "iter", "maps", "math", "math/bits", "slices", "sort", "strconv", "strings", "time", "unicode", "unicode/utf8"}

// clocks are what the package time has beyond values: the clock, timers, and the
// machine's zones.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation"}

// drawers are names under which anything could lie.
var drawers = []string{"util", "utils", "common", "models", "types", "ports", "events", "manager", "engine", "service", "helper", "helpers", "misc", "base"}

// source is one package as it is written, without its tests.
type source struct {
	dir   string // below the module's root, with slashes
	files map[string]*ast.File
}

// sources parses every package of the module.
func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	fset, root := token.NewFileSet(), ".."
	found := map[string]map[string]*ast.File{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != root && (strings.HasPrefix(base, ".") || base == "testdata" || base == "tools" || base == "bin") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		if found[dir] == nil {
			found[dir] = map[string]*ast.File{}
		}
		found[dir][filepath.Base(name)] = file
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []source
	for dir, files := range found {
		all = append(all, source{dir, files})
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.dir, b.dir) })
	return fset, all
}

func roomOf(dir string) (room, bool) {
	i := slices.IndexFunc(floors, func(r room) bool { return r.name == dir })
	if i < 0 {
		return room{}, false
	}
	return floors[i], true
}

func TestEveryRoomIsOnThePlan(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		if _, ok := roomOf(s.dir); !ok {
			t.Errorf("package %s is not on the plan: add it to floors in internal/house_test.go, with whom it may import and why, and to docs/architecture.md", s.dir)
		}
		if slices.Contains(drawers, path.Base(s.dir)) {
			t.Errorf("package %s is a drawer, not a room: name it after a noun of the trade", s.dir)
		}
	}
	for _, r := range floors {
		for _, known := range r.may {
			if _, ok := roomOf("internal/" + known); !ok && known != "*" {
				t.Errorf("%s may import %s, which is not on the plan", r.name, known)
			}
		}
		if r.why == "" {
			t.Errorf("%s: the plan gives no reason", r.name)
		}
	}
}

func TestRoomsKnowOnlyWhomTheyMay(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		r, ok := roomOf(s.dir)
		if !ok {
			continue // told by another test
		}
		for name, file := range s.files {
			for _, imp := range file.Imports {
				if problem := r.refuses(imported(t, imp)); problem != "" {
					t.Errorf("%s/%s %s", s.dir, name, problem)
				}
			}
		}
	}
}

// What is on the list and no longer needed leaves it, and go.mod.
func TestTheListOfSuppliesIsNotLongerThanNeeded(t *testing.T) {
	_, all := sources(t)
	used := map[string]bool{}
	for _, s := range all {
		for _, file := range s.files {
			for _, imp := range file.Imports {
				for _, o := range outside {
					if p := imported(t, imp); p == o.module || strings.HasPrefix(p, o.module+"/") {
						used[s.dir+" "+o.module] = true
					}
				}
			}
		}
	}
	for _, o := range outside {
		for _, r := range o.rooms {
			if !used[r+" "+o.module] {
				t.Errorf("%s no longer imports %s: take it off the list in internal/house_test.go and docs/architecture.md", r, o.module)
			}
		}
	}
}

// refuses tells what is wrong with an import, or nothing.
func (r room) refuses(imp string) string {
	first, _, _ := strings.Cut(imp, "/")
	switch {
	case strings.HasPrefix(imp, module):
		other := strings.TrimPrefix(imp, module)
		if r.may == nil || !slices.Contains(r.may, "*") && !slices.Contains(r.may, strings.TrimPrefix(other, "internal/")) {
			return "imports " + other + ", but " + r.why + ": declare a small interface where it is needed and let cmd/outdial plug it in"
		}
	case strings.Contains(first, "."):
		i := slices.IndexFunc(outside, func(o supply) bool {
			return imp == o.module || strings.HasPrefix(imp, o.module+"/")
		})
		if i < 0 {
			return "imports " + imp + ", which is not on the list: add it to outside in internal/house_test.go and to docs/architecture.md, with the reason why it is not written here"
		}
		if !slices.Contains(outside[i].rooms, r.name) {
			return "imports " + imp + ", which is there for " + strings.Join(outside[i].rooms, " and ") + " (" + outside[i].why + ")"
		}
	case r.pure && !slices.Contains(innocent, imp):
		return "imports " + imp + ", but the package is pure: take what it gives as an argument"
	}
	return ""
}

func imported(t *testing.T, imp *ast.ImportSpec) string {
	t.Helper()
	p, err := strconv.Unquote(imp.Path.Value)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPureRoomsHaveNoClockAndNoGoroutine(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		if r, ok := roomOf(s.dir); !ok || !r.pure {
			continue
		}
		for _, file := range s.files {
			ast.Inspect(file, func(n ast.Node) bool {
				if n == nil {
					return true
				}
				at := fset.Position(n.Pos())
				switch n := n.(type) {
				case *ast.GoStmt:
					t.Errorf("%s: a goroutine in a pure package", at)
				case *ast.ChanType:
					t.Errorf("%s: a channel in a pure package", at)
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && x.Obj == nil && slices.Contains(clocks, n.Sel.Name) {
						t.Errorf("%s: time.%s in a pure package: the moment and the zone are arguments", at, n.Sel.Name)
					}
				}
				return true
			})
		}
	}
}

func TestEveryPackageHasItsManual(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		manuals := 0
		for name, file := range s.files {
			if file.Doc == nil {
				continue
			}
			manuals++
			want := "Package " + file.Name.Name + " "
			if file.Name.Name == "main" {
				want = "Command " + path.Base(s.dir) + " "
			}
			if !strings.HasPrefix(file.Doc.Text(), want) {
				t.Errorf("%s/%s: the package comment starts with %q, not with %q", s.dir, name, firstLine(file.Doc.Text()), want)
			}
		}
		if manuals != 1 {
			t.Errorf("package %s has %d package comments; one is its manual: purpose, invariants, who owns what", s.dir, manuals)
		}
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func TestNothingHappensBeforeMain(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		for _, file := range s.files {
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s: an init function; let cmd/outdial call what must happen at the start", fset.Position(f.Pos()))
				}
			}
		}
	}
}

// The plan itself is tested: a test that can not fail holds nothing.
func TestThePlanRefuses(t *testing.T) {
	for _, c := range []struct {
		room, imp string
		refused   bool
	}{
		{"internal/dialer", module + "internal/campaign", false},
		{"internal/dialer", module + "internal/store", true},
		{"internal/dialer", module + "internal/telephony", true},
		{"internal/telephony", module + "internal/dialer", true},
		{"internal/media", module + "internal/fault", true},
		{"internal/media", "github.com/pion/rtp", false},
		{"internal/media", "github.com/pion/rtpx", true},
		{"internal/dialer", "github.com/emiago/sipgo/sip", true},
		{"internal/dialer", "example.com/new", true},
		{"internal/store", "net/http", false},
		{"internal/pacing", "math", false},
		{"internal/pacing", "math/rand", true},
		{"internal/pacing", "math/rand/v2", true},
		{"internal/compliance", "log/slog", true},
		{"internal/call", "context", true},
		{"internal/campaign", "database/sql", true},
		{"internal/agent", "sync", true},
		{"cmd/outdial", module + "internal/store", false},
	} {
		r, ok := roomOf(c.room)
		if problem := r.refuses(c.imp); !ok || (problem != "") != c.refused {
			t.Errorf("%s importing %s: %q", c.room, c.imp, problem)
		}
	}
}
