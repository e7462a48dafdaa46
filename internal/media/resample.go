package media

import "math"

const (
	// passband is where the resampling filter is down by half, as a part of the lower
	// of the two Nyquist rates: with its width, nothing of note is left at that rate.
	passband = 0.925
	// lobes is how many zero crossings of the filter lie on each side.
	lobes = 48
	// mostPhases bounds the sets of taps. A rate that would need more has its samples
	// taken from the nearest of so many places, which leaves an error under -60 dB.
	mostPhases = 1024
)

// resample brings audio from one rate to another with a windowed-sinc filter. The
// positions of the outgoing samples between the incoming ones repeat, so that there
// are few sets of taps: to 8 kHz one from 16 and 48 kHz, 80 from 44.1.
func resample(in []int16, from, to int) []int16 {
	if from == to {
		return in
	}
	common := gcd(from, to)
	up, down := to/common, from/common
	phases := min(up, mostPhases)
	cutoff := passband * min(1, float64(to)/float64(from)) // of the incoming Nyquist rate
	reach := int(math.Ceil(lobes / cutoff))
	filters := make([][]float64, phases+1) // the last is the first, a sample later
	out := make([]int16, (len(in)*up+down-1)/down)
	for i := range out {
		whole, rest := i*down/up, i*down%up
		p := (rest*phases + up/2) / up
		if filters[p] == nil {
			filters[p] = taps(reach, cutoff, float64(p)/float64(phases))
		}
		filter, first, sum := filters[p], whole-reach, 0.0
		for k := max(0, -first); k < min(len(filter), len(in)-first); k++ {
			sum += filter[k] * float64(in[first+k])
		}
		out[i] = clip(sum)
	}
	return out
}

// taps is a low-pass filter around a point that lies fraction after a sample,
// with a Blackman window and unity gain.
func taps(reach int, cutoff, fraction float64) []float64 {
	t := make([]float64, 2*reach+2)
	total := 0.0
	for k := range t {
		x := float64(k-reach) - fraction
		w := min(math.Abs(x)/float64(reach+1), 1)
		window := 0.42 + 0.5*math.Cos(math.Pi*w) + 0.08*math.Cos(2*math.Pi*w)
		t[k] = sinc(cutoff*x) * window
		total += t[k]
	}
	for k := range t {
		t[k] /= total
	}
	return t
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
