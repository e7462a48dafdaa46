//go:build linux

package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var (
	load = flag.Duration("load", 4*time.Second, "how long TestLoad dials")
	rate = flag.Int("rate", 30, "how many calls a second it begins")
)

// TestLoad dials as many contacts a second as hundreds of agents would want, and looks
// at the floor's loop meanwhile: 300 agents need 13 calls a second where a quarter of
// the contacts answers and a talk takes 90 s, and 63 where a tenth does and it takes 45.
// It is done without agents, so that the rate is what it is told to be: who answers
// hears a message. Of twenty contacts five answer and hang up, eight are busy, seven
// let it ring. `go test ./e2e -run Load -load 60s -rate 150 -v` loads for longer.
func TestLoad(t *testing.T) {
	c := startCarrier(t)
	p := prepare(t, shift{
		trunk: c.uri(""), agents: []string{"anna"}, ports: 16 * *rate, mode: "agentless", calls: 6 * *rate, rate: 2 * *rate,
		media:    "prompts = \"prompts\"",
		campaign: fmt.Sprintf("max_rate = %d\nmax_flying = %d\nagentless_message = \"offer\"", *rate, 6**rate),
	})
	if err := os.Mkdir(filepath.Join(p.dir, "prompts"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeWAV(t, filepath.Join(p.dir, "prompts", "offer.wav"), sine(600, 1))
	p.serve(t)
	alone := p.held(t)
	people := []behaviour{glances, busy, absent, busy, glances, absent, busy, absent, busy, glances, busy, absent, glances, busy, absent, busy, absent, busy, glances, absent}
	p.loadMany(t, int((*load+10*time.Second).Seconds())**rate, func(i int) string { return number(people[i%len(people)], i/len(people)%1000) })
	const dialed = `outdial_campaign_dialed_total{campaign="Autumn"}`
	before, began := p.metrics(t), time.Now()
	since(began, *load)
	after, took := p.metrics(t), time.Since(began).Seconds()
	p.setState(t, "paused")
	calls, busyFor := after[dialed]-before[dialed], after["outdial_floor_busy_seconds_total"]-before["outdial_floor_busy_seconds_total"]
	t.Logf("%.0f calls in %.1f s, %.1f a second: the floor's loop is busy %.2f %% of the time, %.0f inputs, the longest %.2f ms, %.0f wait at the end",
		calls, took, calls/took, 100*busyFor/took, after["outdial_floor_inputs_total"]-before["outdial_floor_inputs_total"], 1000*after["outdial_floor_longest_seconds"], after["outdial_floor_waiting"])
	switch want := float64(*rate) * took; {
	case calls < 0.8*want || calls > want+float64(*rate):
		t.Errorf("%.0f calls, want %.0f", calls, want)
	case busyFor > took/2:
		t.Errorf("the loop is busy for %.2f s of %.2f", busyFor, took)
	}
	open := func() float64 { return p.metrics(t)["outdial_attempts_open"] }
	for end := time.Now().Add(patience); open() > 0 && time.Now().Before(end); {
		since(time.Now(), 100*time.Millisecond)
	}
	// A BYE that nobody answers is waited for, for half a minute, by its transaction.
	left := p.held(t)
	grown := func() bool {
		return left.ports > 0 || left.goroutines > alone.goroutines+8 || left.files > alone.files+8
	}
	for end := time.Now().Add(2 * patience); grown() && time.Now().Before(end); left = p.held(t) {
		since(time.Now(), 100*time.Millisecond)
	}
	if grown() || open() > 0 {
		t.Errorf("%.0f attempts are left open\nalone: %s\nleft:  %s", open(), alone, left)
	}
}
