package icws

import (
	cmdline "flag" // attributes.go has a flag of its own
	"os"
	"regexp"
	"strings"
	"testing"
)

// update rewrites what tests compare with: make docs.
var update = cmdline.Bool("update", false, "write the table of docs/icws.md")

// The table stands between these lines of docs/icws.md.
const (
	tableBegins = "<!-- make docs writes this table -->\n"
	tableEnds   = "<!-- until here -->\n"
)

// TestTheDocumentHoldsTheTableOfResources: docs/icws.md shows what the routes say.
func TestTheDocumentHoldsTheTableOfResources(t *testing.T) {
	const file = "../../docs/icws.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		t.Fatalf("%s has lost the lines around the table", file)
	}
	var table strings.Builder
	if err := WriteMarkdown(&table); err != nil {
		t.Fatal(err)
	}
	want := before + tableBegins + table.String() + tableEnds + after
	if string(text) == want {
		return
	}
	if !*update {
		t.Fatalf("%s does not show the routes as they are: run make docs", file)
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestResourcesAreToldApart: a resource is served or absent, once; and what does
// not work says so.
func TestResourcesAreToldApart(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Resources() {
		name := r.Verb + " " + r.Path
		if seen[name] {
			t.Errorf("%s is in the tables twice", name)
		}
		seen[name] = true
		if !r.Offered && r.Limit == "" {
			t.Errorf("%s is not offered and nobody says why", name)
		}
		if strings.HasSuffix(r.Limit, ".") || strings.Contains(r.Limit, "\n") {
			t.Errorf("%s: the limit %q must be part of a sentence", name, r.Limit)
		}
	}
}

// TestWhatIsNotOfferedIsNotThere: a resource that is documented and absent answers
// 404, or 405 where another verb is served, to whoever asks.
func TestWhatIsNotOfferedIsNotThere(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("root", "desk")
	parameter := regexp.MustCompile(`\{[A-Za-z]+\}`)
	served := byPath(routes())
	for _, a := range absences() {
		path := strings.TrimPrefix(a.path, "/{sessionId}")
		r := c.do(a.verb, parameter.ReplaceAllString(path, "1"), "{}")
		if !strings.HasPrefix(a.path, "/{sessionId}") {
			r = o.send(a.verb, "/icws"+parameter.ReplaceAllString(path, "1"), "{}")
		}
		want := 404
		if served["/icws"+a.path] != nil {
			want = 405
		}
		if id := r.json(t)["errorId"]; r.StatusCode != want || want == 404 && id != errUnknownResource.Code {
			t.Errorf("%s %s: %d %s", a.verb, a.path, r.StatusCode, r.text)
		}
	}
}
