package icws

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/outdial/outdial/internal/witness"
)

// document is openapi.yaml, read once for all tests.
var document = sync.OnceValue(func() *witness.Witness {
	openapi3filter.RegisterBodyDecoder("application/vnd.inin.icws+json", openapi3filter.JSONBodyDecoder)
	w, err := witness.Read(description)
	if err != nil {
		panic(err)
	}
	return w
})

// wrong says what is wrong with an answer of a handler that also serves below a prefix.
// A described path may answer that it is not supported here.
func wrong(e witness.Exchange, prefix string) error {
	if e.Status == http.StatusNotFound && bytes.Contains(e.Body, []byte(errUnknownResource.Code)) {
		return document().Value("Error", e.Body)
	}
	path, _ := normalise(e.Request.URL.EscapedPath(), prefix)
	return document().Answer(e, path)
}

// judge lets the witness see every answer of such a handler, and every event of its
// streams.
func judge(t testing.TB, prefix string, h http.Handler) http.Handler {
	return witness.Judge(h, func(e witness.Exchange) {
		if err := wrong(e, prefix); err != nil {
			t.Errorf("%s %s: %d is not as openapi.yaml says: %v\n%s", e.Request.Method, e.Request.URL, e.Status, err, e.Body)
		}
	}, func(data []byte) {
		if err := document().Value("Message", data); err != nil {
			t.Errorf("a message is not as openapi.yaml says: %v\n%s", err, data)
		}
	})
}

// TestTheDescriptionIsValid: openapi.yaml is OpenAPI, and its examples fit.
func TestTheDescriptionIsValid(t *testing.T) {
	if err := document().Document.Validate(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestTheDescriptionHasTheRoutes: openapi.yaml describes what is served and nothing
// else.
func TestTheDescriptionHasTheRoutes(t *testing.T) {
	var served []string
	described := document().Routes()
	for _, rt := range routes() {
		name := rt.verb + " /icws" + rt.path
		served = append(served, name)
		if !slices.Contains(described, name) {
			t.Errorf("%s is served and not described", name)
			continue
		}
		op := document().Document.Paths.Value("/icws" + rt.path).GetOperation(rt.verb)
		if (op.RequestBody != nil) != rt.body {
			t.Errorf("%s: the description and the table of routes differ on whether it takes a body", name)
		}
		security := document().Document.Security
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
		err := wrong(witness.Exchange{Request: httptest.NewRequest(c.verb, c.path, nil), Status: c.status, Header: json, Body: []byte(c.body)}, "")
		if (err == nil) != c.right {
			t.Errorf("%s %s %d %s: %v", c.verb, c.path, c.status, c.body, err)
		}
	}
}

// samples makes representations of all forms that a route takes.
func samples(rt route) []sample {
	schema := document().Document.Paths.Value("/icws" + rt.path).GetOperation(rt.verb).RequestBody.Value.Content.Get("application/vnd.inin.icws+json").Schema.Value
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
		op := document().Document.Paths.Value("/icws" + rt.path).GetOperation(rt.verb)
		if err := op.RequestBody.Value.Content.Get("application/vnd.inin.icws+json").Schema.Value.VisitJSON(v); err != nil {
			t.Errorf("%s %s: %s does not fit the description: %v", rt.verb, rt.path, row.body, err)
		}
	}
}
