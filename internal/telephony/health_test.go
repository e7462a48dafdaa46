package telephony

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// parsed reads a response.
func parsed(t testing.TB, text string) *sip.Response {
	t.Helper()
	m, err := sip.NewParser().ParseSIP([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m.(*sip.Response)
}

func TestWhatOptionsTellOfATrunk(t *testing.T) {
	const good, bad = "", "silence"
	for _, c := range []struct {
		name    string
		results []string
		want    State
	}{
		{"it answers", []string{good}, Up},
		{"it never answered", []string{bad, bad, bad, bad, bad}, Unknown},
		{"it misses two", []string{good, bad, bad}, Up},
		{"it misses three", []string{good, bad, bad, bad}, Down},
		{"three, but not in a row", []string{good, bad, bad, good, bad}, Up},
		{"it comes back", []string{good, bad, bad, bad, bad, good}, Up},
	} {
		h, now := health{state: Unknown}, time.Unix(1, 0)
		var changed time.Time
		for _, trouble := range c.results {
			now = now.Add(time.Second)
			if h.note(now, time.Millisecond, trouble) {
				changed = now
			}
		}
		if h.state != c.want || !h.since.Equal(changed) {
			t.Errorf("%s: %s since %v, want %s since %v", c.name, h.state, h.since, c.want, changed)
		}
	}
}

// watched is a trunk that is asked often, so that a test need not wait.
func watched(p *peer) Config {
	trunk := trunkTo(p, "t", 0)
	trunk.Options = 20 * time.Millisecond
	return Config{Trunks: []Trunk{trunk}, pace: pace{listen: 50 * time.Millisecond, anew: 10 * time.Millisecond}}
}

// TestATrunkThatDiesIsNotUsed: nobody is sent there, and the attempt costs nothing;
// its first answer brings it back.
func TestATrunkThatDiesIsNotUsed(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, watched(p))
	p.reply(p.expect("OPTIONS"), "404 Not Found", "x", "") // somebody is there
	b.awaitLog("trunk is up", 1)
	b.awaitLog("trunk is down", 1)
	b.dial(1, "100")
	end := b.await(1, call.Ended)
	if end.Cause.Reason != call.NoLines || !strings.Contains(end.Cause.Detail, "trunk t: it is down: OPTIONS: no answer came") {
		t.Errorf("cause %v", end.Cause)
	}
	if s := b.Trunks()[0]; s.State != Down || s.Health.Answered.IsZero() || s.Placed != 0 {
		t.Errorf("%+v", s)
	}
	for len(b.logged("trunk is up")) < 2 {
		p.reply(p.expect("OPTIONS"), "200 OK", "x", "")
	}
	if s := b.Trunks()[0]; s.State != Up || s.Why != "" || s.Health.RoundTrip <= 0 {
		t.Errorf("%+v", s)
	}
	b.dial(2, "100")
	for {
		m := p.any(patience)
		if m.method() == "INVITE" {
			p.reply(m, "486 Busy Here", "x", "")
			break
		}
		if m.method() == "OPTIONS" {
			p.reply(m, "200 OK", "x", "")
		}
	}
	b.await(2, call.Ended)
}

// TestATrunkThatNeverAnsweredOptionsIsUsed: some carriers do not answer them.
func TestATrunkThatNeverAnsweredOptionsIsUsed(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, watched(p))
	b.awaitLog("it is used all the same", 1)
	b.dial(1, "100")
	for {
		if m := p.any(patience); m.method() == "INVITE" {
			p.reply(m, "486 Busy Here", "x", "")
			break
		}
	}
	if end := b.await(1, call.Ended); end.Cause.Reason != call.Busy {
		t.Errorf("cause %v", end.Cause)
	}
	if s := b.Trunks()[0]; s.State != Unknown {
		t.Errorf("%+v", s)
	}
}

// TestEachQuestionHasItsOwnCallID: to a carrier that remembers calls which are over,
// another OPTIONS with their Call-ID is one of them.
func TestEachQuestionHasItsOwnCallID(t *testing.T) {
	p := newPeer(t)
	openBench(t, watched(p))
	first := p.expect("OPTIONS")
	p.reply(first, "200 OK", "x", "")
	second := p.expect("OPTIONS")
	p.reply(second, "200 OK", "x", "")
	if first.header("Call-ID") == second.header("Call-ID") || first.tag("From") == second.tag("From") {
		t.Errorf("%q, then %q", first, second)
	}
}

// TestAnOverloadedTrunkIsNotHealthy: 503 and 408 are no good answers.
func TestAnOverloadedTrunkIsNotHealthy(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, watched(p))
	p.reply(p.expect("OPTIONS"), "200 OK", "x", "")
	for len(b.logged("trunk is down")) == 0 {
		p.reply(p.expect("OPTIONS"), "503 Service Unavailable", "x", "")
	}
	if s := b.Trunks()[0]; !strings.Contains(s.Why, "OPTIONS was answered 503") {
		t.Errorf("%+v", s)
	}
}

// TestCallsGoToAnotherTrunk while the first is down, and back to it when it is up.
func TestCallsGoToAnotherTrunk(t *testing.T) {
	p, q := newPeer(t), newPeer(t)
	cfg := watched(p)
	cfg.Trunks = append(cfg.Trunks, trunkTo(q, "spare", 1))
	b := openBench(t, cfg)
	p.reply(p.expect("OPTIONS"), "200 OK", "x", "")
	b.awaitLog("trunk is down", 1)
	b.dial(1, "100")
	q.busy()
	if end := b.await(1, call.Ended); end.Trunk != "spare" {
		t.Errorf("it went by %q", end.Trunk)
	}
	for len(b.logged("trunk is up")) < 2 {
		p.reply(p.expect("OPTIONS"), "200 OK", "x", "")
	}
	b.dial(2, "100")
	for m := p.any(patience); ; m = p.any(patience) {
		if m.method() == "INVITE" {
			p.reply(m, "486 Busy Here", "x", "")
			break
		}
		if m.method() == "OPTIONS" {
			p.reply(m, "200 OK", "x", "")
		}
	}
	if end := b.await(2, call.Ended); end.Trunk != "t" {
		t.Errorf("it went by %q", end.Trunk)
	}
}
