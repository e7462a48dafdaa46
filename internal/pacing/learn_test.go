package pacing_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pacing"
)

// When people answer twice as often in the middle of a day, or half as often, the day
// is within the limit half an hour later, and that half hour alone is not far off.
func TestTheRateOfAnswersChanges(t *testing.T) {
	for _, c := range []struct {
		agents       int
		before, then float64
	}{{25, 0.25, 0.5}, {25, 0.5, 0.25}, {50, 0.25, 0.5}, {100, 0.2, 0.4}} {
		if *seeds == 0 && c.agents > 50 {
			continue
		}
		t.Run(fmt.Sprintf("%d agents, from %g to %g", c.agents, c.before, c.then), func(t *testing.T) {
			for seed := range max(1, *seeds) {
				people := func(at time.Duration) float64 {
					if at < 2*time.Hour {
						return c.before
					}
					return c.then
				}
				s := day{c.agents, people, 90 * time.Second, 2.5, uint64(seed + 1)}.run(predictive())
				from := 0
				for s.answers[from].at < 2*time.Hour {
					from++
				}
				if all, since := share(s.answers), share(s.answers[from:]); all > 0.032 || since > 0.045 {
					t.Errorf("seed %d: after half an hour %.2f %% of the day are abandoned, %.2f %% since the change", seed+1, 100*all, 100*since)
				}
			}
		})
	}
}

// What was learned goes through JSON, stays small, and a pacer made of it decides the
// same.
func TestMemoryOutlivesThePacer(t *testing.T) {
	p := pacing.New(pacing.Policy{}, pacing.Start())
	chance := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		p.Landed(pacing.Class{Kind: []string{"mobile", "home", "work", "other"}[chance.IntN(4)], Hour: chance.IntN(24)}, time.Duration(chance.IntN(40))*time.Second, chance.IntN(4) == 0)
		if chance.IntN(4) == 0 {
			p.Served(chance.IntN(40) == 0)
		}
	}
	written, err := json.Marshal(p.Memory())
	if err != nil || len(written) > 16_000 {
		t.Fatalf("%d bytes, %v", len(written), err)
	}
	var read pacing.Memory
	if err := json.Unmarshal(written, &read); err != nil || !reflect.DeepEqual(read, p.Memory()) {
		t.Fatalf("read %+v, %v", read, err)
	}
	a := pacing.Air{Now: morning, Idle: 20, Room: -1, Class: pacing.Class{Kind: "mobile", Hour: 9}}
	if one, other := pacing.New(pacing.Policy{}, p.Memory()).Predict(a), pacing.New(pacing.Policy{}, read).Predict(a); one != other {
		t.Errorf("one pacer %+v, the other %+v", one, other)
	}
	read.Version++
	if got := pacing.New(pacing.Policy{}, read).Memory(); !reflect.DeepEqual(got, pacing.Start()) {
		t.Errorf("a memory of another version became %+v", got)
	}
}

// A memory that is handed out does not change with what is learned later.
func TestMemoryIsACopy(t *testing.T) {
	p := pacing.New(pacing.Policy{}, pacing.Start())
	p.Landed(pacing.Class{}, 8*time.Second, true)
	before := p.Memory()
	p.Landed(pacing.Class{}, 8*time.Second, true)
	if got := before.Classes[0].Share.Calls; got != 1 {
		t.Errorf("it knows of %g calls, want 1", got)
	}
}

