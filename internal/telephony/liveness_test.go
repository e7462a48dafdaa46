package telephony

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// watchful asks after a moment of silence.
func watchful() Config {
	return Config{Quiet: 200 * time.Millisecond, pace: pace{
		fade: 150 * time.Millisecond, probe: 600 * time.Millisecond, glance: 20 * time.Millisecond, farewell: 100 * time.Millisecond,
	}}
}

// life is what a leg of these tests reports.
func life(between ...call.Step) []call.Step {
	return append(append([]call.Step{call.Ringing, call.Answered}, between...), call.Ended)
}

// over ends a leg, whatever it asks meanwhile, and checks its life.
func (b *bench) over(p *peer, leg call.LegID, want []call.Step) {
	b.t.Helper()
	b.HangUp(leg, call.Cause{})
	m := p.expect("")
	for m.method() != "BYE" {
		m = p.expect("")
	}
	p.reply(m, "200 OK", "", "")
	b.await(leg, call.Ended)
	if got := b.reported(leg); !slices.Equal(got, want) {
		b.t.Errorf("reports %v, want %v", got, want)
	}
}

// TestASilentFarEndThatAnswersStays: whatever it says, somebody is there.
func TestASilentFarEndThatAnswersStays(t *testing.T) {
	cfg := watchful()
	cfg.Quiet, cfg.pace.fade, cfg.pace.probe = 50*time.Millisecond, time.Second, 2*time.Second
	b, p := openBench(t, cfg), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	var answered time.Time
	for n := range 30 {
		options := p.expect("OPTIONS")
		if pause := time.Since(answered); pause < cfg.Quiet {
			t.Errorf("asked again %v after the answer", pause)
		}
		answered = time.Now()
		p.reply(options, []string{"200 OK", "405 Method Not Allowed", "503 Service Unavailable"}[n%3], "far", "")
	}
	b.over(p, leg, life())
}

// TestADeadFarEndFadesAndIsGone: by the usual times it has faded within 2 s of its
// last packet. What is measured has room for a machine that is busy.
func TestADeadFarEndFadesAndIsGone(t *testing.T) {
	t.Parallel()
	for _, usual := range []bool{false, true} {
		t.Run(fmt.Sprintf("usual times %t", usual), func(t *testing.T) {
			cfg, bound := watchful(), 600*time.Millisecond
			if usual {
				full, err := Config{}.withDefaults()
				if err != nil || full.Quiet+full.pace.fade >= 2*time.Second {
					t.Fatalf("asked after %v, faded %v later, %v", full.Quiet, full.pace.fade, err)
				}
				cfg, bound = Config{Quiet: full.Quiet, pace: pace{probe: 1200 * time.Millisecond}}, 3*time.Second
			}
			b, p := openBench(t, cfg), newPeer(t)
			leg := b.dial(1, p.target())
			stop := p.speak(p.answered().body())
			p.quiet(cfg.Quiet * 3 / 2)
			last := stop()
			p.expect("OPTIONS")
			faded := b.await(leg, call.Faded)
			if d := faded.At.Sub(last); d < cfg.Quiet || d > bound {
				t.Errorf("faded %v after the last packet", d)
			}
			p.hungUpOn()
			end := b.await(leg, call.Ended)
			if end.Cause.Reason != call.MediaFailure || !end.Cause.Far {
				t.Errorf("cause %v", end.Cause)
			}
			t.Logf("faded after %v, gone after %v: %s", faded.At.Sub(last), end.At.Sub(last), end.Cause)
			if got, want := b.reported(leg), life(call.Faded); !slices.Equal(got, want) {
				t.Errorf("reports %v, want %v", got, want)
			}
		})
	}
}

// TestAFarEndWithoutTheDialogIsGone at once: it need not fade before.
func TestAFarEndWithoutTheDialogIsGone(t *testing.T) {
	for _, reply := range []string{"481 Call/Transaction Does Not Exist", "408 Request Timeout"} {
		t.Run(reply, func(t *testing.T) {
			b, p := openBench(t, watchful()), newPeer(t)
			leg := b.dial(1, p.target())
			p.answered()
			p.reply(p.expect("OPTIONS"), reply, "far", "")
			p.hungUpOn()
			if end := b.await(leg, call.Ended); end.Cause.Reason != call.MediaFailure || !end.Cause.Far {
				t.Errorf("cause %v", end.Cause)
			}
			if got, want := b.reported(leg), life(); !slices.Equal(got, want) {
				t.Errorf("reports %v, want %v", got, want)
			}
		})
	}
}

// TestAFadedFarEndRecovers by an answer that comes late, by a request of its own,
// and by a packet; and it may fade again.
func TestAFadedFarEndRecovers(t *testing.T) {
	for name, sign := range map[string]func(p *peer, invite, options message){
		"a late answer": func(p *peer, _, options message) { p.reply(options, "200 OK", "far", "") },
		"a request":     func(p *peer, invite, _ message) { p.request(invite, "INFO", "far", "") },
		"a packet":      func(p *peer, invite, _ message) { p.speak(invite.body())() },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := watchful()
			cfg.pace.probe = patience
			b, p := openBench(t, cfg), newPeer(t)
			leg := b.dial(1, p.target())
			invite := p.answered()
			options := p.expect("OPTIONS")
			b.await(leg, call.Faded)
			sign(p, invite, options)
			b.await(leg, call.Recovered)
			b.awaitNth(leg, call.Faded, 2)
			b.over(p, leg, life(call.Faded, call.Recovered, call.Faded))
		})
	}
}

// TestARefreshAsksAsWell: a far end that dies while we refresh the session fades
// as soon.
func TestARefreshAsksAsWell(t *testing.T) {
	cfg := watchful()
	cfg.SessionExpires, cfg.pace.interval = time.Second, time.Second
	cfg.Quiet = 600 * time.Millisecond
	b, p := openBench(t, cfg), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	answered := b.await(leg, call.Answered).At
	p.expect("INVITE")
	if d := b.await(leg, call.Faded).At.Sub(answered); d > 1200*time.Millisecond {
		t.Errorf("faded after %v", d)
	}
	b.await(leg, call.Ended)
}

func TestAFarEndThatSpeaksOrHoldsIsNotAsked(t *testing.T) {
	b, p := openBench(t, watchful()), newPeer(t)
	leg := b.dial(1, p.target())
	p.speak(p.answered().body())
	p.quiet(600 * time.Millisecond)
	b.over(p, leg, life())

	q := newPeer(t)
	leg = b.dial(2, q.target())
	invite := q.expect("INVITE")
	q.reply(invite, "200 OK", "far", q.sdp("a=sendrecv", "a=sendonly"))
	q.expect("ACK")
	q.quiet(600 * time.Millisecond)
	b.HangUp(leg, call.Cause{})
	q.hungUpOn()
	b.await(leg, call.Ended)
}
