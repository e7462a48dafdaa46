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

// otherAbsences are the documented resources of areas that this server has nothing
// of. Writing to the configuration answers 405, as it can be read; all others are
// unknown.
func otherAbsences() []absence {
	const (
		p        = "/{sessionId}"
		readOnly = "configuration is read-only here"
		// activation is the switching on and off of one's workgroups.
		activation = "a user works for all of his workgroups"
	)
	list := []absence{
		{"GET", p + "/activations/users", "activations", 0, activation},
		{"GET", p + "/activations/users/{userId}", "activations", 0, activation},
		{"PUT", p + "/activations/users/{userId}", "activations", 0, activation},
		{"GET", p + "/activations/workgroups", "activations", 0, activation},
		{"GET", p + "/activations/workgroups/{workgroupId}", "activations", 0, activation},
		{"PUT", p + "/activations/workgroups/{workgroupId}", "activations", 0, activation},
	}
	for _, name := range []string{"users", "workgroups", "roles", "skills", "wrap-up-codes", "wrap-up-categories", "status-messages"} {
		list = append(list,
			absence{"POST", p + "/configuration/" + name, "configuration", 0, readOnly},
			absence{"PUT", p + "/configuration/" + name + "/{id}", "configuration", 0, readOnly},
			absence{"DELETE", p + "/configuration/" + name + "/{id}", "configuration", 0, readOnly})
	}
	for _, name := range []string{"action", "client-template", "keyword", "line", "monitored-mailbox", "queue-column", "recording-beep-tone", "salesforce-cti-attribute-map", "salesforce-cti-configuration", "schedule"} {
		list = append(list, absence{"GET", p + "/configuration/defaults/" + name, "configuration", 0, "there are no such objects"})
	}
	for _, a := range []struct{ path, feature, why string }{
		{"/data-extractor/jobs-statuses", "data-extractor", "there is no data extractor"},
		{"/directories", "directories", "there are no directories; users are read from the configuration"},
		{"/directories/{subscriptionId}", "directories", "there are no directories; users are read from the configuration"},
		{"/ipa/launchable-processes", "ipa", "there are no processes"},
		{"/ipa/pas", "ipa", "there are no processes"},
		{"/ipa/workitem-instances/{workItemInstanceId}/current-page", "ipa", "there are no processes"},
		{"/response-management", "response-management", "calls only; there is nothing to respond with"},
		{"/statistics/statistic-catalog", "statistics", "figures are in the supervisors' API and the metrics"},
		{"/statistics/statistic-parameter-values", "statistics", "figures are in the supervisors' API and the metrics"},
		{"/statistics/statistic-values", "statistics", "figures are in the supervisors' API and the metrics"},
		{"/unified-messaging/fax-messages", "unified-messaging", "there is no voicemail and no fax"},
		{"/unified-messaging/messages-waiting-indicator", "unified-messaging", "there is no voicemail and no fax"},
		{"/unified-messaging/voicemail-messages", "unified-messaging", "there is no voicemail and no fax"},
		{"/wfm-data/data-versions", "wfm-data", "there is no workforce management"},
	} {
		list = append(list, absence{"PUT", sub + a.path, a.feature, 0, a.why}, absence{"DELETE", sub + a.path, a.feature, 0, a.why})
	}
	return list
}
