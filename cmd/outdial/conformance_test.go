package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/conformance"
	"github.com/outdial/outdial/internal/icws"
	"github.com/outdial/outdial/internal/loopback"
)

// site is a whole server with everything that conformance can ask for: two
// campaigns with contacts, customers who answer, agents' phones, HTTPS.
type site struct {
	srv   *server
	phone *loopback.Phone
}

func openSite(t *testing.T) *site {
	t.Helper()
	carrier, err := loopback.OpenCarrier(func(string) loopback.Customer { return loopback.Customer{Voice: loopback.Tone(700)} }, loopback.Terms{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { carrier.Close() })
	phone, err := loopback.OpenPhone("anna", 0, loopback.Tone(400))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { phone.Close() })
	dir := t.TempDir()
	selfSigned(t, dir, "server")
	database := filepath.Join(dir, "site.db")
	cfg, err := parseConfig(fmt.Appendf(nil, `
[http]
listen = "127.0.0.1:0"
tls_listen = "127.0.0.1:0"
certificate = %q
key = %q
allowed_origins = ["https://desk.example.com"]
[sip]
listen = "127.0.0.1:0"
[media]
address = "127.0.0.1"
ports = "24200-24399"
recordings = %q
[icws]
ping_every = "1s"
[database]
path = %q
[[trunk]]
name = "carrier"
address = %q
max_calls = 10
calls_per_second = 50
[[user]]
id = "anna"
password = "anna-secret"
workgroups = ["Sales"]
[[user]]
id = "berta"
password = "berta-secret"
workgroups = ["Service"]
logon_campaign = true
[[station]]
name = "desk"
kind = "workstation"
address = %q
[[user]]
id = "chief"
password = "chief-secret"
admin = true
%s%s`, filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key"), t.TempDir(), database, carrier.Address(), phone.Address(),
		campaignText("Power", "Sales", "10s"),
		strings.Replace(campaignText("Preview", "Service", "10s"), `mode = "power"`, fmt.Sprintf("mode = \"preview\"\npreview_time = \"1m\"\nscript = %q", scriptIn(t, greeting)), 1)))
	if err != nil {
		t.Fatal(err)
	}
	known(t, database, "anna", "berta", "chief")
	srv, err := startServer(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Close(ctx); err != nil {
			t.Error("close:", err)
		}
	})
	for i, name := range []string{"Power", "Preview"} {
		rows := "number,name\n"
		for n := range 30 {
			rows += fmt.Sprintf("31755%d%04d,Customer %d\n", i, n, n)
		}
		file := filepath.Join(dir, name+".csv")
		if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		if err := importContacts(t.Context(), []string{"--database", database, "--campaign", name, file}, &said, &said); err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
	}
	return &site{srv, phone}
}

