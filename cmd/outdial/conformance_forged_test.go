package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/conformance"
)

// forger stands before the server and changes its answers.
type forger struct {
	*httptest.Server
	mu    sync.Mutex
	forge func(*http.Response)
	did   []string // what was asked, other than to read, and had success
}

func openForger(t *testing.T, to string) *forger {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{}
	transport := &http.Transport{}
	f.Server = httptest.NewServer(&httputil.ReverseProxy{
		Transport: transport,
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(r *http.Response) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			if r.Request.Method != http.MethodGet && r.StatusCode/100 == 2 {
				f.did = append(f.did, r.Request.Method+" "+regexp.MustCompile(`^/icws/\d+`).ReplaceAllString(r.Request.URL.Path, ""))
			}
			if f.forge != nil {
				f.forge(r)
			}
			return nil
		},
	})
	t.Cleanup(func() { f.Server.Close(); transport.CloseIdleConnections() })
	return f
}

// rewrite changes a body that is read to its end.
func rewrite(r *http.Response, change func(string) string) {
	body, _ := io.ReadAll(r.Body)
	r.Body.Close()
	text := change(string(body))
	r.Body = io.NopCloser(strings.NewReader(text))
	r.ContentLength = int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
}

// naming gives events a name as they pass.
type naming struct{ io.ReadCloser }

func (n naming) Read(p []byte) (int, error) {
	room := make([]byte, len(p)/4)
	got, err := n.ReadCloser.Read(room)
	return copy(p, bytes.ReplaceAll(room[:got], []byte("data:"), []byte("event: message\ndata:"))), err
}

// What a forger changes of an answer: a header that is there, what matches in a body
// that is no stream, one status into another; and all of it only where it says so.

func header(name, value string) func(*http.Response) {
	return func(r *http.Response) {
		if r.Header.Get(name) != "" {
			r.Header.Set(name, value)
		}
	}
}

func body(old, new string) func(*http.Response) {
	return func(r *http.Response) {
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
			rewrite(r, func(text string) string { return regexp.MustCompile(old).ReplaceAllString(text, new) })
		}
	}
}

func instead(of, status int) func(*http.Response) {
	return func(r *http.Response) {
		if r.StatusCode == of {
			r.StatusCode = status
		}
	}
}

func onlyOf(verb, path string, forge func(*http.Response)) func(*http.Response) {
	at := regexp.MustCompile(path)
	return func(r *http.Response) {
		if r.Request.Method == verb && at.MatchString(r.Request.URL.Path) {
			forge(r)
		}
	}
}

// unsupported says that there is no such resource.
func unsupported(r *http.Response) {
	r.StatusCode = http.StatusNotFound
	rewrite(r, func(string) string { return `{"errorId":"error.request.unsupported","message":"There is none."}` })
}

// letIn opens a session to whom it was refused.
func letIn(r *http.Response) {
	if r.StatusCode == http.StatusBadRequest {
		r.StatusCode = http.StatusCreated
		rewrite(r, func(string) string { return `{"csrfToken":"x","sessionId":"1"}` })
	}
}

// forgery is a change that one fact must tell.
type forgery struct {
	fact   string
	forge  func(*http.Response)
	weaker bool // it only differs
}

// finds holds that a forgery is found by its fact. A machine that is busy with other
// work answers late, which proves nothing; it is asked again with more patience.
func (s *site) finds(t *testing.T, f *forger, c forgery, change func(*conformance.Options)) {
	t.Helper()
	f.mu.Lock()
	f.forge = c.forge
	f.mu.Unlock()
	want := conformance.Fail
	if c.weaker {
		want = conformance.Differs
	}
	var r conformance.Report
	for _, patience := range []time.Duration{1, 10} {
		r = s.visit(t, "anna", func(o *conformance.Options) {
			o.URL, o.Only = f.URL, regexp.MustCompile("^"+strings.TrimSuffix(c.fact, "$")+"$")
			change(o)
			o.Timeout *= patience
		})
		if last := r.Results[len(r.Results)-1]; last.Verdict == want && last.Saw != "" && last.Wanted != "" {
			return
		}
	}
	t.Errorf("not found: %+v", r.Results)
}

