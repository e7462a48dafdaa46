package icws

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

const tokenSeed = "0b2e8a5c-6f0e-4b6e-9d53-2f1c1a7f9e10"

// tokenBody is a log-in by the token of a session.
func tokenBody(token, source, application string, end bool) string {
	b, _ := json.Marshal(map[string]any{"__type": tokenAuth, "applicationName": application, "authTokenSeed": tokenSeed,
		"authToken": token, "authTokenSourceSession": source, "disconnectSourceSession": end})
	return string(b)
}

// uniqueToken asks for a token.
func (c *seat) uniqueToken() string {
	c.t.Helper()
	token, _ := c.must(200, "POST", "/connection/unique-auth-token", `{"authTokenSeed":"`+tokenSeed+`"}`).json(c.t)["authToken"].(string)
	return token
}

// TestAPageIsReloaded: a desktop hands its session on to the next page; the agent
// stays logged in, at the same line, and the new page is told what goes on.
func TestAPageIsReloaded(t *testing.T) {
	o := openOffice(t, Config{})
	old := o.signIn("anna", "desk")
	old.remote()
	old.must(200, "POST", "/dialer/log-in", "{}")
	old.fetch("effectiveStationChangeMessage", "availableCampaignsMessage", "breakStatusMessage")
	token := old.uniqueToken()
	r := o.send("POST", "/icws/connection?include=effective-station", tokenBody(token, old.id, "desk", true), "Accept-Language: en-US")
	if r.StatusCode != 201 || r.json(t)["userID"] != "anna" {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	golden(t, r.json(t)["effectiveStation"], `{"stationId":{"id":"remote-anna","displayName":"remote-anna","uri":"/configuration/stations/remote-anna"}}`)
	s := &seat{office: o, id: r.Header.Get(sessionHeader), token: r.Header.Get(tokenHeader), cookie: r.Header.Get("Set-Cookie"), agent: old.agent}
	if s.id == old.id {
		t.Error("the same session")
	}
	s.fetch("availableCampaignsMessage", "breakStatusMessage")
	if got := s.must(200, "GET", "/connection/station", "").json(t); got["remoteNumber"] != "+13175550101" {
		t.Errorf("%v", got)
	}
	// The old page hears why it ends, and is not to come back.
	m := old.fetch("connectionStateChangeMessage")[0]
	if m["shouldReconnect"] != false || m["newConnectionState"] != 2.0 {
		t.Errorf("%v", m)
	}
	old.must(401, "GET", "/connection/station", "")
	golden(t, old.must(200, "GET", "/connection", "").json(t), `{"connectionState":2,"reason":"The client goes on in another session.","shouldReconnect":false}`)
	for _, c := range o.floor.done {
		switch c.(type) {
		case dialer.Leave, dialer.Stand:
			t.Errorf("the floor was told %T", c)
		}
	}
	// A token is used up.
	if r := o.send("POST", "/icws/connection", tokenBody(token, s.id, "desk", false), "Accept-Language: en-US"); r.StatusCode != 400 {
		t.Errorf("again: %d", r.StatusCode)
	}
}

func TestTokensOfSessions(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	for body, property := range map[string]string{
		`{}`:                        "authTokenSeed",
		`{"authTokenSeed":null}`:    "authTokenSeed",
		`{"authTokenSeed":"seed"}`:  "authTokenSeed",
		`{"authTokenSeed":7}`:       "authTokenSeed",
		`{"authTokenSeed":"{0b2e}"`: "",
	} {
		r := c.do("POST", "/connection/unique-auth-token", body)
		if got, _ := r.json(t)["propertyName"].(string); r.StatusCode != 400 || got != property {
			t.Errorf("%s: %d %s", body, r.StatusCode, r.text)
		}
	}
	good := tokenBody(c.uniqueToken(), c.id, "desk", false)
	without := func(property string) string {
		var v map[string]any
		json.Unmarshal([]byte(good), &v)
		delete(v, property)
		b, _ := json.Marshal(v)
		return string(b)
	}
	for _, s := range []struct {
		body     string
		code     string
		property any
	}{
		{without("applicationName"), codeMissing, "applicationName"},
		{without("authTokenSeed"), codeMissing, "authTokenSeed"},
		{without("authToken"), codeMissing, "authToken"},
		{without("authTokenSourceSession"), codeMissing, "authTokenSourceSession"},
		{strings.Replace(good, tokenSeed, "x", 1), codeInvalid, "authTokenSeed"},
		{tokenBody("x", "me", "desk", false), codeInvalid, "authTokenSourceSession"},
		{tokenBody("x", c.id, "desk", false), session.ErrCredentials.Code, nil},
		{tokenBody("x", "1", "desk", false), session.ErrCredentials.Code, nil},
		{`{"__type":"` + ssoAuth + `","applicationName":"desk","singleSignOnToken":"x"}`, codeInvalid, "__type"},
	} {
		r := o.send("POST", "/icws/connection", s.body, "Accept-Language: en")
		if got := r.json(t); r.StatusCode != 400 || got["errorId"] != s.code || got["propertyName"] != s.property {
			t.Errorf("%s: %d %s", s.body, r.StatusCode, r.text)
		}
	}
	// In braces, as some write GUIDs; the source goes on.
	if r := o.send("POST", "/icws/connection", strings.Replace(good, tokenSeed, "{"+strings.ToUpper(tokenSeed)+"}", 1), "Accept-Language: en"); r.StatusCode != 201 {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
	c.must(200, "GET", "/connection", "")
	if o.book.Count() != 2 {
		t.Errorf("%d sessions", o.book.Count())
	}
}

// TestAServerThatDrains: who comes is sent to other hosts, who is in goes on.
func TestAServerThatDrains(t *testing.T) {
	o := openOffice(t, Config{AlternateHosts: []string{"two.example.com"}})
	c := o.signIn("anna", "desk")
	o.book.Accept(false, "We move house.")
	for _, body := range []string{signInBody("bert", "secret", "desk"), signInBody("bert", "wrong", "desk"), tokenBody(c.uniqueToken(), c.id, "desk", false)} {
		r := o.send("POST", "/icws/connection", body, "Accept-Language: en")
		if r.StatusCode != 503 {
			t.Errorf("%d", r.StatusCode)
		}
		golden(t, r.json(t), `{"alternateHostList":["two.example.com"],"errorId":"error.server.notAcceptingConnections","message":"We move house."}`)
	}
	c.must(200, "POST", "/dialer/log-in", "{}")
	o.book.Accept(true, "")
	o.signIn("bert", "desk")
}

func TestSwitchover(t *testing.T) {
	for name, s := range map[string]struct {
		cfg   Config
		want  string
		hosts string
	}{
		"alone":   {Config{}, `{"isSwitchoverActive":false,"primaryHost":"dialer.example.com"}`, `[]`},
		"primary": {Config{BackupHost: "two"}, `{"isSwitchoverActive":true,"primaryHost":"dialer.example.com","backupHost":"two","isManualSwitchOnly":true,"backupState":0}`, `["two"]`},
		"standby": {Config{BackupHost: "two", Standby: true, AlternateHosts: []string{"two", "three"}},
			`{"isSwitchoverActive":true,"primaryHost":"two","backupHost":"dialer.example.com","isManualSwitchOnly":true,"backupState":0}`, `["two","three"]`},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, s.cfg)
			if s.cfg.Standby {
				r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en")
				if r.StatusCode != 503 {
					t.Fatalf("%d", r.StatusCode)
				}
				golden(t, r.json(t), `{"alternateHostList":["two","three"],"errorId":"error.server.notAcceptingConnections","message":"This server is a standby; try the primary server two."}`)
				o.book.Accept(true, "") // it takes over
			}
			golden(t, o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en").json(t)["alternateHostList"], s.hosts)
			golden(t, o.signIn("anna", "desk").must(200, "GET", "/connection/switchover-status", "").json(t), s.want)
		})
	}
	for _, cfg := range []Config{{Standby: true}, {BackupHost: "two:8018"}, {BackupHost: "http://two"}} {
		if err := cfg.Check(); err == nil {
			t.Errorf("%+v was let through", cfg)
		}
	}
}

