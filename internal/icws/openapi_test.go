package icws

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// witness judges answers and messages by openapi.yaml.
type witness struct{ doc *openapi3.T }

// document is openapi.yaml, read once for all tests.
var document = sync.OnceValue(func() *witness {
	openapi3filter.RegisterBodyDecoder("application/vnd.inin.icws+json", openapi3filter.JSONBodyDecoder)
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		panic("openapi.yaml: " + err.Error())
	}
	return &witness{doc}
})

// route finds the resource that a request is for; nil is none.
func (w *witness) route(r *http.Request, prefix string) *routers.Route {
	path, _ := normalise(r.URL.EscapedPath(), prefix)
	pattern, item := w.path(path)
	if item == nil || item.GetOperation(r.Method) == nil {
		return nil
	}
	return &routers.Route{Spec: w.doc, Path: pattern, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)}
}

// path finds the described path that a path fits best: what is written out is
// nearer than what is a parameter.
func (w *witness) path(path string) (pattern string, item *openapi3.PathItem) {
	parts := strings.Split(path, "/")
	for p, it := range w.doc.Paths.Map() {
		named := strings.Split(p, "/")
		fits := len(named) == len(parts)
		for i := 0; fits && i < len(named); i++ {
			fits = named[i] == parts[i] || strings.HasPrefix(named[i], "{") && parts[i] != ""
		}
		if fits && (item == nil || strings.Count(p, "{") < strings.Count(pattern, "{")) {
			pattern, item = p, it
		}
	}
	return pattern, item
}

// answer says what is wrong with an answer.
func (w *witness) answer(r *http.Request, prefix string, status int, header http.Header, body []byte) error {
	if r.Method == http.MethodOptions || r.Method == http.MethodHead {
		return nil
	}
	rt := w.route(r, prefix)
	if rt == nil || status == http.StatusMethodNotAllowed || status == http.StatusNotFound && bytes.Contains(body, []byte(errUnknownResource.Code)) {
		if status < 400 {
			return fmt.Errorf("a resource that is not described answered %d", status)
		}
		return w.value("Error", body)
	}
	canonical := http.Header{} // the server writes names to the letter
	for name, values := range header {
		canonical[http.CanonicalHeaderKey(name)] = values
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: rt},
		Status:                 status, Header: canonical, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		return err
	}
	described := rt.Operation.Responses.Status(status).Value.Content
	if len(described) == 0 && len(body) > 0 {
		return fmt.Errorf("a body that is not described: %s", body)
	}
	return nil
}

// message says what is wrong with a message.
func (w *witness) message(text []byte) error { return w.value("Message", text) }

func (w *witness) value(schema string, text []byte) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	return w.doc.Components.Schemas[schema].Value.VisitJSON(v)
}

// judge lets the witness see every answer of a handler that also serves below a
// prefix, and every event of its streams.
func judge(t testing.TB, prefix string, h http.Handler) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		asked := r.Clone(context.Background())
		rec := &recorder{ResponseWriter: to, t: t, w: document(), status: http.StatusOK}
		h.ServeHTTP(rec, r)
		if rec.streams() {
			return
		}
		if err := rec.w.answer(asked, prefix, rec.status, to.Header(), rec.body.Bytes()); err != nil {
			t.Errorf("%s %s: %d is not as openapi.yaml says: %v\n%s", asked.Method, asked.URL, rec.status, err, rec.body.Bytes())
		}
	})
}

// recorder keeps what is answered, and looks at events as they are written.
type recorder struct {
	http.ResponseWriter
	t      testing.TB
	w      *witness
	status int
	body   bytes.Buffer
}

