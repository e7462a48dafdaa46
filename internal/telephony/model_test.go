package telephony

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/call"
)

// lives is how many legs TestModel sees through; give more for a long run.
var lives = flag.Int("lives", 600, "legs that the model of a far end without manners sees through")

// atOnce is how many of them live at a time.
const atOnce = 100

// whim is the far end of one leg. Its seed decides what it does with whatever comes,
// and what it begins by itself; it knows what SIP looks like, and no manners.
type whim struct {
	*peer
	chance *rand.Rand
	kind   bool    // it answers, at first
	invite message // the last one
	ours   []message
	over   bool // nobody is at the other end, as it was told
	story  []string
}

// pick chooses a text.
func (w *whim) pick(texts ...string) string { return texts[w.chance.IntN(len(texts))] }

// tag is that of one of its forks.
func (w *whim) tag() string {
	if w.kind && w.chance.IntN(10) > 0 {
		return "far"
	}
	return w.pick("far", "far", "far", "other", "third")
}

// body is a description, or what it takes for one.
func (w *whim) body() string {
	switch w.chance.IntN(8) {
	case 0:
		return ""
	case 1:
		return "v=0\r\nm=audio"
	case 2:
		return w.sdp("AVP 0 101", "AVP 18", "a=rtpmap:0 PCMU/8000\r\n", "a=rtpmap:18 G729/8000\r\n")
	case 3:
		return w.sdp("a=sendrecv", w.pick("a=sendonly", "a=inactive", "a=recvonly"))
	case 4:
		return w.sdp("IP4 127.0.0.1\r\nt", "IP4 0.0.0.0\r\nt")
	}
	return w.sdp()
}

// headers are some of those that change what happens.
func (w *whim) headers() (list []string) {
	for _, h := range []string{
		"Require: 100rel", fmt.Sprintf("RSeq: %d", w.chance.IntN(4)), "Allow: INVITE, UPDATE, BYE",
		"Session-Expires: 1;refresher=" + w.pick("uac", "uas"), "Session-Expires: 2", "Min-SE: 3", "Supported: timer",
		"Retry-After: 1", `WWW-Authenticate: Digest realm="x", nonce="n"`, "Reason: Q.850;cause=17",
		"Record-Route: <sip:" + w.addr() + ";lr>", "Require: frobnication",
		"Contact: <sip:far@" + strings.Replace(w.addr(), "127.0.0.1", "localhost", 1) + ">", "Contact: *",
	} {
		if w.chance.IntN(8) == 0 {
			list = append(list, h)
		}
	}
	return list
}

// hear does something about a message, or nothing.
func (w *whim) hear(m message) {
	w.story = append(w.story, "<- "+m.start())
	switch m.method() {
	case "INVITE":
		w.invite = m
	case "ACK":
		return
	case "SIP/2.0":
		w.over = w.over || strings.HasPrefix(m.start(), "SIP/2.0 481") && m.tag("From") == "far"
		if strings.Contains(m.header("CSeq"), "INVITE") && !strings.HasPrefix(m.start(), "SIP/2.0 1") && w.chance.IntN(3) > 0 {
			w.say("ACK", m.cseq())
			return
		}
		return
	}
	w.ours = append(w.ours, m)
	if w.kind && w.chance.IntN(3) > 0 {
		w.story = append(w.story, "-> 200 to "+m.header("CSeq"))
		w.reply(m, "200 OK", "far", w.sdp(), "Session-Expires: 1;refresher="+w.pick("uac", "uas"), "Allow: "+w.pick("INVITE", "UPDATE"))
		return
	}
	for range min(2, w.chance.IntN(8)) {
		w.answer(m)
	}
}

// answer answers a request in some way.
func (w *whim) answer(m message) {
	status, body := w.pick("200 OK", "200 OK", "481 Gone", "408 Timeout", "401 Unauthorized", "407 Proxy", "491 Pending",
		"500 Error", "503 Unavailable", "422 Short", "405 No", "100 Trying", "202 Accepted"), ""
	if m.method() == "INVITE" {
		status, body = w.pick("100 Trying", "180 Ringing", "183 Progress", "183 Progress", "182 Queued", "199 Over", "200 OK", "200 OK", "200 OK",
			"486 Busy", "401 Unauthorized", "421 Extension", "422 Short", "487 Terminated", "491 Pending", "302 Moved", "503 Unavailable", "603 Decline"), w.body()
	}
	w.story = append(w.story, "-> "+status+" to "+m.header("CSeq"))
	w.reply(m, status, w.tag(), body, w.headers()...)
}

// begin does something by itself.
func (w *whim) begin() {
	switch n := w.chance.IntN(20); {
	case len(w.ours) == 0:
	case n < 8:
		w.answer(w.ours[w.chance.IntN(len(w.ours))])
	case n == 8:
		w.story = append(w.story, "-> garbage")
		w.send(string(w.invite)[:w.chance.IntN(len(w.invite))])
	default:
		w.seq += w.chance.IntN(3)
		w.say(w.pick("INVITE", "INVITE", "UPDATE", "UPDATE", "OPTIONS", "INFO", "BYE", "CANCEL", "REFER", "NOTIFY", "PRACK", "MESSAGE", "ACK", "PUBLISH"), w.seq-w.chance.IntN(2))
	}
}