// Classes with evidence have their own rate; one without has its kind's.
func TestClassesAreToldApart(t *testing.T) {
	p := pacing.New(pacing.Policy{}, pacing.Start())
	mobile, home := pacing.Class{Kind: "mobile", Hour: 10}, pacing.Class{Kind: "home", Hour: 10}
	chance := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		p.Landed(mobile, 9*time.Second, chance.Float64() < 0.1)
		p.Landed(home, 9*time.Second, chance.Float64() < 0.4)
	}
	rate := func(c pacing.Class) float64 {
		return p.Predict(pacing.Air{Now: morning, Idle: 10, Room: -1, Class: c}).Rate
	}
	later := home
	later.Hour = 18
	for _, c := range []struct {
		class     pacing.Class
		low, high float64
	}{
		{mobile, 0.08, 0.15}, {home, 0.34, 0.42}, {later, 0.34, 0.42}, {pacing.Class{Kind: "work"}, 0.2, 0.3},
	} {
		if got := rate(c.class); got < c.low || got > c.high {
			t.Errorf("%+v: %.3f, want between %g and %g", c.class, got, c.low, c.high)
		}
	}
}

// With no evidence a pacer is careful: even if people answered twice as often as is
// taken, its first calls would not be more than there are agents.
func TestFirstCallsAreCareful(t *testing.T) {
	for _, idle := range []int{1, 2, 5, 10, 25, 100} {
		p := pacing.New(pacing.Policy{}, pacing.Start())
		a := pacing.Air{Now: morning, Idle: idle, Room: -1}
		total := 0
		for range 40 { // ten seconds, before anyone answers
			n := p.Predict(a).Dial
			total += n
			for range n {
				a.Flights = append(a.Flights, pacing.Flight{Placed: a.Now})
			}
			a.Now = a.Now.Add(50 * time.Millisecond)
		}
		if total < 1 || float64(total)*0.5 > float64(idle)+0.5 {
			t.Errorf("%d dialed at once for %d agents", total, idle)
		}
	}
}

// Those of the first calls that fail are over before anybody answers. They do not say
// that nobody ever will, and no more is dialed for them than takes their places.
func TestTheFirstCallsFailFirst(t *testing.T) {
	p := pacing.New(pacing.Policy{}, pacing.Start())
	a := pacing.Air{Now: morning, Idle: 300, Room: -1}
	dial := func() (n int) {
		for d := p.Predict(a).Dial; d > 0 && n < 10_000; d = p.Predict(a).Dial {
			n += d
			for range d {
				a.Flights = append(a.Flights, pacing.Flight{Placed: a.Now})
			}
		}
		return n
	}
	first := dial()
	a.Now = a.Now.Add(3 * time.Second)
	again := 0
	for range first / 10 {
		a.Flights = a.Flights[1:]
		p.Landed(pacing.Class{}, 3*time.Second, false)
		again += dial()
	}
	if again > first/5 {
		t.Errorf("%d were dialed, a tenth of them failed, and %d more were dialed", first, again)
	}
}

// Above a strict maximum only idle agents are dialed for; below it, and with the other
// policies, prediction goes on.
func TestPolicies(t *testing.T) {
	air := func(missed int) pacing.Air {
		return pacing.Air{Now: morning, Idle: 4, Room: -1, Tally: pacing.Tally{Live: 1000, Abandoned: missed}}
	}
	seasoned := pacing.Start()
	seasoned.Long = pacing.Share{Calls: 2000, Live: 200}
	for _, c := range []struct {
		adjust pacing.Adjustment
		missed int
		by     pacing.By
	}{
		{pacing.StrictMaximum, 31, pacing.ByPower},
		{pacing.StrictMaximum, 30, pacing.ByPredict},
		{pacing.TargetRate, 31, pacing.ByPredict},
		{pacing.NoAdjustment, 31, pacing.ByPredict},
	} {
		d := pacing.New(pacing.Policy{Adjust: c.adjust}, seasoned).Predict(air(c.missed))
		if d.By != c.by || c.by == pacing.ByPower && (d.Dial != 4 || !strings.Contains(d.Why(), "3.1 % are abandoned, 3.0 % may be")) {
			t.Errorf("%s with %d missed: %d by %s: %s", c.adjust, c.missed, d.Dial, d.By, d.Why())
		}
	}
}

