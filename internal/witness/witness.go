// Package witness judges what is asked and answered over HTTP by an OpenAPI document that
// was written by hand (ADR 13). It stands between server and client in the tests of the
// packages that have one, and is in no program.
//
//	w, err := witness.Read(description)
//	server := httptest.NewServer(witness.Judge(handler, func(e witness.Exchange) { … w.Answer(e, path) … }))
//
// An answer must have a status, headers and a body that the document describes for its
// path, with no property that it does not name. A request that was taken must be one
// that the document describes: its parameters, its body, and how it shows who asks. Of
// JSON the whole is judged, of NDJSON each line; of other types only that they are described.
//
// The reading of the document and of schemas is kin-openapi's. Nothing here is kept but
// the document, which does not change: a Witness may be asked by many goroutines.
package witness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Witness knows a document.
type Witness struct{ Document *openapi3.T }

// Read reads a document.
func Read(description []byte) (*Witness, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	return &Witness{doc}, nil
}

// Exchange is a request and what was answered.
type Exchange struct {
	Request *http.Request // its body is read
	Asked   []byte        // of the request's body, what the handler read
	Status  int
	Header  http.Header
	Body    []byte
}

// Routes are the methods and paths that are described, as in "GET /a/{b}".
func (w *Witness) Routes() []string {
	var all []string
	for path, item := range w.Document.Paths.Map() {
		for verb := range item.Operations() {
			all = append(all, verb+" "+path)
		}
	}
	slices.Sort(all)
	return all
}

// Route finds what is described for a method and a path; nil is nothing. What is written
// out in a path is nearer than what is a parameter.
func (w *Witness) Route(method, path string) *routers.Route {
	var best *routers.Route
	parts := strings.Split(path, "/")
	for pattern, item := range w.Document.Paths.Map() {
		named := strings.Split(pattern, "/")
		fits := len(named) == len(parts)
		for i := 0; fits && i < len(named); i++ {
			fits = named[i] == parts[i] || strings.HasPrefix(named[i], "{") && parts[i] != ""
		}
		if fits && (best == nil || strings.Count(pattern, "{") < strings.Count(best.Path, "{")) {
			best = &routers.Route{Spec: w.Document, Path: pattern, PathItem: item, Method: method, Operation: item.GetOperation(method)}
		}
	}
	if best == nil || best.Operation == nil {
		return nil
	}
	return best
}

// Value says what is wrong with JSON that is to be as a schema says.
func (w *Witness) Value(schema string, text []byte) error {
	return fits(w.Document.Components.Schemas[schema], text)
}

func fits(schema *openapi3.SchemaRef, text []byte) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	return schema.Value.VisitJSON(v)
}

// Answer says what is wrong with the answer to a request for a path, which may be written
// otherwise in the request. Where nothing is described, and for a method that is not
// offered, an error must be answered, as the schema Error says.
func (w *Witness) Answer(e Exchange, path string) error {
	if e.Request.Method == http.MethodOptions || e.Request.Method == http.MethodHead {
		return nil
	}
	route := w.Route(e.Request.Method, path)
	if route == nil || e.Status == http.StatusMethodNotAllowed {
		if e.Status < 400 {
			return fmt.Errorf("a resource that is not described answered %d", e.Status)
		}
		return w.Value("Error", e.Body)
	}
	kind, _, _ := mime.ParseMediaType(e.Header.Get("Content-Type"))
	isJSON := strings.HasSuffix(kind, "json") && !strings.HasSuffix(kind, "ndjson")
	canonical := http.Header{} // a server may write names to the letter
	for name, values := range e.Header {
		canonical[http.CanonicalHeaderKey(name)] = values
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: e.Request, Route: route},
		Status:                 e.Status, Header: canonical, Body: io.NopCloser(bytes.NewReader(e.Body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: !isJSON},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		return err
	}
	content := route.Operation.Responses.Status(e.Status).Value.Content
	switch described := content.Get(kind); {
	case len(e.Body) > 0 && described == nil:
		return fmt.Errorf("a body of %q that is not described: %.200s", kind, e.Body)
	case strings.HasSuffix(kind, "ndjson"):
		for line := range bytes.Lines(e.Body) {
			if err := fits(described.Schema, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// Request says what is wrong with a request that was taken.
func (w *Witness) Request(e Exchange, path string) error {
	method := e.Request.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	route := w.Route(method, path)
	if route == nil {
		return errors.New("it is not described")
	}
	for name := range e.Request.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil && route.PathItem.Parameters.GetByInAndName("query", name) == nil {
			return fmt.Errorf("a parameter %q that is not described", name)
		}
	}
	r := e.Request.Clone(context.Background())
	r.Body = io.NopCloser(bytes.NewReader(e.Asked))
	takes := route.Operation.RequestBody
	if len(e.Asked) > 0 && takes == nil {
		return errors.New("a body that is not described")
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	isJSON := takes != nil && takes.Value.Content.Get("application/json") != nil && (kind == "" || kind == "application/json")
	if isJSON {
		r.Header.Set("Content-Type", "application/json")
	} else if takes != nil && kind != "" && takes.Value.Content.Get(kind) == nil {
		return fmt.Errorf("a body of %q that is not described", kind)
	}
	return openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: parameters(route.Path, path),
		Options: &openapi3filter.Options{ExcludeRequestBody: !isJSON, AuthenticationFunc: shown, SkipSettingDefaults: true},
	})
}

// parameters are what stands in a path where its pattern has names.
func parameters(pattern, path string) map[string]string {
	found, parts := map[string]string{}, strings.Split(path, "/")
	for i, named := range strings.Split(pattern, "/") {
		if name, ok := strings.CutPrefix(named, "{"); ok {
			found[strings.TrimSuffix(name, "}")] = parts[i]
		}
	}
	return found
}

// shown tells whether a request shows who asks by HTTP Basic.
func shown(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	if _, _, ok := in.RequestValidationInput.Request.BasicAuth(); !ok {
		return errors.New("it was taken without " + in.SecuritySchemeName)
	}
	return nil
}
