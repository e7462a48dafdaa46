package simulate_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/simulate"
)

// barSeeds is how many days of each kind are held against the bars. One takes up to
// half a minute, so there are none unless asked for.
var barSeeds = flag.Int("bars", 0, "hold so many days of each kind against the bars of pacing, on the real floor")

// The bars: with a mean handle time of 90 s and a limit of 3 %, over eight hours, agents
// are busy at least so much, and no more people are abandoned than so.
var pacingBars = []struct {
	agents           int
	busy             [3]float64 // with 10, 25 and 50 % of the calls answered by people
	day, worstOfHour float64
}{
	{10, [3]float64{0.76, 0.78, 0.82}, 0.030, 0.050},
	{25, [3]float64{0.855, 0.865, 0.88}, 0.030, 0.040},
	{50, [3]float64{0.90, 0.91, 0.92}, 0.030, 0.037},
	{100, [3]float64{0.935, 0.94, 0.945}, 0.030, 0.035},
}

// TestBars plays whole days with the real floor and holds them against the bars.
func TestBars(t *testing.T) {
	if *barSeeds == 0 {
		t.Skip("whole days are played with -bars SEEDS")
	}
	for _, bar := range pacingBars {
		for i, answer := range []float64{0.10, 0.25, 0.50} {
			t.Run(fmt.Sprintf("%d agents, %.0f %% answer", bar.agents, 100*answer), func(t *testing.T) {
				for seed := range uint64(*barSeeds) {
					r, took := barDay(t, bar.agents, answer, seed+1, nil)
					if r.Utilisation < bar.busy[i] || r.Abandonment > bar.day || r.WorstHour > bar.worstOfHour {
						t.Errorf("below the bars of %.1f, %.1f and %.1f %%:", 100*bar.busy[i], 100*bar.day, 100*bar.worstOfHour)
					}
					t.Logf("seed %d: utilisation %.1f %%, abandoned %.2f %%, worst hour %.2f %%; took %s", seed+1, 100*r.Utilisation, 100*r.Abandonment, 100*r.WorstHour, took)
				}
			})
		}
	}
}

// TestChanges lets people answer twice as often, or half as often, after four hours, and
// holds the day half an hour later against its bar.
func TestChanges(t *testing.T) {
	if *barSeeds == 0 {
		t.Skip("whole days are played with -bars SEEDS")
	}
	for _, agents := range []int{25, 50, 100} {
		for _, answer := range [][2]float64{{0.10, 0.20}, {0.25, 0.50}, {0.50, 0.25}, {0.20, 0.10}} {
			t.Run(fmt.Sprintf("%d agents, %.0f to %.0f %% answer", agents, 100*answer[0], 100*answer[1]), func(t *testing.T) {
				for seed := range uint64(*barSeeds) {
					r, _ := barDay(t, agents, answer[0], seed+1, func(s *simulate.Scenario) {
						s.Length = 270 * time.Minute
						s.Events = []simulate.Event{{At: 4 * time.Hour, Answer: answer[1]}}
					})
					if r.Abandonment > 0.032 {
						t.Errorf("above the bar of 3.2 %%:")
					}
					t.Logf("seed %d: abandoned %.2f %%, worst hour %.2f %%", seed+1, 100*r.Abandonment, 100*r.WorstHour)
				}
			})
		}
	}
}

// barDay plays a day of the bars, and tells how long that took.
func barDay(t *testing.T, agents int, answer float64, seed uint64, change func(*simulate.Scenario)) (simulate.Result, time.Duration) {
	s := simulate.Scenario{Seed: seed, Team: simulate.StandardTeam(), Campaigns: []simulate.Campaign{simulate.Standard()}}
	s.Team.Agents, s.Campaigns[0].Customers.Answer = agents, []float64{answer}
	if change != nil {
		change(&s)
	}
	began := time.Now()
	return play(t, s), time.Since(began).Round(100 * time.Millisecond)
}
