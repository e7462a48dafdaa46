package telephony

import (
	"flag"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

var (
	calls   = flag.Int("calls", 20, "how many calls a second TestCallsPerSecond begins")
	callFor = flag.Duration("callfor", time.Second, "and for how long")
)

// TestCallsPerSecond sets up calls at a steady rate, and tears each down a second after
// its answer: none fails, and nothing is left of them.
// `go test ./internal/telephony -run CallsPerSecond -calls 200 -callfor 60s -v` does it for
// a minute and prints what a call costs, the far end included.
func TestCallsPerSecond(t *testing.T) {
	b, target := openBench(t, Config{}), answerAll(t)
	n := int32(callFor.Seconds() * float64(*calls))
	var answered, ended atomic.Int32
	over := make(chan struct{})
	b.answered = func(id call.LegID) {
		answered.Add(1)
		time.AfterFunc(time.Second, func() { b.HangUp(id, call.Cause{}) })
	}
	b.ended = func(call.LegID) {
		if ended.Add(1) == n {
			close(over)
		}
	}
	before := processor(t)
	for i, begun := time.Duration(1), time.Now(); i <= time.Duration(n); i++ {
		<-time.After(time.Until(begun.Add(i * time.Second / time.Duration(*calls))))
		b.dial(call.LegID(i), target)
	}
	select {
	case <-over:
	case <-time.After(patience):
	}
	t.Logf("%d calls, of which %d were answered and %d have ended; %v of the processor each", n, answered.Load(), ended.Load(), (processor(t)-before)/time.Duration(n))
	if answered.Load() != n || ended.Load() != n {
		t.Error("some have failed")
	}
	if legs, media := len(b.Legs()), b.plane.Legs(); legs != 0 || media != 0 {
		t.Errorf("%d legs and %d media legs are left", legs, media)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.progress {
		if p.Step == call.Ended && p.Cause.Reason != call.Normal {
			t.Errorf("%v: %v", p.Leg, p.Cause)
		}
	}
}

// processor is the time that this process has had of it.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
