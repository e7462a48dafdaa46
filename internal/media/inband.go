package media

import "math"

const (
	// look is how much is looked at, 20 ms, and stride how often, every 10 ms.
	look   = frame
	stride = frame / 2
	// keyLooks is how many looks in a row must find a key for it to count. A tone of 40 ms
	// fills most of three, and one of less than 23 ms does not (ITU-T Q.24).
	keyLooks = 3
	// restLooks is how many must not find it before it can be pressed again.
	restLooks = 3
	// faintest is the least amplitude of a tone, some -36 dBm0.
	faintest = 350
	// tightest is how far a tone may be off its frequency: Q.24 has 1.5 % taken and 3.5 %
	// refused.
	tightest = 0.025
	// purest is the least part that the two tones have in all that is heard; what is
	// less is speech.
	purest = 0.55
	// The higher tone may be louder by 4 dB and fainter by 8 dB; where a look is filled in
	// part it seems to be some more. As power.
	loudest, dullest = 3.16, 0.1
	// steady is how unlike two looks may be, as power, to measure a frequency by.
	steady = 2.0
)

// tones are those of the rows and then of the columns, each as a look of a complex
// wave under a Hann window.
var tones = waves()

// windowSum and windowPower are the sum of the window, and of its squares.
const windowSum, windowPower = look / 2.0, look * 3 / 8.0

func waves() (t [8][look]complex128) {
	for k := range t {
		for n := range t[k] {
			window := 0.5 - 0.5*math.Cos(2*math.Pi*float64(n)/look)
			sin, cos := math.Sincos(-2 * math.Pi * toneHertz(k) * float64(n) / rate)
			t[k][n] = complex(window*cos, window*sin)
		}
	}
	return t
}

// toneHertz is the frequency of a tone.
func toneHertz(k int) float64 {
	if k < len(rowHertz) {
		return rowHertz[k]
	}
	return columnHertz[k-len(rowHertz)]
}

// inband finds key presses in what is said: two tones that belong together, of the
// right frequencies and strengths, for long enough, and little beside them. The
// frequencies are told by how the phase of each tone turns from look to look, which
// is much finer than what a look alone can tell.
type inband struct {
	samples [look]float64 // the newest, the oldest first
	fresh   int           // of them, not yet looked at
	last    sight
	looks   int  // in a row that found the same key
	proven  bool // its frequencies are right
	pressed byte // that was told and is not over
	misses  int  // looks in a row without it
}

// sight is what one look found: a row and a column, or key 0.
type sight struct {
	key         byte
	row, column int
	waves       [2]complex128 // of these tones
}

// hear takes samples and gives the key whose press is now certain, or 0. Two of
// them can not fall into less than 80 ms.
func (d *inband) hear(pcm []int16) (key byte) {
	for len(pcm) > 0 {
		n := min(len(pcm), stride-d.fresh)
		copy(d.samples[:], d.samples[n:])
		for i, v := range pcm[:n] {
			d.samples[look-n+i] = float64(v)
		}
		pcm = pcm[n:]
		if d.fresh += n; d.fresh == stride {
			d.fresh = 0
			if found := d.step(d.sight()); found != 0 {
				key = found
			}
		}
	}
	return key
}

// sight looks at the newest 20 ms.
func (d *inband) sight() sight {
	var power [8]float64
	var found [8]complex128
	energy := 0.0
	for n, v := range d.samples {
		window := real(tones[0][n])*real(tones[0][n]) + imag(tones[0][n])*imag(tones[0][n])
		energy += window * v * v
	}
	if energy < faintest*faintest/2*windowPower {
		return sight{}
	}
	for k := range tones {
		var re, im float64
		for n, v := range d.samples {
			re += v * real(tones[k][n])
			im += v * imag(tones[k][n])
		}
		found[k], power[k] = complex(re, im), re*re+im*im
	}
	row, column := strongest(power[:4]), 4+strongest(power[4:])
	const least = faintest * faintest * windowSum * windowSum / 4
	twist := power[column] / power[row]
	pure := 2 * (power[row] + power[column]) * windowPower / (windowSum * windowSum * energy)
	if power[row] < least || power[column] < least || twist > loudest || twist < dullest || pure < purest {
		return sight{}
	}
	return sight{key: keyboard[4*row+column-4], row: row, column: column, waves: [2]complex128{found[row], found[column]}}
}

func strongest(power []float64) (first int) {
	for k := range power {
		if power[k] > power[first] {
			first = k
		}
	}
	return first
}

// step takes what a look found into account.
func (d *inband) step(s sight) (key byte) {
	if s.key != 0 && s.key == d.last.key {
		d.looks++
	} else {
		d.looks, d.proven = 1, false
	}
	off, known := d.last.drift(s)
	d.last = s
	if known {
		d.proven = off <= tightest
		if !d.proven {
			d.looks = 0
		}
	}
	if s.key != d.pressed || s.key == 0 {
		if d.misses++; d.misses >= restLooks {
			d.pressed = 0
		}
	} else {
		d.misses = 0
	}
	if s.key == 0 || d.looks < keyLooks || !d.proven || d.pressed != 0 {
		return 0
	}
	d.pressed, d.misses = s.key, 0
	return s.key
}

// drift is how far the tones are off their frequencies, the worse of them, by what
// they turned since the look before; known is whether both looks were as strong.
func (s *sight) drift(next sight) (off float64, known bool) {
	if s.key == 0 || s.key != next.key {
		return 0, false
	}
	for i, k := range [2]int{s.row, s.column} {
		before, after := s.waves[i], next.waves[i]
		change := (real(after)*real(after) + imag(after)*imag(after)) / (real(before)*real(before) + imag(before)*imag(before))
		if change > steady || change < 1/steady {
			return 0, false
		}
		turned := phase(after) - phase(before) - 2*math.Pi*toneHertz(k)*stride/rate
		turned -= 2 * math.Pi * math.Round(turned/(2*math.Pi))
		off = max(off, math.Abs(turned)*rate/(2*math.Pi*stride)/toneHertz(k))
	}
	return off, true
}

func phase(c complex128) float64 { return math.Atan2(imag(c), real(c)) }
