//go:build linux

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestMemoryOfStandingLines measures what an idle persistent connection costs in
// the real program, all in: HTTP session, agent, SIP dialog, RTP and RTCP sockets
// and their goroutines. `go test ./e2e -run MemoryOfStandingLines -v` prints it.
func TestMemoryOfStandingLines(t *testing.T) {
	// The first cost what all need, and what checks of their passwords leave calls the collector.
	const lines, first = 50, 6
	phones := startPhones(t)
	agents := make([]string, lines+first)
	for i := range agents {
		agents[i] = fmt.Sprintf("agent%03d", i)
	}
	p := prepare(t, shift{trunk: phones.uri(""), agents: agents})
	p.serve(t)
	for _, a := range agents[lines:] {
		begin(t, p.http, a, phones.uri(a), true)
	}
	before := p.metrics(t)
	for _, a := range agents[:lines] {
		begin(t, p.http, a, phones.uri(a), true)
	}
	after := p.metrics(t)
	if up := after["outdial_persistent_connections"]; up != lines+first {
		t.Errorf("%g lines are up, want %d", up, lines+first)
	}
	per := func(name string) float64 { return (after[name] - before[name]) / lines / 1024 }
	// What is alive: the collector, which runs seldom (ADR 44), leaves the garbage of some
	// checks of passwords in the heap.
	heap, stacks := per("go_memstats_next_gc_bytes")/2, per("go_memstats_stack_inuse_bytes")
	t.Logf("per idle line: live heap %.1f KiB, stacks %.1f KiB, goroutines %.1f; resident, with what checking passwords leaves to the collector, %.1f KiB",
		heap, stacks, per("go_goroutines")*1024, per("process_resident_memory_bytes"))
	// A check of a password that ran beside the collector may be in one of the two readings
	// and not in the other.
	if check := 19 * 1024.0 / lines; heap > check {
		heap -= check
	}
	if !raced && heap+stacks > 200 {
		t.Errorf("%.1f KiB of heap and stacks per idle line, want at most 200", heap+stacks)
	}
}

// metrics reads the program's figures that have no labels.
func (p *program) metrics(t testing.TB) map[string]float64 {
	t.Helper()
	response, err := http.Get(p.http + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	figures := make(map[string]float64)
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			figures[name] = v
		}
	}
	return figures
}
