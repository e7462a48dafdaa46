package pacing

import (
	"math"
	"slices"
)

// Class is a sort of call that people may answer more or less often than others: the
// kind of number (mobile, home, …) and the hour of the day where it is called. What is
// in no class is in the zero one.
type Class struct {
	Kind string
	Hour int
}

// Share counts calls, and those of them that people answered. Old ones are forgotten
// little by little, so these are no whole numbers.
type Share struct{ Calls, Live float64 }

// take takes in a call, and forgets what is older than so many.
func (s *Share) take(live bool, memory float64) {
	if s.Calls > memory-1 {
		keep := (memory - 1) / s.Calls
		s.Calls, s.Live = s.Calls*keep, s.Live*keep
	}
	s.Calls++
	if live {
		s.Live++
	}
}

// rate is the share of calls that people answer, if so many calls of another rate were
// known before.
func (s Share) rate(before, calls float64) float64 {
	return (s.Live + calls*before) / (s.Calls + calls)
}

// and is two shares as one.
func (s Share) and(more Share) Share { return Share{s.Calls + more.Calls, s.Live + more.Live} }

// ClassShare is what is known of one class.
type ClassShare struct {
	Class Class
	Share Share
}

// Memory is what a pacer has learned: a plain value, to be kept across restarts and
// days. It stays small, however many classes there are.
type Memory struct {
	// Version is that of its meaning; a memory of another version is not used.
	Version int
	// Curve is when calls come to their end.
	Curve Curve
	// Share of the calls that people answer: Long over thousands of calls, Short over
	// the last few hundred.
	Long, Short Share
	// Classes are those with most evidence, at most [mostClasses].
	Classes []ClassShare
	// Z is how many standard deviations of safety are kept; it moves with each person
	// who answers.
	Z float64
	// Answers is how many people answered since it began.
	Answers int
}

const (
	version = 2
	// mostClasses are told apart: a day's hours for a few kinds of number.
	mostClasses = 64
)

// Start is the memory of a campaign that was never dialed: careful. Its z is about
// where it stays, whatever the number of agents and the rate of answers.
func Start() Memory { return Memory{Version: version, Z: 2.1} }

// How many calls each share remembers, and the weight of what is known before it.
const (
	longMemory  = 3000
	shortMemory = 200
	priorRate   = 0.25
	priorCalls  = 8
	leastRate   = 0.01 // whatever was seen: more calls than this asks for help nobody
	classMemory = 2000
	classBelief = 300
	surprise    = 4.5 // standard deviations
)

// landed takes in a call that came to its end.
func (m *Memory) landed(c Class, live bool) {
	m.Long.take(live, longMemory)
	m.Short.take(live, shortMemory)
	m.class(c).take(live, classMemory)
	if m.changed() {
		m.Long = m.Short
		for i := range m.Classes {
			m.Classes[i].Share = Share{}
		}
	}
}

// changed tells whether the last calls can not be of the same rate as those before.
func (m *Memory) changed() bool {
	if m.Short.Calls < shortMemory-1 || m.Long.Calls < 2*shortMemory {
		return false
	}
	p := m.Long.rate(priorRate, priorCalls)
	off := m.Short.Live/m.Short.Calls - p
	return off*off*2*shortMemory > surprise*surprise*p*(1-p)
}

// class finds the share of a class, or makes room for it.
func (m *Memory) class(c Class) *Share {
	i := slices.IndexFunc(m.Classes, func(k ClassShare) bool { return k.Class == c })
	if i < 0 {
		i = len(m.Classes)
		if i < mostClasses {
			m.Classes = append(m.Classes, ClassShare{})
		} else {
			i = 0
			for j, k := range m.Classes {
				if k.Share.Calls < m.Classes[i].Share.Calls {
					i = j
				}
			}
		}
		m.Classes[i] = ClassShare{Class: c}
	}
	return &m.Classes[i].Share
}

// rate is the share of a class's calls that people are taken to answer: its own as far
// as there is evidence, else its kind's, else the campaign's, else the prior.
func (m *Memory) rate(c Class) float64 {
	all := m.Long.rate(priorRate, priorCalls)
	var kind, own Share
	for _, k := range m.Classes {
		if k.Class.Kind == c.Kind {
			kind = kind.and(k.Share)
			if k.Class.Hour == c.Hour {
				own = k.Share
			}
		}
	}
	return max(leastRate, own.rate(kind.rate(all, classBelief), classBelief))
}

// doubt is how far answers may be more than the campaign's rate says, as a part of them:
// some standard deviations of it.
func (m *Memory) doubt() float64 {
	all := m.Long.rate(priorRate, priorCalls)
	return doubts * math.Sqrt((1-all)/(m.Long.Live+priorRate*priorCalls))
}

// copy is the memory with classes of its own.
func (m Memory) copy() Memory {
	m.Classes = slices.Clone(m.Classes)
	return m
}
