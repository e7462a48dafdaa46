package media

// G.722 at 64 kbit/s (ITU-T G.722, 09/2012): two samples of 16 kHz make one byte.
// A pair of mirror filters halves the band at 4 kHz; the lower half is told in six
// bits, the upper in two, each as the difference from what a predictor expected,
// in steps that adapt. Both ends predict from what was sent, so that they agree
// without being told; after a loss they find together again within some frames.

// mirror are the taps of the quadrature mirror filters, every second of them and
// the other half backwards (table 11).
var mirror = [12]int32{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}

// thresholds are the magnitudes between the lower band's 30 levels, in units of
// its step (table 14).
var thresholds = [29]int32{
	35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714,
	786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
}

// fine are the values of the six-bit codes, and coarse those of their upper four
// bits, from which both ends adapt (tables 17 and 18).
var (
	fine = [64]int32{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
	coarse = [16]int32{0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0}
	upper  = [4]int32{-7408, -1616, 7408, 1616} // table 19
)

// growth is by how much a code widens or narrows the step, in units of its
// logarithm (tables 20 and 21).
var (
	lowGrowth  = [16]int32{-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60}
	highGrowth = [4]int32{798, -214, 798, -214}
)

// antilog is 2 to the power of n/32, in 1/2048.
var antilog = [32]int32{
	2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
	2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
}

// mirrored is the newest 24 samples through the mirror filters: the odd ones and
// the even ones.
func (p *past) mirrored() (odd, even int32) {
	x := p.newest(2 * len(mirror))
	for k, tap := range mirror {
		odd += x[2*k] * tap
		even += x[2*k+1] * mirror[len(mirror)-1-k]
	}
	return odd, even
}

// saturated is a value within 16 bits.
func saturated(v int32) int32 { return max(-1<<15, min(1<<15-1, v)) }

// subband is one half of the band: its step and its predictor, two poles and six
// zeros (sections 3.5 and 3.6).
type subband struct {
	log, step int32    // the step and its logarithm
	expected  int32    // of the next sample
	zeros     int32    // what the zeros contribute to it
	rebuilt   [2]int32 // the newest samples as both ends know them
	partial   [2]int32 // the same without the poles' part, of which only signs count
	poles     [2]int32
	steps     [6]int32 // the newest differences
	weights   [6]int32 // of the zeros
}

// adapt takes a difference as both ends know it, and what it does to the step.
func (b *subband) adapt(difference, growth, most, shift int32) {
	b.log = max(0, min(most, b.log*127>>7+growth))
	b.step = antilog[b.log>>6&31] << (b.log >> 11) >> shift << 2
	rebuilt := saturated(b.expected + difference)
	partial := saturated(b.zeros + difference)
	b.turnPoles(partial)
	b.turnZeros(difference)

	b.rebuilt[1], b.rebuilt[0] = b.rebuilt[0], rebuilt
	b.partial[1], b.partial[0] = b.partial[0], partial
	poles := b.poles[0]*saturated(2*b.rebuilt[0])>>15 + b.poles[1]*saturated(2*b.rebuilt[1])>>15
	b.expected = saturated(saturated(poles) + b.zeros)
}

// turnPoles moves the poles along the signs of what the zeros leave, and keeps
// them stable.
func (b *subband) turnPoles(partial int32) {
	same, before := partial>>15 == b.partial[0]>>15, partial>>15 == b.partial[1]>>15
	pull := saturated(4 * b.poles[0])
	if same {
		pull = min(-pull, 1<<15-1)
	}
	second := pull>>7 - 128
	if before {
		second = pull>>7 + 128
	}
	second = max(-12288, min(12288, second+b.poles[1]*32512>>15))
	first := int32(-192)
	if same {
		first = 192
	}
	first = saturated(first + b.poles[0]*32640>>15)
	limit := saturated(15360 - second)
	b.poles = [2]int32{max(-limit, min(limit, first)), second}
}

// turnZeros moves the zeros' weights likewise, and gives what they contribute to
// the next sample.
func (b *subband) turnZeros(difference int32) {
	sum := int32(0)
	newest := difference
	for i := range b.steps {
		turn := int32(0)
		if difference != 0 {
			turn = -128
			if b.steps[i]>>15 == difference>>15 {
				turn = 128
			}
		}
		b.weights[i] = saturated(turn + b.weights[i]*32640>>15)
		b.steps[i], newest = newest, b.steps[i]
		sum += b.weights[i] * saturated(2*b.steps[i]) >> 15
	}
	b.zeros = saturated(sum)
}

// lowAdapt and highAdapt take a code of their band.
func (b *subband) lowAdapt(code byte) {
	b.adapt(b.step*coarse[code>>2]>>15, lowGrowth[code>>2], 18432, 8)
}

func (b *subband) highAdapt(code byte) {
	b.adapt(b.step*upper[code]>>15, highGrowth[code], 22528, 10)
}

// lowCode finds the code of the lower band's next sample.
func (b *subband) lowCode(sample int32) byte {
	e := saturated(sample - b.expected)
	magnitude := e
	if e < 0 {
		magnitude = ^e
	}
	first, past := 0, len(thresholds)
	for first < past {
		if middle := (first + past) / 2; magnitude >= thresholds[middle]*b.step>>12 {
			first = middle + 1
		} else {
			past = middle
		}
	}
	switch {
	case e >= 0:
		return byte(61 - first)
	case first < 2:
		return byte(63 - first)
	default:
		return byte(33 - first)
	}
}

// highCode does the same for the upper band.
func (b *subband) highCode(sample int32) byte {
	e := saturated(sample - b.expected)
	switch {
	case e < 0 && ^e >= 564*b.step>>12:
		return 0
	case e < 0:
		return 1
	case e >= 564*b.step>>12:
		return 2
	default:
		return 3
	}
}

// twoBands is where an encoder or a decoder begins.
func twoBands() (low, high subband) { return subband{step: 32}, subband{step: 8} }

// g722Encoder is one direction of a conversation; the zero value is not ready.
type g722Encoder struct {
	low, high subband
	past      past // samples
}

func newG722Encoder() (e g722Encoder) {
	e.low, e.high = twoBands()
	e.past = newPast()
	return e
}

// encode makes len(out) bytes of twice as many samples of 16 kHz.
func (e *g722Encoder) encode(out []byte, pcm []int16) {
	for i := range out {
		e.past.put(int32(pcm[2*i]))
		e.past.put(int32(pcm[2*i+1]))
		odd, even := e.past.mirrored()
		low := e.low.lowCode((even + odd) >> 14)
		high := e.high.highCode((even - odd) >> 14)
		e.low.lowAdapt(low)
		e.high.highAdapt(high)
		out[i] = high<<6 | low
	}
}

// g722Decoder is the other end of it; the zero value is not ready.
type g722Decoder struct {
	low, high subband
	past      past // sums and differences of the bands
}

func newG722Decoder() (d g722Decoder) {
	d.low, d.high = twoBands()
	d.past = newPast()
	return d
}

// decode makes two samples of 16 kHz of each byte.
func (d *g722Decoder) decode(out []int16, voice []byte) {
	const full = 1 << 14
	for i, code := range voice {
		low := max(-full, min(full-1, d.low.expected+d.low.step*fine[code&63]>>15))
		high := max(-full, min(full-1, d.high.expected+d.high.step*upper[code>>6]>>15))
		d.low.lowAdapt(code & 63)
		d.high.highAdapt(code >> 6)
		d.past.put(low + high)
		d.past.put(low - high)
		second, first := d.past.mirrored()
		out[2*i], out[2*i+1] = int16(saturated(first>>11)), int16(saturated(second>>11))
	}
}
