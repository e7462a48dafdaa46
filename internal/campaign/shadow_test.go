package campaign

import (
	"math"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// The intervals are those of published tables, and of the plans for tests: to claim at
// most 0.5 % takes 598 calls without an error.
func TestIntervalsAreExact(t *testing.T) {
	for _, c := range []struct {
		p         Proportion
		low, high float64
	}{
		{Proportion{0, 0}, 0, 1},
		{Proportion{0, 10}, 0, 0.3085},
		{Proportion{10, 10}, 0.6915, 1},
		{Proportion{1, 10}, 0.0025, 0.4450},
		{Proportion{5, 10}, 0.1871, 0.8129},
		{Proportion{3, 100}, 0.0062, 0.0852},
		{Proportion{0, 598}, 0, 0.00615},
		{Proportion{500, 10000}, 0.0458, 0.0545},
	} {
		r := c.p.Range()
		if math.Abs(r.Low-c.low) > 0.00006 || math.Abs(r.High-c.high) > 0.00006 {
			t.Errorf("%d of %d: %.5f to %.5f, want %.5f to %.5f", c.p.Some, c.p.All, r.Low, r.High, c.low, c.high)
		}
	}
}

func TestTheShadowWeighsASample(t *testing.T) {
	s := NewShadow([]Verdicts{
		{call.Live, PersonLabel, 980}, {call.Live, MachineLabel, 20}, {call.Live, NoLabel, 50}, {call.Mute, PersonLabel, 10},
		{call.Machine, NoLabel, 900}, {call.Machine, MachineLabel, 95}, {call.Machine, PersonLabel, 5},
	})
	if s.Labelled() != 1110 || s.Mistaken != (Proportion{5, 100}) || s.Missed != (Proportion{20, 1010}) {
		t.Errorf("%+v", s)
	}
	// 5 % of 1000 verdicts are 50 people, beside 990 who were found.
	if got, want := s.FalsePositive.Estimate, 50.0/1040; math.Abs(got-want) > 1e-9 {
		t.Errorf("%.4f of the people are taken for machines, want %.4f", got, want)
	}
	if r := NewShadow([]Verdicts{{call.Live, PersonLabel, 500}, {call.Machine, NoLabel, 500}}).FalsePositive; r.Low != 0 || r.High < 0.4 {
		t.Errorf("without a check nothing is known, yet it says %+v", r)
	}
}

func TestLabels(t *testing.T) {
	for category, want := range map[string]Label{
		"Success": PersonLabel, "wrong party": PersonLabel, "Machine": MachineLabel, "fax": MachineLabel,
		"Ambiguous": NoLabel, "No Answer": NoLabel, "": NoLabel, "nonsense": NoLabel,
	} {
		if got := LabelOf(category); got != want {
			t.Errorf("%q says %q, want %q", category, got, want)
		}
	}
}