// TestConformanceFindsWhatIsWrong: of a server that does one thing wrong, the fact
// is found that says so.
func TestConformanceFindsWhatIsWrong(t *testing.T) {
	s := openSite(t)
	f := openForger(t, s.srv.URL())
	for _, c := range []forgery{
		{"transport/media-type", header("Content-Type", "application/json"), false},
		{"transport/media-type-exact", header("Content-Type", "application/vnd.inin.icws+json; charset=utf-8"), false},
		{"transport/any-accept", func(r *http.Response) {
			if r.Request.Header.Get("Accept") == "text/html" {
				r.StatusCode = 406
			}
		}, false},
		{"transport/not-cached", header("Cache-Control", "max-age=60"), false},
		{"transport/wrong-verb", instead(405, 404), false},
		{"transport/allow", header("Allow", "PATCH"), true},
		{"transport/error-shape", body(`"message"`, `"text"`), false},
		{"transport/no-wildcard-origin", func(r *http.Response) {
			r.Header.Set("Access-Control-Allow-Origin", "*")
			r.Header.Set("Access-Control-Allow-Credentials", "true")
		}, false},
		{"connection/created", instead(201, 200), false},
		{"connection/headers", header("ININ-ICWS-CSRF-Token", "another"), false},
		{"connection/location", header("Location", "/icws/connection"), false},
		{"connection/one-cookie", func(r *http.Response) { r.Header.Add("Set-Cookie", "a=b") }, false},
		{"connection/cookie", func(r *http.Response) {
			r.Header.Set("Set-Cookie", strings.Replace(r.Header.Get("Set-Cookie"), "languageId=", "lang=", 1))
		}, false},
		{"connection/cookie-http-only", func(r *http.Response) {
			r.Header.Set("Set-Cookie", strings.Replace(r.Header.Get("Set-Cookie"), "; HttpOnly", "", 1))
		}, false},
		{"connection/cookie-path", func(r *http.Response) {
			r.Header.Set("Set-Cookie", strings.Replace(r.Header.Get("Set-Cookie"), "; Path=/icws/", "; Path=/", 1))
		}, false},
		{"connection/alternate-hosts", body(`"alternateHostList":\[\]`, `"alternateHostList":null`), false},
		{"connection/include-version", body(`"version":\{`, `"versions":{`), false},
		{"connection/bad-credentials", instead(400, 401), false},
		{"connection/bad-credentials-body", body(`-2147221503`, `1`), false},
		{"connection/features", body(`"version":(\d+)`, `"version":"$1"`), false},
		{"connection/unknown-feature", instead(400, 404), false},
		{"connection/dates", body(`(\d{8}T\d{6})Z`, `$1.123Z`), false},
		{"connection/ended-200", func(r *http.Response) {
			if r.Request.Method == http.MethodDelete {
				r.StatusCode = 204
			}
		}, true},
		{"session/no-token", instead(401, 403), false},
		{"session/challenge", header("WWW-Authenticate", "Basic"), false},
		{"session/cookie-echoed", instead(200, 400), false},
		{"messaging/array", body(`^\[(.*)\]$`, `{"messages":[$1]}`), false},
		{"messaging/user-statuses", body(`"isDelta":false`, `"isDelta":true`), false},
		{"messaging/queue", instead(204, 200), false},
		{"messaging/(status-messages|shapes)$", body(`,"isDelta":false|"isDelta":false,`, ``), false},
		{"messaging/(user-statuses|known)$", body(`"__type":"urn:inin.com:status:userStatusMessage"`, `"__type":"urn:other:message"`), false},
		{"messaging/unknown-user", instead(404, 200), false},
		{"messaging/stream$", header("Content-Type", "application/octet-stream"), false},
		{"messaging/stream-unnamed", func(r *http.Response) {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
				r.Body = naming{r.Body}
			}
		}, false},
		{"status/user", body(`"statusId":"[^"]*",?`, ``), false},
		{"status/messages", body(`"isAcdStatus":(true|false)`, `"isAcdStatus":"$1"`), false},
		{"status/of-another", instead(403, 404), false},
		{"status/previous-unknown", instead(404, 403), false},
		{"token/opens", body(`"authToken"`, `"token"`), false},
		{"token/once", onlyOf("POST", "/icws/connection$", letIn), false},
		{"token/wrong-seed", onlyOf("POST", "/icws/connection$", instead(400, 500)), true},
		{"token/source-stays", onlyOf("GET", "/connection$", body(`"connectionState":1`, `"connectionState":2`)), false},
		{"token/source-ends", instead(401, 200), false},
		{"connection/single-sign-on", instead(400, 401), false},
		{"connection/include-shape", body(`"stationId"|"integrationEnabled"`, `"other"`), false},
		{"checklist/challenge", header("WWW-Authenticate", "ICWS"), false},
		{"checklist/numbers", body(`"connectionState":1`, `"connectionState":"up"`), false},
		{"checklist/base-path", header("Location", "/icws/1/connection"), false},
		{"error/strange-bodies", instead(400, 500), true},
		{"error/missing-property", body(`"propertyName":"authTokenSeed"`, `"propertyName":"seed"`), true},
		{"resource/get-configuration-users", onlyOf("GET", "/configuration/users$", unsupported), false},
		{"resource/post-dialer-update-stage", onlyOf("POST", "/dialer/update-stage$", unsupported), false},
		{"resource/session-required", onlyOf("PUT", "/licenses$", instead(401, 200)), false},
		{"resource/allow", onlyOf("PATCH", "/dialer/log-in$", header("Allow", "GET")), true},
		{"sessions/users", body(`"machineName"`, `"machine"`), false},
		{"sessions/listed", body(`"applicationName":"[^"]*"`, `"applicationName":"another"`), false},
		{"sessions/come-and-go", body(`"sessionsRemoved"`, `"sessionsGone"`), false},
		{"sessions/users-delete", instead(204, 200), true},
		{"queue/queues-required", instead(400, 200), false},
		{"queue/unknown-type", instead(400, 404), false},
		{"queue/named", body(`"subscriptionId":"conformance-b"`, `"subscriptionId":"conformance-a"`), false},
		{"queue/workgroup", onlyOf("PUT", "/queues/", instead(200, 403)), false},
		{"alerting/subscription", body(`"alertingInteractionDetails"`, `"details"`), false},
		{"history/subscription", body(`"isDelta":false`, `"isDelta":true`), false},
		{"interaction/watch-unknown", instead(404, 204), false},
		{"interaction/hold-unknown", instead(404, 200), false},
		{"interaction/blind-transfer-required", instead(400, 404), true},
		{"interaction/type-required", instead(400, 201), false},
		{"interaction/conference-unknown", instead(404, 400), false},
		{"licence/unknown", body(`"licenseStatus":\d`, `"licenseStatus":10`), false},
		{"licence/stages-abort", body(`"stageName":"first"`, `"stageName":"second"`), true},
		{"licence/subscription", body(`"isAssigned":(true|false)`, `"isAssigned":"$1"`), false},
		{"configuration/logon-right", body(`"effectiveValue":false`, `"effectiveValue":"no"`), false},
		{"configuration/select", body(`"securityRights":`, `"roles":`), false},
		{"configuration/nulls", body(`"skills":\[[^\]]*\]`, `"skills":null`), false},
		{"configuration/only-ids", body(`\{"configurationId"`, `{"extension":"1","configurationId"`), false},
		{"configuration/range", body(`"items":\[(.*)\]`, `"items":[$1,$1]`), false},
		{"configuration/unknown", instead(404, 200), false},
		{"configuration/wrap-up-codes", body(`"items"`, `"codes"`), false},
		{"configuration/roles-one", onlyOf("GET", "/roles/.", body(`"id":"[^"]*"`, `"id":"another"`)), false},
		{"dialer/update-stage-required", instead(400, 500), false},
		{"dialer/allocate-agents-unknown", instead(400, 404), false},
		{"dialer/objects", instead(404, 400), true},
		{"station/unknown-type", instead(400, 200), false},
	} {
		t.Run(c.fact, func(t *testing.T) {
			s.finds(t, f, c, func(o *conformance.Options) { o.Timeout = 700 * time.Millisecond })
		})
	}
	if n := s.srv.book.Count(); n != 0 {
		t.Errorf("%d sessions stay", n)
	}
}

