package simulate_test

import (
	"context"
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
	t.Log("agents answer seed: utilisation, abandoned, worst hour; took")
	for _, bar := range pacingBars {
		for i, answer := range []float64{0.10, 0.25, 0.50} {
			for seed := range uint64(*barSeeds) {
				s := simulate.Scenario{Seed: seed + 1, Team: simulate.StandardTeam(), Campaigns: []simulate.Campaign{simulate.Standard()}}
				s.Team.Agents, s.Campaigns[0].Customers.Answer = bar.agents, []float64{answer}
				began := time.Now()
				r, err := simulate.Run(context.Background(), s, nil)
				if err != nil {
					t.Fatal(err)
				}
				line := fmt.Sprintf("%3d %2.0f %% %d: %5.1f %% %5.2f %% %5.2f %%; %s", bar.agents, 100*answer, s.Seed,
					100*r.Utilisation, 100*r.Abandonment, 100*r.WorstHour, time.Since(began).Round(100*time.Millisecond))
				if r.Utilisation < bar.busy[i] || r.Abandonment > bar.day || r.WorstHour > bar.worstOfHour {
					t.Errorf("%s  (bars %.1f, %.1f, %.1f)", line, 100*bar.busy[i], 100*bar.day, 100*bar.worstOfHour)
					continue
				}
				t.Log(line)
			}
		}
	}
}
