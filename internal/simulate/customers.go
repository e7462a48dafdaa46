package simulate

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// fate is what an attempt meets.
type fate struct {
	who    whom
	after  time.Duration // since the order: until the phone is picked up, or the call fails
	rings  time.Duration // since the order: until the phone rings
	handle time.Duration // of a person
	does   reaction      // to a message
	moment float64       // when, as a share of its length
}

// reaction is what a person does to whom a message is played.
type reaction int

const (
	hearsOut reaction = iota
	hangsUp
	wantsOn  // presses the key that passes him on
	wantsOut // presses the key that keeps him from being called again
)

// whom is who or what is at the far end.
type whom int

const (
	nobody whom = iota
	person
	machine
	misjudged // a person who is taken for a machine
	failing
)

// draw gives what an attempt meets at a moment of the day. It depends on the seed and
// the attempt alone, not on what was drawn before.
func (c *Customers) draw(r *rand.Rand, at, ring time.Duration) fate {
	u, misjudge, length := r.Float64(), r.Float64(), r.NormFloat64()
	f := fate{who: nobody, rings: c.SetUp, after: ring}
	answer := hourly(c.Answer, at)
	switch {
	case u < answer && misjudge < c.Misjudged:
		f.who = misjudged
	case u < answer:
		f.who = person
	case u < answer+c.Machine:
		f.who = machine
	case u < answer+c.Machine+c.Failing:
		f.who, f.rings, f.after = failing, ring, c.SetUp
	}
	if f.who != nobody && f.who != failing {
		f.after = c.SetUp + c.ringing(r, ring-c.SetUp)
		f.handle = lognormal(hourly(c.Handle, at), c.Spread, length)
		f.does, f.moment = c.reacts(r.Float64()), r.Float64()
	}
	return f
}

// reacts shares people out by what they do when they are played a message.
func (c *Customers) reacts(u float64) reaction {
	switch {
	case u < c.HearOut:
		return hearsOut
	case u < c.HearOut+c.PassOn:
		return wantsOn
	case u < c.HearOut+c.PassOn+c.OptOut:
		return wantsOut
	}
	return hangsUp
}

// ringing is how long a phone rings that is picked up before it is given up.
func (c *Customers) ringing(r *rand.Rand, most time.Duration) time.Duration {
	for range 100 {
		d := time.Duration(gamma(r, c.RingShape) / c.RingShape * float64(c.RingMean))
		if len(c.Rings) > 0 {
			d = c.Rings[r.IntN(len(c.Rings))]
		}
		if d < most {
			return d
		}
	}
	return most - time.Millisecond
}

// hourly gives the value of an hour of the day; the last holds on.
func hourly[T any](values []T, at time.Duration) T {
	return values[min(int(at/time.Hour), len(values)-1)]
}

// lognormal is a time with this mean and coefficient of variation, for a normal
// deviate.
func lognormal(mean time.Duration, spread, deviate float64) time.Duration {
	variance := math.Log(1 + spread*spread)
	return time.Duration(float64(mean) * math.Exp(math.Sqrt(variance)*deviate-variance/2))
}

// gamma draws from a gamma distribution of scale 1 (Marsaglia and Tsang, 2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for {
		x := r.NormFloat64()
		v := 1 + x/math.Sqrt(9*d)
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// crowd draws fates by the numbers of attempts.
type crowd struct {
	seed uint64
	pcg  *rand.PCG
	r    *rand.Rand
}

func newCrowd(seed uint64) *crowd {
	pcg := rand.NewPCG(seed, 0)
	return &crowd{seed, pcg, rand.New(pcg)}
}

// of gives the chance that belongs to an attempt.
func (c *crowd) of(id campaign.AttemptID) *rand.Rand {
	c.pcg.Seed(c.seed, uint64(id))
	return c.r
}
