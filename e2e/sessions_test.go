//go:build linux

package e2e

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var sessions = flag.Int("sessions", 50, "how many sessions poll, and how many follow an event stream, in TestSessionsAtOnce")

// TestSessionsAtOnce: as many desktops that poll each second as desktops on event
// streams, on the real program. Somebody's status changes once a second, and all of
// them are told. Fifty more follow one whose status changes twenty times a second
// and is long: first they read it, then they are dead, streams that nobody reads
// and that have more to say than a socket holds. That harms nobody else.
//
//	go test ./e2e -run SessionsAtOnce -sessions 1000 -v
//
// prints latencies and what a session costs.
func TestSessionsAtOnce(t *testing.T) {
	const users = 20
	agents := []string{"boss", "noise"}
	for i := range users {
		agents = append(agents, fmt.Sprintf("agent%03d", i))
	}
	phones := startPhones(t)
	p := prepare(t, shift{trunk: phones.uri(""), agents: agents})
	p.serve(t)
	c := &crowd{server: p.http, transport: &http.Transport{MaxIdleConnsPerHost: 3 * *sessions}}
	t.Cleanup(c.transport.CloseIdleConnections)
	boss, noise := signIn(t, p.http, "boss"), signIn(t, p.http, "noise")

	late := machine(t)
	before := p.collected(t)
	began := time.Now()
	c.gather(t, *sessions, agents[2:])
	took := time.Since(began)
	after := p.collected(t)
	per := func(name string) float64 { return (after[name] - before[name]) / float64(2**sessions) / 1024 }
	t.Logf("%d sessions signed in in %v; per session: live heap %.1f KiB, stacks %.1f KiB, goroutines %.1f",
		2**sessions, took.Round(time.Millisecond), per("go_memstats_next_gc_bytes")/2, per("go_memstats_stack_inuse_bytes"), per("go_goroutines")*1024)

	length := 4 * time.Second
	if *sessions > 100 {
		length = 15 * time.Second
	}
	hush := c.shout(t, noise)
	quit := c.join(t, agents[2], true)
	beside := c.live(t, boss, length)
	t.Logf("beside 50 live readers: %s", beside)
	quit()
	quit = c.join(t, agents[2], false)
	dead := c.live(t, boss, length)
	t.Logf("beside 50 dead readers: %s", dead)
	hush()
	quit()

	slack := max(50*time.Millisecond, latencies(late()).quantile(0.999))
	for _, pair := range []struct {
		what       string
		live, dead latencies
	}{{"polls", beside.polls, dead.polls}, {"events", beside.events, dead.events}} {
		if len(pair.live) == 0 || len(pair.dead) == 0 {
			t.Errorf("%s: none at all", pair.what)
			continue
		}
		if l, d := pair.live.quantile(0.99), pair.dead.quantile(0.99); !raced && d > 2*l+slack {
			t.Errorf("%s: p99 %v beside live readers and %v beside dead ones", pair.what, l, d)
		}
	}
	if n := beside.failed + dead.failed; n > 0 {
		t.Errorf("%d requests failed, the first: %v", n, c.failure.Load())
	}
	if lost := beside.lost + dead.lost; lost > 0 {
		t.Errorf("of %d events %d did not arrive", *sessions*len(c.sent), lost)
	}
}

// collected reads the program's figures just after its collector has run twice, so
// that they tell what is alive.
func (p *program) collected(t testing.TB) map[string]float64 {
	t.Helper()
	const cycles = "go_gc_duration_seconds_count"
	figures := p.metrics(t)
	for first := figures[cycles]; figures[cycles] < first+2; {
		figures = p.metrics(t)
	}
	return figures
}

// crowd is many desktops, without the comfort of [desktop]: each costs the test as
// little as it can.
type crowd struct {
	server    string
	transport *http.Transport
	pollers   []*guest
	streams   []*guest
	failure   atomic.Value

	mu   sync.Mutex  // guards what follows
	sent []time.Time // when each status of the boss was asked for
	seen []int       // how many streams were told of each
	got  latencies   // of events
}

// guest is one session.
type guest struct{ base, token, cookie string }

// gather signs in n pollers and n streams, four at a time, and subscribes all of
// them to the status of the boss.
func (c *crowd) gather(t *testing.T, n int, users []string) {
	t.Helper()
	var work sync.WaitGroup
	guests := make([]*guest, 2*n)
	for w := range 4 {
		work.Go(func() {
			for i := w; i < len(guests); i += 4 {
				g, err := c.enter(users[i%len(users)], "boss")
				if err != nil {
					c.failure.CompareAndSwap(nil, err.Error())
					return
				}
				guests[i] = g
			}
		})
	}
	work.Wait()
	if why := c.failure.Load(); why != nil {
		t.Fatalf("signing in: %v", why)
	}
	c.pollers, c.streams = guests[:n], guests[n:]
	ctx, cancel := context.WithCancel(context.Background())
	var reading sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		reading.Wait()
	})
	for _, g := range c.streams {
		body, err := c.open(ctx, g)
		if err != nil {
			t.Fatal(err)
		}
		reading.Go(func() {
			defer body.Close()
			c.follow(body)
		})
	}
}

// enter opens a session that follows the status of a user.
func (c *crowd) enter(user, of string) (*guest, error) {
	g := &guest{base: c.server + "/icws"}
	header, _, err := c.request(g, "POST", "/connection", fmt.Sprintf(
		`{"__type":"urn:inin.com:connection:icAuthConnectionRequestSettings","applicationName":"crowd","userID":%q,"password":%q}`, user, password(user)))
	if err != nil {
		return nil, err
	}
	g.base += "/" + header.Get("ININ-ICWS-Session-ID")
	g.token = header.Get("ININ-ICWS-CSRF-Token")
	g.cookie, _, _ = strings.Cut(header.Get("Set-Cookie"), ";")
	_, _, err = c.request(g, "PUT", "/messaging/subscriptions/status/user-statuses", fmt.Sprintf(`{"userIds":[%q],"userStatusProperties":["notes"]}`, of))
	return g, err
}

