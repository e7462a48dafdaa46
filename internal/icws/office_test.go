package icws

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// staff are the users: everyone's password is "secret".
type staff []agent.User

func (s staff) Authenticate(ctx context.Context, id, password string) (agent.User, error) {
	u, err := s.User(ctx, id)
	if err != nil || password != "secret" {
		return agent.User{}, fault.New(fault.Unauthenticated, "wrong user or password")
	}
	return u, nil
}

func (s staff) User(_ context.Context, id string) (agent.User, error) {
	for _, u := range s {
		if strings.EqualFold(u.ID, id) {
			return u, nil
		}
	}
	return agent.User{}, fault.New(fault.NotFound, "cannot read user %s: it does not exist", id)
}

// phones are the configured stations.
type phones []agent.Station

func (p phones) Station(_ context.Context, name string) (agent.Station, error) {
	for _, s := range p {
		if strings.EqualFold(s.Name, name) {
			return s, nil
		}
	}
	return agent.Station{}, fault.New(fault.NotFound, "there is no station %s", name)
}

// office is a server over a real book and a [stage].
type office struct {
	t     *testing.T
	floor *stage
	book  *session.Book
	http  *httptest.Server
	left  chan struct{} // gets one for each event stream that the server has ended
}

// openOffice opens one; with may change how its book is kept.
func openOffice(t *testing.T, cfg Config, with ...func(*session.Config)) *office {
	t.Helper()
	floor := newStage()
	desk := session.Config{
		Floor: floor, Listen: floor.Listen, Unread: 100,
		Users: staff{
			{ID: "anna", Name: "Anna Berg", Workgroups: []string{"Sales"}, DefaultStation: "Desk7"},
			{ID: "bert", Name: "Bert Cole", LogonCampaign: true},
			{ID: "root", Name: "Root", Admin: true},
			{ID: "sara", Name: "Sara Ek", Supervisor: true, Workgroups: []string{"Sales"}},
		},
		Stations: phones{{Kind: agent.Workstation, Name: "Desk7", Target: "sip:desk7@127.0.0.1"}, {Kind: agent.Workstation, Name: "Room 2/ä", Target: "sip:room2@127.0.0.1"}, {Kind: agent.RemoteWorkstation, Name: "Home1", Target: "3175550199", Persistent: true}},
	}
	for _, change := range with {
		change(&desk)
	}
	book := session.New(desk)
	cfg.ServerName = "dialer.example.com"
	cfg.Version = "1.4.0"
	cfg.Now = func() time.Time { return floor.at }
	if err := cfg.Check(); err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, floor: floor, book: book, left: make(chan struct{}, 100)}
	h := judge(t, cfg.Prefix, New(cfg, book, floor))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		if wantsEvents(r.Header["Accept"]) {
			o.left <- struct{}{}
		}
	}))
	o.http = srv
	t.Cleanup(func() {
		book.Close(context.Background())
		srv.Close()
	})
	return o
}

// reply is an answer that was read.
type reply struct {
	*http.Response
	text string
}

// json is the body as a value.
func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.text), &v); err != nil {
		t.Fatalf("body %q: %v", r.text, err)
	}
	return v
}

// send makes a request with headers given as "Name: value".
func (o *office) send(verb, path, body string, headers ...string) reply {
	o.t.Helper()
	req, err := http.NewRequest(verb, o.http.URL+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Add(name, value)
	}
	res, err := o.http.Client().Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return reply{res, string(text)}
}

func signInBody(user, password, application string) string {
	b, _ := json.Marshal(map[string]string{"__type": icAuth, "userID": user, "password": password, "applicationName": application})
	return string(b)
}

// seat is a client that has signed in.
type seat struct {
	*office
	id, token, cookie string
	agent             agent.ID
}

func (o *office) signIn(user, application string) *seat {
	o.t.Helper()
	r := o.send("POST", "/icws/connection", signInBody(user, "secret", application), "Accept-Language: en-US")
	if r.StatusCode != http.StatusCreated {
		o.t.Fatalf("sign-in: %d %s", r.StatusCode, r.text)
	}
	return &seat{office: o, id: r.Header.Get(sessionHeader), token: r.Header.Get(tokenHeader), cookie: r.Header.Get("Set-Cookie"), agent: agent.ID{User: user, Application: application}}
}

// do makes a request of the session; path is below it.
func (c *seat) do(verb, path, body string, headers ...string) reply {
	c.t.Helper()
	return c.send(verb, "/icws/"+c.id+path, body, append(headers, "Cookie: "+c.cookie, tokenHeader+": "+c.token)...)
}

