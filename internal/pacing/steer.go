package pacing

import "math"

// How the pace follows what was abandoned.
const (
	// gain is how far one person who answers moves z. A higher one steadies the hours,
	// and costs agents' time.
	gain = 0.004
	// inner is what is steered for, of the limit.
	inner = 0.955
	// payback is in how many answers a window that is above or below its target is
	// brought back to it.
	payback = 3000
	// bounds of z.
	bounds = 5
	// An hour with more abandoned than usual, by so many standard deviations, adds the
	// rest of them to z.
	unusual = 1.3
)

// target is the share of abandoned calls that is steered for: a little under the
// limit, and lower or higher as the window holds too many or too few.
func (p *Pacer) target() float64 {
	target := inner * p.policy.Limit
	due := target*float64(p.tally.Live) - float64(p.tally.Abandoned)
	return min(0.99*p.policy.Limit, max(p.policy.Limit/4, target+due/payback))
}

// guard is what is added to z after an hour in which too many were abandoned.
func (p *Pacer) guard() float64 {
	if p.policy.Adjust == NoAdjustment {
		return 0
	}
	usual := inner * p.policy.Limit * float64(p.hour.sum.Live)
	off := (float64(p.hour.sum.Abandoned) - usual) / math.Sqrt(usual+1)
	return max(0, off-unusual)
}
