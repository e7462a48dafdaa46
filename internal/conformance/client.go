package conformance

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	sessionHeader = "ININ-ICWS-Session-ID"
	tokenHeader   = "ININ-ICWS-CSRF-Token"
	// answerLimit is more than any answer of a server in its right mind.
	answerLimit = 8 << 20
	// shown is how much of a body a trace keeps.
	shown = 1500
)

// question is one request to be made. Its path is below /icws; {session} and
// {user} in it stand for those of the session that asks.
type question struct {
	verb, path, body string
	headers          map[string]string // in place of the usual; "" leaves one out
}

func get(path string) question        { return question{verb: http.MethodGet, path: path} }
func remove(path string) question     { return question{verb: http.MethodDelete, path: path} }
func put(path, body string) question  { return question{verb: http.MethodPut, path: path, body: body} }
func post(path, body string) question { return question{verb: http.MethodPost, path: path, body: body} }

// with is the question with another header.
func (q question) with(name, value string) question {
	q.headers = maps.Clone(q.headers)
	if q.headers == nil {
		q.headers = map[string]string{}
	}
	q.headers[name] = value
	return q
}

// without is the question without a header that it would have.
func (q question) without(name string) question { return q.with(name, "") }

// object is a JSON object to be sent.
type object map[string]any

func (o object) String() string { return brief(map[string]any(o)) }

// answer is what came back.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	json    any   // the body, with numbers as json.Number
	notJSON error // why there is none; an empty body is none
}

// property finds a value in the answer's body: "call.campaignId".
func (a *answer) property(path string) any { return find(a.json, path) }

// find follows a path of property names; what is not there is nil.
func find(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		values, _ := v.(map[string]any)
		v = values[name]
	}
	return v
}

// text is a string at a path, or "".
func text(v any, path string) string {
	s, _ := find(v, path).(string)
	return s
}

// exchange is one request and its answer, each as its head and its body.
type exchange struct{ sent, received [2]string }

// client makes requests and keeps a trace of them. The visit's goroutine owns it.
type client struct {
	base    string
	http    *http.Client
	timeout time.Duration
	origin  string // of the page that asks, if one does
	secrets []string
	trace   []exchange
}

// newClient checks the address.
func newClient(address string, timeout time.Duration, insecure bool) (*client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is no address of a server: it must be like http://host:8018", address)
	}
	base := strings.TrimSuffix(strings.TrimRight(u.Scheme+"://"+u.Host+u.EscapedPath(), "/"), "/icws")
	transport := &http.Transport{
		Proxy:              http.ProxyFromEnvironment,
		TLSClientConfig:    &tls.Config{InsecureSkipVerify: insecure},
		DisableCompression: true,
	}
	return &client{base: base, timeout: timeout, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// hide keeps a secret out of every trace, before and after, also in the forms in
// which a server may send it back: escaped for JSON, once or within JSON, or for
// an address.
func (c *client) hide(secret string) {
	if secret == "" {
		return
	}
	once := escaped(secret)
	for _, form := range []string{escaped(once), once, url.QueryEscape(secret), url.PathEscape(secret), secret} {
		if !slices.Contains(c.secrets, form) {
			c.secrets = append(c.secrets, form)
		}
	}
	slices.SortStableFunc(c.secrets, func(a, b string) int { return len(b) - len(a) })
}

func escaped(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return text // a text is always JSON
	}
	return b.String()[1 : b.Len()-2]
}

// blot takes the secrets out of a text.
func (c *client) blot(text string) string {
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// request makes a question a request of a session, which may be nil.
func (c *client) request(ctx context.Context, s *session, q question) (*http.Request, error) {
	path := q.path
	if s != nil {
		path = strings.ReplaceAll(path, "{session}", s.id)
		path = strings.ReplaceAll(path, "{user}", url.PathEscape(s.user))
	}
	var body io.Reader
	if q.body != "" {
		body = strings.NewReader(q.body)
	}
	req, err := http.NewRequestWithContext(ctx, q.verb, c.base+"/icws"+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "outdial-conformance")
	if q.body != "" {
		req.Header.Set("Content-Type", "application/vnd.inin.icws+JSON;charset=utf-8")
	}
	if s != nil {
		req.Header.Set(tokenHeader, s.token)
		req.Header.Set("Cookie", s.cookie)
	}
	if c.origin != "" {
		req.Header.Set("Origin", c.origin)
	}
	for name, value := range q.headers {
		if value == "" {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, value)
		}
	}
	return req, nil
}

// ask makes a request and reads the answer. An error means that there was none.
func (c *client) ask(ctx context.Context, s *session, q question) (*answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, fmt.Errorf("no answer within %s", c.timeout))
	defer cancel()
	req, err := c.request(ctx, s, q)
	if err != nil {
		return nil, err
	}
	x := exchange{sent: [2]string{req.Method + " " + req.URL.RequestURI() + "\n" + headerLines(req.Header), q.body}}
	defer func() { c.trace = append(c.trace, x) }()
	res, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%s %s: %w", q.verb, q.path, context.Cause(ctx))
		}
		x.received[0] = err.Error()
		return nil, err
	}
	defer res.Body.Close()
	a := &answer{status: res.StatusCode, header: res.Header}
	a.body, err = io.ReadAll(io.LimitReader(res.Body, answerLimit))
	x.received = [2]string{res.Status + "\n" + headerLines(res.Header), string(a.body)}
	if err != nil {
		return nil, fmt.Errorf("%s %s: the answer broke off: %w", q.verb, q.path, err)
	}
	a.json, a.notJSON = parse(a.body)
	return a, nil
}

// parse reads one JSON value and nothing after it.
func parse(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("something follows the JSON value")
	}
	return v, nil
}

func headerLines(h http.Header) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	return b.String()
}

// takeTrace gives the exchanges since the last time as texts. Secrets are blotted
// out before anything is cut, so that no half of one is left.
func (c *client) takeTrace() []string {
	var out []string
	for _, x := range c.trace {
		out = append(out, "> "+c.part(x.sent), "< "+c.part(x.received))
	}
	c.trace = nil
	return out
}

func (c *client) part(p [2]string) string { return c.blot(p[0]) + short(c.blot(p[1]), shown) }
