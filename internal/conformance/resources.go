package conformance

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// resource is one verb of one resource, and the version of the feature that it is
// known with. Of a resource that may be missing, the version is not known.
type resource struct {
	verb, path string // below the session
	feature    string
	version    int
	section    string
	may        bool
}

// Names in paths that stand for nothing.
const (
	noInteraction = "1000000000000"
	noCampaign    = "6F1D9B0C-7A55-4F3E-9D4E-2F6F3C0A8B11"
)

// resources are those of a session, by area.
func resources() []resource {
	return slices.Concat(connectionResources(), dialerResources(), interactionResources(), subscriptionResources(), configurationResources())
}

func connectionResources() []resource {
	return []resource{
		{"GET", "/connection", "connection", 1, "1.4", false},
		{"DELETE", "/connection", "connection", 1, "1.4", false},
		{"GET", "/connection/switchover-status", "connection", 1, "1.4", true},
		{"POST", "/connection/unique-auth-token", "connection", 1, "1.4", false},
		{"GET", "/connection/station", "connection", 1, "2", false},
		{"PUT", "/connection/station", "connection", 1, "2", false},
		{"DELETE", "/connection/station", "connection", 1, "2", false},
		{"GET", "/messaging/messages", "messaging", 1, "3.1", false},
		{"POST", "/messaging/heartbeat", "messaging", 1, "1.6", false},
		{"GET", "/status/status-messages", "status", 1, "5.1", false},
		{"GET", "/status/status-messages-user-access/nobody", "status", 1, "5.1", false},
		{"GET", "/status/user-statuses/nobody", "status", 1, "5.1", false},
		{"PUT", "/status/user-statuses/nobody", "status", 1, "5.1", false},
		{"GET", "/status/user-status-previous-info/nobody", "status", 1, "5.1", false},
		{"POST", "/licenses", "licenses", 1, "5.3", false},
		{"PUT", "/licenses", "licenses", 1, "5.3", false},
		{"DELETE", "/licenses", "licenses", 1, "5.3", false},
		{"POST", "/licenses/license-stages", "licenses", 1, "5.3", false},
		{"POST", "/system/handler-notification", "", 0, "3.4", true},
	}
}

// dialerResources are all of one verb.
func dialerResources() []resource {
	var all []resource
	for _, r := range []struct {
		name    string
		version int // 0: not known
	}{
		{"log-in", 2}, {"log-off", 2}, {"ready-for-calls", 2}, {"disposition", 2}, {"request-break", 2}, {"end-break", 2},
		{"establish-persistent-connection", 2}, {"place-preview-call", 3}, {"request-form-definition", 3}, {"update-call-data", 3},
		{"set-agent-type", 3}, {"update-stage", 5}, {"initiate-manual-outbound-call", 7}, {"mark-call-for-finishing", 7},
		{"allocate-agents", 7}, {"perform-call-list-query", 9}, {"request-phone-number-details", 0}, {"request-contact-data", 0},
		{"transfer-to-attendant-profile", 0}, {"reset-campaign", 0}, {"recycle-campaign", 0}, {"transition-campaign", 0},
		{"put-xml", 0}, {"update-dialer-object", 0}, {"remove-dialer-object", 0}, {"request-dialer-objects", 0}, {"request-dialer-object", 0},
	} {
		all = append(all, resource{"POST", "/dialer/" + r.name, "dialer", r.version, "4.2", r.version == 0})
	}
	return all
}

func interactionResources() []resource {
	const of = "/interactions/" + noInteraction
	all := []resource{
		{"POST", "/interactions", "interactions", 1, "5.2", false},
		{"GET", of, "interactions", 1, "5.2", false},
		{"POST", of, "interactions", 1, "5.2", false},
		{"POST", of + "/consult", "interactions", 1, "5.2", false},
		{"DELETE", of + "/consult/1", "interactions", 1, "5.2", false},
		{"POST", of + "/consult/1/change-audience", "interactions", 1, "5.2", false},
		{"POST", of + "/consult/1/conclude", "interactions", 1, "5.2", false},
		{"POST", "/interactions/conferences", "interactions", 1, "5.2", false},
		{"PUT", "/interactions/conferences/1", "interactions", 1, "5.2", false},
		{"POST", "/interactions/conferences/1/invite-party", "interactions", 1, "5.2", false},
		{"PUT", of + "/callback/disposition", "", 0, "5.2", true},
	}
	for _, name := range []string{
		"pickup", "disconnect", "join", "send-to-voicemail", "transfer-to-voicemail", "park", "blind-transfer", "hold", "mute", "pause", "make-private", "record",
		"record-snippet", "listen", "coach", "secure-pause", "invite-party", "send-digits", "play-wav", "wrap-up-assignments",
	} {
		all = append(all, resource{"POST", of + "/" + name, "interactions", 1, "5.2", false})
	}
	return all
}