// must is do with a status that must come.
func (c *seat) must(status int, verb, path, body string) reply {
	c.t.Helper()
	r := c.do(verb, path, body)
	if r.StatusCode != status {
		c.t.Fatalf("%s %s: %d, want %d: %s", verb, path, r.StatusCode, status, r.text)
	}
	return r
}

// message is a message as a client reads it.
type message map[string]any

// kind is the last part of the message's type.
func (m message) kind() string {
	t, _ := m["__type"].(string)
	return t[strings.LastIndexByte(t, ':')+1:]
}

// listen opens an event stream and gives its messages.
func (c *seat) listen(ctx context.Context) <-chan message {
	c.t.Helper()
	req, _ := http.NewRequestWithContext(ctx, "GET", c.http.URL+"/icws/"+c.id+"/messaging/messages", nil)
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Cookie", c.cookie)
	res, err := c.http.Client().Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		c.t.Fatalf("content type %q", got)
	}
	out := make(chan message)
	go func() {
		defer close(out)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		for lines.Scan() {
			line := lines.Text()
			var m message
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				if json.Unmarshal([]byte(data), &m) != nil {
					m = message{"__type": "not json: " + data}
				}
			} else if line == ":ping" {
				m = message{"__type": "ping"}
			} else {
				continue
			}
			select {
			case out <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// hear waits for messages of these kinds, in this order and none in between.
func hear(t *testing.T, from <-chan message, kinds ...string) []message {
	t.Helper()
	var got []message
	late := time.After(10 * time.Second)
	for _, k := range kinds {
		select {
		case m, ok := <-from:
			if !ok {
				t.Fatalf("the stream ended before %s", k)
			}
			if m.kind() != k {
				t.Fatalf("heard %v, want %s", m, k)
			}
			got = append(got, m)
		case <-late:
			t.Fatalf("heard nothing of %s", k)
		}
	}
	return got
}

// poll fetches what is unread.
func (c *seat) poll() []message {
	c.t.Helper()
	r := c.send("GET", "/icws/"+c.id+"/messaging/messages", "", "Cookie: "+c.cookie)
	if r.StatusCode != 200 {
		c.t.Fatalf("poll: %d %s", r.StatusCode, r.text)
	}
	var list []message
	if err := json.Unmarshal([]byte(r.text), &list); err != nil {
		c.t.Fatal(err)
	}
	return list
}

// fetch polls, as clients do, until messages of these kinds came, and no others.
func (c *seat) fetch(kinds ...string) []message {
	c.t.Helper()
	var got []message
	for late := time.Now().Add(10 * time.Second); len(got) < len(kinds) && time.Now().Before(late); {
		got = append(got, c.poll()...)
	}
	wantKinds(c.t, got, kinds...)
	return got
}

// remote seats the client at a persistent remote number.
func (c *seat) remote() {
	c.t.Helper()
	c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"+1 (317) 555-0101","persistentConnection":true,"supportedMediaTypes":[1],"readyForInteractions":true}`)
}

func spring(preview bool) campaign.Campaign {
	c := campaign.Campaign{ID: "4E883D1E-4B03-4E89-8DA6-CE904BB64983", Name: "Spring", Workgroup: "Sales", CallerID: "+13175550000", Zone: "America/New_York",
		Dispositions: []campaign.Disposition{{Label: "Sale", Category: "Success", Code: "Sold"}, {Label: "Later", Category: "Scheduled", Code: "Scheduled"}}}
	if preview {
		c.Mode, c.AllowSkip = campaign.Preview, true
	}
	return c
}

// customer is a call of an agent.
func customer(id call.ID, a agent.ID) dialer.CallView {
	return dialer.CallView{ID: id, Agent: a, Campaign: spring(false), State: call.Connected,
		Contact: campaign.Contact{ID: 7, Number: "+13175550142", Status: campaign.InProcess, Columns: map[string]string{"FIRST_NAME": "Cleo", "LAST_NAME": "Dunn", "PLAN": "Gold"}}}
}

func kinds(list []message) []string {
	var k []string
	for _, m := range list {
		k = append(k, m.kind())
	}
	return k
}

func wantKinds(t *testing.T, list []message, want ...string) {
	t.Helper()
	if got := kinds(list); !slices.Equal(got, want) {
		t.Fatalf("messages %v, want %v", got, want)
	}
}

// golden compares JSON by meaning.
func golden(t *testing.T, got any, want string) {
	t.Helper()
	var w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("golden: %v", err)
	}
	g, _ := json.Marshal(got)
	var gv any
	json.Unmarshal(g, &gv)
	gs, _ := json.MarshalIndent(gv, "", " ")
	ws, _ := json.MarshalIndent(w, "", " ")
	if string(gs) != string(ws) {
		t.Errorf("got\n%s\nwant\n%s", gs, ws)
	}
}
