package farend

import (
	"fmt"
	"math"
)

// Channels are what may lie between the far end and us: the laws of G.711; ADPCM of four
// bits a sample after G.711, as in G.726; and a mobile's codec that sends a prediction
// and a thinned-out residue, as GSM full rate does, after it G.711.
var Channels = []string{"µ-law", "A-law", "ADPCM", "mobile"}

// Channel gives what comes out of a channel.
func Channel(name string, s Sound) []int16 {
	pcm := Telephone(s).PCM()
	switch name {
	case "µ-law":
	case "A-law":
		return each(pcm, aLaw)
	case "ADPCM":
		pcm = adpcm(each(pcm, muLaw))
	case "mobile":
		pcm = mobile(FromPCM(pcm)).PCM()
	default:
		panic(fmt.Sprintf("farend: there is no channel %q", name))
	}
	return each(pcm, muLaw)
}

// Telephone leaves the band of a telephone: two high-passes at 250 Hz, two low-passes
// at 3500 Hz.
func Telephone(s Sound) Sound {
	out := append(Sound(nil), s...)
	for range 2 {
		biquad(out, 250, true)
		biquad(out, 3500, false)
	}
	return out
}

// biquad is a filter of second order, without a peak (R. Bristow-Johnson's cookbook).
func biquad(s Sound, hz float64, high bool) {
	sin, cos := math.Sincos(2 * math.Pi * hz / Rate)
	alpha := sin / math.Sqrt2
	b0, b1 := (1-cos)/2, 1-cos
	if high {
		b0, b1 = (1+cos)/2, -(1 + cos)
	}
	a0, a1, a2 := 1+alpha, -2*cos, 1-alpha
	var x1, x2, y1, y2 float64
	for i, x := range s {
		y := (b0*x + b1*x1 + b0*x2 - a1*y1 - a2*y2) / a0
		x2, x1, y2, y1 = x1, x, y1, y
		s[i] = y
	}
}

func each(pcm []int16, law func(float64) float64) []int16 {
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		m := law(math.Abs(float64(v)))
		out[i] = int16(math.Round(math.Copysign(min(m, 32767), float64(v))))
	}
	return out
}

// muLaw and aLaw give the nearest magnitude that the law has: 16 steps in each of eight
// segments that double (G.711).
func muLaw(m float64) float64 {
	const bias = 132
	m = min(m, 32635) + bias
	step := math.Exp2(math.Floor(math.Log2(m)) - 4)
	return math.Floor(m/step)*step + step/2 - bias
}

func aLaw(m float64) float64 {
	step := max(16, math.Exp2(math.Floor(math.Log2(max(m, 1)))-4))
	return math.Floor(m/step)*step + step/2
}

// adpcm codes the difference to a prediction in four bits whose steps grow and shrink.
func adpcm(pcm []int16) []int16 {
	out := make([]int16, len(pcm))
	grow := [8]float64{0.9, 0.9, 0.9, 0.9, 1.2, 1.6, 2.0, 2.4}
	step, a1, a2, p1, p2 := 16.0, 1.2, -0.5, 0.0, 0.0
	for i, v := range pcm {
		guess := a1*p1 + a2*p2
		d := float64(v) - guess
		code := min(math.Floor(math.Abs(d)/step), 7)
		q := math.Copysign((code+0.5)*step, d)
		y := min(max(guess+q, -32768), 32767)
		// The predictor learns by the signs of what it missed.
		sign := math.Copysign(1, q)
		a1 = min(max(a1+0.008*sign*math.Copysign(1, p1), -1.9), 1.9)
		a2 = min(max(a2+0.004*sign*math.Copysign(1, p2), -0.95), 0.6)
		a1 = min(max(a1, -(1-a2-0.03)), 1-a2-0.03) // stable
		p2, p1 = p1, y
		step = min(max(step*grow[int(code)], 2), 4000)
		out[i] = int16(y)
	}
	return out
}

// mobile is a codec by prediction: eight coefficients for 20 ms; of each 5 ms of residue
// a pitch of its past, and every third sample of the rest in three bits.
func mobile(s Sound) Sound {
	const frame, sub, order = 160, 40, 8
	out := make(Sound, len(s))
	residue := make([]float64, 120+frame) // the decoder's, with its past
	var past, memory [order]float64       // of the input, of the output
	for at := 0; at+frame <= len(s); at += frame {
		a := predictor(s[max(0, at-40):at+frame], order)
		copy(residue, residue[frame:])
		for j := 0; j < frame; j += sub {
			var e [sub]float64
			for i := range e {
				x := s[at+j+i]
				e[i] = x
				for k, c := range a {
					e[i] -= c * past[k]
				}
				copy(past[1:], past[:order-1])
				past[0] = x
			}
			coded := thin(e[:], residue[:120+j])
			copy(residue[120+j:], coded)
			for i, y := range coded {
				for k, c := range a {
					y += c * memory[k]
				}
				y = min(max(y, -1), 1)
				copy(memory[1:], memory[:order-1])
				memory[0], out[at+j+i] = y, y
			}
		}
	}
	return out
}

// predictor is linear prediction by Levinson's recursion.
func predictor(s Sound, order int) []float64 {
	var r [9]float64
	for k := range order + 1 {
		for i := k; i < len(s); i++ {
			r[k] += s[i] * s[i-k]
		}
	}
	a, left := make([]float64, order), r[0]*1.0001+1e-9
	for i := range order {
		k := r[i+1]
		for j := range i {
			k -= a[j] * r[i-j]
		}
		k /= left
		before := append([]float64(nil), a[:i]...)
		for j := range i {
			a[j] -= k * before[i-1-j]
		}
		a[i] = k
		left *= 1 - k*k
	}
	return a
}

// thin codes a part of the residue after its past.
func thin(e, past []float64) []float64 {
	lag, best, gain := 0, 0.0, 0.0
	for l := len(e); l <= 120; l++ {
		var cross, power float64
		for i := range e {
			p := past[len(past)-l+i]
			cross, power = cross+p*e[i], power+p*p
		}
		if power > 0 && cross > 0 && cross*cross/power > best {
			lag, best, gain = l, cross*cross/power, min(cross/power, 1)
		}
	}
	coded, rest := make([]float64, len(e)), make([]float64, len(e))
	for i := range e {
		if lag > 0 {
			coded[i] = math.Round(gain*4) / 4 * past[len(past)-lag+i]
		}
		rest[i] = e[i] - coded[i]
	}
	grid, most := 0, -1.0
	for g := range 3 {
		power := 0.0
		for i := g; i < len(rest); i += 3 {
			power += rest[i] * rest[i]
		}
		if power > most {
			grid, most = g, power
		}
	}
	loudest := 1e-9
	for i := grid; i < len(rest); i += 3 {
		loudest = max(loudest, math.Abs(rest[i]))
	}
	for i := grid; i < len(rest); i += 3 {
		coded[i] += (math.Floor(rest[i]/loudest*3.999) + 0.5) / 4 * loudest
	}
	return coded
}
