package media

import "math"

// halfTaps is how many pairs of taps a half-band filter has beside its middle.
// What passes below 3.4 kHz is kept within 0.1 dB; what would turn up mirrored at 4
// kHz is 55 dB down from 4.6 kHz.
const halfTaps = 12

// halfbandOne is one in the fixed-point numbers of the taps.
const halfbandOne = 1 << 14

// halfband are the taps on one side of the middle, every second of them: the others
// are zero. It is an ideal low-pass at half the band, with a Kaiser window.
var halfband = kaiser()

func kaiser() (taps [halfTaps]int32) {
	const beta = 5.5
	for k := range taps {
		x := float64(2*k + 1)
		ideal := math.Sin(math.Pi*x/2) / (math.Pi * x / 2)
		at := x / (2 * halfTaps)
		taps[k] = int32(math.Round(halfbandOne * ideal * bessel(beta*math.Sqrt(1-at*at)) / bessel(beta)))
	}
	return taps
}

// bessel is the modified Bessel function of the first kind and order zero.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-9*sum; k++ {
		term *= x / (2 * k) * x / (2 * k)
		sum += term
	}
	return sum
}

// past is the newest samples of a stream, as filters need them.
type past struct {
	samples [512]int32
	end     int
}

// longestPast is how many samples a filter looks back at most.
const longestPast = 4 * halfTaps

func newPast() past { return past{end: longestPast} }

func (p *past) put(v int32) {
	if p.end == len(p.samples) {
		copy(p.samples[:], p.samples[p.end-longestPast:])
		p.end = longestPast
	}
	p.samples[p.end] = v
	p.end++
}

// newest are the last n samples, the oldest first.
func (p *past) newest(n int) []int32 { return p.samples[p.end-n : p.end] }

// doubler brings 8 kHz to 16 kHz, 1.5 ms late.
type doubler struct{ past past }

func newDoubler() doubler { return doubler{newPast()} }

func (d *doubler) double(out, in []int16) {
	for i, v := range in {
		d.past.put(int32(v))
		x := d.past.newest(2 * halfTaps)
		sum := int32(halfbandOne / 2)
		for k, tap := range halfband {
			sum += tap * (x[halfTaps-1-k] + x[halfTaps+k])
		}
		out[2*i], out[2*i+1] = int16(x[halfTaps-1]), int16(saturated(sum/halfbandOne))
	}
}

// halver brings 16 kHz to 8 kHz, 1.5 ms late.
type halver struct{ past past }

func newHalver() halver { return halver{newPast()} }

func (h *halver) halve(out, in []int16) {
	const middle = 2*halfTaps - 1
	for i := range out {
		h.past.put(int32(in[2*i]))
		h.past.put(int32(in[2*i+1]))
		x := h.past.newest(2*middle + 1)
		sum := x[middle]*halfbandOne + halfbandOne
		for k, tap := range halfband {
			sum += tap * (x[middle-1-2*k] + x[middle+1+2*k])
		}
		out[i] = int16(saturated(sum / (2 * halfbandOne)))
	}
}
