//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// desktop is an agent's application: one ICWS session over HTTP.
type desktop struct {
	client   *http.Client
	base     string // http://host:port/icws/<sessionId>
	csrf     string
	cookie   string
	user     string
	close    func() // ends the application; the session may go on
	messages *journal[message]
	popped   int // messages up to here were looked at for pops
	campaign []string
}

// message is one message of the event stream.
type message struct {
	Type string
	body json.RawMessage
}

// String is the message as it came.
func (m message) String() string { return string(m.body) }

// pop is a customer on the agent's screen.
type pop struct {
	Type        string            `json:"__type"`
	Placed      bool              `json:"callPlaced"` // of a preview
	Interaction string            `json:"interactionId"`
	Campaign    string            `json:"campaignId"`
	Attributes  map[string]string `json:"attributes"`
}

// number is what was dialed.
func (p pop) number() string { return p.Attributes["number"] }

// The message types that the tests wait for.
const (
	campaignsMessage = "urn:inin.com:dialer:availableCampaignsMessage"
	popMessage       = "urn:inin.com:dialer:dataPopMessage"
	lineMessage      = "urn:outdial:dialer:persistentConnectionMessage"
	icwsMedia        = "application/vnd.inin.icws+JSON; charset=utf-8"
)

// signIn opens a session and its event stream.
func signIn(t testing.TB, server, user string) *desktop {
	t.Helper()
	transport := &http.Transport{}
	d := &desktop{client: &http.Client{Transport: transport}, base: server + "/icws", user: user, messages: newJournal[message]()}
	var opened struct {
		SessionID string `json:"sessionId"`
		CSRF      string `json:"csrfToken"`
	}
	header, err := d.do(http.MethodPost, "/connection", http.StatusCreated, map[string]any{
		"__type":          "urn:inin.com:connection:icAuthConnectionRequestSettings",
		"applicationName": "e2e", "userID": user, "password": password(user),
	}, &opened)
	if err != nil {
		t.Fatal(err)
	}
	d.base += "/" + opened.SessionID
	d.csrf = opened.CSRF
	d.cookie, _, _ = strings.Cut(header.Get("Set-Cookie"), ";")

	ctx, cancel := context.WithCancel(context.Background())
	stream, err := d.listen(ctx)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		d.follow(stream)
	}()
	d.close = sync.OnceFunc(func() {
		cancel()
		<-read
		stream.Close()
		transport.CloseIdleConnections()
	})
	t.Cleanup(func() {
		d.close()
		if t.Failed() {
			t.Logf("%s was told last:\n%s", user, d.messages.tail(12))
		}
	})
	return d
}

// do sends one request and wants one status. in and out may be nil.
func (d *desktop) do(verb, path string, want int, in, out any) (http.Header, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	// Longer than others wait: in a soak on a busy machine a request may take a while.
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, verb, d.base+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Language", "en-us")
	request.Header.Set("Accept", icwsMedia)
	request.Header.Set("Content-Type", icwsMedia)
	d.sign(request)
	response, err := d.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	switch {
	case response.StatusCode != want:
		return nil, fmt.Errorf("%s: %s %s: %d and not %d: %s", d.user, verb, path, response.StatusCode, want, answer)
	case response.Header.Get("Content-Type") != icwsMedia:
		return nil, fmt.Errorf("%s: %s %s: media type %q", d.user, verb, path, response.Header.Get("Content-Type"))
	case out != nil:
		if err := json.Unmarshal(answer, out); err != nil {
			return nil, fmt.Errorf("%s: %s %s: %w: %s", d.user, verb, path, err, answer)
		}
	}
	return response.Header, nil
}

func (d *desktop) sign(request *http.Request) {
	if d.csrf != "" {
		request.Header.Set("ININ-ICWS-CSRF-Token", d.csrf)
		request.Header.Set("Cookie", d.cookie)
	}
}