// visit runs the suite as a user of the site, at another address if one is given.
func (s *site) visit(t *testing.T, user string, change func(*conformance.Options)) conformance.Report {
	t.Helper()
	o := conformance.Options{URL: s.srv.URL(), User: user, Password: user + "-secret", Timeout: 15 * time.Second}
	change(&o)
	r, err := conformance.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// found holds that nothing of a visit is left.
func (s *site) found(t *testing.T, r conformance.Report) {
	t.Helper()
	if len(r.Left) != 0 {
		t.Errorf("left: %q", r.Left)
	}
	if n := s.srv.book.Count(); n != 0 {
		t.Errorf("%d sessions stay", n)
	}
}

// What of the facts this server is known not to pass, with the reason. A fact that
// holds after all is no failure.
var (
	notTried = map[string]string{
		"checklist/ports": "tests listen where there is room",
	}
	notThere = map[string]string{
		"connection/single-sign-on-response": "there is no single sign-on",
		"interaction/watch-callback":         "there are no callbacks, chats or mail",

		"resource/put-interactions-id-callback-disposition":      "there are no callbacks, chats or mail",
		"resource/put-subscriptions-interactions-id-callback":    "there are no callbacks, chats or mail",
		"resource/delete-subscriptions-interactions-id-callback": "there are no callbacks, chats or mail",
		"resource/put-subscriptions-activations-users-1":         "workgroups are configured and always active",
		"resource/delete-subscriptions-activations-users-1":      "workgroups are configured and always active",
		"resource/put-subscriptions-activations-workgroups-1":    "workgroups are configured and always active",
		"resource/delete-subscriptions-activations-workgroups-1": "workgroups are configured and always active",
		"resource/post-dialer-put-xml":                           "its shape is not known",
		"resource/post-dialer-update-dialer-object":              "its shape is not known",
		"resource/post-dialer-remove-dialer-object":              "its shape is not known",
		"resource/post-dialer-request-dialer-objects":            "its shape is not known",
		"resource/post-dialer-request-dialer-object":             "its shape is not known",
	}
)

// expect holds that a report has nothing in it that was not expected.
func expect(t *testing.T, r conformance.Report, skipped func(conformance.Result) bool) {
	t.Helper()
	for _, one := range r.Results {
		switch one.Verdict {
		case conformance.Pass:
			continue
		case conformance.Skipped:
			if notTried[one.Name] != "" || skipped(one) {
				continue
			}
		case conformance.NotOffered:
			if notThere[one.Name] != "" {
				continue
			}
		}
		t.Errorf("%s%s", one.Line(), strings.Join(one.Trace, "\n"))
	}
}

// unheard are messages that nothing in a run brings about, or that are of chapters
// that the run leaves out.
func unheard(r conformance.Result) bool {
	return strings.HasPrefix(r.Name, "message/") && r.Reason == "none was heard"
}

func oneOf(r conformance.Result, names ...string) bool { return slices.Contains(names, r.Name) }

// TestConformance: this server passes its own measure, whatever it is allowed to
// do there, and is left as it was.
func TestConformance(t *testing.T) {
	s := openSite(t)
	seat := func(o *conformance.Options) {
		o.Destructive, o.Strict, o.RemoteNumber, o.Station = true, true, s.phone.Address(), "desk"
		o.Call, o.AdminUser, o.AdminPassword = "3175550999", "chief", "chief-secret"
	}
	t.Run("reading", func(t *testing.T) {
		r := s.visit(t, "anna", func(o *conformance.Options) { o.Strict = true })
		expect(t, r, func(one conformance.Result) bool {
			return regexp.MustCompile("changes something|none was heard|not https|no origin|no phone was named|no administrator|none was named|Only supervisors").MatchString(one.Reason)
		})
		s.found(t, r)
	})
	t.Run("everything, over HTTPS", func(t *testing.T) {
		r := s.visit(t, "anna", func(o *conformance.Options) {
			seat(o)
			o.URL, o.Insecure, o.Origin, o.Campaign = s.srv.secureURL, true, "https://desk.example.com", "power"
		})
		expect(t, r, func(one conformance.Result) bool {
			return oneOf(one, "dialer/unknown-campaign", "call/preview-placed", "dialer/form-definition", "dialer/form-told", "dialer/log-off-campaign", "dialer/logged-in-told", "call/skipped") || unheard(one)
		})
		s.found(t, r)
		if heard, err := s.phone.Await(t.Context(), func(all []loopback.Hearing) bool { return !all[len(all)-1].Ended.IsZero() }); err != nil || len(heard) > 3 {
			t.Errorf("the phone was called %d times, %v", len(heard), err)
		}
	})
	t.Run("preview, with the right to choose", func(t *testing.T) {
		r := s.visit(t, "berta", func(o *conformance.Options) {
			seat(o)
			o.Campaign, o.Only = "Preview", regexp.MustCompile("^(dialer|call)/|^messaging/(shapes|known)$|^message/")
		})
		expect(t, r, func(one conformance.Result) bool {
			return oneOf(one, "dialer/campaign-without-right", "dialer/log-off-without-right") || unheard(one)
		})
		s.found(t, r)
	})
}

// TestConformanceInterrupted: a run that ends in the middle of a call hangs up,
// dispositions, leaves and sets the status back.
func TestConformanceInterrupted(t *testing.T) {
	s := openSite(t)
	for _, at := range []string{"call/status", "made/connected"} {
		before := s.status(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		chapter, _, _ := strings.Cut(at, "/")
		called := false
		r, err := conformance.Run(ctx, conformance.Options{
			URL: s.srv.URL(), User: "anna", Password: "anna-secret", Timeout: 15 * time.Second, Destructive: true,
			RemoteNumber: s.phone.Address(), Campaign: "Power", Call: "3175550999", Only: regexp.MustCompile("^" + chapter + "/"),
			Told: func(r conformance.Result) {
				if r.Name == at {
					called = r.Verdict == conformance.Pass
					cancel()
				}
			},
		})
		if err != nil || !called {
			t.Fatalf("%s: %v, a call: %t", at, err, called)
		}
		s.found(t, r)
		if after := s.status(t); after != before {
			t.Errorf("%s: the status was %s and is %s", at, before, after)
		}
		snap, err := s.srv.floor.Look(t.Context())
		if err != nil || len(snap.Agents) != 0 || len(snap.Calls) != 0 {
			t.Errorf("%s: agents stay: %+v, calls %+v, %v", at, snap.Agents, snap.Calls, err)
		}
	}
}

// status reads anna's.
func (s *site) status(t *testing.T) string {
	t.Helper()
	seat := (&office{t: t, base: s.srv.URL()}).signIn("anna")
	defer seat.must(200, "DELETE", "/connection", "")
	code, text := seat.ask("GET", "/status/user-statuses/anna", "")
	var st struct{ StatusID string }
	if err := json.Unmarshal([]byte(text), &st); err != nil || code != 200 || st.StatusID == "" {
		t.Fatalf("%d %s", code, text)
	}
	return st.StatusID
}

// TestConformanceOnlyReads: without leave to change anything, all that has success
// besides reading is sessions, tokens for them, subscriptions, signs of life, and
// licences that there are not.
func TestConformanceOnlyReads(t *testing.T) {
	s := openSite(t)
	f := openForger(t, s.srv.URL())
	s.visit(t, "anna", func(o *conformance.Options) {
		o.URL, o.Timeout, o.Station, o.RemoteNumber, o.Campaign = f.URL, time.Second, "desk", s.phone.Address(), "Power"
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	harmless := regexp.MustCompile(`^(POST /icws/connection|DELETE /connection|POST /connection/unique-auth-token|POST /messaging/heartbeat|(POST|PUT|DELETE) /licenses(/license-stages)?|(PUT|DELETE) /messaging/subscriptions/.+)$`)
	for _, what := range f.did {
		if !harmless.MatchString(what) {
			t.Error(what)
		}
	}
	if len(f.did) < 20 {
		t.Errorf("only %d requests were seen", len(f.did))
	}
}

// TestConformanceKnowsEveryResource: whatever this server offers of the documented
// interface, the suite asks whether it is there.
func TestConformanceKnowsEveryResource(t *testing.T) {
	var facts []string
	for _, c := range conformance.Cases() {
		facts = append(facts, c.Fact)
	}
	open := regexp.MustCompile(`^(POST /connection|GET /connection/(version|features.*|server-info|server-time)|GET /openapi.yaml)$`) // each has cases of its own
	for _, r := range icws.Resources() {
		name := r.Verb + " " + r.Path
		if !r.Offered || r.Feature == "outdial" || open.MatchString(name) {
			continue
		}
		there := regexp.MustCompile("^" + regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(name, "[^/ ]+") + " is there")
		if !slices.ContainsFunc(facts, there.MatchString) {
			t.Errorf("%s is offered, and no fact asks for it", name)
		}
	}
}

func TestConformanceCommand(t *testing.T) {
	s := openSite(t)
	dir := t.TempDir()
	t.Setenv("OUTDIAL_PASSWORD", "anna-secret")
	command := func(args ...string) (string, error) {
		var out strings.Builder
		err := run(t.Context(), append([]string{"conformance"}, args...), &out, &out)
		return out.String(), err
	}
	said, err := command("--url", s.srv.URL(), "--user", "anna", "--only", "^transport/media", "--junit", filepath.Join(dir, "j.xml"), "--json", filepath.Join(dir, "j.json"))
	if err != nil || !strings.Contains(said, "transport/media-type-exact\n") || !strings.Contains(said, "3 facts: 3 pass at ") {
		t.Errorf("%v\n%s", err, said)
	}
	for _, name := range []string{"j.xml", "j.json"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Contains(text, []byte("media-type-exact")) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	t.Setenv("OUTDIAL_PASSWORD", "wrong")
	said, err = command("--url", s.srv.URL(), "--user", "anna", "--only", "^connection/created$")
	if err == nil || !strings.Contains(err.Error(), "1 facts do not hold") || !strings.Contains(said, "wanted: status 201") || !strings.Contains(said, "***") {
		t.Errorf("%v\n%s", err, said)
	}
	for _, args := range [][]string{
		{}, {"--url", s.srv.URL()}, {"--url", s.srv.URL(), "--user", "anna", "--only", "("}, {"--url", s.srv.URL(), "--user", "anna", "--admin-user", "chief"},
		{"--url", s.srv.URL(), "--user", "anna", "word"}, {"--url", "nowhere", "--user", "anna"},
	} {
		if said, err := command(args...); err == nil {
			t.Errorf("%q: %s", args, said)
		}
	}
}
