package call

import (
	"strings"
	"testing"
	"time"
)

func TestVerdicts(t *testing.T) {
	const ms = time.Millisecond
	good := Trial{Took: 4 * time.Second, Sent: 200, Received: 200, Jitter: ms, RoundTrip: 40 * ms}
	for _, c := range []struct {
		name   string
		change func(*Trial)
		words  []string // none: the line is good
	}{
		{"good", func(*Trial) {}, nil},
		{"a packet lost of two hundred", func(t *Trial) { t.Received, t.Lost = 199, 1 }, nil},
		{"more came than were sent", func(t *Trial) { t.Lost = -2 }, nil},
		{"many lost", func(t *Trial) { t.Received, t.Lost = 180, 20 }, []string{"10 % of the packets from the phone"}},
		{"many of ours lost", func(t *Trial) { t.FarLost = 10 }, []string{"5 % of the packets to the phone"}},
		{"nothing came", func(t *Trial) { t.Received = 0 }, []string{"Nothing was heard from the phone"}},
		{"uneven and far", func(t *Trial) { t.Jitter, t.RoundTrip = 45*ms, 640*ms }, []string{"jitter 45 ms", "; a word takes 640 ms"}},
		{"echo", func(t *Trial) { t.Echo = Echo{true, 240 * ms, -18.4} }, []string{"hear himself after 240 ms (-18 dB)"}},
		{"faint echo", func(t *Trial) { t.Echo = Echo{true, 240 * ms, -41} }, nil},
		{"echo too soon to be heard as one", func(t *Trial) { t.Echo = Echo{true, 20 * ms, -12} }, nil},
	} {
		trial := good
		c.change(&trial)
		said := trial.Verdict()
		if trial.Good() != (c.words == nil) || trial.Good() != (said == "The line is good.") {
			t.Errorf("%s: good %v, %q", c.name, trial.Good(), said)
		}
		for _, words := range c.words {
			if !strings.Contains(said, words) {
				t.Errorf("%s: %q says nothing of %q", c.name, said, words)
			}
		}
	}
}