// must is do for steps without which the test makes no sense.
func (d *desktop) must(t testing.TB, verb, path string, want int, in, out any) {
	t.Helper()
	if _, err := d.do(verb, path, want, in, out); err != nil {
		t.Fatal(err)
	}
}

// listen opens the event stream.
func (d *desktop) listen(ctx context.Context) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.base+"/messaging/messages", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/event-stream")
	d.sign(request)
	response, err := d.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("%s: event stream: %s", d.user, response.Status)
	}
	return response.Body, nil
}

// follow reads events: one object a data line.
func (d *desktop) follow(stream io.Reader) {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data:")
		if !ok {
			continue
		}
		var head struct {
			Type string `json:"__type"`
		}
		if json.Unmarshal([]byte(data), &head) == nil {
			d.messages.add(message{head.Type, json.RawMessage(data)})
		}
	}
}

// leave ends the session and the application.
func (d *desktop) leave(t testing.TB) {
	t.Helper()
	d.must(t, http.MethodDelete, "/connection", http.StatusOK, nil, nil)
	d.close()
}

// sit gives the session a remote number as its station.
func (d *desktop) sit(t testing.TB, number string, persistent bool) {
	t.Helper()
	d.must(t, http.MethodPut, "/connection/station", http.StatusOK, map[string]any{
		"__type":       "urn:inin.com:connection:remoteNumberSettings",
		"remoteNumber": number, "persistentConnection": persistent,
		"supportedMediaTypes": []int{1}, "readyForInteractions": true,
	}, nil)
}

// logIn enters the dialer and every campaign that is offered, or some by name.
func (d *desktop) logIn(t testing.TB, names ...string) {
	t.Helper()
	d.must(t, http.MethodPost, "/dialer/log-in", http.StatusOK, struct{}{}, nil)
	var offer struct {
		Added []struct {
			ID       string `json:"id"`
			Name     string `json:"name"`
			LoggedIn bool   `json:"isLoggedIn"`
		} `json:"campaignsAdded"`
		Choose bool `json:"agentHasLogonCampaignRight"`
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, m, err := d.messages.next(ctx, 0, func(m message) bool { return m.Type == campaignsMessage })
	if err != nil {
		t.Fatalf("%s was offered no campaign\n%s", d.user, d.messages.tail(10))
	}
	if err := json.Unmarshal(m.body, &offer); err != nil {
		t.Fatalf("%v: %s", err, m)
	}
	d.campaign = nil
	for _, c := range offer.Added {
		if len(names) > 0 && !slices.Contains(names, c.Name) {
			continue
		}
		if offer.Choose && !c.LoggedIn {
			d.must(t, http.MethodPost, "/dialer/log-in", http.StatusOK, map[string]string{"campaignId": c.ID}, nil)
		}
		d.campaign = append(d.campaign, c.ID)
	}
	if len(d.campaign) == 0 {
		t.Fatalf("%s was offered no campaign: %s", d.user, m)
	}
}

// establish asks for the persistent connection; it says nothing about success.
func (d *desktop) establish(t testing.TB) {
	t.Helper()
	d.must(t, http.MethodPost, "/dialer/establish-persistent-connection", http.StatusAccepted, nil, nil)
}

// line is what the server says of the leg to the agent's phone.
type line struct {
	State       string `json:"state"` // none, dialing, verifying, up, lost
	Faded       bool   `json:"faded"`
	Attempts    int    `json:"attempts"`
	LastFailure struct {
		Reason    string `json:"reason"`
		SIPStatus int    `json:"sipStatus"`
	} `json:"lastFailure"`
	Refusal string   `json:"refusal"`
	Test    lineTest `json:"test"`
}

// line reads the state of the agent's line.
func (d *desktop) line(t testing.TB) line {
	t.Helper()
	var l line
	d.must(t, http.MethodGet, "/dialer/persistent-connection", http.StatusOK, nil, &l)
	return l
}

// watchLine subscribes to the state of the agent's line.
func (d *desktop) watchLine(t testing.TB) {
	t.Helper()
	d.must(t, http.MethodPut, "/messaging/subscriptions/dialer/persistent-connection", http.StatusOK, nil, nil)
}

// awaitLine waits, from a place in the messages on, until the agent's line is in
// one of some states; it gives the place after.
func (d *desktop) awaitLine(t testing.TB, from int, states ...string) int {
	t.Helper()
	return d.awaitLineTo(t, from, strings.Join(states, " or "), func(l line) bool { return slices.Contains(states, l.State) })
}

// awaitLineTo waits until the agent's line is as it should be.
func (d *desktop) awaitLineTo(t testing.TB, from int, be string, is func(line) bool) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	next, _, err := d.messages.next(ctx, from, func(m message) bool {
		var told struct {
			Line line `json:"persistentConnection"`
		}
		return m.Type == lineMessage && json.Unmarshal(m.body, &told) == nil && is(told.Line)
	})
	if err != nil {
		t.Fatalf("%s's line never was %s\n%s", d.user, be, d.messages.tail(12))
	}
	return next
}