func (r *recorder) streams() bool {
	return strings.HasPrefix(r.Header().Get("Content-Type"), "text/event-stream")
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if !r.streams() {
		r.body.Write(b)
		return r.ResponseWriter.Write(b)
	}
	for line := range bytes.Lines(b) {
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			if err := r.w.message(data); err != nil {
				r.t.Errorf("a message is not as openapi.yaml says: %v\n%s", err, data)
			}
		}
	}
	return r.ResponseWriter.Write(b)
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// TestTheDescriptionIsValid: openapi.yaml is OpenAPI, and its examples fit.
func TestTheDescriptionIsValid(t *testing.T) {
	if err := document().doc.Validate(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestTheDescriptionHasTheRoutes: openapi.yaml describes what is served and nothing
// else.
func TestTheDescriptionHasTheRoutes(t *testing.T) {
	var described, served []string
	for path, item := range document().doc.Paths.Map() {
		for verb := range item.Operations() {
			described = append(described, verb+" "+path)
		}
	}
	for _, rt := range routes() {
		name := rt.verb + " /icws" + rt.path
		served = append(served, name)
		if !slices.Contains(described, name) {
			t.Errorf("%s is served and not described", name)
			continue
		}
		op := document().doc.Paths.Value("/icws" + rt.path).GetOperation(rt.verb)
		if (op.RequestBody != nil) != rt.body {
			t.Errorf("%s: the description and the table of routes differ on whether it takes a body", name)
		}
		security := document().doc.Security
		if op.Security != nil {
			security = *op.Security
		}
		wants := 0
		for _, s := range security {
			wants = len(s)
		}
		if want := map[auth]int{full: 2, alsoOver: 2, cookieOnly: 1, open: 0}[rt.auth]; wants != want {
			t.Errorf("%s: the description and the table of routes differ on what it must prove", name)
		}
	}
	for _, name := range described {
		if !slices.Contains(served, name) {
			t.Errorf("%s is described and not served", name)
		}
	}
}

// TestTheDescriptionIsServed: anybody may read it.
func TestTheDescriptionIsServed(t *testing.T) {
	o := openOffice(t, Config{DialerOff: true})
	r := o.send("GET", "/icws/openapi.yaml", "")
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/yaml" || r.text != string(description) {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
}

// TestTheWitnessSees: what is wrong with an answer does not pass.
func TestTheWitnessSees(t *testing.T) {
	json := http.Header{"Content-Type": {mediaType}}
	for _, c := range []struct {
		verb, path string
		status     int
		body       string
		right      bool
	}{
		{"GET", "/icws/1/connection", 200, `{"connectionState":1}`, true},
		{"GET", "/icws/1/connection", 200, `{"connectionState":3}`, false},
		{"GET", "/icws/1/connection", 200, `{"connectionState":1,"more":true}`, false},
		{"GET", "/icws/1/connection", 200, `{}`, false},
		{"GET", "/icws/1/connection", 201, `{"connectionState":1}`, false},
		{"GET", "/icws/1/connection", 401, `{"message":"No."}`, false}, // without WWW-Authenticate
		{"DELETE", "/icws/1/connection", 200, ``, true},
		{"DELETE", "/icws/1/connection", 200, `{}`, false},
		{"GET", "/icws/1/messaging/messages", 200, `[]`, true},
		{"GET", "/icws/1/messaging/messages", 200, `[{"__type":"urn:inin.com:dialer:breakStatusMessage","isDelta":false,"breakStatus":0}]`, true},
		{"GET", "/icws/1/messaging/messages", 200, `[{"__type":"urn:inin.com:dialer:breakStatusMessage","breakStatus":0}]`, false},
		{"GET", "/icws/1/messaging/messages", 200, `[{"isDelta":false,"breakStatus":0}]`, false},
		{"GET", "/icws/1/messaging/messages", 200, `[{"__type":"urn:inin.com:messaging:asyncOperationCompletedMessage","isDelta":false,"requestId":"1","error":null}]`, true},
		{"GET", "/icws/1/messaging/messages", 200, `[{"__type":"urn:inin.com:messaging:asyncOperationCompletedMessage","isDelta":false,"requestId":"1","error":{"message":"No."}}]`, true},
		{"GET", "/icws/1/messaging/messages", 200, `[{"__type":"urn:inin.com:messaging:asyncOperationCompletedMessage","isDelta":false,"requestId":"1","error":{"massage":"No."}}]`, false},
		{"GET", "/icws/1/messaging/messages", 200, `[{"__type":"urn:inin.com:connection:effectiveStationChangeMessage","isDelta":false,"effectiveStation":null}]`, true},
		{"GET", "/icws/nothing", 200, `{}`, false},
		{"GET", "/icws/nothing", 404, `{"message":"No."}`, true},
	} {
		err := document().answer(httptest.NewRequest(c.verb, c.path, nil), "", c.status, json, []byte(c.body))
		if (err == nil) != c.right {
			t.Errorf("%s %s %d %s: %v", c.verb, c.path, c.status, c.body, err)
		}
	}
}

// samples makes representations of all forms that a route takes.
func samples(rt route) []sample {
	schema := document().doc.Paths.Value("/icws" + rt.path).GetOperation(rt.verb).RequestBody.Value.Content.Get("application/vnd.inin.icws+json").Schema.Value
	forms := []*openapi3.Schema{schema}
	if len(schema.OneOf) > 0 {
		forms = nil
		for _, f := range schema.OneOf {
			forms = append(forms, f.Value)
		}
	}
	var list []sample
	for _, form := range forms {
		s := sample{values: map[string]string{}, kinds: map[string]jsonKind{}, required: form.Required}
		for name, p := range form.Properties {
			s.values[name] = fitting(p.Value)
			if p.Value.Type != nil {
				s.kinds[name] = jsonKind(p.Value.Type.Slice()[0])
			}
		}
		list = append(list, s)
	}
	return list
}

// fitting is a value that a schema takes.
func fitting(s *openapi3.Schema) string {
	switch {
	case len(s.Enum) > 0:
		text, _ := json.Marshal(s.Enum[len(s.Enum)-1])
		return string(text)
	case s.Type.Is("array"):
		return "[" + fitting(s.Items.Value) + "]"
	case s.Type.Is("object"):
		var parts []string
		for name, p := range s.Properties {
			parts = append(parts, fmt.Sprintf("%q:%s", name, fitting(p.Value)))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case s.Type.Is("boolean"):
		return "true"
	case s.Type.Is("integer"):
		return "1"
	case s.Format == "uuid":
		return `"6f1d3c52-0b0e-4a53-9f0a-2f6c8f0a7b11"`
	}
	return `"300001"`
}

// TestTheDescriptionTakesWhatIsTaken: the requests by which rights are tested, which
// the server takes, fit their description.
func TestTheDescriptionTakesWhatIsTaken(t *testing.T) {
	for _, rt := range routes() {
		row, _ := warrantOf(rt)
		if !rt.body || row.body == "" || row.body == "{}" {
			continue
		}
		var v any
		if err := json.Unmarshal([]byte(row.body), &v); err != nil {
			t.Fatalf("%s %s: %v", rt.verb, rt.path, err)
		}
		op := document().doc.Paths.Value("/icws" + rt.path).GetOperation(rt.verb)
		if err := op.RequestBody.Value.Content.Get("application/vnd.inin.icws+json").Schema.Value.VisitJSON(v); err != nil {
			t.Errorf("%s %s: %s does not fit the description: %v", rt.verb, rt.path, row.body, err)
		}
	}
}
