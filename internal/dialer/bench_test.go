package dialer

import (
	"fmt"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// BenchmarkAnswerToBridge is how long the floor takes from the report of an
// answer to the order to bridge, with so many agents at work.
func BenchmarkAnswerToBridge(b *testing.B) {
	for _, agents := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("%d agents", agents), func(b *testing.B) {
			s := newStage(b, Rules{}, autumn())
			for i := range agents {
				s.numbers = append(s.numbers, fmt.Sprint(1000000+i))
				s.play([]string{"shift", fmt.Sprintf("a%04d", i), "persistent"})
			}
			for b.Loop() {
				b.StopTimer()
				var c *liveCall
				for _, some := range s.state.calls {
					if some.state == call.Dialing {
						c = some
						break
					}
				}
				if c == nil {
					b.Fatal("nobody is being called")
				}
				answered := happened{call.Progress{Leg: c.leg, Step: call.Answered, At: s.now}}
				b.StartTimer()
				effects := s.state.apply(s.now, answered)
				b.StopTimer()
				for _, e := range effects {
					s.effect(e)
				}
				for _, e := range s.state.tidy() {
					s.effect(e)
				}
				name := c.agent.User
				s.report(call.Progress{Leg: c.leg, Step: call.Ended})
				s.numbers = append(s.numbers, c.contact.Number)
				s.do(Dispose{Agent: who(name), Label: "Success"})
				s.do(SetStatus{User: name, Status: "Available"})
				s.lines = nil
				clear(s.closed)
				b.StartTimer()
			}
		})
	}
}
