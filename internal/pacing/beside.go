package pacing

// Beside is what the campaigns that predict for the same agents mean for one of them:
// people will answer their calls too, agents become free of their customers too, and
// none of them dials more boldly than the most careful, as what one dares the others'
// customers pay for. The zero value is none.
type Beside struct {
	outlook          // answers to their calls
	doubts   timing  // their variance for what is not known of the rates
	flow     float64 // agents who become free of their customers, in a second
	flying   float64 // their calls in the air, and customers who wait
	adjusted bool    // z is somebody's
	z        float64
	held     string
}

// slack is how much less careful than those beside a pacer may become: what went well at
// their z says nothing about its own.
const slack = 0.5

// Add takes a campaign in, by its pacer and what that would be asked now. Idle is what
// its waiting customers take, below 0. Share is how many of its agents are common to both.
func (b *Beside) Add(p *Pacer, a Air, share float64) {
	p.pass(a)
	var l outlook
	p.odds.look(a, &p.memory, &l)
	doubt, waiting := p.memory.doubt(), float64(max(0, -a.Idle))
	for u := range l.mean {
		b.mean[u] += share * (l.mean[u] + waiting)
		b.variance[u] += share * l.variance[u]
		b.doubts[u] += square(share * l.mean[u] * doubt)
	}
	b.flow += share * p.flow.rate()
	b.flying += share * (float64(len(a.Flights)+a.Asked) + waiting)
	if p.policy.Adjust == NoAdjustment {
		return
	}
	if z := p.memory.Z + p.guard(); !b.adjusted || z > b.z {
		b.adjusted, b.z = true, z
	}
	if why := p.exceeded(a.Tally); why != "" {
		b.held = why
	}
}

// Overheard tells whether a person who answered a campaign beside got an agent in time.
// Those that share most of their agents become careful together.
func (p *Pacer) Overheard(abandoned bool) { p.heed(abandoned) }

// careful is z as it is beside others.
func (p *Pacer) careful(b *Beside) float64 {
	guard := p.guard()
	if b.adjusted && p.policy.Adjust != NoAdjustment {
		p.memory.Z = max(p.memory.Z, min(bounds, b.z-guard-slack))
	}
	if z := p.memory.Z + guard; !b.adjusted || z > b.z {
		return z
	}
	return b.z
}

func square(x float64) float64 { return x * x }
