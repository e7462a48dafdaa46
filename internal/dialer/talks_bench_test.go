package dialer

import (
	"fmt"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// BenchmarkInput is one input and what follows from it, with a thousand agents of
// whom three hundred are in calls that they made, and a party waits for all others.
func BenchmarkInput(b *testing.B) {
	s := newStage(b, Rules{}, autumn())
	name := func(i int) string { return fmt.Sprintf("a%04d", i) }
	for i := range 1000 {
		s.play([]string{"shift", name(i), "persistent"})
		if i < 300 {
			number := fmt.Sprint(2000000 + i)
			s.play([]string{"calls", name(i), number})
			s.report(call.Progress{Leg: s.dialed[number], Step: call.Answered})
		}
	}
	s.play([]string{"calls", name(300), "3000000"})
	s.report(call.Progress{Leg: s.dialed["3000000"], Step: call.Answered})
	held := s.state.agents[who(name(7))].hand[0]
	waiting := func() *interaction {
		for _, c := range s.state.talks {
			if c.waitsForAnyone() {
				return c
			}
		}
		return nil
	}
	var onHold bool
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"hold", func() {
			if onHold = !onHold; onHold {
				s.do(Act{who(name(7)), held, Hold})
			} else {
				s.do(Act{who(name(7)), held, Pickup})
			}
		}},
		{"status", func() { s.do(SetStatus{User: name(500), Status: "Available"}) }},
		{"to a workgroup", func() {
			on := s.state.agents[who(name(300))].hand[0]
			s.do(Transfer{By: who(name(300)), Call: on, To: call.Destination{Queue: &call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}}})
			d := waiting()
			s.do(Act{who(name(300)), d.id, Pickup})
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.do()
				s.lines = nil
			}
		})
	}
}
