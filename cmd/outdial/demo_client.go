package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// patience is how long the demo waits for anything before it calls it failed.
const patience = 15 * time.Second

// desk is an agent's desktop of the demo: a client of ICWS that knows nothing of
// the server but its address.
type desk struct {
	base    string // http://host:port
	user    string
	http    *http.Client
	session string
	token   string
	cookie  string

	messages chan icwsMessage
	broken   chan error // why the stream of messages ended; one value
	stop     context.CancelFunc
	later    []icwsMessage // arrived, not yet asked for
}

// icwsMessage has of every message what the demo reads.
type icwsMessage struct {
	Type           string       `json:"__type"`
	BreakStatus    int          `json:"breakStatus"`
	CampaignsAdded []campaignID `json:"campaignsAdded"`
	Campaigns      []campaignID `json:"campaigns"`
	Call           *popCall     `json:"call"`
	Changed        []queuedCall `json:"interactionsChanged"`
	NewState       int          `json:"newConnectionState"`
	Reason         string       `json:"reason"`
}

type campaignID struct{ ID, Name string }

type queuedCall struct {
	ID         string            `json:"interactionId"`
	Attributes map[string]string `json:"attributes"`
}

type popCall struct {
	ID         string            `json:"interactionId"`
	Campaign   string            `json:"campaignId"`
	Attributes map[string]string `json:"attributes"`
}

// attribute finds a column; names compare without case.
func (p popCall) attribute(name string) string {
	for key, value := range p.Attributes {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

const (
	campaignsMessage  = "urn:inin.com:dialer:availableCampaignsMessage"
	breakMessage      = "urn:inin.com:dialer:breakStatusMessage"
	popMessage        = "urn:inin.com:dialer:dataPopMessage"
	logoutMessage     = "urn:inin.com:dialer:logoutGrantedMessage"
	queueMessage      = "urn:inin.com:queues:queueContentsMessage"
	connectionMessage = "urn:inin.com:connection:connectionStateChangeMessage"
)

// signIn opens a session and its stream of messages.
func signIn(ctx context.Context, base, user, password string) (*desk, error) {
	d := &desk{base: base, user: user, http: &http.Client{Transport: &http.Transport{}},
		messages: make(chan icwsMessage, 256), broken: make(chan error, 1), stop: func() {}}
	var opened struct{ SessionID, CSRFToken string }
	res, err := d.send(ctx, http.MethodPost, "/icws/connection", map[string]string{
		"__type":          "urn:inin.com:connection:icAuthConnectionRequestSettings",
		"applicationName": "outdial demo", "userID": user, "password": password,
	}, &opened)
	if err != nil {
		d.http.CloseIdleConnections()
		return nil, err
	}
	d.session, d.token = opened.SessionID, opened.CSRFToken
	d.cookie, _, _ = strings.Cut(res.Header.Get("Set-Cookie"), ";")
	if err := d.listen(ctx); err != nil {
		d.http.CloseIdleConnections()
		return nil, err
	}
	return d, nil
}

// listen opens the stream of messages; close ends it.
func (d *desk) listen(ctx context.Context) error {
	ctx, d.stop = context.WithCancel(ctx)
	req, err := d.request(ctx, http.MethodGet, d.path("messaging/messages"), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "text/event-stream")
	res, err := d.http.Do(req)
	if err != nil {
		return fmt.Errorf("opening the stream of messages: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return fmt.Errorf("opening the stream of messages: %s", res.Status)
	}
	go func() {
		defer res.Body.Close()
		d.broken <- d.read(ctx, res.Body)
	}()
	return nil
}

// read takes events off the stream (contract section 3.1): one object in each
// data line.
func (d *desk) read(ctx context.Context, body io.Reader) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, found := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		if !found {
			continue
		}
		var m icwsMessage
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("a message that is no JSON object: %w", err)
		}
		select {
		case d.messages <- m:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("the stream of messages broke: %w", err)
	}
	return errors.New("the server ended the stream of messages")
}

// expect waits for a message; what else arrives is kept for later.
func (d *desk) expect(ctx context.Context, what string, is func(icwsMessage) bool) (icwsMessage, error) {
	if i := slices.IndexFunc(d.later, is); i >= 0 {
		m := d.later[i]
		d.later = slices.Delete(d.later, i, i+1)
		return m, nil
	}
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		select {
		case m := <-d.messages:
			if m.Type == connectionMessage && m.NewState == 2 {
				return m, fmt.Errorf("waiting for %s: the session was ended: %s", what, m.Reason)
			}
			if is(m) {
				return m, nil
			}
			d.later = append(d.later, m)
		case err := <-d.broken:
			d.broken <- err
			return icwsMessage{}, fmt.Errorf("waiting for %s: %w", what, err)
		case <-timeout.C:
			return icwsMessage{}, fmt.Errorf("no %s came within %s", what, patience)
		case <-ctx.Done():
			return icwsMessage{}, context.Cause(ctx)
		}
	}
}

func (d *desk) path(resource string) string { return "/icws/" + d.session + "/" + resource }

// post, put and remove ask for a resource of the session.
func (d *desk) post(ctx context.Context, resource string, body any) error {
	_, err := d.send(ctx, http.MethodPost, d.path(resource), body, nil)
	return err
}

func (d *desk) put(ctx context.Context, resource string, body any) error {
	_, err := d.send(ctx, http.MethodPut, d.path(resource), body, nil)
	return err
}

func (d *desk) remove(ctx context.Context, resource string) error {
	_, err := d.send(ctx, http.MethodDelete, d.path(resource), nil, nil)
	return err
}

func (d *desk) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var text io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		text = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, d.base+path, text)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Language", "en-us")
	req.Header.Set("Content-Type", "application/vnd.inin.icws+JSON;charset=utf-8")
	if d.session != "" {
		req.Header.Set("ININ-ICWS-CSRF-Token", d.token)
		req.Header.Set("Cookie", d.cookie)
	}
	return req, nil
}

// send makes a request; anything but a 2xx is an error with the server's words.
func (d *desk) send(ctx context.Context, method, path string, body, into any) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := d.request(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	return fetch(d.http, req, into)
}

// fetch carries a request out and decodes the answer.
func fetch(client *http.Client, req *http.Request, into any) (*http.Response, error) {
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", req.Method, req.URL.Path, err)
	}
	if res.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s answered %s: %s", req.Method, req.URL.Path, res.Status, bytes.TrimSpace(text))
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("%s %s: %w", req.Method, req.URL.Path, err)
		}
	}
	return res, nil
}

// close ends the stream and waits for its reader; the session itself may be gone
// already.
func (d *desk) close() {
	d.stop()
	<-d.broken
	d.http.CloseIdleConnections()
}

// attemptRow is one row of GET /api/attempts. Times that have not come are empty.
type attemptRow struct {
	Call         string   `json:"call"`
	Number       string   `json:"number"`
	Outcome      string   `json:"outcome"`
	Reason       string   `json:"reason"`
	SIP          int      `json:"sip"`
	Agent        string   `json:"agent"`
	Label        string   `json:"label"`
	WrapUpCode   string   `json:"wrapUpCode"`
	ToCustomerMs *float64 `json:"toCustomerMs"`
	ToAgentMs    *float64 `json:"toAgentMs"`
}

// attempts asks the administrators' API what became of a campaign's calls.
func attempts(ctx context.Context, base, user, password, campaign string) ([]attemptRow, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/attempts?campaign="+url.QueryEscape(campaign), nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(user, password)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var rows []attemptRow
	_, err = fetch(client, req, &rows)
	return rows, err
}
