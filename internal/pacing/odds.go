package pacing

import (
	"math"
	"slices"
	"time"
)

// The horizons at which answers are weighed against agents, in seconds from now.
const nearest, furthest = 2, 23

// maximum is the most that one decision dials.
const maximum = 200

// odds are what a memory says of calls in the air, worked out ahead: they are asked
// for at every event, and change little with one.
type odds struct {
	landed int // calls since they were worked out
	known  bool
	// left is how much likelier than at the begin it is that a call of an age will be
	// answered by a person, as a factor of its odds.
	left [ages]float64
	// soon is the chance of one that will be answered to be so within seconds.
	soon [ages][furthest + 1]float64
	// fresh is the same for a call dialed now.
	fresh [furthest + 1]float64
	skies []sky // of the last decision
}

// refresh works the odds out again, now and then.
func (o *odds) refresh(m *Memory) {
	if o.known && o.landed < 1+int(m.Long.Calls)/50 {
		return
	}
	o.known, o.landed = true, 0
	h := m.Curve.habit()
	for age := range ages {
		from := float64(age) + 0.5
		live, other := 1-at(&h.live, from), 1-at(&h.other, from)
		o.left[age], o.soon[age] = 0, [furthest + 1]float64{}
		if live < 1e-6 {
			continue
		}
		o.left[age] = live / max(1e-6, other)
		for u := range furthest + 1 {
			o.soon[age][u] = (at(&h.live, from+float64(u)) - (1 - live)) / live
		}
	}
	for u := range o.fresh {
		o.fresh[u] = at(&h.live, float64(u))
	}
}

// sky is the calls of one class in the air, by their age in seconds.
type sky struct {
	class Class
	rate  float64
	calls [ages]int
}

// survey counts the calls in the air.
func (o *odds) survey(a Air, m *Memory) {
	o.skies = o.skies[:0]
	at := -1
	for _, f := range a.Flights {
		if at < 0 || o.skies[at].class != f.Class {
			at = slices.IndexFunc(o.skies, func(s sky) bool { return s.class == f.Class })
			if at < 0 {
				at = len(o.skies)
				o.skies = append(o.skies, sky{class: f.Class, rate: m.rate(f.Class)})
			}
		}
		o.skies[at].calls[bin(a.Now.Sub(f.Placed))]++
	}
}

// outlook is how many people are expected to answer within so many seconds.
type outlook struct{ mean, variance [furthest + 1]float64 }

// add adds calls of the same chance of an answer, and how it comes about.
func (l *outlook) add(calls, chance float64, soon *[furthest + 1]float64) {
	for u := nearest; u <= furthest; u++ {
		c := chance * soon[u]
		l.mean[u] += calls * c
		l.variance[u] += calls * c * (1 - c)
	}
}

// reckon says how many to dial by the odds alone.
func (o *odds) reckon(a Air, m *Memory) Decision {
	o.survey(a, m)
	var l outlook
	for i := range o.skies {
		s := &o.skies[i]
		for age, n := range s.calls {
			if n > 0 {
				even := s.rate / (1 - s.rate) * o.left[age]
				l.add(float64(n), even/(1+even), &o.soon[age])
			}
		}
	}
	rate := m.rate(a.Class)
	l.add(float64(a.Asked), rate, &o.fresh)
	margin := 1 + doubt*math.Sqrt((1-rate)/(rate*(m.Long.Calls+priorCalls)))
	d := Decision{By: ByPredict, At: a.Now, Dial: maximum, Idle: a.Idle, Flying: len(a.Flights) + a.Asked, Z: m.Z, Rate: rate, Room: a.Room}
	for u := furthest; u >= nearest; u-- {
		one := rate * o.fresh[u]
		fits := func(n int) bool {
			mean, variance := l.mean[u]+float64(n)*one, l.variance[u]+float64(n)*one*(1-one)
			return mean*margin+m.Z*math.Sqrt(variance) <= float64(a.Idle)+0.5
		}
		n := 0
		for n < d.Dial && fits(n+1) {
			n++
		}
		if n < d.Dial || u == furthest {
			d.Dial, d.Ahead = n, time.Duration(u)*time.Second
		}
		if n == 0 {
			break
		}
	}
	u := int(d.Ahead.Seconds())
	one := rate * o.fresh[u]
	d.Expected = l.mean[u] + float64(d.Dial)*one
	d.Deviation = math.Sqrt(l.variance[u] + float64(d.Dial)*one*(1-one))
	return d
}

// surplus says how many to dial for idle agents alone: so many that, of the people
// who are expected to answer at all, no more than the limit finds no agent.
func (o *odds) surplus(a Air, m *Memory, limit float64) Decision {
	o.survey(a, m)
	mean, variance := 0.0, 0.0
	for i := range o.skies {
		s := &o.skies[i]
		for age, n := range s.calls {
			even := s.rate / (1 - s.rate) * o.left[age]
			chance := even / (1 + even)
			mean, variance = mean+float64(n)*chance, variance+float64(n)*chance*(1-chance)
		}
	}
	rate := m.rate(a.Class)
	spread := rate * (1 - rate)
	mean, variance = mean+float64(a.Asked)*rate, variance+float64(a.Asked)*spread
	flying := len(a.Flights) + a.Asked
	d := Decision{By: ByPower, At: a.Now, Idle: a.Idle, Flying: flying, Rate: rate, Target: limit, Room: a.Room}
	for d.Dial < maximum && a.Idle > 0 {
		n, v := mean+rate, variance+spread
		if flying+d.Dial+1 > a.Idle && excess(n, math.Sqrt(v), float64(a.Idle)) > limit*n {
			break
		}
		mean, variance = n, v
		d.Dial++
	}
	d.Expected, d.Deviation = mean, math.Sqrt(variance)
	if a.Idle > 0 {
		d.Lines = float64(flying+d.Dial) / float64(a.Idle)
	}
	return d
}

// excess is by how much a normal figure is expected to exceed a limit.
func excess(mean, deviation, limit float64) float64 {
	if deviation == 0 {
		return max(0, mean-limit)
	}
	x := (mean - limit) / deviation
	density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
	return (mean-limit)*math.Erfc(-x/math.Sqrt2)/2 + deviation*density
}

// doubt is how many standard deviations of the learned rate are kept as a margin.
const doubt = 1
