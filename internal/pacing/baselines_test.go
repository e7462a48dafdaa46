package pacing_test

import "time"

// lines dials so many calls for each agent, busy or idle, less the calls that are up.
// At 1 it is progressive dialing, one call for each idle agent.
type lines float64

func (l lines) landed(time.Duration, bool) {}
func (l lines) served(bool)                {}
func (l lines) relieved()                  {}
func (l lines) dial(v view) int {
	return max(0, int(float64(l)*float64(v.agents))-len(v.flights)-v.waiting-(v.agents-v.idle))
}

// adaptive is the adaptive method of VICIdial with its rule for averages, after the
// formulas in its published script: each quarter of a minute the level grows or falls
// with the mean of idle agents less waiting customers over the last minute, as a share
// of all agents; it is halved while the day's drops are above the limit; and it stays
// between 1 and a level that is set by hand.
type adaptive struct {
	level, most float64
	spare       [60]float64 // idle agents less waiting customers, by the second
	seconds     int
}

func (*adaptive) landed(time.Duration, bool) {}
func (*adaptive) served(bool)                {}
func (*adaptive) relieved()                  {}
func (m *adaptive) dial(v view) int {
	if int(v.at/time.Second) < m.seconds {
		return 0 // it looks and dials once a second
	}
	m.spare[m.seconds%60] = float64(v.idle - v.waiting)
	m.seconds++
	if m.seconds%15 == 0 {
		m.adapt(v)
	}
	return lines(m.level).dial(v)
}

func (m *adaptive) adapt(v view) {
	mean := 0.0
	for _, s := range m.spare {
		mean += s / float64(min(m.seconds, 60))
	}
	m.level = min(m.most, m.level*(1+mean/float64(v.agents)))
	if v.live > 50 && float64(v.missed) > 0.03*float64(v.live) {
		m.level /= 2
	}
	m.level = max(1, m.level)
}

// ratio dials so many calls for each idle agent, less those in the air.
type ratio float64

func (r ratio) landed(time.Duration, bool) {}
func (r ratio) served(bool)                {}
func (r ratio) relieved()                  {}
func (r ratio) dial(v view) int {
	return max(0, int(float64(r)*float64(v.idle-v.waiting))-len(v.flights))
}

// oracle is the fixed ratio, to the hundredth, that gets most out of a day without
// breaking the limit, whether it counts all agents or idle ones: what a ratio could do
// if someone knew it beforehand.
func oracle(d day) method {
	var best method
	most := 0.0
	for _, of := range []func(hundredths int) method{
		func(h int) method { return lines(float64(h) / 100) },
		func(h int) method { return ratio(float64(h) / 100) },
	} {
		low, high := 100, 3000
		for high-low > 1 {
			mid := (low + high) / 2
			s := d.run(of(mid))
			if s.abandoned > 0.03 {
				high = mid
				continue
			}
			low = mid
			if s.utilisation > most {
				best, most = of(mid), s.utilisation
			}
		}
	}
	return best
}

// handSet is the adaptive method with the level, in halves, that suits the day best.
func handSet(d day) *adaptive {
	best, most := 0.0, 1.0
	for half := 2; half <= 16; half++ {
		s := d.run(&adaptive{level: 1, most: float64(half) / 2})
		if s.abandoned <= 0.03 && s.utilisation > best {
			best, most = s.utilisation, float64(half)/2
		}
	}
	return &adaptive{level: 1, most: most}
}
