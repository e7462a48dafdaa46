//go:build linux

package e2e

import (
	"context"
	"flag"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	soak  = flag.Duration("soak", 5*time.Second, "how long TestSoak lets the agents work")
	lines = flag.Int("lines", 10, "how many agents work in TestSoak, each with a line that stands")
)

// TestSoak lets a team work through short calls and short shifts: all the while
// somebody goes home, hangs up and is replaced. It looks at what the program holds
// once it has warmed up, each minute, and again at the end: goroutines, open files
// and media ports must not grow with the number of calls and shifts, and the lines
// of those who are there must all stand. When everybody has gone home, no port is
// left. `go test ./e2e -run Soak -soak 30m -lines 200 -timeout 50m -v` soaks for longer.
func TestSoak(t *testing.T) {
	c, phones := startCarrier(t), startPhones(t)
	agents := make([]string, *lines)
	for i := range agents {
		agents[i] = fmt.Sprintf("agent%03d", i)
	}
	p := prepare(t, shift{trunk: c.uri(""), agents: agents, ports: 6 * *lines})
	p.serve(t)
	wrapUp := max(500*time.Millisecond, time.Duration(*lines)*100*time.Millisecond)
	p.loadMany(t, 500+int(*soak/wrapUp)**lines, func(i int) string { return number(glances, i%1000) })
	alone := p.held(t)
	crews := make([]*team, len(agents))
	seats := desks(t, p, agents, phones)
	for i := range seats {
		crews[i] = work(seats[i:i+1], after(wrapUp))
	}
	before := p.rested(t)
	shifts, over := 0, time.After(*soak)
	watch, relief := time.NewTicker(time.Minute), time.NewTicker(time.Second)
	defer watch.Stop()
	defer relief.Stop()
working:
	for {
		select {
		case <-relief.C:
			i := shifts % len(agents)
			crews[i].goHome(t)
			seats[i].leave(t)
			seats[i] = begin(t, p.http, agents[i], phones.uri(agents[i]), true)
			crews[i] = work(seats[i:i+1], after(wrapUp))
			shifts++
		case <-watch.C:
			t.Logf("after %d shifts: %s", shifts, p.held(t))
		case <-over:
			break working
		}
	}
	end := p.rested(t)
	for i := range crews {
		crews[i].goHome(t)
		seats[i].leave(t)
	}
	last := p.rested(t)
	t.Logf("%d lines, %s, %d shifts, %.0f calls\nalone:  %s\nbefore: %s\nafter:  %s\nat home: %s", *lines, *soak, shifts, end.calls, alone, before, end, last)
	slack := 12 + float64(*lines)/10
	switch {
	case end.goroutines > before.goroutines+slack || last.goroutines > alone.goroutines+slack:
		t.Errorf("goroutines grew")
	case end.files > before.files+8 || last.files > alone.files+8:
		t.Errorf("open files grew")
	case end.ports != before.ports || last.ports != 0:
		t.Errorf("media ports grew")
	case before.lines != float64(*lines) || end.lines != float64(*lines) || last.lines != 0:
		t.Errorf("not all lines stand, or some are left")
	case end.calls < float64(*lines):
		t.Errorf("hardly a call was made")
	}
}

// after is a customer who is gone, and written up, after a while.
func after(wrapUp time.Duration) func(context.Context, string) error {
	return func(ctx context.Context, _ string) error {
		select {
		case <-time.After(wrapUp):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// holdings is what the program holds at one moment.
type holdings struct{ goroutines, files, ports, lines, live, heap, stacks, resident, calls float64 }

func (h holdings) String() string {
	const mega = 1 << 20
	return fmt.Sprintf("%4.0f goroutines, %4.0f files, %4.0f media ports, %3.0f lines, live heap %5.1f MiB, in use %5.1f, stacks %4.1f, resident %5.1f, %6.0f calls",
		h.goroutines, h.files, h.ports, h.lines, h.live/mega, h.heap/mega, h.stacks/mega, h.resident/mega, h.calls)
}

// held reads what the program holds now.
func (p *program) held(t testing.TB) holdings {
	t.Helper()
	m := p.metrics(t)
	h := holdings{goroutines: m["go_goroutines"], files: m["process_open_fds"], lines: m["outdial_persistent_connections"],
		// The collector means to run again when what lived has doubled.
		live: m["go_memstats_next_gc_bytes"] / 2, heap: m["go_memstats_heap_inuse_bytes"], stacks: m["go_memstats_stack_inuse_bytes"], resident: m["process_resident_memory_bytes"]}
	for name, v := range m {
		if strings.HasPrefix(name, "outdial_calls_total") {
			h.calls += v
		}
	}
	sockets, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(sockets)) {
		var slot, address, port int
		if n, _ := fmt.Sscanf(line, "%d: %X:%X", &slot, &address, &port); n == 3 && p.media.has(uint16(port)) {
			h.ports++
		}
	}
	return h
}

// rested is held with nobody on a call, once nothing has changed for two seconds but for
// what the program does by the clock: a goroutine or a file for a moment.
func (p *program) rested(t testing.TB) holdings {
	t.Helper()
	p.setState(t, "paused")
	defer p.setState(t, "on")
	h, still := p.held(t), time.Now()
	for end := time.Now().Add(patience); time.Since(still) < 2*time.Second && time.Now().Before(end); {
		since(time.Now(), 200*time.Millisecond)
		now := p.held(t)
		if math.Abs(now.goroutines-h.goroutines) > 2 || math.Abs(now.files-h.files) > 2 || now.ports != h.ports || now.calls != h.calls {
			h, still = now, time.Now()
		}
	}
	return h
}

// loadMany imports so many contacts.
func (p *program) loadMany(t testing.TB, n int, number func(i int) string) {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("id,number\n")
	for i := range n {
		fmt.Fprintf(&csv, "%d,%s\n", i, number(i))
	}
	path := filepath.Join(p.dir, "many.csv")
	if err := os.WriteFile(path, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(p.binary, "import", "contacts", "--config", "outdial.toml", "--campaign", "Autumn", "--key", "id", path)
	cmd.Dir = p.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
}

// setState switches the campaign.
func (p *program) setState(t testing.TB, state string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPut, p.http+"/api/campaigns/Autumn/state", strings.NewReader(`{"state":"`+state+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(p.boss, password(p.boss))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode/100 != 2 {
		t.Fatalf("campaign %s: %s", state, response.Status)
	}
}
