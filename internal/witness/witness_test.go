package witness

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const shop = `
openapi: 3.0.3
info: {title: A shop, version: '1'}
security: [{basic: []}]
paths:
  /wares/{id}:
    put:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer, maximum: 9}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ware'}}, text/csv: {schema: {type: string}}}}
      responses:
        '200':
          description: It.
          headers: {Age: {required: true, schema: {type: integer}}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Ware'}}
            application/x-ndjson: {schema: {$ref: '#/components/schemas/Ware'}}
            text/csv: {schema: {type: string}}
        '204': {description: Nothing.}
  /wares/new:
    get: {security: [], responses: {'200': {description: New., content: {text/plain: {schema: {type: string}}}}}}
components:
  securitySchemes: {basic: {type: http, scheme: basic}}
  schemas:
    Ware: {type: object, additionalProperties: false, required: [name], properties: {name: {type: string}}}
    Error: {type: object, additionalProperties: false, required: [message], properties: {message: {type: string}}}
`

// What is wrong with an answer or with a request that was taken does not pass.
func TestTheWitnessSees(t *testing.T) {
	w, err := Read([]byte(shop))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		request, as, asked string // as: the type of the body asked
		status             int
		kind, body         string // answered
		answer, taken      bool   // as the document says
	}{
		{"PUT /wares/7?limit=9", "", `{"name":"tea"}`, 200, "application/json", `{"name":"tea"}`, true, true},
		{"PUT /wares/7", "", `{"nome":"tea"}`, 200, "application/json", `{"name":"tea","price":1}`, false, false},
		{"PUT /wares/7?limit=10", "", `{"name":"tea"}`, 200, "application/json", `{}`, false, false},
		{"PUT /wares/7?sort=up", "text/csv", "tea", 200, "text/html", `<p>`, false, false},
		{"PUT /wares/seven", "text/csv", "tea", 200, "text/csv", "tea", true, false},
		{"PUT /wares/7", "text/plain", "tea", 201, "application/json", `{"name":"tea"}`, false, false},
		{"PUT /wares/7", "text/csv", "tea", 200, "application/x-ndjson", `{"name":"tea"}` + "\n" + `{"name":"milk"}` + "\n", true, true},
		{"PUT /wares/7", "text/csv", "tea", 200, "application/x-ndjson", `{"name":"tea"}` + "\n" + `{"nome":"milk"}` + "\n", false, true},
		{"PUT /wares/7", "text/csv", "tea", 204, "", "", true, true},
		{"PUT /wares/7", "text/csv", "tea", 204, "text/plain", "done", false, true},
		{"PUT /wares/7 alone", "text/csv", "tea", 204, "", "", true, false},
		{"GET /wares/new alone", "", "", 200, "text/plain", "tea", true, true},
		{"GET /wares/new", "", "a body", 200, "text/plain", "tea", true, false},
		{"HEAD /wares/new", "", "", 200, "", "", true, true},
		{"GET /wares/7", "", "", 200, "text/plain", "tea", false, false},
		{"GET /wares/7", "", "", 405, "application/json", `{"message":"no"}`, true, false},
		{"GET /wares/7", "", "", 405, "application/json", `{"massage":"no"}`, false, false},
	} {
		request, alone := strings.CutSuffix(c.request, " alone")
		method, path, _ := strings.Cut(request, " ")
		r := httptest.NewRequest(method, path, nil)
		if r.Header.Set("Content-Type", c.as); !alone {
			r.SetBasicAuth("ann", "secret")
		}
		e := Exchange{Request: r, Asked: []byte(c.asked), Status: c.status, Header: http.Header{"Content-Type": {c.kind}, "Age": {"1"}}, Body: []byte(c.body)}
		if err := w.Answer(e, r.URL.Path); (err == nil) != c.answer {
			t.Errorf("%s: answer %d %s: %v", c.request, c.status, c.body, err)
		}
		if err := w.Request(e, r.URL.Path); (err == nil) != c.taken {
			t.Errorf("%s: asked %s: %v", c.request, c.asked, err)
		}
	}
}

// Who listens hears all of an exchange, and of a stream each event.
func TestTheWitnessHears(t *testing.T) {
	var heard []Exchange
	var events []string
	h := Judge(http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			to.Header().Set("Content-Type", "text/event-stream")
			_, _ = to.Write([]byte("id: 1\ndata: {}\n\n"))
			return
		}
		_ = r.ParseForm()
		to.WriteHeader(http.StatusTeapot)
		_, _ = to.Write([]byte("tea"))
	}), func(e Exchange) { heard = append(heard, e) }, func(data []byte) { events = append(events, string(data)) })
	for _, path := range []string{"/pot", "/stream"} {
		r := httptest.NewRequest("POST", path, strings.NewReader("a=b"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if len(heard) != 1 || heard[0].Status != 418 || string(heard[0].Asked) != "a=b" || string(heard[0].Body) != "tea" {
		t.Errorf("%+v", heard)
	}
	if len(events) != 1 || strings.TrimSpace(events[0]) != "{}" {
		t.Errorf("%q", events)
	}
}