// TestConformanceFindsWhatIsWrongAtWork: the same for what an agent does with a
// station, a campaign and calls.
func TestConformanceFindsWhatIsWrongAtWork(t *testing.T) {
	s := openSite(t)
	f := openForger(t, s.srv.URL())
	for _, c := range []forgery{
		{"station/taken", onlyOf("PUT", "/connection/station$", instead(200, 201)), false},
		{"station/kind", onlyOf("GET", "/connection/station$", body(`"stationSetting":\d`, `"stationSetting":2`)), false},
		{"station/without", onlyOf("DELETE", "/connection/station$", instead(200, 404)), true},
		{"status/set", body(`"error":null`, `"error":{"message":"no"}`), false},
		{"status/until", onlyOf("GET", "/user-statuses/", body(`"hasTime":true`, `"hasTime":false`)), false},
		{"licence/taken", onlyOf("PUT", "/licenses$", instead(200, 202)), false},
		{"made/created", onlyOf("POST", "/interactions$", body(`"interactionId":"(\d+)"`, `"interactionId":$1`)), false},
		{"made/consult", onlyOf("POST", "/change-audience$", instead(200, 404)), false},
		{"made/conclude", onlyOf("POST", "/conclude$", body(`"requestId":"[^"]*"`, `"requestId":"another"`)), false},
		{"made/morphed", body(`"newInteractionID":"`, `"newInteractionID":"9`), true},
		{"made/deallocated", body(`interactionDeallocatedMessage`, `interactionGoneMessage`), true},
		{"call/snippet-told", body(`"recordingSnippetId"`, `"snippet"`), true},
		{"made/history", body(`"interactionHistory"`, `"history"`), true},
		{"dialer/log-in", onlyOf("POST", "/dialer/log-in$", instead(200, 202)), false},
		{"dialer/log-in", body(`"urn:inin.com:dialer:availableCampaign"`, `"urn:inin.com:dialer:changedCampaign"`), false},
		{"dialer/break-accepted", onlyOf("POST", "/dialer/end-break$", instead(202, 204)), true},
		{"dialer/agent-type", onlyOf("POST", "/dialer/set-agent-type$", instead(200, 404)), false},
		{"dialer/manual-unknown", body(`"filterblocked"`, `"filterBlocked"`), false},
		{"dialer/allocated-out", body(`"initiatorName"`, `"initiator"`), false},
		{"call/pop-shape", body(`"dialingMode":\d`, `"dialingMode":9`), false},
		{"call/purpose", body(`"Eic_CallPurpose":"2"`, `"Eic_CallPurpose":"1"`), false},
		{"call/phone-numbers", body(`"phonenumbertype"`, `"phoneNumberType"`), false},
		{"call/attributes-appended", body(`onetwo`, `two`), false},
		{"call/record", onlyOf("POST", "/record$", instead(200, 202)), false},
		{"(call/pop|message/data-pop)", body(`"allowAgentCallbacks":(true|false)`, `"allowAgentCallbacks":"$1"`), false},
	} {
		t.Run(c.fact, func(t *testing.T) {
			s.finds(t, f, c, func(o *conformance.Options) {
				o.Timeout, o.Destructive, o.RemoteNumber, o.Station = 2*time.Second, true, s.phone.Address(), "desk"
				o.Campaign, o.Call, o.AdminUser, o.AdminPassword = "Power", "3175550999", "chief", "chief-secret"
			})
		})
	}
}
