package icws

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// Floor is what this package asks of the dialer; [dialer.Floor] is one.
type Floor interface {
	Do(context.Context, dialer.Command) error
	Ask(context.Context, dialer.Command) (id string, err error)
	Look(context.Context) (dialer.Snapshot, error)
}

// Config is how the server speaks. Its zero value is usable.
type Config struct {
	// Origins may use the server from web pages (CORS): "https://desk.example.com",
	// or "*" for any.
	Origins []string
	// Prefix is a path before /icws that is accepted as well, as reverse proxies
	// add it: "/api/dialer".
	Prefix string
	// Removed names resources that answer 410, as "POST /dialer/request-break" or
	// without the verb for all of a path; paths as [Resources] has them.
	Removed []string
	// DialerOff removes all resources of the dialer.
	DialerOff bool
	// AlternateHosts are host names, without port, that clients may turn to.
	AlternateHosts []string
	// BackupHost is the other server of a pair: of a primary its standby, of a
	// standby its primary. Without alternate hosts it is the only one.
	BackupHost string
	// Standby is the server of a pair that opens no sessions until it is told to
	// ([session.Book.Accept]).
	Standby bool
	// ServerName is this server's host name: default "outdial".
	ServerName string
	// Version of the program, as in "1.4.0".
	Version string
	// Secure says that clients reach the server by HTTPS although a proxy in front
	// speaks HTTP to it.
	Secure bool
	// PingEvery is the pause between keep-alives of an event stream: default 15 s.
	PingEvery time.Duration
	// Records are what configuration resources read; without them there are no
	// users and stations to see.
	Records Records
	// Queries read contact lists for perform-call-list-query; without them it is refused.
	Queries Queries
	// Lines tell how well lines to agents' phones are carried; without them nobody
	// hears of it.
	Lines Lines
	// Now is the clock: default time.Now.
	Now func() time.Time
	// Log gets failures of our own: default discarded.
	Log *slog.Logger
}

// Check finds what in a configuration can not be meant.
func (c Config) Check() error {
	all := routes()
	for _, name := range c.Removed {
		if !slices.ContainsFunc(all, func(rt route) bool { return rt.called(name) }) {
			return fault.New(fault.Invalid, "removed resource %q is not one that this server has; see outdial resources", name).On("removed")
		}
	}
	if c.Prefix != "" && !strings.HasPrefix(c.Prefix, "/") {
		return fault.New(fault.Invalid, "prefix %q must begin with a slash", c.Prefix).On("prefix")
	}
	for _, o := range c.Origins {
		u, err := url.Parse(o)
		if o != "*" && (err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != o) {
			return fault.New(fault.Invalid, "origin %q must be as browsers send it, scheme, host and port without a path: https://desk.example.com", o).On("origins")
		}
	}
	if c.Standby && c.BackupHost == "" {
		return fault.New(fault.Invalid, "a standby needs the host name of the server that it stands by for").On("backup_host")
	}
	if strings.ContainsAny(c.BackupHost, ":/") {
		return fault.New(fault.Invalid, "backup host %q must be a name without scheme and port", c.BackupHost).On("backup_host")
	}
	for _, h := range c.AlternateHosts {
		if strings.ContainsAny(h, ":/") {
			return fault.New(fault.Invalid, "alternate host %q must be a name without scheme and port", h).On("alternate_hosts")
		}
	}
	return nil
}