func (c *crowd) request(g *guest, verb, path, body string) (http.Header, []byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, verb, g.base+path, strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Accept-Language", "en-us")
	if g.token != "" {
		r.Header.Set("ININ-ICWS-CSRF-Token", g.token)
		r.Header.Set("Cookie", g.cookie)
	}
	response, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %s", verb, path, response.Status, answer)
	}
	return response.Header, answer, err
}

// open opens an event stream.
func (c *crowd) open(ctx context.Context, g *guest) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", g.base+"/messaging/messages", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Cookie", g.cookie)
	response, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// follow reads an event stream and takes the time of each status of the boss,
// whose notes hold its number.
func (c *crowd) follow(stream io.Reader) {
	room := make([]byte, 4096)
	rest := ""
	for {
		n, err := stream.Read(room)
		if err != nil {
			return
		}
		now := time.Now()
		lines := strings.Split(rest+string(room[:n]), "\n")
		rest = lines[len(lines)-1]
		for _, line := range lines[:len(lines)-1] {
			_, after, ok := strings.Cut(line, `"notes":"number `)
			var number int
			if _, err := fmt.Sscanf(after, "%d", &number); ok && err == nil {
				c.note(number, now)
			}
		}
	}
}

func (c *crowd) note(number int, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if number < len(c.sent) {
		c.seen[number]++
		c.got = append(c.got, now.Sub(c.sent[number]))
	}
}

// join adds fifty sessions that follow the status of the noisy one on event
// streams, which are read or not.
func (c *crowd) join(t *testing.T, user string, read bool) (quit func()) {
	t.Helper()
	var conns []net.Conn
	var reading sync.WaitGroup
	for range 50 {
		g, err := c.enter(user, "noise")
		if err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(g.base)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", at.Host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conns = append(conns, conn)
		if read {
			reading.Go(func() { _, _ = io.Copy(io.Discard, conn) })
		} else if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s/messaging/messages HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nCookie: %s\r\n\r\n", at.Path, at.Host, g.cookie)
	}
	return func() {
		for _, conn := range conns {
			conn.Close()
		}
		reading.Wait()
	}
}

// shout lets the noisy one change the notes of his status twenty times a second.
func (c *crowd) shout(t *testing.T, noise *desktop) (stop func()) {
	t.Helper()
	end, over := make(chan struct{}), make(chan struct{})
	notes := strings.Repeat("loud ", 1600)
	go func() {
		defer close(over)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-end:
				return
			case <-tick.C:
			}
			if _, err := noise.do("PUT", "/status/user-statuses/noise", http.StatusAccepted, map[string]string{"statusId": "Available", "notes": fmt.Sprint(i, notes)}, nil); err != nil {
				c.failure.CompareAndSwap(nil, err.Error())
			}
		}
	}()
	return func() {
		close(end)
		<-over
	}
}

// outcome is what a stretch of life showed.
type outcome struct {
	polls, events latencies
	failed, lost  int
}

func (o outcome) String() string {
	return fmt.Sprintf("polls %s; events %s; failed %d, events lost %d", o.polls, o.events, o.failed, o.lost)
}

// live lets everybody live for a while: pollers poll, each at its own point of the
// second, and the boss changes his status once a second.
func (c *crowd) live(t *testing.T, boss *desktop, length time.Duration) outcome {
	t.Helper()
	c.mu.Lock()
	first := len(c.sent)
	c.got = nil
	c.mu.Unlock()
	end := time.Now().Add(length)
	var out outcome
	var mu sync.Mutex
	var living sync.WaitGroup
	for i, g := range c.pollers {
		living.Go(func() {
			next := time.Now().Add(time.Duration(i) * time.Second / time.Duration(len(c.pollers)))
			for next.Before(end) {
				<-time.After(time.Until(next))
				began := time.Now()
				_, _, err := c.request(g, "GET", "/messaging/messages", "")
				took := time.Since(began)
				mu.Lock()
				out.polls = append(out.polls, took)
				if err != nil {
					out.failed++
					c.failure.CompareAndSwap(nil, err.Error())
				}
				mu.Unlock()
				next = next.Add(time.Second)
			}
		})
	}
	for next := time.Now(); next.Before(end.Add(-time.Second)); next = next.Add(time.Second) {
		<-time.After(time.Until(next))
		c.mu.Lock()
		notes := fmt.Sprintf("number %d", len(c.sent))
		c.sent, c.seen = append(c.sent, time.Now()), append(c.seen, 0)
		c.mu.Unlock()
		boss.must(t, "PUT", "/status/user-statuses/boss", http.StatusAccepted, map[string]string{"statusId": "Available", "notes": notes}, nil)
	}
	living.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	out.events = c.got
	for _, n := range c.seen[first:] {
		out.lost += len(c.streams) - n
	}
	return out
}

// latencies are what something took, each time.
type latencies []time.Duration

// quantile is the latency that a part of them does not exceed.
func (l latencies) quantile(part float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(l))
	return sorted[int(part*float64(len(sorted)-1))]
}

func (l latencies) String() string {
	return fmt.Sprintf("%d times, p50 %.2f ms, p99 %.2f ms, most %.2f ms", len(l), ms(l.quantile(0.5)), ms(l.quantile(0.99)), ms(l.quantile(1)))
}
