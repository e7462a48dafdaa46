package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/loopback"
)

// office is a whole server with one agent's phone, for tests through HTTP.
type office struct {
	t     *testing.T
	srv   *server
	phone *loopback.Phone
	base  string
	gone  bool // the floor was stopped by the test, and says so at the end
}

func openOffice(t *testing.T, extra string) *office {
	t.Helper()
	phone, err := loopback.OpenPhone("anna", 0, loopback.Voice{Hz: 440})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { phone.Close() })
	database := filepath.Join(t.TempDir(), "office.db")
	cfg, err := parseConfig([]byte(fmt.Sprintf(`
[http]
listen = "127.0.0.1:0"
[sip]
listen = "127.0.0.1:0"
[media]
ports = "24000-24199"
[database]
path = %q
[[user]]
id = "anna"
password = "anna-secret"
workgroups = ["Sales"]
[[user]]
id = "zoe"
password = "zoe-secret"
[[station]]
name = "desk"
kind = "workstation"
address = %q
[[campaign]]
name = "Autumn"
list = "autumn"
workgroup = "Sales"
state = "on"
hours = "always"
%s`, database, phone.Address(), extra)))
	if err != nil {
		t.Fatal(err)
	}
	known(t, database, "anna", "zoe")
	srv, err := startServer(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, srv: srv, phone: phone, base: srv.URL()}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Close(ctx); err != nil && !o.gone {
			t.Error("close:", err)
		}
	})
	return o
}

// await waits for the phone, within bounds.
func (o *office) await(found func([]loopback.Hearing) bool) ([]loopback.Hearing, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return o.phone.Await(ctx, found)
}

// seat is one session of an agent.
type seat struct {
	*office
	user, id, token, cookie string
}

func (o *office) signIn(user string) *seat {
	o.t.Helper()
	body := fmt.Sprintf(`{"__type":"urn:inin.com:connection:icAuthConnectionRequestSettings","applicationName":"test","userID":%q,"password":"%s-secret"}`, user, user)
	req, _ := http.NewRequest("POST", o.base+"/icws/connection", strings.NewReader(body))
	req.Header.Set("Accept-Language", "en-us")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 201 {
		o.t.Fatalf("sign-in: %s", res.Status)
	}
	cookie, _, _ := strings.Cut(res.Header.Get("Set-Cookie"), ";")
	return &seat{o, user, res.Header.Get("ININ-ICWS-Session-ID"), res.Header.Get("ININ-ICWS-CSRF-Token"), cookie}
}

