//go:build linux

package e2e

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var soak = flag.Duration("soak", 8*time.Second, "how long TestSoak lets the agents work")

// TestSoak lets a team work through short calls, and looks at what the program
// holds once it has warmed up and again at the end: goroutines and open files must
// not grow with the number of calls, and the agents' lines must all still stand.
// `go test ./e2e -run Soak -soak 10m -timeout 15m -v` soaks for longer.
func TestSoak(t *testing.T) {
	const members = 10
	c, phones := startCarrier(t), startPhones(t)
	agents := make([]string, members)
	for i := range agents {
		agents[i] = fmt.Sprintf("agent%02d", i)
	}
	p := prepare(t, shift{trunk: c.uri(""), agents: agents})
	p.serve(t)
	p.loadMany(t, 500+int(*soak/time.Second)*members*3)
	crew := work(desks(t, p, agents, phones), func(ctx context.Context, _ string) error {
		select {
		case <-time.After(300 * time.Millisecond): // the customer has glanced
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	warm := time.After(3 * time.Second)
	<-warm
	rested := func() map[string]float64 { // nobody on a call, ports given back
		t.Helper()
		p.setState(t, "paused")
		<-time.After(7 * time.Second)
		m := p.metrics(t)
		p.setState(t, "on")
		return m
	}
	before := rested()
	<-time.After(*soak)
	after := rested()
	crew.goHome(t)

	rows := 0
	for name, v := range after {
		if strings.HasPrefix(name, "outdial_calls_total") {
			rows += int(v)
		}
	}
	show := func(name string) (from, to float64) {
		t.Logf("%-32s %14.0f  %14.0f", name, before[name], after[name])
		return before[name], after[name]
	}
	t.Logf("%d calls; before and after %s of work:", rows, *soak)
	show("process_resident_memory_bytes")
	show("go_memstats_heap_inuse_bytes")
	show("go_memstats_heap_objects")
	for name, slack := range map[string]float64{"go_goroutines": 12, "process_open_fds": 8} {
		if from, to := show(name); to > from+slack {
			t.Errorf("%s grew from %.0f to %.0f", name, from, to)
		}
	}
	if from, to := show("outdial_persistent_connections"); from != members || to != members {
		t.Errorf("%.0f, then %.0f lines stand, not %d", from, to, members)
	}
	if rows < members {
		t.Errorf("only %d calls were made", rows)
	}
}

// loadMany imports so many contacts, who share a thousand numbers between them.
func (p *program) loadMany(t testing.TB, n int) {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("id,number\n")
	for i := range n {
		fmt.Fprintf(&csv, "%d,%s\n", i, number(glances, i%1000))
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
