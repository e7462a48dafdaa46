package icws

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestTheDocumentListsEveryResource holds docs/icws.md against the routes, both ways.
func TestTheDocumentListsEveryResource(t *testing.T) {
	text, err := os.ReadFile("../../docs/icws.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z]+ [^`]+)` \\|").FindAllSubmatch(text, -1) {
		listed = append(listed, string(row[1]))
	}
	served := Resources()
	for _, r := range served {
		if !slices.Contains(listed, r) {
			t.Errorf("%s is served and not in the document", r)
		}
	}
	for _, r := range listed {
		if !slices.Contains(served, r) {
			t.Errorf("%s is in the document and not served", r)
		}
	}
}
