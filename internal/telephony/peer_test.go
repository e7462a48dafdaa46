package telephony

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// patience bounds every wait of a test. Nothing waits for it when all is well.
const patience = 10 * time.Second

func TestMain(m *testing.M) {
	// A tenth of the usual T1: what must be repeated or time out does so sooner.
	sip.SetTimers(50*time.Millisecond, 200*time.Millisecond, 250*time.Millisecond)
	// For a request that it was taking in at the very moment of Close, sipgo may
	// open a socket that nobody can close; its reader goes with the process.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/emiago/sipgo/sip.(*TransportUDP).readUDPConnection"))
}

// sounds are made once; the hold music takes a while.
var sounds = sync.OnceValue(func() map[call.Sound]*media.Sound {
	built, err := withBuilt(nil, media.US)
	if err != nil {
		panic(err)
	}
	return built
})

// bench is a Switch with its media, and all that its legs have reported.
type bench struct {
	*Switch
	t     testing.TB
	plane *media.Plane

	mu       sync.Mutex
	cond     *sync.Cond
	progress []call.Progress
	dialed   []call.LegID
	answered func(call.LegID) // is told of each answer; nil for none
	ended    func(call.LegID) // and of each end
	log      []string         // lines of level Info and above
}

// openBench opens a Switch on the loopback. At the end of the test it closes it
// and checks that every leg has ended once, last, that it faded and recovered in
// turns, and that it gave back its ports.
func openBench(t testing.TB, cfg Config) *bench {
	t.Helper()
	plane, err := media.Open(media.Config{Address: netip.MustParseAddr("127.0.0.1"), Rest: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, plane: plane}
	b.cond = sync.NewCond(&b.mu)
	if !cfg.Listen.IsValid() {
		cfg.Listen = netip.MustParseAddrPort("127.0.0.1:0")
	}
	if cfg.Quiet == 0 {
		cfg.Quiet = -1 // what a script does not know of does not come
	}
	prompts := cfg.Sounds
	cfg.Sounds = maps.Clone(sounds())
	maps.Copy(cfg.Sounds, prompts)
	level := slog.LevelError
	if os.Getenv("TELEPHONY_LOG") != "" {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewMultiHandler(
		slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}),
		slog.NewTextHandler(b, nil)))
	b.Switch, err = Open(cfg, plane, log, b.hear)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.finish)
	return b
}

func (b *bench) hear(p call.Progress) {
	b.mu.Lock()
	b.progress = append(b.progress, p)
	b.mu.Unlock()
	b.cond.Broadcast()
	if p.Step == call.Answered && b.answered != nil {
		b.answered(p.Leg)
	}
	if p.Step == call.Ended && b.ended != nil {
		b.ended(p.Leg)
	}
}

// Write takes a line of the log.
func (b *bench) Write(line []byte) (int, error) {
	b.mu.Lock()
	b.log = append(b.log, string(line))
	b.mu.Unlock()
	b.cond.Broadcast()
	return len(line), nil
}

// logged gives the lines of the log that hold a text.
func (b *bench) logged(text string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.find(text)
}

// find needs the lock to be held.
func (b *bench) find(text string) (lines []string) {
	for _, line := range b.log {
		if strings.Contains(line, text) {
			lines = append(lines, line)
		}
	}
	return lines
}

// awaitLog waits for the n-th line of the log that holds a text.
func (b *bench) awaitLog(text string, n int) {
	b.t.Helper()
	late := time.AfterFunc(patience, b.cond.Broadcast)
	defer late.Stop()
	start := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.find(text)) < n {
		if time.Since(start) >= patience {
			b.t.Fatalf("%q was not logged", text)
		}
		b.cond.Wait()
	}
}

func (b *bench) finish() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		b.t.Errorf("close: %v", err)
	}
	if n := b.plane.Legs(); n != 0 {
		b.t.Errorf("%d media legs are left", n)
	}
	if err := b.plane.Close(); err != nil {
		b.t.Errorf("close media: %v", err)
	}
	for _, id := range b.dialed {
		ends := 0
		last, faded := call.Step(0), false
		for _, p := range b.progress {
			if p.Leg != id {
				continue
			}
			switch last = p.Step; last {
			case call.Ended:
				ends++
			case call.Faded, call.Recovered:
				if faded == (last == call.Faded) {
					b.t.Errorf("%v: %v twice", id, last)
				}
				faded = !faded
			}
		}
		if ends != 1 || last != call.Ended {
			b.t.Errorf("%v: %d ends, last report %v; want one, last", id, ends, last)
		}
	}
}

