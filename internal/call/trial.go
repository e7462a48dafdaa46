package call

import (
	"fmt"
	"strings"
	"time"
)

// Listening is what is made of what the far end of a leg says, besides what it is
// heard for.
type Listening int

const (
	// Deaf: nothing.
	Deaf Listening = iota
	// ForWords: [Spoke] is reported for whatever is said.
	ForWords
	// ForEcho: a phrase is played to the far end, and [Tested] reports once what comes
	// back of it and how well the leg carried a few seconds.
	ForEcho
)

// Trial is what a leg's self-test found.
type Trial struct {
	Took time.Duration
	// Sent, Received and Lost are packets of these seconds; Lost is of those sent to
	// us, FarLost what the far end says of ours.
	Sent, Received uint64
	Lost, FarLost  int64
	// Jitter and RoundTrip are as in [Quality].
	Jitter, RoundTrip time.Duration
	Echo              Echo
}

// Echo is what comes back of a phrase that was played.
type Echo struct {
	Found bool
	Delay time.Duration
	Level float64 // in dB of what was sent
}

// What is still good enough: ITU-T G.114 for the way there and back, and what G.711
// bears of loss and an ear of echo (G.131).
const (
	mostLoss      = 0.01
	mostJitter    = 30 * time.Millisecond
	mostRoundTrip = 300 * time.Millisecond
	mostEcho      = -30.0
	// sidetone is how soon what comes back is not heard as an echo.
	sidetone = 30 * time.Millisecond
)

// Good tells whether there is nothing to complain of.
func (t Trial) Good() bool { return len(t.complaints()) == 0 }

// Verdict says in plain words what was found.
func (t Trial) Verdict() string {
	if list := t.complaints(); len(list) > 0 {
		return strings.ToUpper(list[0][:1]) + strings.Join(list, "; ")[1:] + "."
	}
	return "The line is good."
}

func (t Trial) complaints() []string {
	var list []string
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if t.Received == 0 {
		say("nothing was heard from the phone: it is muted, on hold, or a firewall keeps its voice back")
	}
	for _, way := range []struct {
		name string
		lost int64
		of   uint64
	}{{"from", t.Lost, t.Received + uint64(max(t.Lost, 0))}, {"to", t.FarLost, t.Sent}} {
		if share := float64(way.lost) / float64(max(way.of, 1)); share > mostLoss {
			say("%.0f %% of the packets %s the phone are lost: words will be missing", 100*share, way.name)
		}
	}
	if t.Jitter > mostJitter {
		say("packets come unevenly (jitter %d ms): the network is busy", t.Jitter.Milliseconds())
	}
	if t.RoundTrip > mostRoundTrip {
		say("a word takes %d ms there and back: people will talk over each other", t.RoundTrip.Milliseconds())
	}
	if t.Echo.Found && t.Echo.Delay > sidetone && t.Echo.Level > mostEcho {
		say("the customer will hear himself after %d ms (%.0f dB): turn the phone's loudspeaker down, or use a headset", t.Echo.Delay.Milliseconds(), t.Echo.Level)
	}
	return list
}
