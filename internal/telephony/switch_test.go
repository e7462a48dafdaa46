package telephony

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// speak sends RTP to where a description says, until the test ends or it is told
// to stop; that gives when the last packet was sent.
func (p *peer) speak(description string) (stop func() (last time.Time)) {
	var port int
	_, m, _ := strings.Cut(description, "m=audio ")
	_, _ = fmt.Sscan(m, &port)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	var last time.Time
	stop = func() time.Time { cancel(); <-done; return last }
	p.t.Cleanup(func() { stop() })
	go func() {
		defer close(done)
		packet := make([]byte, 172)
		packet[0], packet[11] = 0x80, 7
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := uint16(1); ; n++ {
			packet[2], packet[3] = byte(n>>8), byte(n)
			ts := uint32(n) * 160
			packet[4], packet[5], packet[6], packet[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
			last = time.Now()
			_, _ = p.rtp.WriteToUDP(packet, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return stop
}

func TestABridgeIsHeardOnBothLegs(t *testing.T) {
	b, a, c := openBench(t, Config{}), newPeer(t), newPeer(t)
	agent := b.dial(1, a.target(), func(o *call.Order) { o.Party = call.Agent })
	toAgent := a.answered()
	b.await(agent, call.Answered)
	a.speak(toAgent.body())
	for n, customer := range []call.LegID{2, 3} {
		b.dial(customer, c.target())
		invite := c.answered()
		answered := b.await(customer, call.Answered)
		c.speak(invite.body())
		b.Bridge(agent, customer)
		b.Play(agent, call.ZipTone)
		for _, leg := range []call.LegID{agent, customer} {
			nth := 1
			if leg == agent {
				nth += n
			}
			h := b.awaitNth(leg, call.Heard, nth)
			if h.After <= 0 || h.After != h.At.Sub(answered.At) || h.After > patience {
				t.Errorf("%v heard after %v", leg, h.After)
			}
		}
		b.awaitNth(agent, call.Played, n+1)
		for _, l := range b.Legs() {
			if l.Partner == 0 || l.Partner == l.Leg || l.State != "answered" {
				t.Errorf("%+v", l)
			}
		}
		b.HangUp(customer, call.Cause{})
		c.hungUpOn()
		b.await(customer, call.Ended)
		b.Park(agent, call.Silence)
	}
	if l := b.Legs(); len(l) != 1 || l[0].Partner != 0 || l[0].Party != call.Agent {
		t.Errorf("%+v", l)
	}
	b.HangUp(agent, call.Cause{})
	a.hungUpOn()
	b.await(agent, call.Ended)
}

func TestWhatGoesOnForEverDoesSoFromAFileToo(t *testing.T) {
	once := media.ZipTone()
	cfg, err := Config{Sounds: map[call.Sound]*media.Sound{call.HoldMusic: once, call.Welcome: once}}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	for name, loops := range map[call.Sound]bool{call.HoldMusic: true, call.RingBack: true, call.Silence: true, call.Welcome: false, call.ZipTone: false, call.RecordingBeep: false, call.Tone("busy"): false} {
		if sound := cfg.Sounds[name]; sound == nil || sound.Loops() != loops {
			t.Errorf("%s: %+v", name, sound)
		}
	}
	for _, name := range call.Tones {
		if cfg.Sounds[call.Tone(name)] == nil {
			t.Errorf("there is no tone %s", name)
		}
	}
}

func TestASoundIsPlayedToItsEnd(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	b.await(leg, call.Answered)
	b.Play(leg, call.ZipTone)
	if p := b.await(leg, call.Played); p.Sound != call.ZipTone || p.Cut {
		t.Errorf("%+v", p)
	}
	b.Play(leg, call.HoldMusic)
	b.Park(leg, call.Silence) // replaces it
	if p := b.awaitNth(leg, call.Played, 2); p.Sound != call.HoldMusic || !p.Cut {
		t.Errorf("%+v", p)
	}
	b.Mute(leg, true)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
	// Nobody is there any more to take these.
	b.Play(leg, call.ZipTone)
	b.Park(leg, call.HoldMusic)
	b.Mute(leg, false)
	b.Bridge(leg, 77)
	b.HangUp(leg, call.Cause{})
}

func TestDigits(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	b.await(leg, call.Answered)
	var port int
	_, m, _ := strings.Cut(invite.body(), "m=audio ")
	_, _ = fmt.Sscan(m, &port)
	// RFC 4733: the key "5" begins, and ends three times over.
	for i, e := range [][4]byte{{5, 10, 0, 160}, {5, 0x8a, 1, 64}, {5, 0x8a, 1, 64}, {5, 0x8a, 1, 64}} {
		packet := append([]byte{0x80, 101, 0, byte(i + 1), 0, 0, 1, 0, 0, 0, 0, 9}, e[:]...)
		if _, err := p.rtp.WriteToUDP(packet, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}); err != nil {
			t.Fatal(err)
		}
	}
	if d := b.await(leg, call.Digit); d.Digit != '5' {
		t.Errorf("digit %q", d.Digit)
	}
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
}

func TestTheFarEndHoldsAndResumes(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	for i, c := range []struct{ from, to, answer string }{
		{"a=sendrecv", "a=sendonly", "a=recvonly"},
		{"a=sendrecv", "a=inactive", "a=inactive"},
		{"c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", "a=sendrecv"},
	} {
		p.request(invite, "INVITE", "far", p.sdp(c.from, c.to))
		if res := p.expect("SIP/2.0 200"); !strings.Contains(res.body(), c.answer) {
			t.Errorf("answer to %s: %s", c.to, res.body())
		}
		p.requestAt(p.seq, invite, "ACK", "far", "")
		b.awaitNth(leg, call.FarHold, i+1)
		if l := b.Legs(); !l[0].FarHold {
			t.Errorf("%+v", l)
		}
		p.request(invite, "UPDATE", "far", p.sdp())
		p.expect("SIP/2.0 200")
		b.awaitNth(leg, call.FarResume, i+1)
	}
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
}

func TestCloseEndsEveryLeg(t *testing.T) {
	b, p, q, r := openBench(t, Config{}), newPeer(t), newPeer(t), newPeer(t)
	answered, ringing, calling := b.dial(1, p.target()), b.dial(2, q.target()), b.dial(3, r.target())
	p.answered()
	b.await(answered, call.Answered)
	invite := q.expect("INVITE")
	q.reply(invite, "180 Ringing", "far", "")
	b.await(ringing, call.Ringing)
	r.expect("INVITE")
	closed := make(chan error, 1)
	go func() { closed <- b.Close(context.Background()) }()
	p.hungUpOn()
	q.reply(q.expect("CANCEL"), "200 OK", "far", "")
	q.reply(invite, "487 Request Terminated", "far", "")
	if err := <-closed; err != nil {
		t.Error(err)
	}
	for _, leg := range []call.LegID{answered, ringing, calling} {
		if end := b.await(leg, call.Ended); end.Cause.Reason != call.Shutdown {
			t.Errorf("%v: %v", leg, end.Cause)
		}
	}
	if err := b.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if end := b.await(b.dial(4, p.target()), call.Ended); end.Cause.Reason != call.Shutdown {
		t.Errorf("dialed after Close: %v", end.Cause)
	}
}

func TestCloseDoesNotWaitLongerThanItMay(t *testing.T) {
	b, p := openBench(t, Config{pace: pace{farewell: time.Hour}}), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	b.await(leg, call.Answered)
	ctx, cancel := context.WithCancel(context.Background())
	closed := make(chan error, 1)
	go func() { closed <- b.Close(ctx) }()
	p.expect("BYE") // and nobody answers it
	cancel()
	if err := <-closed; err != context.Canceled {
		t.Errorf("close: %v", err)
	}
	b.await(leg, call.Ended)
}

func TestWithoutAMediaPortThereIsNoLine(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	closed, err := media.Open(media.Config{Address: netip.MustParseAddr("127.0.0.1"), Rest: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	b.Switch.plane = closed
	end := b.await(b.dial(1, p.target()), call.Ended)
	if end.Cause.Reason != call.NoLines || end.Cause.Detail == "" {
		t.Errorf("cause %v", end.Cause)
	}
	p.quiet(20 * time.Millisecond)
}

func TestAnOrderWithoutRingTime(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	b.await(b.dial(1, p.target(), ringFor(0)), call.Ended)
	p.quiet(20 * time.Millisecond)
}

func TestTheAdvertisedAddress(t *testing.T) {
	b, p := openBench(t, Config{Advertise: netip.MustParseAddr("192.0.2.55")}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	if !strings.Contains(invite.header("Via"), " 192.0.2.55:") || !strings.Contains(invite.header("Contact"), "@192.0.2.55:") || !strings.Contains(invite.body(), "c=IN IP4 192.0.2.55") {
		t.Errorf("%q", invite)
	}
	p.reply(invite, "486 Busy Here", "far", "")
	p.expect("ACK")
	b.await(leg, call.Ended)
}

// readTCP reads one message from a stream.
func readTCP(t *testing.T, r *bufio.Reader) message {
	t.Helper()
	var head strings.Builder
	for !strings.HasSuffix(head.String(), "\r\n\r\n") {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		head.WriteString(line)
	}
	n, _ := strconv.Atoi(message(head.String()).header("Content-Length"))
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		t.Fatal(err)
	}
	return message(head.String() + string(body))
}

func TestACallOverTCP(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	b := openBench(t, Config{Trunks: []Trunk{{Name: "tcp", Address: "sip:" + listener.Addr().String() + ";transport=tcp"}}})
	leg := b.dial(1, "100")
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	p := newPeer(t)
	reply := func(req message, status, body string) {
		fmt.Fprintf(conn, "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=far\r\nCall-ID: %s\r\nCSeq: %s\r\nContact: <sip:far@%s;transport=tcp>\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
			status, req.header("Via"), req.header("From"), strings.TrimSuffix(req.header("To"), ";tag=far"), req.header("Call-ID"), req.header("CSeq"), listener.Addr(), len(body), body)
	}
	invite := readTCP(t, r)
	if !strings.HasPrefix(invite.header("Via"), "SIP/2.0/TCP ") || !strings.Contains(invite.header("Contact"), ";transport=tcp") {
		t.Errorf("%q", invite)
	}
	reply(invite, "200 OK", p.sdp())
	if ack := readTCP(t, r); ack.method() != "ACK" {
		t.Errorf("%q", ack)
	}
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	bye := readTCP(t, r)
	if bye.method() != "BYE" {
		t.Errorf("%q", bye)
	}
	reply(bye, "200 OK", "")
	b.await(leg, call.Ended)
	if got, want := b.reported(leg), []call.Step{call.Answered, call.Ended}; !slices.Equal(got, want) {
		t.Errorf("reports %v", got)
	}
}

func TestListeningOnAllAddresses(t *testing.T) {
	b, p := openBench(t, Config{Listen: netip.MustParseAddrPort("0.0.0.0:0")}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	if !strings.Contains(invite.header("Via"), fmt.Sprintf(" 127.0.0.1:%d;", b.Address().Port())) || p.to.Port() != b.Address().Port() {
		t.Errorf("Via %s, sent from %v", invite.header("Via"), p.to)
	}
	p.reply(invite, "486 Busy Here", "far", "")
	p.expect("ACK")
	b.await(leg, call.Ended)
}

func TestACallOverIPv6(t *testing.T) {
	conn, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	defer conn.Close()
	b, p := openBench(t, Config{Listen: netip.MustParseAddrPort("[::1]:0")}), newPeer(t)
	p.conn = conn
	p.contact = "sip:far@" + p.addr()
	leg := b.dial(1, p.target())
	invite := p.answered()
	if !strings.Contains(invite.header("Via"), " [::1]:") {
		t.Errorf("Via %s", invite.header("Via"))
	}
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}
