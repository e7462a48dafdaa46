package console

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// errMethod: there is a route, for another method.
var errMethod = errors.New("this method is not offered here")

// problem is how an error looks.
type problem struct {
	Kind     string `json:"kind"`
	Message  string `json:"message"`
	Property string `json:"property,omitempty"`
}

// statuses of kinds of errors.
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Busy:            http.StatusServiceUnavailable,
	fault.Gone:            http.StatusGone,
}

// handler makes an [http.HandlerFunc]; it is the one place where errors are
// answered.
func (c *console) handler(h handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if err := h(w, r); err != nil {
			c.refuse(w, r, err)
		}
	}
}

func (c *console) refuse(w http.ResponseWriter, r *http.Request, err error) {
	kind := fault.KindOf(err)
	status, p := statuses[kind], problem{Kind: kind.String(), Message: "the server failed; its log says why"}
	var ours *fault.Error
	switch {
	case errors.Is(err, errMethod):
		status, p = http.StatusMethodNotAllowed, problem{Kind: fault.Invalid.String(), Message: err.Error()}
	case errors.As(err, &ours):
		p.Message, p.Property = ours.Message, ours.Property
	}
	switch kind {
	case fault.Unauthenticated:
		w.Header().Set("WWW-Authenticate", `Basic realm="Outdial", charset="UTF-8"`)
	case fault.Busy:
		w.Header().Set("Retry-After", "1")
	}
	if status == http.StatusInternalServerError && r.Context().Err() == nil {
		c.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	if err := reply(w, status, p); err != nil {
		c.Log.Debug("answer not taken", "path", r.URL.Path, "error", err)
	}
}

// asked lets a request through whose parameters are those of the route: one that is
// written otherwise would be left out in silence, and the request mean something else.
func (rt route) asked(next handle) handle {
	known := strings.Fields(rt.query)
	return func(w http.ResponseWriter, r *http.Request) error {
		given, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "the parameters can not be read (%v); write ; as %%3B and %% as %%25", err)
		}
		for _, name := range slices.Sorted(maps.Keys(given)) {
			switch {
			case slices.Contains(known, name):
			case len(known) == 0:
				return fault.New(fault.Invalid, "there is no parameter %.40q here, nor any other", name).On(name)
			default:
				return fault.New(fault.Invalid, "there is no parameter %.40q here; there are %s", name, strings.Join(known, ", ")).On(name)
			}
		}
		return next(w, r)
	}
}

// reply writes a body; it is the one encoder. Its error is one of a client that
// is gone, or of a value that JSON cannot hold, before which nothing was written.
func reply(w http.ResponseWriter, status int, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that went away needs no answer.
	_, _ = w.Write(append(text, '\n'))
	return nil
}

// maxBody is more than any request needs.
const maxBody = 64 << 10

// take reads the body of a request.
func take(w http.ResponseWriter, r *http.Request, into any) error {
	return parse(http.MaxBytesReader(w, r.Body, maxBody), into)
}

// parse reads JSON that is what belongs here and nothing else.
func parse(text io.Reader, into any) error {
	d := json.NewDecoder(text)
	d.DisallowUnknownFields()
	var wrong *json.UnmarshalTypeError
	switch err := d.Decode(into); {
	case errors.As(err, &wrong) && wrong.Field != "":
		return fault.Wrap(err, fault.Invalid, "%s can not be a JSON %s", wrong.Field, wrong.Value).On(wrong.Field)
	case err == io.EOF:
		return fault.New(fault.Invalid, "there is no body; JSON belongs here")
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "the body is not the JSON that belongs here (%s)", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); err != io.EOF {
		return fault.New(fault.Invalid, "the body goes on after its JSON")
	}
	return nil
}
