package icws

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// mediaType is the type of every answer, to the letter: deployed clients compare
// it, and differ in how they treat case (contract section 12 line 1).
const mediaType = "application/vnd.inin.icws+JSON; charset=utf-8"

const (
	bodyLimit  = 1 << 20  // of a representation that a resource takes
	strayLimit = 64 << 10 // of a body where none is taken; it is ignored
)

// readBody reads the whole body, or fails with errTooLong.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close")
		return nil, errTooLong
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return nil, errTooLong
	}
	if err != nil {
		return nil, invalid("", "The request's body could not be read: %v.", err)
	}
	return body, nil
}

// decode reads a representation, whatever its declared type. An empty body and
// null leave v as it is; missing properties are the caller's to find. Unknown
// properties are ignored (contract section 12 line 2).
func (r *request) decode(v any) error {
	body := bytes.TrimSpace(bytes.TrimPrefix(r.body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 || string(body) == "null" {
		return nil
	}
	err := json.Unmarshal(body, v)
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &typ) && typ.Field != "":
		return invalid(typ.Field, "%s can not be a %s.", typ.Field, typ.Value)
	case errors.As(err, &typ):
		return invalid("", "The body must be a JSON object, not a %s.", typ.Value)
	case err != nil:
		return invalid("", "The body is not JSON: %v.", err)
	}
	return nil
}

const (
	listLimit  = 1000 // of a list in a representation, where nothing less is said
	nameLength = 200  // of a name in a list, in bytes
)

// bounded checks how long a list is.
func bounded[T any](list []T, property string, most int) error {
	if len(list) > most {
		return invalid(property, "%s may hold %d at most.", property, most)
	}
	return nil
}

// shortNames checks how long a list of names is, and each of them.
func shortNames(names []string, property string, most int) error {
	for _, n := range names {
		if len(n) > nameLength {
			return invalid(property, "%s holds a name that is too long; it may have %d bytes.", property, nameLength)
		}
	}
	return bounded(names, property, most)
}

// encode makes JSON without escaping what only HTML needs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// write is the one encoder of answers.
func (s *server) write(w http.ResponseWriter, r *http.Request, a answer) {
	var body []byte
	if a.body != nil {
		var err error
		if body, err = encode(a.body); err != nil {
			panic(err) // a wire type that is none; rescued as a 500
		}
	}
	h := w.Header()
	for name, value := range a.header {
		h[name] = []string{value} // to the letter, for clients that compare case
	}
	if a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		w.Write(body) // a client that is gone is no failure of ours
	}
}