// What was abandoned moves z, but not where nothing is adjusted; and the window moves
// what is steered for.
func TestTheWindowSteers(t *testing.T) {
	for _, adjust := range pacing.Adjustments {
		p := pacing.New(pacing.Policy{Adjust: adjust}, pacing.Start())
		p.Served(true)
		if moved := p.Memory().Z > pacing.Start().Z; moved != (adjust != pacing.NoAdjustment) {
			t.Errorf("%s: z is %g after one was abandoned", adjust, p.Memory().Z)
		}
	}
	target := func(missed int) float64 {
		p := pacing.New(pacing.Policy{}, pacing.Start())
		return p.Predict(pacing.Air{Now: morning, Room: -1, Tally: pacing.Tally{Live: 1000, Abandoned: missed}}).Target
	}
	if few, right, many, far := target(0), target(29), target(40), target(500); !(few > right && right > many && many > far) || few > 0.03 || far <= 0 {
		t.Errorf("targets %g, %g, %g and %g", few, right, many, far)
	}
}

// With lines left open, power dials what the rate of answers asks.
func TestLinesByTheRateOfAnswers(t *testing.T) {
	dialed := func(rate float64, idle int) int {
		m := pacing.Start()
		m.Long = pacing.Share{Calls: 3000, Live: 3000 * rate}
		return pacing.New(pacing.Policy{}, m).Power(pacing.Air{Now: morning, Idle: idle, Room: -1}, 0).Dial
	}
	for _, c := range []struct {
		rate      float64
		idle      int
		low, high int
	}{{0.25, 1, 1, 1}, {0.25, 20, 50, 75}, {0.1, 20, 120, 180}, {0.9, 20, 20, 22}, {0.25, 0, 0, 0}} {
		if got := dialed(c.rate, c.idle); got < c.low || got > c.high {
			t.Errorf("%g answered, %d idle: %d dialed, want %d to %d", c.rate, c.idle, got, c.low, c.high)
		}
	}
}

// Decisions that dialed are kept, and the newest of all; not more than fit.
func TestDecisionsAreKept(t *testing.T) {
	p := pacing.New(pacing.Policy{}, pacing.Start())
	for i := range 1000 {
		idle := 3
		if i%2 == 1 {
			idle = -1
		}
		p.Predict(pacing.Air{Now: morning.Add(time.Duration(i) * time.Second), Idle: idle, Room: -1})
	}
	all := p.Decisions()
	newest := all[len(all)-1]
	if len(all) != 128 || !newest.At.Equal(morning.Add(999*time.Second)) || newest.Dial != 0 {
		t.Fatalf("%d are kept, the newest %+v", len(all), newest)
	}
	for i, d := range all[:len(all)-1] {
		if d.Dial == 0 || i > 0 && !d.At.After(all[i-1].At) {
			t.Fatalf("decision %d: %+v", i, d)
		}
	}
}

// An agent who is idle while nothing flies gets a call, however often people answer and
// however careful the pacer has become: who stood idle would never learn that it may dare more.
func TestASingleAgentIsNotLeftIdle(t *testing.T) {
	careful := pacing.Start()
	careful.Z = 4
	p := pacing.New(pacing.Policy{}, careful)
	for i := range 400 {
		p.Landed(pacing.Class{}, 5*time.Second, i%10 > 0)
	}
	for _, c := range []struct{ idle, asked, want int }{{1, 0, 1}, {1, 1, 0}, {0, 0, 0}, {-1, 0, 0}} {
		if d := p.Predict(pacing.Air{Now: morning, Idle: c.idle, Asked: c.asked, Room: -1}); d.Dial != c.want {
			t.Errorf("%d idle, %d asked for: %s", c.idle, c.asked, d.Why())
		}
	}
	if d := p.Predict(pacing.Air{Now: morning, Idle: 1, Room: 0}); d.Dial != 0 {
		t.Errorf("without room: %s", d.Why())
	}
}