// dial orders a leg to a target; it rings for as long as the test is patient.
func (b *bench) dial(id call.LegID, target string, change ...func(*call.Order)) call.LegID {
	o := call.Order{Leg: id, Party: call.Customer, Target: target, Ring: 2 * patience}
	for _, f := range change {
		f(&o)
	}
	b.dialed = append(b.dialed, id)
	b.Dial(o)
	return id
}

// await waits for a step of a leg and gives its report.
func (b *bench) await(id call.LegID, step call.Step) call.Progress {
	b.t.Helper()
	return b.awaitNth(id, step, 1)
}

func (b *bench) awaitNth(id call.LegID, step call.Step, n int) call.Progress {
	b.t.Helper()
	late := time.AfterFunc(patience, b.cond.Broadcast)
	defer late.Stop()
	start := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		seen := 0
		for _, p := range b.progress {
			if p.Leg == id && p.Step == step {
				if seen++; seen == n {
					return p
				}
			}
		}
		if time.Since(start) >= patience {
			b.t.Fatalf("%v has not reported %v; reports: %v", id, step, b.steps(id))
		}
		b.cond.Wait()
	}
}

// steps are the steps a leg has reported; the lock is held.
func (b *bench) steps(id call.LegID) []call.Step {
	var list []call.Step
	for _, p := range b.progress {
		if p.Leg == id {
			list = append(list, p.Step)
		}
	}
	return list
}

func (b *bench) reported(id call.LegID) []call.Step {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.steps(id)
}

// message is SIP text as it was on the wire.
type message string

func (m message) start() string { line, _, _ := strings.Cut(string(m), "\r\n"); return line }

func (m message) method() string { word, _, _ := strings.Cut(m.start(), " "); return word }

func (m message) body() string { _, body, _ := strings.Cut(string(m), "\r\n\r\n"); return body }

func (m message) headers(name string) []string {
	head, _, _ := strings.Cut(string(m), "\r\n\r\n")
	var list []string
	for _, line := range strings.Split(head, "\r\n")[1:] {
		if n, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(n), name) {
			list = append(list, strings.TrimSpace(v))
		}
	}
	return list
}

func (m message) header(name string) string {
	if h := m.headers(name); len(h) > 0 {
		return h[0]
	}
	return ""
}

func (m message) cseq() int {
	var n int
	_, _ = fmt.Sscan(m.header("CSeq"), &n)
	return n
}

func (m message) tag(name string) string {
	_, tag, _ := strings.Cut(m.header(name), ";tag=")
	tag, _, _ = strings.Cut(tag, ";")
	return tag
}

func (m message) branch() string {
	_, b, _ := strings.Cut(m.header("Via"), "branch=")
	b, _, _ = strings.Cut(b, ";")
	return b
}

// uri is what stands between < and >.
func uri(value string) string {
	_, value, _ = strings.Cut(value, "<")
	value, _, _ = strings.Cut(value, ">")
	return value
}

// peer is the far end: a UDP socket and a script.
type peer struct {
	t       testing.TB
	conn    *net.UDPConn
	to      netip.AddrPort
	seen    map[string]bool
	seq     int
	branch  int
	contact string
	rtp     *net.UDPConn
}

func newPeer(t testing.TB) *peer {
	t.Helper()
	p := &peer{t: t, conn: loopback(t), rtp: loopback(t), seen: make(map[string]bool), seq: 100}
	p.contact = "sip:far@" + p.addr()
	return p
}

func loopback(t testing.TB) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func (p *peer) addr() string { return p.conn.LocalAddr().String() }

// target is a direct URI to this peer.
func (p *peer) target() string { return "sip:anna@" + p.addr() }

// sdp is a plain description of the peer's audio, with its lines changed.
func (p *peer) sdp(change ...string) string {
	port := p.rtp.LocalAddr().(*net.UDPAddr).Port
	text := "v=0\r\no=far 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
		fmt.Sprintf("m=audio %d RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n", port)
	return strings.NewReplacer(change...).Replace(text)
}

