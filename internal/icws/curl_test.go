package icws

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/fault"
)

// program finds an outside program, or fails with what to do.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is not installed on this machine: run `make peers` first", name)
	}
	return path
}

// shell is a session of curl with a cookie jar of its own, as scripts use it.
type shell struct {
	*office
	curl, jar string
	id, token string
}

// openShell signs in with curl, which sends its body as a form's.
func openShell(t *testing.T, cfg Config) *shell {
	t.Helper()
	s := &shell{office: openOffice(t, cfg), curl: program(t, "curl"), jar: filepath.Join(t.TempDir(), "jar")}
	r := s.run("/icws/connection", "-H", "Accept-Language: en-US", "-d", signInBody("anna", "secret", "desk"))
	if r.StatusCode != http.StatusCreated {
		t.Fatalf("sign-in: %d %s", r.StatusCode, r.text)
	}
	s.id, s.token = r.Header.Get(sessionHeader), r.Header.Get(tokenHeader)
	return s
}

// run makes a request; the path is as it is typed.
func (s *shell) run(path string, args ...string) reply {
	s.t.Helper()
	var out, failed bytes.Buffer
	cmd := exec.CommandContext(s.t.Context(), s.curl, append([]string{"-sS", "-i", "--http1.1", "--max-time", "20", "--path-as-is", "-c", s.jar, "-b", s.jar, s.http.URL + path}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("curl %v: %v: %s", args, err, failed.String())
	}
	return heads(s.t, out.Bytes())
}

// do makes a request of the session with its token.
func (s *shell) do(verb, path string, args ...string) reply {
	s.t.Helper()
	return s.run("/icws/"+s.id+path, append([]string{"-X", verb, "-H", tokenHeader + ": " + s.token}, args...)...)
}

// heads reads an answer with its header lines, to the letter.
func heads(t *testing.T, text []byte) reply {
	t.Helper()
	head, body, ok := strings.Cut(string(text), "\r\n\r\n")
	for ok && strings.HasPrefix(head, "HTTP/1.1 1") { // 100 Continue
		head, body, ok = strings.Cut(body, "\r\n\r\n")
	}
	lines := strings.Split(head, "\r\n")
	r := reply{Response: &http.Response{Header: http.Header{}}, text: body}
	if _, err := fmt.Sscanf(lines[0], "HTTP/1.1 %d", &r.StatusCode); err != nil {
		t.Fatalf("no answer: %q", text)
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// TestCurl is contract section 12 as curl meets it, line by line. Lines 8, 10, 11,
// 12 and 16 say nothing that depends on the client; TestClientsNeed has them.
func TestCurl(t *testing.T) {
	const lunch = `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Desk7"}`
	for name, test := range map[string]func(*testing.T, *shell){
		"01_media_type": func(t *testing.T, s *shell) {
			for _, r := range []reply{s.do("GET", "/connection"), s.do("POST", "/dialer/log-in"), s.do("POST", "/dialer/request-break"), s.run("/nowhere")} {
				if got := r.Header["Content-Type"]; !slices.Equal(got, []string{vendor}) {
					t.Errorf("%d: Content-Type %q", r.StatusCode, got)
				}
			}
		},
		"02_bodies_of_any_type": func(t *testing.T, s *shell) {
			for _, args := range [][]string{
				{"-d", "{}"}, {"-d", ""}, {"-d", "null"}, {"-d", "{}", "-H", "Content-Type:"}, {"-d", "{}", "-H", "Content-Type: application/json"},
				{"-d", `{"unknown":1}`, "-H", "Accept: *"}, {"-d", "{}", "-H", "Accept:"}, {"--data-binary", "{}", "-H", "Transfer-Encoding: chunked"},
			} {
				if r := s.do("POST", "/dialer/log-in", args...); r.StatusCode != 200 {
					t.Errorf("%v: %d %s", args, r.StatusCode, r.text)
				}
			}
			for _, verb := range []string{"GET", "DELETE"} {
				if r := s.do(verb, "/connection/station", "-d", "{}"); r.StatusCode != map[string]int{"GET": 404, "DELETE": 200}[verb] {
					t.Errorf("%s with a body: %d", verb, r.StatusCode)
				}
			}
			// curl asks leave before it sends much.
			if r := s.do("POST", "/dialer/log-in", "-H", "Expect: 100-continue", "-d", `{"unknown":"`+strings.Repeat("x", 2000)+`"}`); r.StatusCode != 200 {
				t.Errorf("with Expect: %d", r.StatusCode)
			}
		},
		"03_id_and_token_twice": func(t *testing.T, s *shell) {
			r := s.run("/icws/connection", "-H", "Accept-Language: en", "-d", signInBody("anna", "secret", "desk"))
			if b := r.json(t); b["sessionId"] != r.Header.Get(sessionHeader) || b["csrfToken"] != r.Header.Get(tokenHeader) {
				t.Errorf("%v %v", b, r.Header)
			}
		},
		"04_one_cookie_read_leniently": func(t *testing.T, s *shell) {
			r := s.run("/icws/connection", "-H", "Accept-Language: en", "-d", signInBody("anna", "secret", "desk"))
			id, whole := r.Header.Get(sessionHeader), r.Header["Set-Cookie"]
			if len(whole) != 1 {
				t.Fatalf("cookies %q", whole)
			}
			token := tokenHeader + ": " + r.Header.Get(tokenHeader)
			for what, want := range map[string]int{"Cookie: " + whole[0]: 200, "Cookie: null": 401, "Cookie:": 401} {
				bare := exec.CommandContext(t.Context(), s.curl, "-sS", "-i", "--http1.1", "-H", what, "-H", token, s.http.URL+"/icws/"+id+"/connection")
				out, err := bare.Output()
				if got := heads(t, out).StatusCode; err != nil || got != want {
					t.Errorf("%s: %d, want %d (%v)", what, got, want, err)
				}
			}
			// The jar holds the cookies of both sessions, each for its own path.
			if r := s.do("GET", "/connection"); r.StatusCode != 200 {
				t.Errorf("the first session: %d", r.StatusCode)
			}
		},
		"05_token_where_needed": func(t *testing.T, s *shell) {
			for path, want := range map[string]int{"/connection": 401, "/messaging/messages": 200} {
				if r := s.run("/icws/" + s.id + path); r.StatusCode != want {
					t.Errorf("%s without a token: %d, want %d", path, r.StatusCode, want)
				}
			}
		},
		"06_location": func(t *testing.T, s *shell) {
			r := s.do("PUT", "/connection/station", "-d", lunch)
			if got := r.Header.Get("Location"); r.StatusCode != 200 || s.run(got, "-H", tokenHeader+": "+s.token).StatusCode != 200 {
				t.Errorf("%d, Location %q", r.StatusCode, got)
			}
		},
		"07_messages_by_poll_and_stream": curlStream,
		"09_status_codes": func(t *testing.T, s *shell) {
			for _, step := range []struct {
				verb, path, body string
				want             int
			}{
				{"PUT", "/messaging/subscriptions/status/user-statuses", `{"userIds":["anna"]}`, 200},
				{"DELETE", "/messaging/subscriptions/status/user-statuses", "", 204},
				{"POST", "/dialer/log-in", "", 200},
				{"POST", "/dialer/establish-persistent-connection", "", 202},
				{"PUT", "/status/user-statuses/anna", `{"statusId":"Available"}`, 202},
				{"DELETE", "/connection", "", 200},
			} {
				if r := s.do(step.verb, step.path, "-d", step.body); r.StatusCode != step.want {
					t.Errorf("%s %s: %d, want %d", step.verb, step.path, r.StatusCode, step.want)
				}
			}
		},
		"13_accept_language_on_connection_only": func(t *testing.T, s *shell) {
			if r := s.run("/icws/connection", "-d", signInBody("anna", "secret", "desk")); r.StatusCode != 400 {
				t.Errorf("without Accept-Language: %d", r.StatusCode)
			}
		},
		"14_cors": func(t *testing.T, s *shell) {
			r := s.run("/icws/1/dialer/log-in", "-X", "OPTIONS", "-H", "Origin: https://desk.example.com", "-H", "Access-Control-Request-Method: POST")
			if r.StatusCode != 200 || r.Header.Get("Access-Control-Allow-Origin") != "https://desk.example.com" {
				t.Errorf("%d %v", r.StatusCode, r.Header)
			}
		},
		"15_paths": func(t *testing.T, s *shell) {
			for _, path := range []string{"/connection/", "//connection", "/connection/?a=b", "/./connection"} {
				if r := s.do("GET", path); r.StatusCode != 200 {
					t.Errorf("%s: %d", path, r.StatusCode)
				}
			}
			if r := s.do("GET", "/status/user-statuses/%41nna"); r.StatusCode != 200 {
				t.Errorf("an escaped id: %d", r.StatusCode)
			}
		},
		"18_cache_headers": func(t *testing.T, s *shell) {
			if h := s.do("GET", "/connection").Header; h.Get("Cache-Control") != "no-cache, no-store, must-revalidate" || h.Get("Pragma") != "no-cache" || h.Get("Expires") != "0" {
				t.Errorf("%v", h)
			}
		},
	} {
		t.Run(name, func(t *testing.T) { test(t, openShell(t, Config{Origins: []string{"https://desk.example.com"}})) })
	}
}

// curlStream polls, and then reads a stream as lines come.
func curlStream(t *testing.T, s *shell) {
	if r := s.run("/icws/" + s.id + "/messaging/messages"); r.text != "[]" {
		t.Errorf("nothing unread is %q", r.text)
	}
	s.do("PUT", "/messaging/subscriptions/connection/station")
	cmd := exec.CommandContext(t.Context(), s.curl, "-sSN", "--http1.1", "-b", s.jar, "-H", "Accept: text/event-stream", s.http.URL+"/icws/"+s.id+"/messaging/messages")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := func(kind string) {
		t.Helper()
		text := make([]byte, 0, 1000)
		for b := make([]byte, 1); !bytes.HasSuffix(text, []byte("\n\n")); {
			if _, err := io.ReadFull(out, b); err != nil {
				t.Fatalf("the stream ended after %q: %v", text, err)
			}
			text = append(text, b[0])
		}
		if !bytes.HasPrefix(text, []byte("data: {")) || !bytes.Contains(text, []byte(kind)) {
			t.Errorf("an event %q, want %s", text, kind)
		}
	}
	line("stationConnectionStateChangeMessage") // it was queued before the stream opened
	if r := s.do("DELETE", "/connection"); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
	if rest, err := io.ReadAll(out); err != nil || bytes.Contains(rest, []byte("event:")) {
		t.Errorf("%q, %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestChecklist is section 9 of the contract, line by line; most of them section 12
// proves in more detail.
func TestChecklist(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"01_media_type":             mediaTypeOfEveryAnswer,
		"02_empty_and_unknown":      bodiesOfAnyType,
		"03_cookie_attributes":      oneCookie,
		"04_messages":               pollAndStream,
		"05_alternate_hosts":        forms,
		"06_credentials_and_401":    refusedAndUnauthorized,
		"07_types_where_required":   typesWhereRequired,
		"08_establish_always_202":   establishAlways,
		"09_ready_for_calls":        severalSessions,
		"10_names_compare_caseless": namesWithoutCase,
	} {
		t.Run(name, test)
	}
}

func refusedAndUnauthorized(t *testing.T) {
	refusals(t)
	o := openOffice(t, Config{})
	for _, path := range []string{"/icws/1/connection", "/icws/x/dialer/log-in", "/icws/1/messaging/messages"} {
		verb := map[bool]string{true: "POST", false: "GET"}[strings.Contains(path, "dialer")]
		if r := o.send(verb, path, ""); r.StatusCode != 401 || r.Header.Get("WWW-Authenticate") != `ICWS realm="ICWS" location="/ICWS/connection"` {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}

// typesWhereRequired: __type stands in messages, pops, campaigns and derived
// errors, and nowhere else.
func typesWhereRequired(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.remote()
	c.fetch("effectiveStationChangeMessage")
	for _, r := range []reply{c.do("GET", "/connection", ""), c.do("GET", "/connection/station", ""), c.do("GET", "/status/status-messages", ""), c.do("GET", "/nothing", "")} {
		if strings.Contains(r.text, "__type") {
			t.Errorf("%s: %s", r.Request.URL.Path, r.text)
		}
	}
	if typ := c.must(400, "POST", "/dialer/disposition", "{}").json(t)["__type"]; typ != "urn:inin.com:common:missingPropertyError" {
		t.Errorf("a derived error is %v", typ)
	}
	c.must(200, "POST", "/dialer/log-in", "")
	added := c.fetch("availableCampaignsMessage", "breakStatusMessage")[0]["campaignsAdded"].([]any)
	if typ := added[0].(map[string]any)["__type"]; typ != "urn:inin.com:dialer:availableCampaign" {
		t.Errorf("a campaign is %v", typ)
	}
	o.floor.ring(customer("1000000001", c.agent))
	if typ := c.fetch("dataPopMessage")[0]["call"].(map[string]any)["__type"]; typ != "urn:inin.com:dialer:dataPop" {
		t.Errorf("a pop is %v", typ)
	}
}

func establishAlways(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	for _, body := range []string{"", "{}"} { // no station, no log-in
		if r := c.do("POST", "/dialer/establish-persistent-connection", body); r.StatusCode != 202 || r.text != "" {
			t.Errorf("%d %q", r.StatusCode, r.text)
		}
	}
	o.floor.stop(fault.New(fault.Forbidden, "no"))
	defer o.floor.stop(nil)
	c.must(202, "POST", "/dialer/establish-persistent-connection", "")
}

func namesWithoutCase(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	for _, status := range []string{"AVAILABLE", "available", "Do Not disturb", "do not Disturb"} {
		c.must(202, "PUT", "/status/user-statuses/ANNA", `{"statusId":"`+status+`"}`)
		got := c.must(200, "GET", "/status/user-statuses/Anna", "").json(t)["statusId"].(string)
		if !strings.EqualFold(got, status) {
			t.Errorf("%s became %s", status, got)
		}
	}
	o.floor.ring(customer("1000000001", c.agent))
	golden(t, c.must(200, "GET", "/interactions/1000000001?select=EIC_CALLID,eic_callid", "").json(t), `{"attributes":{"EIC_CALLID":"1000000001","eic_callid":"1000000001"}}`)
}
