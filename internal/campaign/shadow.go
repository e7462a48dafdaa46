package campaign

import (
	"math"
	"strings"

	"github.com/outdial/outdial/internal/call"
)

// Label is what an agent's disposition says of who answered.
type Label string

const (
	// NoLabel: no agent was on the line, or what he said does not tell.
	NoLabel Label = ""
	// PersonLabel and MachineLabel: a person was spoken to, or a machine or fax was there.
	PersonLabel  Label = "person"
	MachineLabel Label = "machine"
)

// LabelOf is what a wrap-up category says of who answered, if an agent chose it.
func LabelOf(category string) Label {
	c, _ := CategoryNamed(category)
	switch {
	case strings.EqualFold(category, "Machine"), strings.EqualFold(category, "Fax"):
		return MachineLabel
	case c.Live:
		return PersonLabel
	}
	return NoLabel
}

// Verdicts are how many calls had a verdict and a label.
type Verdicts struct {
	Finding call.Finding // a beep that corrected it counts as a machine
	Label   Label
	Calls   int
}

// Shadow is what the labels of agents say of a campaign's verdicts.
type Shadow struct {
	Table []Verdicts
	// Mistaken are the people among the verdicts against one that an agent checked, and
	// Missed the machines among the verdicts for a person.
	Mistaken, Missed Proportion
	// FalsePositive is the share of people who are taken for machines. It weighs the
	// checked verdicts for all that were alike, so it holds for a sample too.
	FalsePositive Range
}

// Proportion is a number of some that were counted.
type Proportion struct{ Some, All int }

// Range is an estimate with the bounds of its 95 % interval.
type Range struct{ Estimate, Low, High float64 }

// NewShadow draws the conclusions of a table.
func NewShadow(table []Verdicts) Shadow {
	s := Shadow{Table: table}
	against, people := 0, 0 // all verdicts against a person; people among the others
	for _, v := range table {
		switch {
		case !v.Finding.Person():
			against += v.Calls
			if v.Label != NoLabel {
				s.Mistaken.All += v.Calls
			}
			if v.Label == PersonLabel {
				s.Mistaken.Some += v.Calls
			}
		case v.Label != NoLabel:
			s.Missed.All += v.Calls
			if v.Label == MachineLabel {
				s.Missed.Some += v.Calls
			} else {
				people += v.Calls
			}
		}
	}
	r := s.Mistaken.Range()
	share := func(mistaken float64) float64 {
		taken := mistaken * float64(against)
		if taken+float64(people) == 0 {
			return 0
		}
		return taken / (taken + float64(people))
	}
	s.FalsePositive = Range{share(r.Estimate), share(r.Low), share(r.High)}
	return s
}

// Labelled is how many calls carry a label.
func (s Shadow) Labelled() int { return s.Mistaken.All + s.Missed.All }

// Range is the share with its exact interval (Clopper and Pearson, 1934). Of none it is
// all there is.
func (p Proportion) Range() Range {
	if p.All == 0 {
		return Range{0, 0, 1}
	}
	r := Range{Estimate: float64(p.Some) / float64(p.All), High: 1}
	const tail = 0.025
	if p.Some > 0 { // so low that as many, or more, come in one of forty
		r.Low = 1 - solve(p.All-p.Some, p.All, tail)
	}
	if p.Some < p.All { // so high that as few, or fewer, do
		r.High = solve(p.Some, p.All, tail)
	}
	return r
}

// solve finds the share at which up to k of n come with a probability.
func solve(k, n int, probability float64) float64 {
	low, high := 0.0, 1.0
	for range 60 {
		p := (low + high) / 2
		if atMost(k, n, p) > probability {
			low = p
		} else {
			high = p
		}
	}
	return low
}

// atMost is the probability of up to k of n, each with p.
func atMost(k, n int, p float64) float64 {
	sum, term := 0.0, float64(n)*math.Log1p(-p) // of none
	for i := 0; i <= k; i++ {
		sum += math.Exp(term)
		term += math.Log(float64(n-i)) - math.Log(float64(i+1)) + math.Log(p) - math.Log1p(-p)
	}
	return min(sum, 1)
}
