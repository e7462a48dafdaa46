package pacing

import (
	"math"
	"slices"
	"time"
)

// The horizons at which answers are weighed against agents, in seconds from now.
const nearest, furthest = 2, 18

// maximum is the most that one decision dials.
const maximum = 200

// half an agent more than are idle is dialed for: whole calls and whole agents meet in
// the middle.
const half = 0.5

// doubts are how many standard deviations of the learned rate are kept as a margin. It is
// what makes a campaign without evidence careful; it shrinks as people answer.
const doubts = 2

// odds are what a memory says of calls in the air, worked out ahead: they are asked
// for at every event, and change little with one.
type odds struct {
	stale bool
	// landed calls since they were worked out.
	landed int
	// left is how much likelier than at the begin it is that a call of an age will be
	// answered by a person, as a factor of its odds.
	left [ages]float64
	// soon is the chance of one that will be answered to be so within seconds.
	soon [ages]timing
	// fresh is the same for a call dialed now.
	fresh timing
	// skies are the calls in the air of the last decision.
	skies []sky
}

// timing is a chance that grows with the seconds from now.
type timing [furthest + 1]float64

// refresh works the odds out again, now and then.
func (o *odds) refresh(m *Memory) {
	if !o.stale && o.landed < 1+int(m.Long.Calls)/50 {
		return
	}
	o.stale, o.landed = false, 0
	live, other := m.Curve.shares()
	for age := range ages {
		from := float64(age) + 0.5
		yet, others := 1-at(&live, from), 1-at(&other, from)
		o.left[age], o.soon[age] = 0, timing{}
		if yet < 1e-6 {
			continue
		}
		o.left[age] = yet / max(1e-6, others)
		for u := range o.soon[age] {
			o.soon[age][u] = 1 - (1-at(&live, from+float64(u)))/yet
		}
	}
	for u := range o.fresh {
		o.fresh[u] = at(&live, float64(u))
	}
}

// sky is the calls of one class in the air, by their age in seconds.
type sky struct {
	class Class
	even  float64 // the odds of a fresh call to be answered by a person
	calls [ages]int
}

// chance is that of a call of an age to be answered by a person yet.
func (o *odds) chance(s *sky, age int) float64 {
	even := s.even * o.left[age]
	return even / (1 + even)
}

// survey counts the calls in the air, and says how many of them people will answer,
// with the variance.
func (o *odds) survey(a Air, m *Memory) (mean, variance float64) {
	o.refresh(m)
	o.skies = o.skies[:0]
	at := -1
	for _, f := range a.Flights {
		if at < 0 || o.skies[at].class != f.Class {
			at = slices.IndexFunc(o.skies, func(s sky) bool { return s.class == f.Class })
		}
		if at < 0 {
			at = len(o.skies)
			rate := m.rate(f.Class)
			o.skies = append(o.skies, sky{class: f.Class, even: rate / (1 - rate)})
		}
		o.skies[at].calls[bin(a.Now.Sub(f.Placed))]++
	}
	for i := range o.skies {
		for age, n := range o.skies[i].calls {
			if n > 0 {
				chance := o.chance(&o.skies[i], age)
				mean += float64(n) * chance
				variance += float64(n) * chance * (1 - chance)
			}
		}
	}
	return mean, variance
}

// outlook is how many people are expected to answer within so many seconds, and how
// far that is uncertain.
type outlook struct{ mean, variance timing }

// add adds calls of the same chance of an answer, and when it comes if it comes.
func (l *outlook) add(calls, chance float64, when *timing) {
	for u := nearest; u <= furthest; u++ {
		c := chance * when[u]
		l.mean[u] += calls * c
		l.variance[u] += calls * c * (1 - c)
	}
}

// stance is how boldly a decision is taken.
type stance struct {
	z    float64 // standard deviations of safety
	flow float64 // agents who become free in a second
}

// look adds the calls in the air, and the contacts asked for, to an outlook.
func (o *odds) look(a Air, m *Memory, l *outlook) {
	o.survey(a, m)
	for i := range o.skies {
		for age, n := range o.skies[i].calls {
			if n > 0 {
				l.add(float64(n), o.chance(&o.skies[i], age), &o.soon[age])
			}
		}
	}
	l.add(float64(a.Asked), m.rate(a.Class), &o.fresh)
}

// reckon says how many to dial by the odds: at each horizon the answers expected until
// then, those of the campaigns beside among them, may not be more than the agents there
// will be, z standard deviations apart. While nothing flies, one call is allowed to idle
// agents whatever the odds, as it keeps nobody waiting: else a single agent whose people
// answer often would stand idle for good, and nothing more would be learned.
func (o *odds) reckon(a Air, m *Memory, s stance) Decision {
	var l outlook
	o.look(a, m, &l)
	rate, doubt := m.rate(a.Class), m.doubt()
	d := Decision{By: ByPredict, At: a.Now, Dial: maximum, Idle: a.Idle, Flying: len(a.Flights) + a.Asked, Z: s.z, Rate: rate, Room: a.Room}
	least := 0
	if a.Idle > 0 && d.Flying == 0 && a.Beside.flying == 0 {
		least = 1
	}
	for u := furthest; u >= nearest && d.Dial > 0; u-- {
		one, free := rate*o.fresh[u], s.flow*float64(u+1)
		n := 0
		for ; n < d.Dial; n++ {
			mean, variance := l.mean[u]+float64(n+1)*one, l.variance[u]+float64(n+1)*one*(1-one)+a.Beside.variance[u]
			margin := math.Sqrt(square(mean*doubt) + a.Beside.doubts[u])
			if n >= least && mean+a.Beside.mean[u]+margin+s.z*math.Sqrt(variance+free) > float64(a.Idle)+half+free {
				break
			}
		}
		if n < d.Dial || u == furthest {
			d.Dial, d.Ahead = n, time.Duration(u)*time.Second
		}
	}
	u := int(d.Ahead / time.Second)
	one := rate * o.fresh[u]
	d.Free = s.flow * float64(u+1)
	mean := l.mean[u] + float64(d.Dial)*one
	d.Expected = mean + a.Beside.mean[u] + math.Sqrt(square(mean*doubt)+a.Beside.doubts[u])
	d.Deviation = math.Sqrt(l.variance[u] + a.Beside.variance[u] + float64(d.Dial)*one*(1-one) + d.Free)
	return d
}

// surplus says how many to dial for idle agents alone: so many that, of the people
// who are expected to answer at all, no more than the limit finds no agent.
func (o *odds) surplus(a Air, m *Memory, limit float64) Decision {
	mean, variance := o.survey(a, m)
	rate := m.rate(a.Class) * (1 + m.doubt())
	rate = min(rate, 0.95)
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