// subscriptionResources are made with PUT and ended with DELETE.
func subscriptionResources() []resource {
	var all []resource
	for _, r := range []resource{
		{"", "/connection/station", "connection", 1, "3.4", false},
		{"", "/status/user-statuses", "status", 1, "3.4", false},
		{"", "/status/status-messages", "status", 1, "3.4", false},
		{"", "/status/status-messages-user-access", "status", 1, "3.4", false},
		{"", "/status/user-status-previous-info", "status", 1, "3.4", false},
		{"", "/queues/1", "queues", 1, "3.4", false},
		{"", "/interactions/" + noInteraction, "interactions", 2, "3.4", false},
		{"", "/interactions/" + noInteraction + "/callback", "", 0, "3.4", true},
		{"", "/interaction-alerting", "interactions", 1, "3.4", false},
		{"", "/interaction-history", "interactions", 1, "3.4", false},
		{"", "/licenses", "licenses", 1, "3.4", false},
		{"", "/session/sessions-users", "session", 1, "3.4", false},
		{"", "/session/sessions-stations", "session", 1, "3.4", false},
		{"", "/session/sessions-layouts", "session", 1, "3.4", false},
		{"", "/system/handler-sent-notifications", "", 0, "3.4", true},
		{"", "/activations/users/1", "", 0, "3.4", true},
		{"", "/activations/workgroups/1", "", 0, "3.4", true},
	} {
		for _, verb := range []string{"PUT", "DELETE"} {
			r.verb = verb
			all = append(all, resource{verb, "/messaging/subscriptions" + r.path, r.feature, r.version, r.section, r.may})
		}
	}
	return all
}

// collections are what can be configured, and the lists of what of the dialer one
// may see.
var collections = []string{
	"users", "workgroups", "stations", "station-groups", "roles", "skills", "wrap-up-codes", "wrap-up-categories", "status-messages",
	"interaction-dialer-campaign-acls", "interaction-dialer-call-list-acls", "interaction-dialer-script-acls",
	"interaction-dialer-stage-set-acls", "interaction-dialer-zone-set-acls", "interaction-dialer-policy-set-acls",
	"interaction-dialer-rule-set-acls", "interaction-dialer-schedule-acls", "interaction-dialer-skill-set-acls",
}

func configurationResources() []resource {
	var all []resource
	for _, name := range collections {
		path := "/configuration/" + name
		all = append(all, resource{"GET", path, "configuration", 1, "7", false}, resource{"GET", path + "/none", "configuration", 1, "7", false})
	}
	return all
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// resourcesThere are the facts that what is announced is there (section 6), and
// what holds for every resource of a session.
func resourcesThere() []Case {
	all := []Case{
		{Name: "resource/session-required", Section: "1.5", Mark: Doc, run: everySessionRequired,
			Fact: "Every resource of a session answers 401 with the challenge when there is no such session."},
		{Name: "resource/allow", Section: "11", Mark: Decision, run: everyVerbNamed,
			Fact: "A verb that a resource does not take is a 405 whose Allow names those that it takes, for every resource."},
	}
	for _, r := range resources() {
		name := strings.ReplaceAll(strings.ReplaceAll(r.path, noInteraction, "id"), "messaging/subscriptions", "subscriptions")
		fact := r.verb + " " + r.path + " is there"
		if r.may {
			fact += ", where the server has it."
		} else {
			fact += ", as its feature is announced."
		}
		all = append(all, Case{
			Name: "resource/" + strings.Trim(notInNames.ReplaceAllString(strings.ToLower(r.verb+name), "-"), "-"), Fact: fact,
			Section: r.section, Mark: Lib, Feature: r.feature, Version: r.version, May: r.may, run: isThere(r),
		})
	}
	return all
}

// isThere is the run of a case that asks without a session whether there is a
// resource. It changes nothing, whatever the resource does.
func isThere(r resource) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if err := v.pathFirst(ctx); err != nil {
			return err
		}
		_, err := v.ask(ctx, nil, r.unproved(), status(400, 401))
		return err
	}
}

// unproved asks for the resource of a session that there is not.
func (r resource) unproved() question { return question{verb: r.verb, path: "/1" + r.path} }

// pathFirst holds that the server judges the path before the session: of others
// nothing can be told without changing something.
func (v *visit) pathFirst(ctx context.Context) error {
	if v.paths == nil {
		a, err := v.client.ask(ctx, nil, get("/1/no/such/resource"))
		if err != nil {
			return err
		}
		v.paths = &a.status
	}
	if *v.paths != 404 {
		return notMet("the server judges the session before the path: %d", *v.paths)
	}
	return nil
}

// announcedResources are those that the server must have.
func (v *visit) announcedResources() []resource {
	return slices.DeleteFunc(resources(), func(r resource) bool { return r.may || v.features[r.feature] < r.version })
}

func everySessionRequired(ctx context.Context, v *visit) error {
	for _, r := range v.announcedResources() {
		if _, err := v.ask(ctx, nil, r.unproved(), status(401), isError, challenge); err != nil {
			return err
		}
	}
	return nil
}

func everyVerbNamed(ctx context.Context, v *visit) error {
	verbs := map[string][]string{}
	for _, r := range v.announcedResources() {
		verbs[r.path] = append(verbs[r.path], r.verb)
	}
	for path, takes := range verbs {
		checks := []check{status(405), has("errorId", methodNotAllowed)}
		for _, verb := range takes {
			checks = append(checks, headerHas("Allow", verb))
		}
		if _, err := v.ask(ctx, nil, question{verb: "PATCH", path: "/1" + path}, checks...); err != nil {
			return err
		}
	}
	return nil
}
