package media

import (
	"maps"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a plane without sockets, whose time and ticker the test moves.
type rig struct {
	*Plane
	t    testing.TB
	time time.Time
	// hurried: the disk is not waited for.
	hurried bool
}

func newRig(t testing.TB) *rig {
	r := &rig{t: t, time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	r.Plane = &Plane{
		started: r.time, config: Config{Now: func() time.Time { return r.time }}, carrier: &portable{},
		rotas: []*rota{newRota()}, legs: map[*Leg]struct{}{}, recordings: map[*Recording]struct{}{},
	}
	return r
}

// sent is a datagram that a leg sent.
type sent struct {
	data []byte
	to   netip.AddrPort
}

// record is a wire that keeps what is sent.
type record struct {
	sent   []sent
	closed bool
}

func (w *record) WriteToUDPAddrPort(data []byte, to netip.AddrPort) (int, error) {
	w.sent = append(w.sent, sent{slices.Clone(data), to})
	return len(data), nil
}

func (w *record) Close() error {
	w.closed = true
	return nil
}

// broken is a wire that carries nothing.
type broken struct{}

func (broken) WriteToUDPAddrPort([]byte, netip.AddrPort) (int, error) {
	return 0, net.ErrWriteToConnected
}
func (broken) Close() error { return nil }

// phone is a far end: it numbers what it sends, and hears what its leg sends.
type phone struct {
	*Leg
	rig     *rig
	addr    netip.AddrPort
	voice   *record
	reports *record
	format  Format
	ssrc    uint32
	seq     uint16
	ts      uint32
	heardTo int
}

// payloadOf is a codec's static payload type, or the one that Opus has here.
func payloadOf(c Codec) uint8 { return [...]uint8{0, 8, 9, 96}[c] }

// phone makes a leg with a far end that has agreed on a codec, with events at 101.
func (r *rig) phone(codec Codec) *phone {
	n := uint16(len(r.legs))
	p := &phone{
		rig: r, addr: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), 4000+2*n),
		voice: &record{}, reports: &record{},
		ssrc: 0x1000 + uint32(n), seq: 65530 + n, ts: 0 - 1000*uint32(n),
	}
	p.Leg = newLeg(r.Plane, p.voice, p.reports, netip.AddrPortFrom(netip.MustParseAddr("192.0.2.200"), 10000+2*n))
	r.legs[p.Leg] = struct{}{}
	p.format = Format{Codec: codec, Payload: payloadOf(codec), Events: 101, Remote: p.addr, Send: true, Receive: true}
	p.Agree(p.format)
	return p
}

// pass moves time and ticks every leg each 20 ms, as the ticker would.
func (r *rig) pass(d time.Duration) {
	for end := r.time.Add(d); !r.time.Add(frameTime).After(end); {
		r.time = r.time.Add(frameTime)
		r.tickAll()
	}
}

func (r *rig) tickAll() {
	for l := range r.legs {
		l.tick(r.now())
	}
	for i := range slots {
		r.rotas[0].tick(i, r.now)
	}
	if !r.hurried {
		r.settle()
	}
}

// settle waits until all that was recorded is written, as the rig's time is much
// faster than the disk's.
func (r *rig) settle() {
	r.Plane.mu.Lock()
	recordings := slices.Collect(maps.Keys(r.recordings))
	r.Plane.mu.Unlock()
	for _, tape := range recordings {
		for len(tape.reel.full) > 0 {
			runtime.Gosched()
		}
	}
}

// packet is the next packet of the phone: 20 ms filled with one code.
func (p *phone) packet(code byte) *rtp.Packet {
	p.seq++
	p.ts += frame * p.format.Codec.tick()
	body := make([]byte, frame)
	for i := range body {
		body[i] = code
	}
	return &rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: p.format.Payload, SequenceNumber: p.seq, Timestamp: p.ts, SSRC: p.ssrc},
		Payload: body,
	}
}

func (p *phone) deliver(packet *rtp.Packet) { p.receive(marshal(p.rig.t, packet), p.addr) }

// say delivers a frame of one code.
func (p *phone) say(code byte) { p.deliver(p.packet(code)) }

// press delivers one packet of a key press.
func (p *phone) press(key byte, end bool) {
	packet := p.packet(0)
	packet.PayloadType, packet.Payload = p.format.Events, event(key, end, 160)
	p.deliver(packet)
}

// hear gives what was sent to the phone since it was last asked.
func (p *phone) hear() []rtp.Packet {
	p.rig.t.Helper()
	all := decode(p.rig.t, p.voice.sent)
	since := all[p.heardTo:]
	p.heardTo = len(all)
	return since
}

// hearRunning is hear while a ticker runs.
func (p *phone) hearRunning() []rtp.Packet {
	p.Leg.mu.Lock()
	defer p.Leg.mu.Unlock()
	return p.hear()
}

func decode(t testing.TB, datagrams []sent) []rtp.Packet {
	t.Helper()
	out := make([]rtp.Packet, len(datagrams))
	for i, d := range datagrams {
		if err := out[i].Unmarshal(d.data); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// codes are the first samples of packets, for comparison.
func codes(packets []rtp.Packet) []byte {
	out := []byte{}
	for _, p := range packets {
		out = append(out, p.Payload[0])
	}
	return out
}

func wantCodes(t testing.TB, got []rtp.Packet, want ...byte) {
	t.Helper()
	if !slices.Equal(codes(got), want) {
		t.Fatalf("heard %x, want %x", codes(got), want)
	}
}

// wantOneStream checks that packets are one stream without gap or repetition.
func wantOneStream(t testing.TB, packets []rtp.Packet) {
	t.Helper()
	for i := 1; i < len(packets); i++ {
		a, b := packets[i-1].Header, packets[i].Header
		switch {
		case b.SSRC != a.SSRC:
			t.Fatalf("packet %d: SSRC %x after %x", i, b.SSRC, a.SSRC)
		case b.SequenceNumber != a.SequenceNumber+1:
			t.Fatalf("packet %d: sequence %d after %d", i, b.SequenceNumber, a.SequenceNumber)
		case int32(b.Timestamp-a.Timestamp) < frame:
			t.Fatalf("packet %d: timestamp %d after %d", i, b.Timestamp, a.Timestamp)
		}
	}
}
