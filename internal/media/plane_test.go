package media

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
)

// loopback opens a plane on ports that the system chooses.
func loopback(t testing.TB) *Plane {
	t.Helper()
	return opened(t, Config{Address: netip.MustParseAddr("127.0.0.1")})
}

func opened(t testing.TB, c Config) *Plane {
	t.Helper()
	p, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// ways are the ways that packets may come and go.
func ways() map[string]Config {
	local := netip.MustParseAddr("127.0.0.1")
	return map[string]Config{
		"the best there is": {Address: local, Workers: 3},
		"epoll":             {Address: local, Workers: 3, Epoll: true},
		"portable":          {Address: local, Portable: true},
	}
}

// everywhere tries something on each of them, and over IPv6.
func everywhere(t *testing.T, test func(t *testing.T, p *Plane)) {
	all := ways()
	all["IPv6"] = Config{Address: netip.IPv6Loopback()}
	for name, c := range all {
		t.Run(name, func(t *testing.T) { test(t, opened(t, c)) })
	}
}

func leg(t testing.TB, p *Plane) *Leg {
	t.Helper()
	l, err := p.NewLeg()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// handset is a far end on a real socket.
type handset struct {
	*net.UDPConn
	t    testing.TB
	leg  *Leg
	ssrc uint32
	seq  uint16
}

// newStranger is one with which nothing is agreed.
func newStranger(t testing.TB, l *Leg) *handset {
	t.Helper()
	addr := l.Address().Addr()
	if addr.IsUnspecified() {
		addr = netip.MustParseAddr("127.0.0.1")
	}
	c, err := bind(addr, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &handset{UDPConn: c, t: t, leg: l, ssrc: uint32(address(c).Port()), seq: 65533}
}

// newHandset agrees on PCMU between a leg and a new socket.
func newHandset(t testing.TB, l *Leg) *handset {
	t.Helper()
	h := newStranger(t, l)
	l.Agree(Format{Codec: PCMU, Remote: address(h.UDPConn), Events: 101, Send: true, Receive: true})
	return h
}

func (h *handset) say(code byte) {
	h.t.Helper()
	h.seq++
	p := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: h.ssrc, SequenceNumber: h.seq, Timestamp: uint32(h.seq) * frame}, Payload: make([]byte, frame)}
	for i := range p.Payload {
		p.Payload[i] = code
	}
	if _, err := h.WriteToUDPAddrPort(marshal(h.t, &p), h.leg.Address()); err != nil {
		h.t.Fatal(err)
	}
}

// hear gives the next packet.
func (h *handset) hear() rtp.Packet {
	h.t.Helper()
	if err := h.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		h.t.Fatal(err)
	}
	data := make([]byte, datagramSize)
	n, err := h.Read(data)
	if err != nil {
		h.t.Fatal(err)
	}
	var p rtp.Packet
	if err := p.Unmarshal(data[:n]); err != nil {
		h.t.Fatal(err)
	}
	return p
}

