package media

import (
	"net/netip"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// throng is many far ends on one thread, whose share of the processor is known.
type throng struct {
	b    *testing.B
	ends []*socket
	near []netip.AddrPort
	data [headerSize + frame]byte
	room [datagramSize]byte
	seq  uint16
	// heard is how many packets came back.
	heard int
}

// newThrong agrees on PCMU between legs in pairs, which are bridged, and as many far ends.
func newThrong(b *testing.B, p *Plane, calls int) *throng {
	c := &throng{b: b}
	legs := make([]*Leg, 2*calls)
	for i := range legs {
		s, port, err := newSocket(new(board), p.config.Address, 0)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
		legs[i] = leg(b, p)
		legs[i].Agree(Format{Codec: PCMU, Remote: netip.AddrPortFrom(p.config.Address, port), Send: true, Receive: true})
		c.ends, c.near = append(c.ends, s), append(c.near, legs[i].Address())
		if i%2 == 1 {
			Bridge(legs[i-1], legs[i], nil)
		}
	}
	return c
}

// frame has each of the ends listen and speak once, spread over 20 ms.
func (c *throng) frame(begin time.Time) {
	const steps = 40
	var from sockaddr
	c.seq++
	for step := range steps {
		if wait := time.Until(begin.Add(frameTime / steps * time.Duration(step))); wait > 0 {
			pause := unix.NsecToTimespec(int64(wait))
			_ = unix.Nanosleep(&pause, nil)
		}
		for i := step; i < len(c.ends); i += steps {
			for {
				if _, err := c.ends[i].receive(c.room[:], &from); err != nil {
					break
				}
				c.heard++
			}
			header{seq: c.seq, ts: uint32(c.seq) * frame}.put(c.data[:], 0, uint32(i+1))
			if _, err := c.ends[i].WriteToUDPAddrPort(c.data[:], c.near[i]); err != nil {
				c.b.Error(err)
			}
		}
	}
}

// spent is the processor's time that a thread or the process has used.
func spent(who int) time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(who, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSockets is a packet that comes in on a socket and goes out on another, in
// calls of two legs. The time is the processor's, without that of the far ends.
func BenchmarkSockets(b *testing.B) {
	const calls = 200
	for name, c := range ways() {
		b.Run(name, func(b *testing.B) {
			p := opened(b, c)
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			throng := newThrong(b, p, calls)
			begin := time.Now()
			settle := 60 // frames, so that sockets are connected
			frames := settle + b.N/(2*calls) + 1
			var own, all time.Duration
			var before runtime.MemStats
			for i := range frames {
				if i == settle {
					runtime.ReadMemStats(&before)
					throng.heard = 0
					own, all = spent(unix.RUSAGE_THREAD), spent(unix.RUSAGE_SELF)
				}
				throng.frame(begin.Add(time.Duration(i) * frameTime))
			}
			packets := float64((frames - settle) * 2 * calls)
			own, all = spent(unix.RUSAGE_THREAD)-own, spent(unix.RUSAGE_SELF)-all
			var after runtime.MemStats
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(all-own)/1000/packets, "cpu-µs/packet")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/packets, "allocs/packet")
			b.ReportMetric(100*(1-float64(throng.heard)/packets), "%lost")
		})
	}
}
