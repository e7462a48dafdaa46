package pacing

import (
	"math"
	"time"
)

// Seconds of age that a [Curve] tells apart; what rings longer is as the last.
const ages = 60

// Curve is when calls come to their end, by their age since they were placed: how many
// were answered by a person in each second, and how many ended otherwise. It is kept
// across restarts, so its fields are open. The zero value knows nothing.
type Curve struct{ Live, Other [ages]float64 }

// What a curve remembers, in calls of each sort; older ones are forgotten little by
// little. And what the prior weighs beside them.
const (
	curveMemory = 2000
	curveBelief = 20
)

// take takes in a call that came to its end at an age.
func (c *Curve) take(age time.Duration, live bool) {
	of := &c.Other
	if live {
		of = &c.Live
	}
	for i := range of {
		of[i] *= 1 - 1.0/curveMemory
	}
	of[bin(age)]++
}

func bin(age time.Duration) int { return max(0, min(ages-1, int(age/time.Second))) }

// shares are the curve as chances, mixed with the prior: of a call that a person will
// answer to be answered before the begin of a second, and of another to be over before
// it.
func (c *Curve) shares() (live, other [ages + 1]float64) {
	return sums(&c.Live, &prior.Live), sums(&c.Other, &prior.Other)
}

// sums are the shares that ended before each second.
func sums(seen, before *[ages]float64) (up [ages + 1]float64) {
	total := 0.0
	for i := range ages {
		total += seen[i] + curveBelief*before[i]
		up[i+1] = total
	}
	for i := range up {
		up[i] /= total
	}
	return up
}

// prior is what a campaign is taken to be like before its first calls, as shares: a
// call is set up in 3 s; people and machines answer after ringing for some 8 s; of what
// nobody answers a part fails at once and the rest rings for 25 s.
var prior = func() (c Curve) {
	const fails, silent, setUp, longest = 0.15, 0.4, 3, 28
	for i := setUp; i < longest; i++ {
		c.Live[i] = rung(i+1-setUp) - rung(i-setUp)
		c.Other[i] = (1 - fails - silent) * c.Live[i]
	}
	c.Other[setUp] += fails
	c.Other[longest] += silent
	return c
}()

// rung is the share of those who answer that does so within seconds of ringing: Gamma
// with shape 2 and mean 8.
func rung(seconds int) float64 {
	x := float64(seconds) / 4
	return 1 - (1+x)*math.Exp(-x)
}

// at reads between the seconds.
func at(of *[ages + 1]float64, seconds float64) float64 {
	i := int(seconds)
	if i >= ages {
		return of[ages]
	}
	return of[i] + (seconds-float64(i))*(of[i+1]-of[i])
}
