package main

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestResourcesAreListed(t *testing.T) {
	var out, log strings.Builder
	if err := run(t.Context(), []string{"resources"}, &out, &log); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/dialer/ready-for-calls", "dialer 4", "not offered: "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if err := run(t.Context(), []string{"resources", "please"}, &out, &log); !errors.Is(err, errUsage) {
		t.Errorf("a word too many: %v", err)
	}
}

func TestTheListOfResourcesIsThatOfTheDocument(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"resources", "--markdown"}, &out, &out); err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile("../../docs/icws.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document), out.String()) {
		t.Error("docs/icws.md holds another table: run make docs")
	}
}
