package icws

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

const (
	sessionHeader = "ININ-ICWS-Session-ID"
	tokenHeader   = "ININ-ICWS-CSRF-Token"
)

// allowOrigin sets the headers that let a page of an allowed origin read the
// answer, whatever the answer will be. With credentials the origin must be named;
// "*" would not do.
func (s *server) allowOrigin(h http.Header, r *http.Request) {
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" || !s.origin(origin) {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", sessionHeader+", "+tokenHeader+", Location, Set-Cookie")
}

func (s *server) origin(origin string) bool {
	return slices.ContainsFunc(s.cfg.Origins, func(o string) bool { return o == "*" || strings.EqualFold(o, origin) })
}

// foreign tells whether a browser asks for a page that may not read the answer. The
// cookie comes along all the same; where it is all the proof there is, such a page
// would take away what the agent's own page waits for. A browser names the page's
// origin where the page might read, and else how far it is (Fetch Metadata); other
// clients do neither.
func (s *server) foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "same-site", "cross-site":
		return !s.origin(r.Header.Get("Origin"))
	}
	origin := r.Header.Get("Origin")
	return origin != "" && !s.origin(origin)
}

// preflight answers OPTIONS on a resource that takes the allowed methods; it needs
// no session. The headers that were asked for are allowed: what they may do is
// checked where they are used.
func (s *server) preflight(w http.ResponseWriter, r *http.Request, allowed string) {
	h := w.Header()
	h.Set("Allow", allowed)
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
		headers := r.Header.Get("Access-Control-Request-Headers")
		if headers == "" {
			headers = "Accept-Language, Content-Type, " + tokenHeader + ", X-ICWS-DevTools-CorrelationId"
		}
		h.Set("Access-Control-Allow-Headers", headers)
		h.Set("Access-Control-Max-Age", "600")
	}
	s.write(w, r, answer{status: http.StatusOK})
}

// unknown answers what is no resource. A browser's question before a request from
// another origin is granted, as it would else keep the 404 that follows from the
// page, which then takes the server for gone.
func (s *server) unknown(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" && w.Header().Get("Access-Control-Allow-Origin") != "" {
		s.preflight(w, r, http.MethodOptions)
		return
	}
	s.fail(w, r, errUnknownResource)
}

// allow is the Allow header of a path (RFC 9110 section 10.2.1).
func allow(verbs map[string]route) string {
	return strings.Join(append(slices.Sorted(maps.Keys(verbs)), http.MethodOptions), ", ")
}