// TestForcedLogOut: an administrator ends a session; its client is told.
func TestForcedLogOut(t *testing.T) {
	for _, reconnect := range []bool{true, false} {
		o := openOffice(t, Config{})
		polling, streaming := o.signIn("anna", "desk"), o.signIn("bert", "desk")
		stream := streaming.listen(t.Context())
		for _, c := range []*seat{polling, streaming} {
			if _, err := o.book.Dismiss(t.Context(), c.id, "The shift is over.", reconnect); err != nil {
				t.Fatal(err)
			}
		}
		want := map[bool]string{true: "true", false: "false"}[reconnect]
		for _, m := range []message{polling.fetch("connectionStateChangeMessage")[0], hear(t, stream, "connectionStateChangeMessage")[0]} {
			golden(t, m, `{"__type":"urn:inin.com:connection:connectionStateChangeMessage","isDelta":false,"previousConnectionState":1,"newConnectionState":2,"reason":"The shift is over.","shouldReconnect":`+want+`}`)
		}
		polling.must(401, "POST", "/messaging/heartbeat", "")
		golden(t, polling.must(200, "GET", "/connection", "").json(t), `{"connectionState":2,"reason":"The shift is over.","shouldReconnect":`+want+`}`)
	}
}

func TestPasswordsAge(t *testing.T) {
	set := time.Now().Add(-36 * time.Hour)
	people := staff{{ID: "anna", PasswordSet: set}, {ID: "bert"}}
	for name, s := range map[string]struct {
		age  time.Duration
		user string
		days any
		code int
	}{
		"never":                 {0, "anna", nil, 201},
		"some days are left":    {90 * 24 * time.Hour, "anna", 88.0, 201},
		"not known when it was": {time.Hour, "bert", nil, 201},
		"expired":               {24 * time.Hour, "anna", nil, 400},
	} {
		o := openOffice(t, Config{}, func(c *session.Config) { c.Users, c.PasswordAge = people, s.age })
		r := o.send("POST", "/icws/connection", signInBody(s.user, "secret", "desk"), "Accept-Language: en")
		if got := r.json(t); r.StatusCode != s.code || got["daysUntilPasswordExpiration"] != s.days {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.text)
		}
		if r.StatusCode == 400 {
			golden(t, r.json(t), `{"errorId":"error.request.connection.passwordExpired","message":"The password has expired; set a new one, or ask an administrator to."}`)
		}
	}
}