// any reads the next message that is not a repetition; within is how long to
// wait. It is empty if none came.
func (p *peer) any(within time.Duration) message {
	p.t.Helper()
	buf := make([]byte, 65536)
	_ = p.conn.SetReadDeadline(time.Now().Add(within))
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return ""
		}
		if n > 0 && buf[0]>>6 == 2 {
			continue // RTCP to the odd port beside the RTP of another test's far end
		}
		m := message(buf[:n])
		key := m.start() + m.header("CSeq") + m.branch()
		if p.seen[key] {
			continue
		}
		p.seen[key], p.to = true, from
		return m
	}
}

// expect reads the next message, which must begin like this: a method, or
// "SIP/2.0 200".
func (p *peer) expect(start string) message {
	p.t.Helper()
	m := p.any(patience)
	if !strings.HasPrefix(string(m), start) {
		p.t.Fatalf("got %q, want %s", m, start)
	}
	return m
}

// again forgets a message, so that its next repetition is read as new.
func (p *peer) again(m message) {
	delete(p.seen, m.start()+m.header("CSeq")+m.branch())
}

// quiet checks that nothing new arrives for a while.
func (p *peer) quiet(d time.Duration) {
	p.t.Helper()
	if m := p.any(d); m != "" {
		p.t.Errorf("unexpected: %q", m)
	}
}

func (p *peer) send(text string) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDPAddrPort([]byte(text), p.to); err != nil {
		p.t.Fatal(err)
	}
}

// reply is a response to a request. tag "" leaves To as it came; a body is SDP.
func (p *peer) reply(req message, status, tag, body string, headers ...string) message {
	p.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\n", status)
	for _, via := range req.headers("Via") {
		fmt.Fprintf(&b, "Via: %s\r\n", via)
	}
	to := req.header("To")
	if tag != "" && !strings.Contains(to, ";tag=") {
		to += ";tag=" + tag
	}
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n", req.header("From"), to, req.header("Call-ID"), req.header("CSeq"))
	if !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, "Contact:") }) {
		fmt.Fprintf(&b, "Contact: <%s>\r\n", p.contact)
	}
	tail(&b, body, headers)
	p.send(b.String())
	return message(b.String())
}

func tail(b *strings.Builder, body string, headers []string) {
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if body != "" && !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, "Content-Type:") }) {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(b, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

// request is a request of the peer in the dialog that its 2xx to the INVITE made.
func (p *peer) request(invite message, method, tag, body string, headers ...string) message {
	p.t.Helper()
	p.seq++
	return p.requestAt(p.seq, invite, method, tag, body, headers...)
}

func (p *peer) requestAt(seq int, invite message, method, tag, body string, headers ...string) message {
	p.t.Helper()
	p.branch++
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\n", method, uri(invite.header("Contact")))
	fmt.Fprintf(&b, "Via: SIP/2.0/UDP %s;branch=z9hG4bKpeer%s%d;rport\r\n", p.addr(), tag, p.branch)
	fmt.Fprintf(&b, "From: %s;tag=%s\r\nTo: %s\r\n", invite.header("To"), tag, invite.header("From"))
	fmt.Fprintf(&b, "Call-ID: %s\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\n", invite.header("Call-ID"), seq, method)
	if !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, "Contact:") }) {
		fmt.Fprintf(&b, "Contact: <%s>\r\n", p.contact)
	}
	tail(&b, body, headers)
	p.send(b.String())
	return message(b.String())
}

// answered plays the usual beginning: INVITE, 180, 200, ACK.
func (p *peer) answered(headers ...string) (invite message) {
	p.t.Helper()
	invite = p.expect("INVITE")
	p.reply(invite, "180 Ringing", "far", "")
	p.reply(invite, "200 OK", "far", p.sdp(), headers...)
	ack := p.expect("ACK")
	if ack.cseq() != invite.cseq() || ack.tag("To") != "far" {
		p.t.Errorf("ACK is %q", ack)
	}
	return invite
}

// hungUpOn answers the BYE that must come now.
func (p *peer) hungUpOn() message {
	p.t.Helper()
	bye := p.expect("BYE")
	p.reply(bye, "200 OK", "", "")
	return bye
}

// busy turns a call away.
func (p *peer) busy() {
	p.t.Helper()
	p.reply(p.expect("INVITE"), "486 Busy Here", "far", "")
	p.expect("ACK")
}

func cutHeader(line string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(line, ":")
	return strings.TrimSpace(name), strings.TrimSpace(value), ok
}
