package analysis

import "math"

const (
	rate = 8000
	// slice is 10 ms, the unit of what is decided.
	slice = rate / 100
	// span is what one look takes in, 32 ms under a Hann window; bins are 31.25 Hz apart.
	span   = 256
	bins   = span / 2
	binGap = float64(rate) / span
)

// dBm0 is the level of a mean square of 1: full scale is +3.14 dBm0 for a sine (G.711).
const dBm0 = 3.14 - 87.3

// spectrum is the newest 32 ms of the far end by frequency.
type spectrum struct {
	samples [span]float64
	power   [bins]float64 // of each bin, as its part of the mean square
	total   float64       // of the bins of the telephone band
}

// lowest and highest bin of the telephone band, 190 to 3500 Hz. What is below is the
// hum of the mains.
const lowest, highest = 6, 112

// hear takes the next slice in.
func (s *spectrum) hear(pcm *[slice]int16) {
	copy(s.samples[:], s.samples[slice:])
	for i, v := range pcm {
		s.samples[span-slice+i] = float64(v)
	}
	s.transform()
	s.total = 0
	for _, p := range s.power[lowest : highest+1] {
		s.total += p
	}
}

// transform makes the powers: a real transform of 256 by way of a complex one of 128.
func (s *spectrum) transform() {
	const half = span / 2
	var re, im [half]float64
	for i, j := range reversed {
		re[j] = s.samples[2*i] * window[2*i]
		im[j] = s.samples[2*i+1] * window[2*i+1]
	}
	for size := 1; size < half; size *= 2 {
		stride := half / size // of the twiddles, which are for 256
		for k := range size {
			c, d := cosine[k*stride], sine[k*stride]
			for i := k; i < half; i += 2 * size {
				j := i + size
				x, y := re[j]*c+im[j]*d, im[j]*c-re[j]*d
				re[j], im[j] = re[i]-x, im[i]-y
				re[i], im[i] = re[i]+x, im[i]+y
			}
		}
	}
	// The even and the odd samples lie in one another; each bin takes them apart.
	const scale = 2 / (span * windowPower)
	for k := 1; k < bins; k++ {
		m := half - k
		er, ei := (re[k]+re[m])/2, (im[k]-im[m])/2
		or, oi := (im[k]+im[m])/2, (re[m]-re[k])/2
		x := er + or*cosine[k] + oi*sine[k]
		y := ei + oi*cosine[k] - or*sine[k]
		s.power[k] = scale * (x*x + y*y)
	}
}

// windowPower is the sum of the squares of a Hann window of [span].
const windowPower = span * 3 / 8.0

var (
	window       = hann()
	cosine, sine = circle()
	reversed     = reversal()
)

func hann() (w [span]float64) {
	for n := range w {
		w[n] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(n)/span)
	}
	return w
}

func circle() (c, s [bins]float64) {
	for k := range c {
		s[k], c[k] = math.Sincos(2 * math.Pi * float64(k) / span)
	}
	return c, s
}

// reversal is the order in which the transform takes its samples.
func reversal() (r [span / 2]uint8) {
	for i := range r {
		for bit := 1; bit < len(r); bit *= 2 {
			r[i] <<= 1
			if i&bit != 0 {
				r[i] |= 1
			}
		}
	}
	return r
}

// decibels of a mean square, over that of 1.
func decibels(power float64) float64 { return 10 * math.Log10(power+1e-9) }
