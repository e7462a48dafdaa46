package icws

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
)

// hostile are bodies that no decoder may stumble over.
var hostile = map[string]string{
	"missing":          "",
	"spaces":           " \t\r\n ",
	"an empty object":  `{}`,
	"null":             `null`,
	"an array":         `[]`,
	"objects in array": `[{},{}]`,
	"a number":         `17`,
	"a string":         `"x"`,
	"a boolean":        `true`,
	"cut off":          `{"label":`,
	"two values":       `{}{}`,
	"no JSON":          `label=Sale&x=1`,
	"unknown":          `{"nobodyKnowsThis":{"deep":[1,2,{}]},"__proto__":{},"constructor":1}`,
	"invalid UTF-8":    "{\"label\":\"\xff\xfe\xc3\x28\",\"\xff\":1}",
	"UTF-16":           "\xff\xfe{\x00}\x00",
	"a NUL":            "{\"label\":\"a\x00b\"}",
	"escaped NUL":      `{"label":"\u0000","statusId":"\u0000","target":"\u0000","userIds":["\u0000"]}`,
	"lone surrogates":  `{"label":"\ud800","statusId":"\udfff","target":"\ud83d","on":true}`,
	"beyond int64":     `{"scheduledTime":99999999999999999999,"newStageId":-99999999999999999999,"ccid":1e400}`,
	"a byte order":     "\xef\xbb\xbf{}",
	"deep arrays":      strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
	"deep objects":     strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
	"deep and cut off": strings.Repeat(`{"a":[`, 10_000),
	"deeper":           strings.Repeat("[", 100_000),
	"many properties":  "{" + strings.TrimSuffix(manyProperties(20_000), ",") + "}",
	"1 MiB":            `{"label":"` + strings.Repeat("x", bodyLimit-12) + `"}`,
}

