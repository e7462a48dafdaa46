package pacing_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pacing"
)

var seeds = flag.Int("seeds", 0, "how many days of each kind the bars are judged by; without it a few days are")

// pacer is the method of this package.
type pacer struct{ *pacing.Pacer }

func predictive() pacer { return pacer{pacing.New(pacing.Policy{}, pacing.Start())} }

func (p pacer) landed(age time.Duration, live bool) { p.Landed(pacing.Class{}, age, live) }
func (p pacer) served(abandoned bool)               { p.Served(abandoned) }
func (p pacer) relieved()                           { p.Freed() }
func (p pacer) dial(v view) int {
	return p.Predict(pacing.Air{
		Now: morning.Add(v.at), Idle: v.idle - v.waiting, Flights: v.flights, Room: -1,
		Tally: pacing.Tally{Live: v.live, Abandoned: v.missed},
	}).Dial
}

// The bars for days of eight hours, handle times of 90 s and a target of 3 %.
var bars = []struct {
	agents      int
	utilisation map[float64]float64 // by the share of people
	worstHour   float64
}{
	{10, map[float64]float64{0.10: 0.76, 0.25: 0.78, 0.50: 0.82}, 0.050},
	{25, map[float64]float64{0.10: 0.855, 0.25: 0.865, 0.50: 0.88}, 0.040},
	{50, map[float64]float64{0.10: 0.90, 0.25: 0.91, 0.50: 0.92}, 0.037},
	{100, map[float64]float64{0.10: 0.935, 0.25: 0.94, 0.50: 0.945}, 0.035},
}

var rates = []float64{0.10, 0.25, 0.50}

// Without -seeds one day each is played of those that take the least time.
func TestTheBarsAreMet(t *testing.T) {
	for _, b := range bars {
		for _, p := range rates {
			if *seeds == 0 && float64(b.agents) > 50*p {
				continue
			}
			t.Run(fmt.Sprintf("%d agents, %.0f %% people", b.agents, 100*p), func(t *testing.T) {
				for seed := range max(1, *seeds) {
					s := day{b.agents, steady(p), 90 * time.Second, 8, uint64(seed + 1)}.run(predictive())
					if s.utilisation < b.utilisation[p] || s.abandoned > 0.03 || s.worstHour > b.worstHour {
						t.Errorf("seed %d: utilisation %.1f %%, abandoned %.2f %%, worst hour %.2f %%", seed+1, 100*s.utilisation, 100*s.abandoned, 100*s.worstHour)
					}
				}
			})
		}
	}
}
