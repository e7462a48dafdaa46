package media

import (
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// sink is a wire that keeps nothing.
type sink struct{ packets int }

func (s *sink) WriteToUDPAddrPort(data []byte, _ netip.AddrPort) (int, error) {
	s.packets++
	return len(data), nil
}

func (s *sink) Close() error { return nil }

// relayed gives a function that takes the next packet of a bridged phone.
func relayed(t testing.TB, from, to Codec, out func(*phone) wire) (next func(), partner *phone) {
	r := newRig(t)
	a, b := r.phone(from), r.phone(to)
	b.wire = out(b)
	Bridge(a.Leg, b.Leg, nil)
	packet := a.packet(0x2a)
	if from == Opus {
		packet.Payload = opusOf(t, 1)[0]
	}
	data := marshal(t, packet)
	datagram := make([]byte, len(data), datagramSize)
	return func() {
		a.seq++
		a.ts += frame * from.tick()
		copy(datagram, data)
		header{seq: a.seq, ts: a.ts}.put(datagram, a.format.Payload, a.ssrc)
		r.time = r.time.Add(frameTime)
		a.receive(datagram, a.addr)
	}, b
}

// allocated is how many objects 500 turns allocate in all, after 500 others. The runtime
// allocates one now and then by itself, and the race detector more: one in a hundred turns,
// and fewer than one in each, are overlooked.
func allocated(turn func()) float64 {
	const turns = 500
	overlooked := turns / 100.0
	if raced {
		overlooked = turns - 1
	}
	n := testing.AllocsPerRun(1, func() {
		for range turns {
			turn()
		}
	})
	if n <= overlooked {
		return 0
	}
	return n
}

func TestForwardingAllocatesNothing(t *testing.T) {
	socket := func(p *phone) wire {
		c, err := bind(netip.MustParseAddr("127.0.0.1"), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		p.format.Remote = address(c) // to itself
		p.Agree(p.format)
		return c
	}
	for name, c := range map[string]struct {
		from, to Codec
		out      func(*phone) wire
	}{
		"like laws":           {PCMU, PCMU, func(*phone) wire { return &sink{} }},
		"unlike laws":         {PCMA, PCMU, func(*phone) wire { return &sink{} }},
		"like wideband":       {G722, G722, func(*phone) wire { return &sink{} }},
		"out of wideband":     {G722, PCMA, func(*phone) wire { return &sink{} }},
		"into wideband":       {PCMU, G722, func(*phone) wire { return &sink{} }},
		"like Opus":           {Opus, Opus, func(*phone) wire { return &sink{} }},
		"out of Opus":         {Opus, PCMA, func(*phone) wire { return &sink{} }},
		"into Opus":           {PCMU, Opus, func(*phone) wire { return &sink{} }},
		"through a socket":    {PCMU, PCMA, socket},
		"our own audio, also": {PCMU, PCMU, nil},
	} {
		var do func()
		var partner *phone
		if c.out != nil {
			do, partner = relayed(t, c.from, c.to, c.out)
		} else {
			r := newRig(t)
			partner = r.phone(PCMU)
			partner.wire, partner.control = &sink{}, &sink{}
			partner.Play(HoldMusic(), nil)
			do = func() {
				r.time = r.time.Add(frameTime)
				partner.tick(r.now())
			}
		}
		before := partner.packets
		if n := allocated(do); n != 0 {
			t.Errorf("%s: %v allocations in 500 packets", name, n)
		}
		if partner.packets-before < 1000 {
			t.Errorf("%s: only %d packets went out", name, partner.packets-before)
		}
	}
}

func BenchmarkRelay(b *testing.B) {
	for _, c := range []struct {
		name     string
		from, to Codec
	}{
		{"straight", PCMU, PCMU}, {"transcoded", PCMU, PCMA}, {"straight-G722", G722, G722},
		{"from-G722", G722, PCMU}, {"to-G722", PCMU, G722},
		{"straight-opus", Opus, Opus}, {"from-opus", Opus, PCMU}, {"to-opus", PCMU, Opus},
	} {
		b.Run(c.name, func(b *testing.B) {
			next, _ := relayed(b, c.from, c.to, func(*phone) wire { return &sink{} })
			b.ReportAllocs()
			for b.Loop() {
				next()
			}
		})
	}
	b.Run("socket", func(b *testing.B) {
		next, _ := relayed(b, PCMU, PCMA, func(p *phone) wire {
			c, err := bind(netip.MustParseAddr("127.0.0.1"), 0)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { c.Close() })
			p.format.Remote = address(c)
			p.Agree(p.format)
			return c
		})
		b.ReportAllocs()
		for b.Loop() {
			next()
		}
	})
}

// BenchmarkBridge reports how long after the call to Bridge the newest frame is
// read by the far end.
func BenchmarkBridge(b *testing.B) {
	p := loopback(b)
	agent := newHandset(b, leg(b, p))
	customerLeg := leg(b, p)
	customer := newHandset(b, customerLeg)
	customerLeg.Agree(Format{Remote: address(customer.UDPConn), Receive: true})
	var total time.Duration
	n, code := 0, byte(0)
	for b.Loop() {
		code = (code + 1) & 0x7f
		before := agent.leg.Stats().PacketsReceived
		agent.say(code)
		for agent.leg.Stats().PacketsReceived == before {
			runtime.Gosched()
		}
		customerLeg.Agree(Format{Remote: address(customer.UDPConn), Send: true, Receive: true})
		start := time.Now()
		Bridge(agent.leg, customerLeg, nil)
		// On a busy machine the frame may be stale, and then it is not forwarded.
		for range 5 {
			if customer.hear().Payload[0] == code {
				total += time.Since(start)
				n++
				break
			}
		}
		Unbridge(customerLeg)
	}
	b.ReportMetric(float64(total.Microseconds())/float64(max(n, 1)), "µs/bridge")
}

func BenchmarkSilence(b *testing.B) {
	for _, codec := range []Codec{PCMU, G722, Opus} {
		b.Run(codec.String(), func(b *testing.B) {
			r := newRig(b)
			p := r.phone(codec)
			p.wire = &sink{}
			b.ReportAllocs()
			for b.Loop() {
				r.time = r.time.Add(frameTime)
				p.tick(r.now())
			}
		})
	}
}

// BenchmarkIdleLeg reports what a leg holds of memory: heap, and the stacks of
// its two readers.
func BenchmarkIdleLeg(b *testing.B) {
	const legs = 200
	for b.Loop() {
		p := loopback(b)
		before := held()
		for range legs {
			l := leg(b, p)
			l.Agree(Format{Remote: netip.MustParseAddrPort("127.0.0.1:9"), Receive: true})
		}
		// A few rounds of the ticker, so that all that grows has grown.
		ticked := make(chan struct{})
		l := leg(b, p)
		l.Agree(Format{Remote: netip.MustParseAddrPort("127.0.0.1:9")})
		l.Play(tone(440, 100*time.Millisecond), func(bool) { close(ticked) })
		<-ticked
		b.ReportMetric(float64(held()-before)/legs, "B/leg")
		p.Close()
	}
}

// held is the memory in use by heap and stacks.
func held() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// seated gives a function that makes one frame of a conference of n, in which all
// speak and all are heard, in both laws.
func seated(t testing.TB, n int) (next func(), packets func() int) {
	r := newRig(t)
	c := r.NewConference()
	phones := make([]*phone, n)
	legs := make([]*Leg, n)
	sinks := make([]*sink, n)
	datagrams := make([][]byte, n)
	parts := make([]Part, n)
	for i := range phones {
		phones[i] = r.phone(Codec(i % 2))
		legs[i], sinks[i] = phones[i].Leg, &sink{}
		phones[i].wire = sinks[i]
		datagrams[i] = marshal(t, phones[i].packet(0x2a))
	}
	for i := range parts {
		parts[i] = Part{legs[i], legs}
	}
	c.Arrange(parts...)
	next = func() {
		for i, p := range phones {
			p.seq++
			p.ts += frame
			header{seq: p.seq, ts: p.ts}.put(datagrams[i], p.format.Payload, p.ssrc)
			p.receive(datagrams[i], p.addr)
		}
		r.time = r.time.Add(frameTime)
		c.tick(r.now())
	}
	return next, func() (sum int) {
		for _, s := range sinks {
			sum += s.packets
		}
		return sum
	}
}

// taped gives a function that makes one frame of a recording of two legs.
func taped(t testing.TB) (next func(), end func() RecordingInfo) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMA)
	var info RecordingInfo
	tape, err := r.NewRecording(t.TempDir(), "a", nil, func(i RecordingInfo) { info = i })
	if err != nil {
		t.Fatal(err)
	}
	tape.Set(Recorded, []*Leg{a.Leg}, []*Leg{b.Leg})
	phones := []*phone{a, b}
	datagrams := [][]byte{marshal(t, a.packet(1)), marshal(t, b.packet(1))}
	next = func() {
		for len(tape.reel.free) == 0 { // as fast as the disk, and no faster
			runtime.Gosched()
		}
		for i, p := range phones {
			p.seq++
			p.ts += frame
			header{seq: p.seq, ts: p.ts}.put(datagrams[i], p.format.Payload, p.ssrc)
			p.receive(datagrams[i], p.addr)
		}
		r.time = r.time.Add(frameTime)
		tape.tick(r.now())
	}
	return next, func() RecordingInfo {
		tape.Stop()
		<-tape.Done()
		return info
	}
}

