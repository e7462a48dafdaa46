package icws

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// normalise makes one path of all that clients write for it (contract section 12
// line 15): doubled slashes, a trailing slash, a slash before the question mark,
// ICWS in capitals.
// It works on the escaped form, so that an escaped slash stays part of an id.
// Base is the configured prefix if the path began with it; it is cut off.
func normalise(escaped, prefix string) (clean, base string) {
	clean = path.Clean("/" + escaped)
	if prefix != "" {
		if rest, ok := strings.CutPrefix(clean, prefix); ok && (rest == "" || rest[0] == '/') {
			return lower(path.Clean("/" + rest)), prefix
		}
	}
	return lower(clean), ""
}

// lower writes the first part of a path as the routes do, if it is icws: the
// location that a 401 names is in capitals (contract section 1.5).
func lower(clean string) string {
	const root = "/icws"
	if n := len(root); len(clean) >= n && strings.EqualFold(clean[:n], root) && (len(clean) == n || clean[n] == '/') {
		return root + clean[n:]
	}
	return clean
}

// at is the request with another path. The mux must find nothing to redirect.
func at(r *http.Request, escaped, base string) *http.Request {
	u := *r.URL
	u.RawPath = escaped
	if p, err := url.PathUnescape(escaped); err == nil {
		u.Path = p
	}
	r = r.WithContext(context.WithValue(r.Context(), baseKey{}, base))
	r.URL = &u
	return r
}