func (w *whim) say(method string, seq int) {
	body := ""
	if method == "INVITE" || method == "UPDATE" || method == "ACK" {
		body = w.body()
	}
	w.story = append(w.story, fmt.Sprintf("-> %d %s", seq, method))
	w.requestAt(seq, w.invite, method, w.tag(), body, w.headers()...)
}

// TestModel lets legs live with far ends that do whatever they like: provisional
// responses, answers, re-INVITEs, BYEs and CANCELs that cross, garbage, silence.
// Whatever it was, each leg ends, once and last (as openBench checks); no port is
// kept, no goroutine stays, and the switch can be closed.
func TestModel(t *testing.T) {
	here := goleak.IgnoreCurrent()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	b := openBench(t, Config{SessionExpires: 2 * time.Second, Quiet: 150 * time.Millisecond, Diary: newPaper(nil), pace: pace{
		interval: time.Second, cancel: 100 * time.Millisecond, farewell: 60 * time.Millisecond, silence: 100 * time.Millisecond,
		fade: 50 * time.Millisecond, probe: 200 * time.Millisecond, glance: 20 * time.Millisecond,
		glare: func() time.Duration { return 20 * time.Millisecond },
	}})
	p := newPeer(t)
	stop, done := make(chan struct{}), make(chan struct{})
	stories := make(map[string]*whim)
	go func() {
		defer close(done)
		p.misbehave(rand.New(rand.NewPCG(seed, 0)), stories, stop)
	}()
	chance := rand.New(rand.NewPCG(seed, 1))
	room := make(chan struct{}, atOnce)
	b.ended = func(call.LegID) { <-room }
	enter := func() {
		select {
		case room <- struct{}{}:
		case <-time.After(2 * patience):
			t.Fatalf("legs that do not end: %+v", b.Legs())
		}
	}
	for i := range *lives {
		enter()
		leg := call.LegID(i + 1)
		b.dial(leg, fmt.Sprintf("sip:life%d@%s", i, p.addr()), ringFor(time.Duration(20+chance.IntN(600))*time.Millisecond))
		other := call.LegID(1 + chance.IntN(i+1))
		time.AfterFunc(time.Duration(chance.IntN(300))*time.Millisecond, func() {
			b.Bridge(leg, other)
			b.SendDigits(leg, "1")
		})
		time.AfterFunc(time.Duration(chance.IntN([]int{900, 2500}[i%2]))*time.Millisecond, func() {
			b.HangUp(leg, call.Cause{Reason: call.Normal})
		})
	}
	for range atOnce {
		enter()
	}
	close(stop)
	<-done
	b.eachOneLife()
	if t.Failed() {
		for id, w := range stories {
			t.Logf("%s:\n%s", id, strings.Join(w.story, "\n"))
		}
	}
	if n := b.plane.Legs(); n != 0 {
		t.Errorf("%d media legs are left", n)
	}
	if _, _, used := b.plane.Ports(); used != 0 {
		t.Errorf("%d ports are left in use", used)
	}
	closing, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := b.Close(closing); err != nil {
		t.Error(err)
	}
	if err := b.plane.Close(); err != nil {
		t.Error(err)
	}
	goleak.VerifyNone(t, here, goleak.IgnoreAnyFunction("github.com/emiago/sipgo/sip.(*TransportUDP).readUDPConnection"))
}

// misbehave is the far end of all lives: it hears what comes, and begins something a
// thousand times a second.
func (p *peer) misbehave(chance *rand.Rand, there map[string]*whim, stop <-chan struct{}) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	var all []*whim
	for {
		clear(p.seen) // what is repeated is answered, or not, like anything else
		if m := p.any(time.Millisecond); m != "" {
			w := there[m.header("Call-ID")]
			if w == nil && m.method() == "INVITE" {
				w = &whim{peer: p, chance: rand.New(rand.NewPCG(chance.Uint64(), 0)), kind: chance.IntN(2) == 0}
				there[m.header("Call-ID")] = w
				all = append(all, w)
			}
			if w != nil {
				w.hear(m)
			}
		}
		select {
		case <-stop:
			return
		case <-tick.C:
			all = slices.DeleteFunc(all, func(w *whim) bool { return w.over })
			if len(all) > 0 {
				all[chance.IntN(len(all))].begin()
			}
		default:
		}
	}
}

// eachOneLife checks what the legs have told of themselves.
func (b *bench) eachOneLife() {
	b.t.Helper()
	lives := make(map[call.LegID][]call.Step)
	for _, p := range b.progress {
		lives[p.Leg] = append(lives[p.Leg], p.Step)
	}
	for leg, steps := range lives {
		answered := slices.Index(steps, call.Answered)
		for i, step := range steps {
			switch step {
			case call.Ended:
				if i != len(steps)-1 {
					b.t.Errorf("%v goes on after its end: %v", leg, steps)
				}
			case call.Ringing:
				if i > 0 {
					b.t.Errorf("%v rings late: %v", leg, steps)
				}
			default:
				if answered < 0 || i < answered || step == call.Answered && i > answered {
					b.t.Errorf("%v was not answered before %v, or twice: %v", leg, step, steps)
				}
			}
		}
		if steps[len(steps)-1] != call.Ended {
			b.t.Errorf("%v has no end: %v", leg, steps)
		}
	}
}
