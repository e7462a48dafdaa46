package pacing

import "time"

// Seconds of age that a [Curve] tells apart; what rings longer is as the last.
const ages = 60

// Curve is how calls in the air come to their end, by their age since they were
// placed: of those that were still in the air in a second, how many were answered
// live in it, and how many ended otherwise. It is kept across restarts, so its fields
// are open. The zero value knows nothing.
type Curve struct {
	Flying, Live, Other [ages]float64
}

// end takes in a call that came to its end at an age.
func (c *Curve) end(age time.Duration, live bool) {
	last := bin(age)
	for i := range last + 1 {
		c.Flying[i]++
	}
	if live {
		c.Live[last]++
	} else {
		c.Other[last]++
	}
}

func bin(age time.Duration) int { return max(0, min(ages-1, int(age/time.Second))) }

// belief is how much the prior weighs against what was seen, in calls.
const belief = 20

// prior is what a campaign is taken to be like before its first calls: a quarter of
// the calls is answered by people, most of them within fifteen seconds.
var prior = func() (c Curve) {
	const people, others = 0.25, 0.35
	up := 1.0
	for i := range ages {
		c.Flying[i] = up
		if i < 3 || i > 25 {
			continue
		}
		rise := float64(i-2) / 16 // Gamma with shape 2 and mean 8 s, by the second
		share := min(1, rise*fall(float64(i-2)/4)*1.1)
		c.Live[i], c.Other[i] = people*share, others*share
		if i == 25 {
			c.Live[i], c.Other[i] = 0, up
		}
		up -= c.Live[i] + c.Other[i]
	}
	return c
}()

// odds are a curve as chances: up is that of a call to be in the air at the begin of a
// second, live that of having been answered by a person before it.
type odds struct{ up, live [ages + 1]float64 }

func (c *Curve) odds() (o odds) {
	o.up[0] = 1
	for i := range ages {
		flying := c.Flying[i] + belief*prior.Flying[i]
		live, other := 0.0, 1.0
		if flying > 0 {
			live = (c.Live[i] + belief*prior.Live[i]) / flying
			other = (c.Other[i] + belief*prior.Other[i]) / flying
		}
		o.live[i+1] = o.live[i] + o.up[i]*live
		o.up[i+1] = max(0, o.up[i]*(1-live-other))
	}
	return o
}

// within is the chance that a call of this age is answered live in the time ahead.
func (o *odds) within(age, ahead time.Duration) float64 {
	up := at(&o.up, age)
	if up <= 0 {
		return 0
	}
	return min(1, max(0, (at(&o.live, age+ahead)-at(&o.live, age))/up))
}

// at reads between the seconds.
func at(of *[ages + 1]float64, age time.Duration) float64 {
	s := max(0, age.Seconds())
	i := int(s)
	if i >= ages {
		return of[ages]
	}
	return of[i] + (s-float64(i))*(of[i+1]-of[i])
}
