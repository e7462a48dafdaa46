package farend

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Noises are the kinds that [Noise] knows; babble is laid together from voices by
// [Babble].
var Noises = []string{"white", "pink", "hum 50", "hum 60", "street", "rail"}

// Noise makes a noise of a kind, at a level.
func Noise(r *rand.Rand, kind string, d time.Duration, level float64) Sound {
	s := Hush(d)
	switch kind {
	case "white":
		for i := range s {
			s[i] = r.NormFloat64()
		}
	case "pink":
		pink(r, s)
	case "hum 50":
		hum(r, s, 50)
	case "hum 60":
		hum(r, s, 60)
	case "street":
		passing(r, s, 0.93, 5)
	case "rail":
		passing(r, s, 0.8, 2)
		rattle(s)
	default:
		panic(fmt.Sprintf("farend: there is no noise %q", kind))
	}
	return s.Gain(level - s.Level())
}

// pink is white through a bank of slower and slower averages (after P. Kellet).
func pink(r *rand.Rand, s Sound) {
	var a, b, c float64
	for i := range s {
		w := r.NormFloat64()
		a = 0.99765*a + 0.0990460*w
		b = 0.96300*b + 0.2965164*w
		c = 0.57000*c + 1.0526913*w
		s[i] = a + b + c + 0.1848*w
	}
}

// hum is the mains with its overtones, and some hiss.
func hum(r *rand.Rand, s Sound, hz float64) {
	for n := 1.0; n < 20; n++ {
		loud, phase := (0.3+r.Float64())/n, 2*math.Pi*r.Float64()
		for i := range s {
			s[i] += loud * math.Sin(2*math.Pi*n*hz*float64(i)/Rate+phase)
		}
	}
	for i := range s {
		s[i] += 0.05 * r.NormFloat64()
	}
}

// passing is the roar of vehicles, dull by the pole of a low-pass, that come and go every
// so many seconds.
func passing(r *rand.Rand, s Sound, pole, seconds float64) {
	phase, low := 2*math.Pi*r.Float64(), 0.0
	for i := range s {
		at := float64(i) / Rate
		swell := 0.55 + 0.45*math.Sin(2*math.Pi*at/seconds+phase)
		low = pole*low + (1-pole)*r.NormFloat64()
		s[i] = swell * (low + 0.02*r.NormFloat64())
	}
}

// rattle is the beat of wheels over joints.
func rattle(s Sound) {
	for i := range s {
		at := math.Mod(float64(i)/Rate, 0.7)
		s[i] *= 1 + 1.5*math.Exp(-at/0.03) + 1.5*math.Exp(-math.Abs(at-0.12)/0.03)
	}
}

// Babble lays voices over one another, each from a moment of its own on and again from
// its beginning, at a level.
func Babble(r *rand.Rand, voices []Sound, d time.Duration, level float64) Sound {
	s := Hush(d)
	for _, v := range voices {
		if len(v) == 0 {
			continue
		}
		louder := math.Pow(10, (-4+8*r.Float64())/20)
		for i, at := 0, r.IntN(len(v)); i < len(s); i, at = i+1, at+1 {
			s[i] += louder * v[at%len(v)]
		}
	}
	return s.Gain(level - s.Level())
}
