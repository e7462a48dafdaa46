package telephony

import (
	"flag"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

var (
	calls   = flag.Int("calls", 20, "how many calls a second TestCallsPerSecond begins")
	callFor = flag.Duration("callfor", time.Second, "and for how long")
)

// TestCallsPerSecond sets up and tears down calls at a steady rate, each of which talks
// for a second: none fails, and nothing is left of them.
// `go test ./internal/telephony -run CallsPerSecond -calls 200 -callfor 60s -v` does it for
// a minute and prints what a call costs, the far end included.
func TestCallsPerSecond(t *testing.T) {
	b, target := openBench(t, Config{}), answerAll(t)
	n := int(callFor.Seconds() * float64(*calls))
	before := processor(t)
	for i, begun := 1, time.Now(); i <= n; i++ {
		<-time.After(time.Until(begun.Add(time.Duration(i) * time.Second / time.Duration(*calls))))
		b.dial(call.LegID(i), target)
		time.AfterFunc(time.Second, func() { b.HangUp(call.LegID(i), call.Cause{}) })
	}
	for i := 1; i <= n; i++ {
		if ended := b.await(call.LegID(i), call.Ended); ended.Cause.Reason != call.Normal || !slices.Contains(b.reported(call.LegID(i)), call.Answered) {
			t.Errorf("call %d: %v, ended with %v", i, b.reported(call.LegID(i)), ended.Cause)
		}
	}
	t.Logf("%d calls, %v of the processor each", n, (processor(t)-before)/time.Duration(n))
	if legs, media := len(b.Legs()), b.plane.Legs(); legs != 0 || media != 0 {
		t.Errorf("%d legs and %d media legs are left", legs, media)
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
