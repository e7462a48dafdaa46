//go:build linux

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestTheKernelCarriesACall: an agent on a standing line and a customer, in a call that is
// recorded and that the kernel carries both ways once it has settled. It is heard, its
// recording has each on its side, its figures are those of the wire, and with the call the
// kernel's part in it ends.
func TestTheKernelCarriesACall(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("programs can be loaded into the kernel by root only: run this test as root")
	}
	c := startCarrier(t)
	anna := startPhone(t, atOnce)
	p := prepare(t, shift{
		trunk: c.uri(""), agents: []string{"anna"}, campaign: "record = \"all\"\n",
		media: "kernel = \"require\"\nrecordings = \"recordings\"\n",
	})
	if err := os.Mkdir(filepath.Join(p.dir, "recordings"), 0o700); err != nil {
		t.Fatal(err)
	}
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	desk := begin(t, p.http, "anna", anna.uri(), true)
	p.load(t, number(talks, 1))
	customer := desk.mustPop(t)

	p.awaitFigure(t, "two directions in the kernel", `outdial_bridged_legs{by="kernel"}`, 2)
	before := p.metrics(t)
	since(time.Now(), 1500*time.Millisecond)
	after := p.metrics(t)
	passed := func(by string) float64 {
		name := `outdial_forwarded_packets_total{by="` + by + `"}`
		return after[name] - before[name]
	}
	if passed("kernel") < 120 || passed("outdial") > 30 || after["outdial_kernel_missed_packets_total"] > 0 {
		t.Errorf("within 1.5 s the kernel forwarded %g packets, and the program %g", passed("kernel"), passed("outdial"))
	}
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	c.awaitCall(t, "BYE", customer.number())
	p.awaitFigure(t, "nothing in the kernel", `outdial_bridged_legs{by="kernel"}`, 0)
	w.stop(t)
	w.wellFormed(t)

	said := len(w.stream(func(k packet) bool { return c.media.has(k.from.Port()) }))
	if a := p.awaitClosed(t, customer.number()); a.Media.Received != said || a.Media.Lost != 0 || a.Media.Sent < 75 {
		t.Errorf("the customer said %d packets; counted are %+v", said, a.Media)
	}
	p.await(t, "recording=")
	r := p.recordingOf(t, customer.Interaction)
	left, right := stereo(t, filepath.Join(p.dir, "recordings", r.Path))
	continuous(t, "the left channel", left, agentTone)
	continuous(t, "the right channel", right, customerTone)
	desk.leave(t)
	anna.switchOff()
	continuous(t, "the agent's phone", anna.heard(t)[0], customerTone)
}

// awaitFigure waits until a figure of the program is as it should be.
func (p *program) awaitFigure(t *testing.T, what, name string, want float64) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for p.metrics(t)[name] != want {
		if time.Now().After(deadline) {
			t.Fatalf("never so: %s", what)
		}
		since(time.Now(), 50*time.Millisecond)
	}
}

// continuous holds that a voice is heard for 1.5 s and more, with hardly a gap from its
// first frame to its last.
func continuous(t *testing.T, where string, pcm []int16, hertz float64) {
	t.Helper()
	first, last, heard, at := -1, -1, 0, 0
	for step := range slices.Chunk(pcm, sampleRate/50) {
		if hears(step, hertz) {
			if first < 0 {
				first = at
			}
			last, heard = at, heard+1
		}
		at++
	}
	if heard < 75 || last-first+1-heard > 4 {
		t.Errorf("%s has %d frames of its voice between the frames %d and %d", where, heard, first, last)
	}
}