func TestAConferenceAndARecordingAllocateNothing(t *testing.T) {
	next, packets := seated(t, 3)
	if n := allocated(next); n != 0 {
		t.Errorf("a conference: %v allocations in 500 frames", n)
	}
	if packets() < 3000 {
		t.Errorf("%d packets", packets())
	}
	next, end := taped(t)
	next() // the file is open
	if n := allocated(next); n != 0 {
		t.Errorf("a recording: %v allocations in 500 frames", n)
	}
	if info := end(); info.Err != nil || info.Duration < 1000*frameTime {
		t.Errorf("%+v", info)
	}
}

// BenchmarkConference is a whole frame: a packet of each leg in, the mixing, and a
// packet to each out, without the system's part.
func BenchmarkConference(b *testing.B) {
	for name, n := range map[string]int{"of3": 3, "of10": 10} {
		b.Run(name, func(b *testing.B) {
			next, _ := seated(b, n)
			b.ReportAllocs()
			for b.Loop() {
				next()
			}
		})
	}
}

// BenchmarkRecording is a frame of a recording of two legs, their packets and the
// writing of the file included.
func BenchmarkRecording(b *testing.B) {
	next, end := taped(b)
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
	if info := end(); info.Err != nil {
		b.Fatal(info.Err)
	}
}

