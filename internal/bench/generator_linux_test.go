package bench

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// direct has far ends that talk send to each other for a time.
func direct(t testing.TB, calls int, length time.Duration) *report {
	t.Helper()
	var g generator
	defer g.close()
	ends := Load{Calls: calls}.ends()
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
	var r *report
	if err := g.run(length, true, func(answer any) error {
		r, _ = answer.(*report)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return r
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
				r := direct(b, calls, length)
				used := spent() - before
				sent := float64(2*calls) * float64((length+warmUp(length))/Frame)
				b.ReportMetric(float64(used.Microseconds())/sent, "cpu-µs/packet")
				b.ReportMetric(r.Late.Latency().P99, "late-p99-µs")
				b.ReportMetric(float64(r.Kinds[Talking].Lost), "lost")
			}
		})
	}
}
