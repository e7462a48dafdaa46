package media

import (
	"net/netip"
	"runtime"
	"testing"
	"time"
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
	data := marshal(t, a.packet(0x2a))
	datagram := make([]byte, len(data))
	return func() {
		a.seq++
		a.ts += frame
		copy(datagram, data)
		header{seq: a.seq, ts: a.ts}.put(datagram, a.format.Payload, a.ssrc)
		r.time = r.time.Add(frameTime)
		a.receive(datagram, a.addr)
	}, b
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
			partner.wire = &sink{}
			partner.Play(HoldMusic(), nil)
			do = func() {
				r.time = r.time.Add(frameTime)
				partner.Leg.reports.next = r.now() + time.Hour // they may allocate
				partner.tick(r.now())
			}
		}
		before := partner.packets
		if n := testing.AllocsPerRun(1000, do); n != 0 {
			t.Errorf("%s: %v allocations per packet", name, n)
		}
		if partner.packets-before < 1000 {
			t.Errorf("%s: only %d packets went out", name, partner.packets-before)
		}
	}
}

func BenchmarkRelay(b *testing.B) {
	for name, to := range map[string]Codec{"straight": PCMU, "transcoded": PCMA} {
		b.Run(name, func(b *testing.B) {
			next, _ := relayed(b, PCMU, to, func(*phone) wire { return &sink{} })
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
	n := 0
	for b.Loop() {
		before := agent.leg.Stats().PacketsReceived
		agent.say(byte(n & 0x7f))
		for agent.leg.Stats().PacketsReceived == before {
			runtime.Gosched()
		}
		customerLeg.Agree(Format{Remote: address(customer.UDPConn), Send: true, Receive: true})
		start := time.Now()
		Bridge(agent.leg, customerLeg, nil)
		customer.until(byte(n & 0x7f))
		total += time.Since(start)
		Unbridge(customerLeg)
		n++
	}
	b.ReportMetric(float64(total.Microseconds())/float64(n), "µs/bridge")
}

func BenchmarkSilence(b *testing.B) {
	r := newRig(b)
	p := r.phone(PCMU)
	p.wire = &sink{}
	b.ReportAllocs()
	for b.Loop() {
		r.time = r.time.Add(frameTime)
		p.tick(r.now())
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
		l.Play(tone(440, 100*time.Millisecond), func() { close(ticked) })
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