// sealing gives a function that takes the next packet of a bridged phone and
// sends it on to the other, both over SRTP in a suite; 0 is both in clear.
func sealing(t testing.TB, suite Suite) (next func(), partner *phone) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	b.wire = &sink{}
	far := &seals{}
	if suite != 0 {
		key := NewKey(suite)
		a.format.Near, a.format.Far = NewKey(suite), key
		b.format.Near, b.format.Far = NewKey(suite), NewKey(suite)
		a.Agree(a.format)
		b.Agree(b.format)
		far.out = key.context()
	}
	Bridge(a.Leg, b.Leg, nil)
	packet := marshal(t, a.packet(0x2a))
	var datagram [datagramSize]byte
	return func() {
		a.seq++
		a.ts += frame
		header{seq: a.seq, ts: a.ts}.put(packet, a.format.Payload, a.ssrc)
		sent := packet
		if suite != 0 {
			sent, _ = far.seal(packet)
		}
		r.time = r.time.Add(frameTime)
		a.receive(datagram[:copy(datagram[:], sent)], a.addr)
	}, b
}

func TestSRTPAllocatesNothing(t *testing.T) {
	for _, suite := range Suites() {
		next, partner := sealing(t, suite)
		next()
		before := partner.packets
		if n := allocated(next); n != 0 && !raced {
			t.Errorf("%v: %v allocations in 500 packets", suite, n)
		}
		if partner.packets-before < 1000 {
			t.Errorf("%v: only %d packets went out", suite, partner.packets-before)
		}
	}
}

// A leg in each frame sends a report and takes one: as a rule it does so every five seconds.
func TestReportsAllocateNothing(t *testing.T) {
	for _, suite := range append([]Suite{0}, Suites()...) {
		for name, sends := range map[string]bool{"a sender's": true, "a receiver's": false} {
			r := newRig(t)
			p := r.phone(PCMU)
			p.format.Send = sends
			far := &seals{}
			if suite != 0 {
				p.format.Near, p.format.Far = NewKey(suite), NewKey(suite)
				far.out = p.format.Far.context()
			}
			p.Agree(p.format)
			out := &sink{}
			p.wire, p.control = &sink{}, out
			report := rtcpData(t, &rtcp.SenderReport{SSRC: p.ssrc, NTPTime: 1, Reports: []rtcp.ReceptionReport{{SSRC: p.Leg.ssrc, LastSenderReport: 1}}},
				rtcp.NewCNAMESourceDescription(p.ssrc, "far@end"))
			var datagram [datagramSize]byte
			do := func() {
				sent := report
				if suite != 0 {
					sent, _ = far.sealControl(report)
				}
				r.time = r.time.Add(frameTime)
				p.receiveControl(datagram[:copy(datagram[:], sent)], p.controlAddr())
				p.Leg.reports.next = r.now()
				p.tick(r.now())
			}
			do() // whom both hear is known
			before := out.packets
			if n := allocated(do); n != 0 && !raced {
				t.Errorf("%s report, %v: %v allocations in 500", name, suite, n)
			}
			if s := p.Stats(); out.packets-before < 1000 || s.Refused != 0 {
				t.Errorf("%s report, %v: %d were sent, %d refused", name, suite, out.packets-before, s.Refused)
			}
		}
	}
}

// BenchmarkSRTP is a packet that is received, forwarded and sent, as in
// BenchmarkRelay, with a far end that seals it first: three times the cipher's work,
// two of them ours.
func BenchmarkSRTP(b *testing.B) {
	for _, suite := range append([]Suite{0}, Suites()...) {
		name := suite.String()
		if suite == 0 {
			name = "plain"
		}
		b.Run(name, func(b *testing.B) {
			next, _ := sealing(b, suite)
			b.ReportAllocs()
			for b.Loop() {
				next()
			}
		})
	}
}