// ready says that calls may come, and takes the status for it.
func (d *desktop) ready(t testing.TB) {
	t.Helper()
	d.must(t, http.MethodPost, "/dialer/ready-for-calls", http.StatusOK, map[string]any{"campaignIds": d.campaign}, nil)
	if err := d.available(); err != nil {
		t.Fatal(err)
	}
}

// available takes the status in which calls come.
func (d *desktop) available() error {
	_, err := d.do(http.MethodPut, "/status/user-statuses/"+d.user, http.StatusAccepted, map[string]string{"statusId": "Available"}, nil)
	return err
}

// nextPop waits for the next customer.
func (d *desktop) nextPop(ctx context.Context) (pop, error) {
	next, m, err := d.messages.next(ctx, d.popped, func(m message) bool { return m.Type == popMessage })
	d.popped = next
	if err != nil {
		return pop{}, fmt.Errorf("%s gets no customer: %w", d.user, err)
	}
	var body struct {
		Call pop `json:"call"`
	}
	if err := json.Unmarshal(m.body, &body); err != nil {
		return pop{}, fmt.Errorf("%w: %s", err, m)
	}
	return body.Call, nil
}

// mustPop waits for the next customer, with patience.
func (d *desktop) mustPop(t testing.TB) pop {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	p, err := d.nextPop(ctx)
	if err != nil {
		t.Fatalf("%v\n%s", err, d.messages.tail(12))
	}
	return p
}

// dispose says what became of the last customer.
func (d *desktop) dispose(label string) error {
	_, err := d.do(http.MethodPost, "/dialer/disposition", http.StatusOK, map[string]string{"label": label}, nil)
	return err
}

// hangUp ends the customer's call. A customer who is gone already is no error.
func (d *desktop) hangUp(p pop) error {
	_, err := d.do(http.MethodPost, "/interactions/"+p.Interaction+"/disconnect", http.StatusOK, nil, nil)
	if err != nil && strings.Contains(err.Error(), "404") {
		return nil
	}
	return err
}

// finish ends the call, disposes it and is there for the next one.
func (d *desktop) finish(p pop, label string) error {
	if err := d.hangUp(p); err != nil {
		return err
	}
	if err := d.dispose(label); err != nil {
		return err
	}
	return d.available()
}

// begin takes an agent from nothing to waiting for calls. With persistent, the
// phone has been called and answered when it returns.
func begin(t testing.TB, server, user, number string, persistent bool) *desktop {
	t.Helper()
	d := signIn(t, server, user)
	d.watchLine(t)
	d.sit(t, number, persistent)
	d.logIn(t)
	d.establish(t)
	if persistent {
		d.awaitLine(t, 0, "up")
	}
	d.ready(t)
	return d
}

// password is that of every user of these tests.
func password(user string) string { return user + "-secret" }

// since waits at least so long after a time; the peers' own pace, not a guess at
// the program's.
func since(at time.Time, wait time.Duration) { <-time.After(time.Until(at.Add(wait))) }
