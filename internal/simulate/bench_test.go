package simulate_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/simulate"
)

// BenchmarkHour is how long an hour of predictive dialing takes: the floor's work, and
// that of the simulation around it. Its share of an hour bounds how busy the loop of a
// real floor would be with as many agents and calls.
func BenchmarkHour(b *testing.B) {
	for _, c := range []struct {
		agents int
		answer float64
		handle time.Duration
	}{{25, 0.25, 90 * time.Second}, {100, 0.25, 90 * time.Second}, {300, 0.25, 90 * time.Second}, {300, 0.10, 45 * time.Second}, {300, 0.03, 30 * time.Second}} {
		b.Run(fmt.Sprintf("%d agents, %.0f %% answer, %s", c.agents, 100*c.answer, c.handle), func(b *testing.B) {
			s := simulate.Scenario{Seed: 1, Length: time.Hour, Team: simulate.StandardTeam(), Campaigns: []simulate.Campaign{simulate.Standard()}}
			s.Team.Agents = c.agents
			of := &s.Campaigns[0].Customers
			of.Answer, of.Handle = []float64{c.answer}, []time.Duration{c.handle}
			var r simulate.Result
			for b.Loop() {
				var err error
				if r, err = simulate.Run(context.Background(), s, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(r.Invites, "INVITE/s")
			b.ReportMetric(100*b.Elapsed().Seconds()/float64(b.N)/time.Hour.Seconds(), "%-of-an-hour")
		})
	}
}
