package telephony

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// What the far end says is told once it is silent, and a leg that is tried out tells
// what was carried.
func TestALegIsListenedTo(t *testing.T) {
	t.Parallel()
	b, speaker, tested := openBench(t, Config{}), newPeer(t), newPeer(t)
	one := b.dial(1, speaker.target(), func(o *call.Order) { o.Party = call.Agent })
	toSpeaker := speaker.answered()
	b.await(one, call.Answered)
	two := b.dial(2, tested.target(), func(o *call.Order) { o.Party = call.Agent })
	toTested := tested.answered()
	b.await(two, call.Answered)

	tested.speak(toTested.body())
	b.Listen(two, call.ForEcho)
	b.Listen(one, call.ForWords)
	began := time.Now()
	stop := speaker.speak(toSpeaker.body())
	<-time.After(time.Until(began.Add(600 * time.Millisecond)))
	last := stop()

	said := b.await(one, call.Spoke)
	if said.After < 300*time.Millisecond || said.After > 1200*time.Millisecond || said.At.Sub(last).Abs() > 300*time.Millisecond {
		t.Errorf("it said something for %v until %v after its last packet", said.After, said.At.Sub(last))
	}
	if took := time.Since(last); took < 900*time.Millisecond {
		t.Errorf("that was told %v after the last word", took)
	}
	found := b.await(two, call.Tested).Trial
	if found.Took < 4*time.Second || found.Sent < 150 || found.Received < 150 || found.Lost > 20 || found.Echo.Found {
		t.Errorf("found %+v", found)
	}
	q, heard, ok := b.Quality(two)
	if !ok || q.Received < found.Received || time.Since(heard) > time.Second {
		t.Errorf("%+v, last heard of %v ago, %v", q, time.Since(heard), ok)
	}
	if _, _, ok := b.Quality(99); ok {
		t.Error("a leg that there is not is carried")
	}
	b.Listen(one, call.Deaf)
	b.Listen(99, call.ForEcho) // ignored
}
