package pacing_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pacing"
)

const noLimit = -1

func TestPower(t *testing.T) {
	for _, c := range []struct {
		name  string
		pulse pacing.Pulse
		want  int
		why   string
	}{
		{"nobody is idle", pacing.Pulse{Lines: 3, Room: noLimit}, 0, "power: 0 idle × 3 lines − 0 flying"},
		{"one idle agent, one line", pacing.Pulse{Idle: 1, Lines: 1, Room: noLimit}, 1, "power: 1 idle × 1 lines − 0 flying"},
		{"the call for that agent flies already", pacing.Pulse{Idle: 1, Flying: 1, Lines: 1, Room: noLimit}, 0, "power: 1 idle × 1 lines − 1 flying"},
		{"several lines for each", pacing.Pulse{Idle: 4, Flying: 5, Lines: 2.5, Room: noLimit}, 5, "power: 4 idle × 2.5 lines − 5 flying"},
		{"parts of a line are not dialed", pacing.Pulse{Idle: 3, Lines: 1.5, Room: noLimit}, 4, "power: 3 idle × 1.5 lines − 0 flying"},
		{"what arithmetic loses is given back", pacing.Pulse{Idle: 3, Lines: 2.3333333333, Room: noLimit}, 7, "power: 3 idle × 2.3333333333 lines − 0 flying"},
		{"an agent went away: more flies than is wanted", pacing.Pulse{Idle: 1, Flying: 4, Lines: 2, Room: noLimit}, 0, "power: 1 idle × 2 lines − 4 flying"},
		{"no room", pacing.Pulse{Idle: 9, Lines: 1, Room: 0}, 0, "power: 9 idle × 1 lines − 0 flying, room for 0"},
		{"little room", pacing.Pulse{Idle: 9, Lines: 1, Room: 2}, 2, "power: 9 idle × 1 lines − 0 flying, room for 2"},
		{"room for more than is wanted", pacing.Pulse{Idle: 2, Lines: 1, Room: 60}, 2, "power: 2 idle × 1 lines − 0 flying, room for 60"},
		{"no lines", pacing.Pulse{Idle: 9, Room: noLimit}, 0, "power: 9 idle × 0 lines − 0 flying"},
	} {
		got := pacing.Power(c.pulse)
		if got.Dial != c.want || got.Why() != c.why {
			t.Errorf("%s: dial %d because %q; want %d because %q", c.name, got.Dial, got.Why(), c.want, c.why)
		}
	}
}

// Never less than nothing, never more than there is room for, never more in the
// air than lines for the idle, and at one line never more than idle agents.
func FuzzPower(f *testing.F) {
	f.Add(uint16(1), uint16(0), 1.0, int16(-1))
	f.Add(uint16(100), uint16(17), 2.5, int16(60))
	f.Add(uint16(3), uint16(0), 7.0/3, int16(0))
	f.Fuzz(func(t *testing.T, idle, flying uint16, lines float64, room int16) {
		if !(lines >= 0 && lines <= 100) {
			t.Skip("a campaign has between 0 and 100 lines for an agent")
		}
		p := pacing.Pulse{Idle: int(idle), Flying: int(flying), Lines: lines, Room: int(room)}
		d := pacing.Power(p)
		if d.Dial < 0 || p.Room >= 0 && d.Dial > p.Room {
			t.Fatalf("%+v: dial %d", p, d.Dial)
		}
		if d.Dial > 0 && float64(d.Dial+p.Flying) > float64(p.Idle)*lines+1e-6 {
			t.Fatalf("%+v: dial %d, though %d fly", p, d.Dial, p.Flying)
		}
		if lines <= 1 && d.Dial > max(0, p.Idle-p.Flying) {
			t.Fatalf("%+v: dial %d for %d idle agents", p, d.Dial, p.Idle)
		}
		if d.Why() == "" {
			t.Fatalf("%+v: no reckoning", p)
		}
	})
}

// What a pacer is asked for stays within its limits, whatever the inputs.
func FuzzPredict(f *testing.F) {
	f.Add(int16(3), uint16(12), uint8(2), int16(-1), uint64(1))
	f.Add(int16(-2), uint16(0), uint8(0), int16(5), uint64(2))
	f.Fuzz(func(t *testing.T, idle int16, flying uint16, asked uint8, room int16, seed uint64) {
		chance := rand.New(rand.NewPCG(seed, 0))
		p := pacing.New(pacing.Policy{}, pacing.Start())
		for range chance.IntN(3000) {
			p.Landed(pacing.Class{Hour: chance.IntN(3)}, time.Duration(chance.IntN(70))*time.Second, chance.IntN(3) == 0)
			p.Served(chance.IntN(20) == 0)
		}
		a := pacing.Air{Now: morning, Idle: int(idle), Asked: int(asked), Room: int(room)}
		for range flying % 1000 {
			a.Flights = append(a.Flights, pacing.Flight{Placed: morning.Add(-time.Duration(chance.IntN(40_000)-1000) * time.Millisecond), Class: pacing.Class{Hour: chance.IntN(4)}})
		}
		for name, decide := range map[string]func(pacing.Air) pacing.Decision{
			"predictive": p.Predict,
			"power":      func(a pacing.Air) pacing.Decision { return p.Power(a, 0) },
			"precise":    func(a pacing.Air) pacing.Decision { return p.Power(a, 1) },
		} {
			d := decide(a)
			if d.Dial < 0 || room >= 0 && d.Dial > int(room) || d.Why() == "" {
				t.Fatalf("%s, %+v: dial %d because %q", name, a, d.Dial, d.Why())
			}
			if name == "precise" && d.Dial > 0 && d.Dial+len(a.Flights)+a.Asked > a.Idle {
				t.Fatalf("%+v: dial %d for one agent each", a, d.Dial)
			}
			more := a
			more.Idle++
			if next := decide(more); next.Dial < d.Dial {
				t.Fatalf("%s, %+v: dial %d, and %d for one more agent", name, a, d.Dial, next.Dial)
			}
		}
	})
}
