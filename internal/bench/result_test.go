package bench

import (
	"testing"
	"time"
)

func TestABridgeIsMeasuredToTheFirstPacketThatIsHeard(t *testing.T) {
	ms := func(n int) int64 { return int64(n) * int64(time.Millisecond) }
	r := &report{From: ms(1000), Until: ms(3000), Heard: []hearing{
		{End: 4, Sent: ms(1090), Received: ms(1101)}, // kept, and forwarded at once
		{End: 6, Sent: ms(1099), Received: ms(1100)}, // of another pair
		{End: 4, Sent: ms(1110), Received: ms(1111)}, // the first that was sent after
		{End: 4, Sent: ms(1130), Received: ms(1131)},
		{End: 4, Sent: ms(2008), Received: ms(2009)}, // none was kept
	}}
	got := r.bridgeLatency([]Bridging{
		{End: 4, At: ms(900)}, // before anything was noted
		{End: 4, At: ms(1100)},
		{End: 4, At: ms(2000)},
		{End: 4, At: ms(2990)}, // too late to hear anything
	})
	if got.Prime.Count != 2 || got.Plain.Count != 2 {
		t.Fatalf("%+v", got)
	}
	near := func(us float64, n int) bool { return us > 999*float64(n) && us < 1040*float64(n) }
	if !near(got.Prime.P50, 1) || !near(got.Prime.Max, 9) || !near(got.Plain.P50, 9) || !near(got.Plain.Max, 11) {
		t.Errorf("%+v", got)
	}
}
