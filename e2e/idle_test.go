//go:build linux

package e2e

import (
	"flag"
	"fmt"
	"net/http"
	"testing"
	"time"
)

var stands = flag.Duration("parked", time.Second, "how long the line of TestAParkedPhone stands before a customer comes")

// parkedPhone is a phone that stands at a station, and what it is sent there while
// nobody speaks to it.
type parkedPhone struct {
	uri   string
	port  int
	media span
	idle  string // the station's setting
	kind  uint8  // payload type of what it is sent
	size  int    // and its bytes
	every time.Duration
}

// TestAParkedPhoneIsSentComfortNoise has an agent on sipp, which takes it as answers go;
// what it is sent tshark reads.
func TestAParkedPhoneIsSentComfortNoise(t *testing.T) {
	t.Parallel()
	anna := startScenario(t, here, "phone", "quiet.xml", freePort(t), map[string][]int16{"tone": sine(agentTone, 1)})
	w := park(t, parkedPhone{anna.uri("anna"), anna.port, anna.media, "noise", 13, 1, 5 * time.Second})
	for _, row := range w.fields(t, "rtp.p_type == 13", "rtp.marker", "rtp.payload") {
		if row[0] != "False" && row[0] != "0" || row[1] != "46" {
			t.Errorf("comfort noise with marker %s: %s", row[0], row[1])
		}
	}
}

// TestAParkedPhoneIsKeptAlive has an agent on baresip, with one port for RTP and one for RTCP.
func TestAParkedPhoneIsKeptAlive(t *testing.T) {
	t.Parallel()
	anna := startPhone(t, atOnce)
	park(t, parkedPhone{anna.uri(), anna.port, anna.media, "keepalive", 127, 0, 15 * time.Second})
	if n := anna.calls(); n != 1 {
		t.Errorf("the phone took %d calls, not one that stands", n)
	}
}

// park lets a line stand, connects it to a customer, and lets it stand again. The phone
// is sent a packet now and then, voice begins at once, agent and customer hear each
// other, and for the phone it is one stream whose time goes on.
// `go test ./e2e -run AParkedPhone -parked 40s -v` lets it stand for longer.
func park(t *testing.T, phone parkedPhone) *wire {
	t.Helper()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}, more: fmt.Sprintf(`
[[station]]
name = "anna's"
kind = "remote"
address = %q
persistent = true
idle = %q
`, phone.uri, phone.idle)})
	w := watch(t, []int{c.port, p.sip, phone.port}, p.media)
	p.serve(t)
	desk := begin(t, p.http, "anna", phone.uri, true)
	stood := time.Now()
	since(stood, *stands)
	p.load(t, number(talks, 1))
	customer := desk.mustPop(t)
	w.awaitTone(t, "the customer's voice at the agent", customerTone, 25, phone.media.to)
	w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, c.media.to)
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	p.awaitClosed(t, customer.number())
	since(time.Now(), 500*time.Millisecond)
	if l := desk.line(t); l.State != "up" || l.Faded {
		t.Errorf("the line is %+v", l)
	}
	desk.must(t, http.MethodDelete, "/connection/station", http.StatusOK, nil, nil)
	w.stop(t)
	if n := len(w.requests(t, "INVITE", phone.port)); n != 1 {
		t.Errorf("the phone saw %d INVITEs", n)
	}
	w.wellFormed(t)
	phone.judge(t, w.stream(phone.media.to))
	return w
}

// judge looks at what the phone was sent.
func (p parkedPhone) judge(t *testing.T, stream []rtp) {
	t.Helper()
	var pauses, voice int
	for i, r := range stream {
		switch {
		case r.kind == p.kind && len(r.audio) == p.size:
			pauses++
		case r.kind != 0:
			t.Errorf("packet %d has type %d and %d bytes", i, r.kind, len(r.audio))
		default:
			voice++
		}
		if i == 0 {
			continue
		}
		gone, shown := r.at.Sub(stream[i-1].at), time.Duration(r.timestamp-stream[i-1].timestamp)*time.Second/sampleRate
		if r.seq != stream[i-1].seq+1 || r.ssrc != stream[0].ssrc || gone > p.every+time.Second {
			t.Errorf("packet %d has number %d after %d, and comes %v later", i, r.seq, stream[i-1].seq, gone)
		}
		if (shown - gone).Abs() > 300*time.Millisecond {
			t.Errorf("packet %d comes %v later and says %v", i, gone, shown)
		}
	}
	// At the beginning, after the welcome and after the customer.
	if least := int(*stands / p.every); pauses < least+2 || pauses > least+5 || voice < 25 {
		t.Errorf("%d packets for pauses, %d of voice", pauses, voice)
	}
	t.Logf("%d packets for pauses and %d of voice", pauses, voice)
}