// until hears packets up to the first that begins with code, and gives them all.
func (h *handset) until(code byte) (heard []rtp.Packet) {
	h.t.Helper()
	for {
		p := h.hear()
		if heard = append(heard, p); p.Payload[0] == code {
			return heard
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	local := netip.MustParseAddr("127.0.0.1")
	for name, c := range map[string]Config{
		"no address":   {First: 10000, Last: 20000},
		"no pair":      {Address: local, First: 10001, Last: 10002},
		"negative":     {Address: local, Rest: -1},
		"no last port": {Address: local, First: 10000},
		"not ours":     {Address: netip.MustParseAddr("192.0.2.1")},
	} {
		if p, err := Open(c); err == nil {
			p.Close()
			t.Errorf("%s was taken", name)
		}
	}
}

func TestALegHasAnEvenPortAndTheNextOne(t *testing.T) {
	p := loopback(t)
	for range 20 {
		l := leg(t, p)
		if port := l.Address().Port(); port%2 != 0 || port == 0 || l.Address().Addr() != p.config.Address {
			t.Errorf("address %v", l.Address())
		}
		if c, err := bind(p.config.Address, l.Address().Port()+1); err == nil {
			c.Close()
			t.Error("the control port is not held")
		}
	}
	if p.Legs() != 20 {
		t.Errorf("%d legs", p.Legs())
	}
}

// freeRange finds n port pairs in a row that are free at the moment, below the
// ports that systems give out by themselves.
func freeRange(t *testing.T, n uint16) (first, last uint16) {
	t.Helper()
search:
	for range 100 {
		first = 20000 + 2*rand.N[uint16](5000)
		for i := range n {
			sockets, err := binder(new(portable).bind).pair(netip.MustParseAddr("127.0.0.1"), first+2*i)
			if err != nil {
				continue search
			}
			sockets.close()
		}
		return first, first + 2*n - 1
	}
	t.Fatal("no free range")
	return 0, 0
}

func TestPortsGoRoundWithARest(t *testing.T) {
	var mu sync.Mutex
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	first, last := freeRange(t, 3)
	p, err := Open(Config{Address: netip.MustParseAddr("127.0.0.1"), First: first, Last: last, Rest: time.Minute, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	// Somebody else holds the odd port of the second pair.
	foreign, err := bind(p.config.Address, first+3)
	if err != nil {
		t.Fatal(err)
	}
	a, b := leg(t, p), leg(t, p)
	if a.Address().Port() != first || b.Address().Port() != first+4 {
		t.Fatalf("ports %v and %v", a.Address(), b.Address())
	}
	foreign.Close()
	if _, err := p.NewLeg(); !errors.Is(err, ErrNoPort) {
		t.Fatalf("got %v", err)
	}
	a.Close()
	if free, resting, used := p.Ports(); free != 0 || resting != 2 || used != 1 {
		t.Fatalf("%d free, %d resting, %d used", free, resting, used)
	}
	if _, err := p.NewLeg(); !errors.Is(err, ErrNoPort) {
		t.Fatalf("got %v", err)
	}
	mu.Lock()
	now = now.Add(time.Minute)
	mu.Unlock()
	if free, resting, used := p.Ports(); free != 2 || resting != 0 || used != 1 {
		t.Fatalf("%d free, %d resting, %d used", free, resting, used)
	}
	if c := leg(t, p); c.Address().Port() != first+2 {
		t.Errorf("got %v", c.Address())
	}
}

func TestAClosedPlaneGivesNoLegs(t *testing.T) { everywhere(t, testAClosedPlaneGivesNoLegs) }

func testAClosedPlaneGivesNoLegs(t *testing.T, p *Plane) {
	l := leg(t, p)
	ended := false
	l.Play(HoldMusic(), func(bool) { ended = true })
	for range 2 {
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !ended || p.Legs() != 0 {
		t.Errorf("sound ended: %v, legs: %d", ended, p.Legs())
	}
	if _, err := p.NewLeg(); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestAHandsetHearsCustomersOnOneStream(t *testing.T) {
	everywhere(t, testAHandsetHearsCustomersOnOneStream)
}

func testAHandsetHearsCustomersOnOneStream(t *testing.T, p *Plane) {
	agentLeg := leg(t, p)
	agent := newHandset(t, agentLeg)
	heard := agent.until(muSilence)
	for n := range 5 {
		customerLeg := leg(t, p)
		customer := newHandset(t, customerLeg)
		first := make(chan *Leg, 2)
		Bridge(agentLeg, customerLeg, func(to *Leg, _ time.Time) { first <- to })
		agent.say(byte(40 + n))
		customer.until(byte(40 + n))
		for range 3 {
			customer.say(byte(20 + n))
			heard = append(heard, agent.until(byte(20+n))...)
		}
		if a, b := <-first, <-first; a == b {
			t.Error("heard twice on one leg")
		}
		Unbridge(agentLeg)
		heard = append(heard, agent.until(muSilence)...)
		if s := customerLeg.Close(); s.PacketsReceived != 3 || s.Lost != 0 {
			t.Errorf("%+v", s)
		}
	}
	wantOneStream(t, heard)
}

func TestATranslatedHandsetIsFound(t *testing.T) { everywhere(t, testATranslatedHandsetIsFound) }

func testATranslatedHandsetIsFound(t *testing.T, p *Plane) {
	l := leg(t, p)
	h := newHandset(t, l)
	l.Agree(Format{Remote: netip.AddrPortFrom(p.config.Address, 9), Send: true, Receive: true})
	h.say(1)
	h.until(muSilence)
	if s := l.Stats(); s.Remote != address(h.UDPConn) {
		t.Errorf("sends to %v", s.Remote)
	}
}

// Legs come, are bridged in all ways and go, from many goroutines at once.
func TestManyHandsAtOnce(t *testing.T) { everywhere(t, testManyHandsAtOnce) }

func testManyHandsAtOnce(t *testing.T, p *Plane) {
	agents := []*handset{newHandset(t, leg(t, p)), newHandset(t, leg(t, p)), newHandset(t, leg(t, p))}
	var working sync.WaitGroup
	for n := range 4 {
		working.Go(func() {
			for i := range 25 {
				l, err := p.NewLeg()
				if err != nil {
					t.Error(err)
					return
				}
				customer := newHandset(t, l)
				agent := agents[(n+i)%len(agents)]
				customer.say(byte(i))
				Bridge(agent.leg, l, func(to *Leg, _ time.Time) { to.Stats() })
				customer.say(byte(i))
				agents[n%len(agents)].leg.Play(ZipTone(), func(bool) { agent.leg.Mute(i%2 == 0) })
				if i%3 == 0 {
					Unbridge(agent.leg)
				}
				l.Close()
				customer.UDPConn.Close()
			}
		})
	}
	working.Wait()
	for _, agent := range agents {
		agent.leg.Play(nil, nil)
		agent.leg.mu.Lock()
		if br := agent.leg.bridge; br != nil {
			t.Error("still bridged, though all partners are gone")
		}
		agent.leg.mu.Unlock()
	}
}

func TestTheTickerSpreadsLegsOverAFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Plane.started, r.Plane.config.Now = time.Now(), time.Now
		ctx, stop := context.WithCancel(t.Context())
		phones := make([]*phone, 2*slots)
		slot := map[int]int{}
		for i := range phones {
			phones[i] = r.phone(PCMU)
			r.rotas[0].enter(phones[i].Leg, &phones[i].turn)
		}
		r.running.Go(func() { (&portable{plane: r.Plane, clock: r.rotas[0]}).run(ctx) })
		for range 4 {
			time.Sleep(slotTime)
			synctest.Wait()
			for i, p := range phones {
				if len(p.hearRunning()) == 1 {
					slot[i%slots]++
				}
			}
		}
		for i := range slots {
			if slot[i] != 2 {
				t.Errorf("slot %d: %d legs spoke in the first frame", i, slot[i])
			}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		for i, p := range phones {
			if got := p.hearRunning(); len(got) != 50 {
				t.Errorf("leg %d sent %d packets in a second", i, len(got))
			}
		}
		stop()
		r.running.Wait()
	})
}

func TestALegMayBeClosedFromItsOwnCallback(t *testing.T) {
	everywhere(t, testALegMayBeClosedFromItsOwnCallback)
}

func testALegMayBeClosedFromItsOwnCallback(t *testing.T, p *Plane) {
	l := leg(t, p)
	closed := make(chan Stats, 1)
	l.Digits(func(byte) { closed <- l.Close() })
	h := newHandset(t, l)
	press := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 101, SSRC: h.ssrc}, Payload: event(1, false, 160)}
	if _, err := h.WriteToUDPAddrPort(marshal(t, &press), l.Address()); err != nil {
		t.Fatal(err)
	}
	if s := <-closed; s.PacketsReceived != 1 {
		t.Errorf("%+v", s)
	}
	if err := p.Close(); err != nil || p.Legs() != 0 {
		t.Errorf("%v, %d legs", err, p.Legs())
	}
}

// The kernel may take a stream over only when nothing of it is queued.
func TestWhatWaitsIsTakenBeforeALegIsDrained(t *testing.T) {
	everywhere(t, testWhatWaitsIsTakenBeforeALegIsDrained)
}

func testWhatWaitsIsTakenBeforeALegIsDrained(t *testing.T, p *Plane) {
	l := leg(t, p)
	h := newHandset(t, l)
	for range 200 {
		h.say(1)
	}
	received := make(chan uint64, 1)
	if !p.carrier.drained(l, func() { received <- l.stats().PacketsReceived }) {
		t.Skip("no carrier that could tell")
	}
	if n := <-received; n != 200 {
		t.Errorf("drained after %d of 200 packets", n)
	}
}
