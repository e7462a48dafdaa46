package icws

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"

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

// FuzzRepresentation: a body is read or refused, and never a failure of ours.
func FuzzRepresentation(f *testing.F) {
	for _, b := range []string{"", "null", "{}", "[]", `{"__type":"urn:inin.com:connection:stationlessSettings"}`, "\xef\xbb\xbf{}", `{"label":"x","scheduledTime":1e300}`, `{"queueIds":[{"queueType":1,"queueName":null}]}`} {
		f.Add([]byte(b))
	}
	floor := newStage()
	book := session.New(session.Config{Floor: floor, Listen: floor.Listen, Users: staff{{ID: "anna"}}, Stations: phones{}})
	f.Cleanup(func() { book.Close(context.Background()) })
	h := New(Config{}, book, floor)
	s, err := book.SignIn(context.Background(), session.Card{User: "anna", Password: "secret", Application: "desk", Language: "en"})
	if err != nil {
		f.Fatal(err)
	}
	takes := []route{}
	for _, rt := range routes() {
		if rt.body && rt.auth == full {
			takes = append(takes, rt)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, rt := range takes {
			path := "/icws" + strings.NewReplacer("{sessionId}", s.ID, "{userId}", "anna", "{subscriptionId}", "q", "{interactionId}", "1").Replace(rt.path)
			r := httptest.NewRequest(rt.verb, path, strings.NewReader(string(body)))
			r.Header = http.Header{"Cookie": {setCookie(s, "", false)}, http.CanonicalHeaderKey(tokenHeader): {s.Token}}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s %s %q: %d %s", rt.verb, path, body, w.Code, w.Body)
			}
			// What was put meanwhile is fetched, or the session ends of it.
			book.Deliver(context.Background(), s, func([]session.Message) error { return nil })
		}
	})
}
