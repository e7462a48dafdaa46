package icws

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/session"
)

// FuzzPath: whatever a client writes for a path, it is answered where it is, never
// redirected, never with a failure of ours, and always in the one media type.
func FuzzPath(f *testing.F) {
	for _, p := range []string{
		"/icws/connection/version", "//icws//connection/", "/api/d/icws/connection/../../x", "/ICWS/1/connection", "/icws/%2e%2e/a",
		"/icws/1/messaging/subscriptions/queues/a%2F%2Fb%22\"", "/api/d", "/icws/1/status/user-statuses/%zz", "*", "", "/icws/connection/features/%00",
	} {
		f.Add(p)
	}
	floor := newStage()
	book := session.New(session.Config{Floor: floor, Listen: floor.Listen, Users: staff{}, Stations: phones{}})
	f.Cleanup(func() { book.Close(context.Background()) })
	h := New(Config{Prefix: "/api/d"}, book, floor)
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.ParseRequestURI("/" + strings.TrimPrefix(path, "/"))
		if err != nil {
			t.Skip()
		}
		for _, verb := range []string{"GET", "POST", "OPTIONS"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, &http.Request{Method: verb, URL: u, Header: http.Header{}, Body: http.NoBody, RemoteAddr: "192.0.2.1:1", Host: "a"})
			if w.Code/100 == 3 || w.Code >= 500 || w.Header().Get("Content-Type") != mediaType {
				t.Errorf("%s %q: %d %v %s", verb, path, w.Code, w.Header(), w.Body)
			}
		}
		clean, _ := normalise(u.EscapedPath(), "")
		if again, _ := normalise(clean, ""); again != clean {
			t.Errorf("%q becomes %q, and that %q", path, clean, again)
		}
	})
}

// FuzzTarget: what is let through to signalling is one word without anything that
// could end a header.
func FuzzTarget(f *testing.F) {
	for _, s := range []string{"+1 (317) 555-0100", "sip:anna@192.0.2.7", "sip:a@b\r\nEvil: 1", "sip:a@[2001:db8::1]:5060", "*67", "<sip:a@b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := target(typed)
		if err != nil {
			return
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsSpace(r) || unicode.IsControl(r) }); got == "" || i >= 0 || strings.ContainsAny(got, `<>"\`) {
			t.Errorf("%q became %q", typed, got)
		}
		if again, err := target(got); err != nil || again != got {
			t.Errorf("%q became %q, and that %q, %v", typed, got, again, err)
		}
	})
}

// FuzzRepresentation: any body for any route is read or refused, and never a failure
// of ours; what is refused is told in JSON.
func FuzzRepresentation(f *testing.F) {
	takes := []route{}
	for _, rt := range routes() {
		if rt.body && rt.auth == full {
			takes = append(takes, rt)
		}
	}
	for i, rt := range takes {
		row, _ := warrantOf(rt)
		for _, body := range []string{row.body, "", "null", "{}", "[]", "\xef\xbb\xbf{}", `{"__type":"urn:inin.com:connection:stationlessSettings"}`, `{"label":"x","scheduledTime":1e300}`, `{"queueIds":[{"queueType":1,"queueName":null}]}`} {
			f.Add(uint(i), []byte(strings.ReplaceAll(body, "$CALL", "300001")))
		}
	}
	floor := newStage()
	book := session.New(session.Config{Floor: floor, Listen: floor.Listen, Users: staff{{ID: "anna"}}, Stations: phones{}})
	f.Cleanup(func() { book.Close(context.Background()) })
	h := New(Config{}, book, floor)
	s, err := book.SignIn(context.Background(), session.Card{User: "anna", Password: "secret", Application: "desk", Language: "en"})
	if err != nil {
		f.Fatal(err)
	}
	floor.put(customer("300001", agent.ID{User: "anna", Application: "desk"}))
	f.Fuzz(func(t *testing.T, n uint, body []byte) {
		rt := takes[n%uint(len(takes))]
		path := "/icws" + strings.NewReplacer("{sessionId}", s.ID, "{userId}", "anna", "{subscriptionId}", "q", "{interactionId}", "300001", "{consultId}", "1", "{conferenceId}", "1").Replace(rt.path)
		r := httptest.NewRequest(rt.verb, path, strings.NewReader(string(body)))
		r.Header = http.Header{"Cookie": {setCookie(s, "", false)}, http.CanonicalHeaderKey(tokenHeader): {s.Token}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code >= 400 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s %q: %d %s", rt.verb, path, body, w.Code, w.Body)
		}
		// What was put meanwhile is fetched, or the session ends of it; and it must
		// be such as can be written.
		book.Deliver(context.Background(), s, func(batch []session.Message) error {
			for _, m := range batch {
				if _, err := encode(h.(*server).message(m)); err != nil {
					t.Errorf("%s %s %q: %T: %v", rt.verb, path, body, m, err)
				}
			}
			return nil
		})
	})
}

// FuzzSignIn: any body for POST connection, which anybody may send.
func FuzzSignIn(f *testing.F) {
	for _, b := range []string{signInBody("anna", "secret", "desk"), `{"__type":"urn:inin.com:connection:authTokenConnectionRequestSettings","authTokenSeed":"x","authToken":"","authTokenSourceSession":"1","applicationName":"desk"}`, `{"__type":"urn:inin.com:connection:singleSignOnTokenConnectionRequestSettings"}`, "", "[]"} {
		f.Add([]byte(b), "en-US,en;q=0.9", "version,features")
	}
	floor := newStage()
	book := session.New(session.Config{Floor: floor, Listen: floor.Listen, Users: staff{{ID: "anna"}}, Stations: phones{}})
	f.Cleanup(func() { book.Close(context.Background()) })
	h := New(Config{}, book, floor)
	f.Fuzz(func(t *testing.T, body []byte, languages, include string) {
		r := httptest.NewRequest("POST", "/icws/connection?include="+url.QueryEscape(include), strings.NewReader(string(body)))
		r.Header = http.Header{"Accept-Language": {languages}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 201 && w.Code != 400 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q, %q: %d %s", body, languages, w.Code, w.Body)
		}
	})
}
