package bench

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// direct has the far ends of a load send to each other for a time.
func direct(t testing.TB, load Load, length time.Duration) (r *report) {
	t.Helper()
	var g generator
	defer g.close()
	ends := load.ends()
	if load.SRTP {
		for i := range ends {
			ends[i].FarKey, ends[i].NearKey = newKey(), newKey()
		}
	}
	far, err := g.open(netip.MustParseAddr("127.0.0.1"), ends)
	if err != nil {
		t.Fatal(err)
	}
	near := make([]netip.AddrPort, len(far))
	for i := range near {
		near[i] = far[ends[i].Partner]
	}
	if err := g.aim(near); err != nil {
		t.Fatal(err)
	}
	if err := g.run(length, true, func(answer any) error {
		r, _ = answer.(*report)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// wantAll checks that all was sent, and came once and where it should.
func wantAll(t *testing.T, r *report, ends int, length time.Duration) {
	t.Helper()
	sent := uint64(ends) * uint64(length/Frame)
	got := r.Kinds[Talking]
	got.Breaks = 0
	if want := (Counts{Sent: sent, Received: sent}); got != want || r.Overflown != 0 {
		t.Errorf("%+v, %d overflown, want %+v", got, r.Overflown, want)
	}
	if n := r.Latency.total; n != sent {
		t.Errorf("%d packets were timed, want %d", n, sent)
	}
	if n := r.Late.total; n != sent {
		t.Errorf("of %d packets it is known how late they were, want %d", n, sent)
	}
}

func TestFarEndsHearEachOtherThroughTheirPorts(t *testing.T) {
	const length = 200 * time.Millisecond
	for _, srtp := range []bool{false, true} {
		wantAll(t, direct(t, Load{Calls: 20, SRTP: srtp}, length), 40, length)
	}
}

// A relay has a leg for each far end, though several far ends are at one address.
func TestAFarEndIsKnownByTheLegThatSpeaksToIt(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		p, err := newPort(netip.MustParseAddr(address))
		if err != nil {
			t.Skip(err) // no IPv6
		}
		defer p.close()
		w := newWorker(nil)
		fars := []*far{{number: 1, port: p}, {number: 2, port: p}}
		var got []*far
		hear := func() {
			got = nil
			w.each(p, func(f *far, _ []byte, _ int64) { got = append(got, f) })
		}
		voice, control := make([]byte, headerSize), make([]byte, headerSize)
		voice[0], control[0], control[1] = 0x80, 0x80, 200
		say := func(from *net.UDPConn, packet []byte) {
			if _, err := from.WriteToUDPAddrPort(packet, p.address); err != nil {
				t.Fatal(err)
			}
		}
		leg := func() (*net.UDPConn, netip.AddrPort) {
			c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(address)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
			at := c.LocalAddr().(*net.UDPAddr).AddrPort()
			return c, netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
		}
		one, atOne := leg()
		two, atTwo := leg()
		stranger, _ := leg()
		fars[0].aim(atOne)
		fars[1].aim(atTwo)
		say(two, voice)
		say(one, voice)
		say(one, control)
		say(stranger, voice)
		say(two, voice)
		if hear(); !slices.Equal(got, []*far{fars[1], fars[0], fars[1]}) {
			t.Errorf("%s: %v", address, got)
		}
		// Later they are the other way round.
		fars[0].aim(atTwo)
		fars[1].aim(atOne)
		say(two, voice)
		say(one, voice)
		if hear(); !slices.Equal(got, []*far{fars[0], fars[1]}) {
			t.Errorf("%s: turned round, %v", address, got)
		}
	}
}

func TestWhatAPortHasNoRoomForIsCounted(t *testing.T) {
	p, err := newPort(netip.MustParseAddr("::1"))
	if err != nil {
		t.Skip(err) // no IPv6
	}
	defer p.close()
	if err := unix.SetsockoptInt(p.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 4096); err != nil {
		t.Fatal(err)
	}
	w := newWorker(nil)
	f := &far{port: p}
	f.aim(p.address)
	for range 100 {
		w.post(f, time.Time{})
	}
	w.flush()
	taken := uint64(0)
	w.each(p, func(to *far, _ []byte, at int64) {
		if to == f && at > 0 {
			taken++
		}
	})
	if n := p.overflown(); n == 0 || n+taken != 100 {
		t.Errorf("of 100 packets %d were taken, and %d had no room", taken, n)
	}
}

// spent is the processor's time of this process so far.
func spent() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFarEnds tells what a packet costs the far ends, to send and to receive, and how
// late one in a hundred is sent.
func BenchmarkFarEnds(b *testing.B) {
	const length = 4 * time.Second
	for _, calls := range []int{100, 500, 1000, 2000} {
		b.Run(fmt.Sprint(calls), func(b *testing.B) {
			for b.Loop() {
				before := spent()
				r := direct(b, Load{Calls: calls}, length)
				used := spent() - before
				sent := float64(2*calls) * float64((length+warmUp(length))/Frame)
				b.ReportMetric(float64(used.Microseconds())/sent, "cpu-µs/packet")
				b.ReportMetric(r.Late.Latency().P99, "late-p99-µs")
				b.ReportMetric(float64(r.Kinds[Talking].Lost), "lost")
			}
		})
	}
}