func TestTooManySessions(t *testing.T) {
	o := openOffice(t, Config{}, func(c *session.Config) { c.PerUser = 1 })
	o.signIn("anna", "desk")
	r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en")
	if r.StatusCode != 400 {
		t.Errorf("%d", r.StatusCode)
	}
	golden(t, r.json(t), `{"errorId":"error.request.connection.tooManySessions","message":"User anna has 1 sessions; end one first."}`)
}

// TestEveryInclude: alone, together, in other cases, and next to what nobody knows.
func TestEveryInclude(t *testing.T) {
	o := openOffice(t, Config{})
	properties := map[string]string{
		"version": "version", "features": "features", "server-time": "serverTimeInfo", "default-workstation": "defaultWorkstationId",
		"effective-station": "effectiveStation", "purecloud-integration": "purecloudIntegration",
	}
	in := func(include string) map[string]any {
		r := o.send("POST", "/icws/connection?include="+include, signInBody("bert", "secret", "desk"), "Accept-Language: en")
		if r.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %d %s", include, r.StatusCode, r.text)
		}
		return r.json(t)
	}
	var all []string
	for name, property := range properties {
		all = append(all, name)
		got := in(strings.ToUpper(name) + ",telepathy")
		for _, p := range properties {
			if _, has := got[p]; has != (p == property) {
				t.Errorf("%s: %s is there: %v", name, p, has)
			}
		}
	}
	got := in(strings.Join(all, "%2C"))
	for _, p := range properties {
		if _, has := got[p]; !has {
			t.Errorf("all: no %s", p)
		}
	}
	golden(t, got["purecloudIntegration"], `{"integrationEnabled":false}`)
	if got["defaultWorkstationId"] != nil || got["effectiveStation"] != nil {
		t.Errorf("%v", got)
	}
}

// TestWhatIsNotOffered is 404, and so told apart from what a session may not do.
func TestWhatIsNotOffered(t *testing.T) {
	c := openOffice(t, Config{}).signIn("anna", "desk")
	for _, a := range connectionAbsences() {
		path := strings.NewReplacer("/{sessionId}", "", "{identityProviderId}", "saml").Replace(a.path)
		if path == a.path {
			if r := c.send(a.verb, "/icws"+path, ""); r.StatusCode != 404 || r.json(t)["errorId"] != errUnknownResource.Code {
				t.Errorf("%s %s: %d", a.verb, path, r.StatusCode)
			}
			continue
		}
		if r := c.do(a.verb, path, "{}"); r.StatusCode != 404 || r.json(t)["errorId"] != errUnknownResource.Code {
			t.Errorf("%s %s: %d", a.verb, path, r.StatusCode)
		}
	}
	if !slices.ContainsFunc(connectionAbsences(), func(a absence) bool { return a.why != "" }) {
		t.Error("no reasons")
	}
}

// FuzzCard: whatever comes as a log-in is refused as the client's own mistake, or
// read as one of the two ways to come in.
func FuzzCard(f *testing.F) {
	for _, b := range []string{
		"", "{}", signInBody("anna", "secret", "desk"), tokenBody("x", "1", "desk", true), `{"__type":"` + ssoAuth + `"}`,
		`{"__type":"` + tokenAuth + `","applicationName":"a","authTokenSeed":"{` + tokenSeed + `}","authToken":"x","authTokenSourceSession":"-1"}`,
	} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var b connectionBody
		err := (&request{body: body}).decode(&b)
		var c session.Card
		if err == nil {
			c, err = b.card()
		}
		switch {
		case err != nil:
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%q: %v", body, err)
			}
		case c.Application == "" || (c.User == "") == (c.Ticket == nil):
			t.Errorf("%q: %+v", body, c)
		case c.Ticket != nil && (!guids.MatchString(c.Ticket.Seed) || !decimal(c.Ticket.Source) || c.Ticket.Token == ""):
			t.Errorf("%q: %+v", body, *c.Ticket)
		}
	})
}