func (c Config) defaults() Config {
	c.ServerName = cmp.Or(c.ServerName, "outdial")
	c.Version = cmp.Or(c.Version, "0")
	c.PingEvery = cmp.Or(c.PingEvery, 15*time.Second)
	c.Prefix = strings.TrimRight(c.Prefix, "/")
	if c.AlternateHosts == nil {
		c.AlternateHosts = []string{}
		if c.BackupHost != "" {
			c.AlternateHosts = []string{c.BackupHost}
		}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// server is the handler; it changes nothing of itself.
type server struct {
	cfg      Config
	book     *session.Book
	floor    Floor
	mux      *http.ServeMux
	rooms    *http.ServeMux // of conferences, see below
	features []feature
}

// New makes the handler of everything below /icws.
func New(cfg Config, book *session.Book, floor Floor) http.Handler {
	s := &server{cfg: cfg.defaults(), book: book, floor: floor, mux: http.NewServeMux(), rooms: http.NewServeMux()}
	s.features = s.offered()
	for path, verbs := range byPath(routes()) {
		s.muxOf(path).Handle(path, resource{s, verbs})
	}
	s.mux.HandleFunc("/", s.unknown)
	if s.cfg.Standby {
		book.Accept(false, "This server is a standby; try the primary server "+s.cfg.BackupHost+".")
	}
	return s
}

// request is what a handler gets.
type request struct {
	*http.Request
	// session is nil for resources without one. For those that serve ended
	// sessions it may be over.
	session *session.Session
	base    string // the prefix that the client used
	body    []byte
}

// answer is what a handler gives: a status, a body (nil is empty), and headers.
type answer struct {
	status int
	body   any
	header map[string]string
	// deliver, if set, writes the answer itself; status and body are not used.
	deliver func(http.ResponseWriter) error
}

type handler func(*server, *request) (answer, error)

// baseKey is the context key of the prefix that a client used.
type baseKey struct{}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent := &sentWriter{ResponseWriter: w}
	defer s.rescue(sent, r)
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", "no-cache, no-store, must-revalidate")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "0")
	h.Set("X-Content-Type-Options", "nosniff")
	if s.secure(r) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	s.allowOrigin(h, r)
	path, base := normalise(r.URL.EscapedPath(), s.cfg.Prefix)
	r = at(r, path, base)
	mux := s.mux
	if _, pattern := s.rooms.Handler(r); pattern != "" {
		mux = s.rooms
	}
	mux.ServeHTTP(sent, r)
}

// muxOf is the mux that takes a path. Conferences have their own, asked first: one
// mux takes not both interactions/conferences/{id} and interactions/{id}/park, as
// neither says more than the other.
func (s *server) muxOf(path string) *http.ServeMux {
	if strings.HasPrefix(path, "/icws"+conferences) {
		return s.rooms
	}
	return s.mux
}

// secure tells whether the client came by HTTPS.
func (s *server) secure(r *http.Request) bool { return r.TLS != nil || s.cfg.Secure }

// rescue answers 500 to a panic, unless something was answered already.
func (s *server) rescue(w *sentWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler || w.sent {
		panic(http.ErrAbortHandler)
	}
	s.fail(w, r, fault.New(fault.Internal, "panic: %v\n%s", p, debug.Stack()))
}

// resource is one path and its verbs.
type resource struct {
	*server
	verbs map[string]route
}

func (res resource) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions {
		res.preflight(w, r, allow(res.verbs))
		return
	}
	rt, ok := res.verbs[r.Method]
	if !ok {
		w.Header().Set("Allow", allow(res.verbs))
		res.fail(w, r, errVerb)
		return
	}
	ans, err := res.serve(rt, w, r)
	if err != nil {
		res.fail(w, r, err)
		return
	}
	if ans.deliver != nil {
		if err := ans.deliver(w); err != nil {
			res.fail(w, r, err)
		}
		return
	}
	res.write(w, r, ans)
}

// serve makes the checks in their order and calls the handler.
func (s *server) serve(rt route, w http.ResponseWriter, r *http.Request) (answer, error) {
	if s.removed(rt) {
		return answer{}, errRemoved
	}
	base, _ := r.Context().Value(baseKey{}).(string)
	req := &request{Request: r, base: base}
	if rt.auth != open {
		if err := s.authenticate(rt.auth, req); err != nil {
			return answer{}, err
		}
	}
	limit := int64(bodyLimit)
	if !rt.body {
		limit = strayLimit
	}
	var err error
	if req.body, err = readBody(w, r, limit); err != nil {
		return answer{}, err
	}
	return rt.serve(s, req)
}

// authenticate finds the session of a request.
func (s *server) authenticate(need auth, r *request) error {
	id := r.PathValue("sessionId")
	if !decimal(id) {
		return errSessionID
	}
	if need == cookieOnly && s.foreign(r.Request) {
		return session.ErrCookie
	}
	p := session.Proof{ID: id, Cookie: cookieOf(r.Header["Cookie"], id), Token: r.Header.Get(tokenHeader), NoToken: need == cookieOnly}
	found, err := s.book.Session(p)
	if errors.Is(err, session.ErrOver) && (need == alsoOver || need == cookieOnly) {
		err = nil
	}
	r.session = found
	return err
}

// removed tells whether the configuration took a resource away.
func (s *server) removed(rt route) bool {
	if s.cfg.DialerOff && strings.Contains(rt.path, "/dialer/") {
		return true
	}
	return slices.ContainsFunc(s.cfg.Removed, rt.called)
}

// sentWriter knows whether anything was answered.
type sentWriter struct {
	http.ResponseWriter
	sent bool
}

func (w *sentWriter) WriteHeader(status int) {
	w.sent = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *sentWriter) Write(b []byte) (int, error) {
	w.sent = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *sentWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// requestID names a failed request for the log and the client.
func requestID() string {
	var b [6]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func decimal(s string) bool {
	if s == "" || len(s) > 20 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
