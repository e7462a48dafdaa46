package pacing_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/pacing"
)

// A day is a shift of agents with virtual customers, in virtual time: small and fast,
// so that a method of pacing can be judged on many of them. Handle times are
// lognormal. A call is set up in 3 s and then rings; it is answered by a person, by a
// machine, fails at once, or is given up.
type day struct {
	agents int
	// people is the share of calls that a person answers, by the moment of the day.
	people func(at time.Duration) float64
	handle time.Duration // mean
	hours  float64
	seed   uint64
}

const (
	handleCV  = 0.9
	setUp     = 3 * time.Second
	ringMean  = 8 // seconds, Gamma with shape 2
	ringMost  = 25 * time.Second
	patience  = 2 * time.Second
	failures  = 0.10
	machines  = 0.35
	tickEvery = 250 * time.Millisecond
)

// morning is when days begin.
var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// steady is a share of people that stays as it is.
func steady(p float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return p }
}

// A method says how many to dial now, and is told what came of it.
type method interface {
	dial(v view) int
	landed(age time.Duration, live bool)
	served(abandoned bool)
	relieved() // an agent is done with a customer
}

// view is what a method may look at.
type view struct {
	at            time.Duration
	agents        int
	idle, waiting int
	flights       []pacing.Flight
	live, missed  int
}

// answer is one that a person gave.
type answer struct {
	at     time.Duration
	missed bool
}

// shift is what became of a day.
type shift struct {
	utilisation, abandoned, worstHour, firstHour float64
	wait                                         float64 // of those who got an agent, mean seconds
	invites                                      float64 // per second
	answers                                      []answer
	length                                       time.Duration
}

type kind uint8

const (
	lands kind = iota
	freed
	givesUp
	tick
)

type happening struct {
	at   time.Duration
	kind kind
	id   int32
	live bool
}

// floor is the state of a running day.
type floor struct {
	day
	method
	calls   *rand.Rand // how calls end, and beside it how long agents are busy:
	talks   *rand.Rand // so methods are compared with much the same luck
	now     time.Duration
	next    []happening // a heap by moment
	flights []pacing.Flight
	ids     []int32 // of the flights
	where   []int32 // by id: index in flights
	idle    int
	busy    time.Duration // of all agents
	waiting []int32       // indices of answers
	answers []answer
	missed  int
	invites int
	waited  time.Duration
}

// run plays a day.
func (d day) run(m method) shift {
	f := &floor{day: d, method: m, calls: rand.New(rand.NewPCG(d.seed, 1)), talks: rand.New(rand.NewPCG(d.seed, 2)), idle: d.agents}
	end := time.Duration(d.hours * float64(time.Hour))
	f.push(happening{at: 0, kind: tick})
	for len(f.next) > 0 && f.next[0].at < end {
		h := f.pop()
		f.now = h.at
		switch h.kind {
		case lands:
			f.land(h)
		case freed:
			f.idle++
			f.relieved()
			f.route()
		case givesUp:
			f.giveUp(h.id)
		case tick:
			f.push(happening{at: f.now + tickEvery, kind: tick})
		}
		f.decide()
	}
	return f.sum(end)
}

func (f *floor) decide() {
	n := f.dial(view{f.now, f.agents, f.idle, len(f.waiting), f.flights, len(f.answers), f.missed})
	for range n {
		f.place()
	}
}

// place starts a call, whose end is drawn at once.
func (f *floor) place() {
	f.invites++
	id := int32(len(f.where))
	f.where = append(f.where, int32(len(f.flights)))
	f.flights = append(f.flights, pacing.Flight{Placed: morning.Add(f.now)})
	f.ids = append(f.ids, id)
	p := f.people(f.now)
	ring := min(ringMost, time.Duration((f.calls.ExpFloat64()+f.calls.ExpFloat64())*ringMean/2*float64(time.Second)))
	h := happening{at: f.now + setUp, kind: lands, id: id}
	switch x := f.calls.Float64(); {
	case x < p:
		h.at, h.live = h.at+ring, true
	case x < p+min(machines, 1-p-failures):
		h.at += ring
	case x < p+min(machines, 1-p-failures)+failures:
	default:
		h.at += ringMost
	}
	f.push(h)
}