// ask makes a request with all that a session request needs; change may take
// some of it away.
func (s *seat) ask(verb, path, body string, change ...func(*http.Request)) (int, string) {
	s.t.Helper()
	req, err := http.NewRequest(verb, s.base+"/icws/"+s.id+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("ININ-ICWS-CSRF-Token", s.token)
	req.Header.Set("Cookie", s.cookie)
	for _, f := range change {
		f(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}

func (s *seat) must(want int, verb, path, body string) {
	s.t.Helper()
	if got, text := s.ask(verb, path, body); got != want {
		s.t.Fatalf("%s %s: %d %s, want %d", verb, path, got, text, want)
	}
}

func (s *seat) sit(kind string) {
	number := s.phone.Address()
	bodies := map[string]string{
		"remote, persistent": fmt.Sprintf(`{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":%q,"persistentConnection":true}`, number),
		"remote":             fmt.Sprintf(`{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":%q}`, number),
		"workstation":        `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"desk"}`,
		"stationless":        `{"__type":"urn:inin.com:connection:stationlessSettings"}`,
	}
	if body, ok := bodies[kind]; ok {
		s.must(200, "PUT", "/connection/station", body)
	}
}

const establishPath = "/dialer/establish-persistent-connection"

// line reads what operators see of the persistent connection.
func (s *seat) line() (state, refusal string) {
	s.t.Helper()
	code, text := s.ask("GET", "/dialer/persistent-connection", "")
	var view struct{ State, Refusal string }
	if err := json.Unmarshal([]byte(text), &view); code != 200 || err != nil {
		s.t.Fatalf("persistent-connection: %d %s", code, text)
	}
	return view.State, view.Refusal
}

// TestEstablishNeedsStationAndCampaign: each precondition missing alone and
// together. The method answers 202 always; only with all of them the phone rings.
func TestEstablishNeedsStationAndCampaign(t *testing.T) {
	o := openOffice(t, "")
	calls := 0
	for _, station := range []string{"none", "stationless", "workstation", "remote", "remote, persistent"} {
		for _, login := range []string{"nobody", "zoe", "anna"} { // zoe has no campaign
			t.Run(station+"/"+login, func(t *testing.T) {
				user := login
				if login == "nobody" {
					user = "anna"
				}
				s := o.signIn(user)
				s.t = t
				defer s.must(200, "DELETE", "/connection", "")
				s.sit(station)
				if login != "nobody" {
					s.must(200, "POST", "/dialer/log-in", "")
				}
				for range 3 {
					s.must(202, "POST", establishPath, "")
				}
				state, refusal := s.line()
				if station == "remote, persistent" && login == "anna" {
					calls++
					if state == "none" || refusal != "" {
						t.Errorf("state %s, refused: %s", state, refusal)
					}
					if _, err := o.await(func(all []loopback.Hearing) bool { return len(all) == calls && !all[calls-1].Acked.IsZero() }); err != nil {
						t.Error(err)
					}
				} else if state != "none" || refusal == "" {
					t.Errorf("state %s, refused: %q; want none, with a reason", state, refusal)
				}
				if got := o.phone.Invites(); got != calls {
					t.Errorf("the phone was called %d times in all, want %d", got, calls)
				}
			})
		}
	}
}

// TestEstablishIsRepeatedSafely: while the line stands or is being set up nothing
// more happens; once the agent has hung up the phone is called again.
func TestEstablishIsRepeatedSafely(t *testing.T) {
	o := openOffice(t, "")
	s := o.signIn("anna")
	s.sit("remote, persistent")
	s.must(200, "POST", "/dialer/log-in", "")
	for round := 1; round <= 3; round++ {
		for range 10 {
			s.must(202, "POST", establishPath, "{}")
		}
		up := func(all []loopback.Hearing) bool { return len(all) == round && !all[round-1].FirstPacket.IsZero() }
		if _, err := o.await(up); err != nil {
			t.Fatal(err)
		}
		s.must(202, "POST", establishPath, "")
		if got := o.phone.Invites(); got != round {
			t.Fatalf("%d INVITEs in round %d", got, round)
		}
		lost := o.srv.floor.Listen(100)
		o.phone.HangUp()
		for state := "up"; state != "lost"; state, _ = s.line() {
			<-lost.C // something happened on the floor
		}
		lost.Close()
	}
}

func TestEstablishAnswersAsDocumented(t *testing.T) {
	o := openOffice(t, "")
	s := o.signIn("anna")
	without := func(header string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Del(header) }
	}
	for _, c := range []struct {
		name, verb, body string
		change           func(*http.Request)
		want             int
	}{
		{"no body", "POST", "", nil, 202},
		{"empty object", "POST", "{}", nil, 202},
		{"null", "POST", "null", nil, 202},
		{"garbage, as no body is needed", "POST", "\xff{[", nil, 202},
		{"64 KiB", "POST", strings.Repeat("x", 64<<10), nil, 202},
		{"more", "POST", strings.Repeat("x", 64<<10+1), nil, 413},
		{"no cookie", "POST", "", without("Cookie"), 401},
		{"no token", "POST", "", without("ININ-ICWS-CSRF-Token"), 401},
		{"another's token", "POST", "", func(r *http.Request) { r.Header.Set("ININ-ICWS-CSRF-Token", "x") }, 401},
		{"another session", "POST", "", func(r *http.Request) { r.URL.Path = "/icws/1" + establishPath }, 401},
		{"GET", "GET", "", nil, 405},
		{"PUT", "PUT", "{}", nil, 405},
		{"DELETE", "DELETE", "", nil, 405},
		{"a slash at the end", "POST", "", func(r *http.Request) { r.URL.Path += "/" }, 202},
	} {
		t.Run(c.name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*http.Request) {}
			}
			got, text := s.ask(c.verb, establishPath, c.body, change)
			if got != c.want {
				t.Errorf("%d %s, want %d", got, text, c.want)
			}
			if got == 202 && text != "" {
				t.Errorf("a body: %s", text)
			}
		})
	}
	if got := o.phone.Invites(); got != 0 {
		t.Errorf("the phone was called %d times", got)
	}
}

func TestEstablishIsGoneWhereRemoved(t *testing.T) {
	o := openOffice(t, "[icws]\nremoved = [\"POST /dialer/establish-persistent-connection\"]\n")
	o.signIn("anna").must(410, "POST", establishPath, "")
}

func TestEstablishIsAnErrorWhenTheDialerStops(t *testing.T) {
	o := openOffice(t, "")
	o.gone = true
	s := o.signIn("anna")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := o.srv.floor.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	s.must(500, "POST", establishPath, "")
}

// TestRightsToNumbers: what a user has no right to is 403, and the phone stays silent.
func TestRightsToNumbers(t *testing.T) {
	o := openOffice(t, `
[[user]]
id = "fixed"
password = "fixed-secret"
typed_numbers = false
[[user]]
id = "brief"
password = "brief-secret"
persistent = false
[[user]]
id = "inside"
password = "inside-secret"
outside_calls = false
[[station]]
name = "home"
kind = "remote"
address = "sip:home@127.0.0.1:9"
persistent = true
`)
	const path = "/connection/station"
	typed := fmt.Sprintf(`{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":%q}`, o.phone.Address())
	standing := fmt.Sprintf(`{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":%q,"persistentConnection":true}`, o.phone.Address())
	configured := `{"__type":"urn:inin.com:connection:remoteWorkstationSettings","workstation":"home"}`
	elsewhere := fmt.Sprintf(`{"__type":"urn:inin.com:connection:remoteWorkstationSettings","workstation":"home","remoteNumber":%q}`, o.phone.Address())
	fixed := o.signIn("fixed")
	fixed.must(403, "PUT", path, typed)
	fixed.must(403, "PUT", path, standing)
	fixed.must(403, "PUT", path, elsewhere)
	fixed.must(200, "PUT", path, configured)
	fixed.must(200, "DELETE", "/connection", "")
	brief := o.signIn("brief")
	brief.must(403, "PUT", path, standing)
	brief.must(200, "PUT", path, typed)
	brief.must(200, "PUT", path, elsewhere)
	inside := o.signIn("inside")
	inside.must(200, "PUT", path, typed)
	inside.must(403, "POST", "/interactions", `{"__type":"urn:inin.com:interactions:createCallParameters","target":"+13175550142"}`)
	if n := o.phone.Invites(); n != 0 {
		t.Errorf("the phone was called %d times", n)
	}
}
