package icws

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Resource is what people are told of one resource and verb. docs/icws.md lists
// them all, and so does outdial resources.
type Resource struct {
	Verb string
	// Path is below /icws, without the part of the session: "/dialer/log-in".
	Path    string
	Feature string
	// Version of the feature that brought the resource; 0 if that is not known.
	Version int
	// Offered is false for what is documented and answers 404 here.
	Offered bool
	// Limit is what of the resource does not work, or why it is not offered. Empty,
	// all of it works.
	Limit string
}

// Resources lists what is served and what is documented and not served, ordered by
// path and verb.
func Resources() []Resource {
	var list []Resource
	for _, rt := range routes() {
		list = append(list, Resource{rt.verb, rt.name(), rt.feature, rt.version, true, rt.limit})
	}
	for _, a := range absences() {
		list = append(list, Resource{a.verb, strings.TrimPrefix(a.path, "/{sessionId}"), a.feature, a.version, false, a.why})
	}
	verbs := []string{"GET", "POST", "PUT", "DELETE"}
	slices.SortFunc(list, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(slices.Index(verbs, a.Verb), slices.Index(verbs, b.Verb)))
	})
	return list
}

// HowFar says in words how far the resource works.
func (r Resource) HowFar() string {
	switch {
	case !r.Offered:
		return "not offered: " + r.Limit
	case r.Limit != "":
		return "works with a limit: " + r.Limit
	}
	return "works"
}

// Since names the feature and its version: "dialer 4".
func (r Resource) Since() string {
	if r.Version == 0 {
		return r.Feature
	}
	return fmt.Sprintf("%s %d", r.Feature, r.Version)
}

// WriteMarkdown writes the table of all resources as docs/icws.md holds it.
func WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| resource | since | how far |\n|---|---|---|\n")
	for _, r := range Resources() {
		fmt.Fprintf(&b, "| `%s %s` | %s | %s |\n", r.Verb, r.Path, r.Since(), strings.ReplaceAll(r.HowFar(), "|", `\|`))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