func (f *floor) land(h happening) {
	i, last := f.where[h.id], len(f.flights)-1
	age := morning.Add(f.now).Sub(f.flights[i].Placed)
	f.flights[i], f.ids[i] = f.flights[last], f.ids[last]
	f.where[f.ids[i]] = i
	f.flights, f.ids = f.flights[:last], f.ids[:last]
	f.landed(age, h.live)
	if h.live {
		id := int32(len(f.answers))
		f.answers = append(f.answers, answer{at: f.now})
		f.waiting = append(f.waiting, id)
		f.route()
		if len(f.waiting) > 0 {
			f.push(happening{at: f.now + patience, kind: givesUp, id: id})
		}
	}
}

// route brings those who wait to those who are idle.
func (f *floor) route() {
	for f.idle > 0 && len(f.waiting) > 0 {
		a := f.answers[f.waiting[0]]
		f.waiting = f.waiting[1:]
		f.idle--
		f.waited += f.now - a.at
		f.served(false)
		sigma2 := math.Log(1 + handleCV*handleCV)
		talk := time.Duration(f.handle.Seconds() * math.Exp(math.Sqrt(sigma2)*f.talks.NormFloat64()-sigma2/2) * float64(time.Second))
		f.busy += min(talk, time.Duration(f.hours*float64(time.Hour))-f.now)
		f.push(happening{at: f.now + talk, kind: freed})
	}
}

func (f *floor) giveUp(id int32) {
	if i := slices.Index(f.waiting, id); i >= 0 {
		f.waiting = slices.Delete(f.waiting, i, i+1)
		f.answers[id].missed = true
		f.missed++
		f.served(true)
	}
}

func (f *floor) sum(end time.Duration) shift {
	s := shift{length: end, answers: f.answers}
	s.utilisation = f.busy.Seconds() / end.Seconds() / float64(f.agents)
	s.invites = float64(f.invites) / end.Seconds()
	s.abandoned = share(f.answers)
	if served := len(f.answers) - f.missed; served > 0 {
		s.wait = f.waited.Seconds() / float64(served)
	}
	from, missed := 0, 0
	for i, a := range f.answers {
		if a.missed {
			missed++
		}
		for f.answers[from].at <= a.at-time.Hour {
			if f.answers[from].missed {
				missed--
			}
			from++
		}
		if a.at < time.Hour {
			s.firstHour = float64(missed) / float64(i+1)
		} else {
			s.worstHour = max(s.worstHour, float64(missed)/float64(i+1-from))
		}
	}
	s.worstHour = max(s.worstHour, s.firstHour)
	return s
}

// share is the part of answers that was missed.
func share(answers []answer) float64 {
	missed := 0
	for _, a := range answers {
		if a.missed {
			missed++
		}
	}
	return float64(missed) / max(1, float64(len(answers)))
}

func (f *floor) push(h happening) {
	f.next = append(f.next, h)
	i := len(f.next) - 1
	for i > 0 && h.at < f.next[(i-1)/2].at {
		f.next[i] = f.next[(i-1)/2]
		i = (i - 1) / 2
	}
	f.next[i] = h
}

func (f *floor) pop() happening {
	top, last := f.next[0], f.next[len(f.next)-1]
	f.next = f.next[:len(f.next)-1]
	n, i := len(f.next), 0
	for 2*i+1 < n {
		c := 2*i + 1
		if c+1 < n && f.next[c+1].at < f.next[c].at {
			c++
		}
		if f.next[c].at >= last.at {
			break
		}
		f.next[i] = f.next[c]
		i = c
	}
	if n > 0 {
		f.next[i] = last
	}
	return top
}