func manyProperties(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"p%d":%d,`, i, i)
	}
	return b.String()
}

// odd are values that a property may be given, each of a type that most properties
// do not have.
var odd = []string{
	`null`, `true`, `1`, `-1`, `1.5`, `99999999999999999999`, `1e400`, `""`, `"x"`, `"\ud800"`, `"\u0000"`,
	`[]`, `{}`, `[null]`, `[1]`, `[[]]`, `[{}]`, `["x",1]`, `{"a":1}`, `{"a":{"b":[]}}`, `"` + strings.Repeat("y", 5000) + `"`,
}

// victim is a session whose requests are made without a network, so that each is
// judged by itself.
type victim struct {
	*seat
	handler http.Handler
}

func (o *office) victim(user string) *victim {
	c := o.signIn(user, "desk")
	c.remote()
	c.must(200, "POST", "/dialer/log-in", "")
	return &victim{c, o.http.Config.Handler}
}

// path is a route's path with ids that are there.
func (v *victim) path(rt route) string {
	return "/icws" + strings.NewReplacer("{sessionId}", v.id, "{userId}", "anna", "{subscriptionId}", "q", "{interactionId}", "300001",
		"{consultId}", "1", "{conferenceId}", "1", "{featureId}", "dialer", "{id}", "anna").Replace(rt.path)
}

// strike sends a body and tells what came of it; nothing of ours may fail, nor
// take a second. What is slow is asked again: a busy machine is slow once, a hang
// every time.
func (v *victim) strike(t *testing.T, rt route, what, body string) *httptest.ResponseRecorder {
	t.Helper()
	name := rt.verb + " " + rt.name() + ", " + what
	w, took := v.send(rt, body, int64(len(body)))
	for range 3 {
		if took > time.Second {
			w, took = v.send(rt, body, int64(len(body)))
		}
	}
	if took > time.Second {
		t.Errorf("%s: took %v", name, took)
	}
	if w.Code >= 500 {
		t.Errorf("%s: %d %s", name, w.Code, w.Body)
	}
	if got := w.Body.Bytes(); w.Code >= 400 && !json.Valid(got) {
		t.Errorf("%s: the answer is not JSON: %q", name, got)
	}
	return w
}

// send makes a request with all that proves the session; a length of -1 is not told.
func (v *victim) send(rt route, body string, length int64) (*httptest.ResponseRecorder, time.Duration) {
	r := httptest.NewRequest(rt.verb, v.path(rt), io.MultiReader(strings.NewReader(body)))
	r.ContentLength = length
	r.Header = http.Header{"Cookie": {v.cookie}, http.CanonicalHeaderKey(tokenHeader): {v.token}, "Accept-Language": {"en"}}
	w := httptest.NewRecorder()
	begun := time.Now()
	v.handler.ServeHTTP(w, r)
	return w, time.Since(begun)
}

// alive says whether the session works still.
func (v *victim) alive(t *testing.T, rt route) {
	t.Helper()
	v.poll() // else the session would end of what it has not read
	if r := v.do("GET", "/status/status-messages", ""); r.StatusCode != 200 {
		t.Fatalf("after %s %s the session answers %d", rt.verb, rt.path, r.StatusCode)
	}
}

// TestHostileBodies: whatever a body is, a resource that takes one answers in time
// with what the client did wrong, and the session lives on.
func TestHostileBodies(t *testing.T) {
	o := openOffice(t, Config{})
	v := o.victim("anna")
	o.floor.ring(customer("300001", agent.ID{User: "anna", Application: "desk"}))
	for _, rt := range routes() {
		if !rt.body {
			continue
		}
		for _, what := range slices.Sorted(maps.Keys(hostile)) {
			w := v.strike(t, rt, what, hostile[what])
			if w.Code == http.StatusRequestEntityTooLarge {
				t.Errorf("%s %s, %s: %d", rt.verb, rt.path, what, w.Code)
			}
			switch what {
			case "an array", "a number", "a string", "a boolean", "cut off", "no JSON", "two values", "deep arrays", "deeper", "UTF-16":
				if w.Code != http.StatusBadRequest {
					t.Errorf("%s %s, %s: %d, want 400: %s", rt.verb, rt.path, what, w.Code, w.Body)
				}
			}
		}
		beyond := `{"label":"` + strings.Repeat("x", bodyLimit) + `"}`
		if w := v.strike(t, rt, "beyond the limit", beyond); w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s %s, beyond the limit: %d", rt.verb, rt.path, w.Code)
		}
		if w, _ := v.send(rt, beyond, -1); w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s %s, beyond the limit without a length: %d", rt.verb, rt.path, w.Code)
		}
		v.alive(t, rt)
	}
}

// TestStrayBodies: a body where none is taken changes nothing up to 64 KiB.
func TestStrayBodies(t *testing.T) {
	for _, rt := range routes() {
		if rt.body {
			continue
		}
		o := openOffice(t, Config{})
		begin := func() *victim {
			v := o.victim("anna")
			o.floor.ring(customer("300001", v.agent))
			return v
		}
		bare := begin().strike(t, rt, "no body", "")
		for what, body := range map[string]string{"{}": "{}", "64 KiB": strings.Repeat("[", strayLimit), "bytes": "\xff\x00{"} {
			if w := begin().strike(t, rt, what, body); w.Code != bare.Code {
				t.Errorf("%s %s: with %s %d, without %d: %s", rt.verb, rt.path, what, w.Code, bare.Code, w.Body)
			}
		}
		v := begin()
		if w := v.strike(t, rt, "too long", strings.Repeat(" ", strayLimit+1)); w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s %s: with more than 64 KiB %d", rt.verb, rt.path, w.Code)
		}
		v.alive(t, rt)
	}
}

// TestWrongTypes gives every property of every representation values of every
// type. What must be there and has a wrong type is a 400; nothing is a 500.
func TestWrongTypes(t *testing.T) {
	o := openOffice(t, Config{})
	v := o.victim("anna")
	o.floor.ring(customer("300001", agent.ID{User: "anna", Application: "desk"}))
	for _, rt := range routes() {
		if !rt.body {
			continue
		}
		for _, sample := range samples(rt) {
			v.strike(t, rt, "the sample", sample.text(nil))
			for property, kind := range sample.kinds {
				for _, value := range odd {
					what := property + " " + value[:min(len(value), 40)]
					w := v.strike(t, rt, what, sample.text(map[string]string{property: value}))
					if slices.Contains(sample.required, property) && !kind.takes(value) && w.Code != http.StatusBadRequest {
						t.Errorf("%s %s, %s: %d, want 400: %s", rt.verb, rt.path, what, w.Code, w.Body)
					}
				}
			}
			v.alive(t, rt)
		}
	}
}

// sample is a representation that fits its description.
type sample struct {
	values   map[string]string // property to its JSON
	kinds    map[string]jsonKind
	required []string
}

// text is the sample with other values for some properties.
func (s sample) text(other map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		value := s.values[name]
		if o, ok := other[name]; ok {
			value = o
		}
		parts = append(parts, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// jsonKind is a JSON type as OpenAPI names it.
type jsonKind string

// takes tells whether a value is of the kind; null counts as left out.
func (k jsonKind) takes(value string) bool {
	switch value[0] {
	case 'n':
		return false
	case 't', 'f':
		return k == "boolean"
	case '"':
		return k == "string"
	case '[':
		return k == "array"
	case '{':
		return k == "object"
	}
	return k == "integer" || k == "number"
}

// TestTheLastOfDuplicatedKeysCounts, as in every JSON reader that clients know.
func TestTheLastOfDuplicatedKeysCounts(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.must(400, "PUT", "/status/user-statuses/anna", `{"statusId":"Available","statusId":""}`)
	c.must(202, "PUT", "/status/user-statuses/anna", `{"statusId":"","statusId":"Available"}`)
	if got := c.must(200, "GET", "/status/user-statuses/anna", "").json(t)["statusId"]; got != "Available" {
		t.Errorf("status %v", got)
	}
}
