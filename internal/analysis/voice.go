package analysis

import (
	"math"
	"slices"
)

// What voice is.
const (
	bands = 8
	// lulls is how many times in a row the least power of each band is remembered, and
	// lull how long each lasts: between two words everybody is silent for a moment.
	lulls, lull = 16, 20 // slices
	// bias is what the least power of a time lies under the mean of a steady noise.
	bias = 2.0
	// stillest is the mean square under which nothing is transmitted, about -70 dBm0,
	// and which tells nothing of the noise.
	stillest = 5.1
	// stillFor is how many slices of nothing show that the line is that still.
	stillFor = 10
	// full is how many slices fill a look.
	full = (span + slice - 1) / slice
	// loudest is the most that is taken for noise before any lull was heard, about
	// -36 dBm0.
	loudest = 1_000_000.0 / bands
	// clear is how far the bands lie over their noise in the mean, in dB, where there is
	// voice; clearest bounds what one band can say for it.
	clear, clearest = 4.0, 20.0
	// faintest is the least level of voice, in dBm0; nearest how far it may lie under the
	// loudest that was said, in dB, and upFrom how far up from the noise to that: who is
	// fainter is somebody else in the room.
	faintest, nearest, upFrom = -46.0, 22.0, 0.6
	// onset is how many more slices with voice than without begin an utterance.
	onset = 5
)

// edges are the bins at which the bands begin: 190, 310, 500, 750, 1090, 1560, 2090
// and 2750 to 3500 Hz.
var edges = [bands + 1]int{lowest, 10, 16, 24, 35, 50, 67, 88, highest + 1}

// voice tells voice from the noise of the line and the room.
type voice struct {
	noise  [bands]trough
	level  float64 // of this slice, in dBm0
	smooth float64 // mean square over some 50 ms
	filled int     // slices since nothing was transmitted
	still  int     // slices of nothing in a row
	open   bool    // something was transmitted
	over   float64 // how far the bands lie over their noise in the mean, in dB
}

// judge tells whether there is voice in the newest slice, where the loudest that was said
// until now had a mean square of peak; and how much voice may add to that.
func (v *voice) judge(s *spectrum, peak float64) (is bool, power float64) {
	v.level = decibels(s.total) + dBm0
	v.over = 0
	transmitted := v.transmitted(s.total)
	for b := range v.noise {
		power := 0.0
		for _, p := range s.power[edges[b]:edges[b+1]] {
			power += p
		}
		if !transmitted {
			continue
		}
		if above := power / max(v.noise[b].learn(power), 1e-9); above > 1 {
			v.over += min(10*math.Log10(above), clearest) / bands
		}
	}
	v.smooth += (s.total - v.smooth) / 5
	is = v.level >= faintest && v.over >= clear && v.level >= v.least(peak)
	return is, min(s.total, v.smooth)
}

// transmitted tells whether the newest look tells of the noise. A line that is not open yet
// does not; one that is still in between does, after a while that is no lost packet.
func (v *voice) transmitted(power float64) bool {
	if power < stillest {
		v.filled = 0
		v.still++
		return v.open && v.still >= stillFor
	}
	v.still = 0
	v.filled++
	v.open = v.open || v.filled >= full
	return v.filled >= full
}

// least is the level that voice must have: between the noise and the loudest that was
// said.
func (v *voice) least(peak float64) float64 {
	if peak == 0 {
		return faintest
	}
	loud, floor := decibels(peak)+dBm0, v.floor()
	return max(loud-nearest, floor+upFrom*(loud-floor))
}

// floor is the level of the noise, in dBm0.
func (v *voice) floor() float64 {
	sum := 0.0
	for b := range v.noise {
		sum += v.noise[b].least()
	}
	return decibels(bias*sum) + dBm0
}

// trough follows the noise of a band by the least power of the last 3.2 s (after
// R. Martin's minimum statistics).
type trough struct {
	smooth float64 // power over some 50 ms
	now    float64 // the least of this lull
	past   [lulls]float64
	older  float64 // the least of the past ones
	slices int
}

// least is the least power that is remembered.
func (t *trough) least() float64 { return min(t.now, t.older) }

// learn takes the power of a slice in and gives that of the noise.
func (t *trough) learn(power float64) float64 {
	if t.slices == 0 {
		t.smooth, t.now, t.older = power, power, loudest/bias
		for i := range t.past {
			t.past[i] = t.older
		}
	}
	t.smooth += (power - t.smooth) / 5
	t.now = min(t.now, t.smooth)
	if t.slices++; t.slices%lull == 0 {
		t.past[t.slices/lull%lulls] = t.now
		t.now, t.older = t.smooth, slices.Min(t.past[:])
	}
	return bias * t.least()
}

// periodic tells whether the newest look repeats itself at the pitch of a voice, 80 to 320
// Hz, as noise does not.
func (s *spectrum) periodic() bool {
	const lowPitch, highPitch = rate / 80, rate / 320
	var half [span / 2]float64 // every other sample is enough
	for i := range half {
		half[i] = s.samples[2*i] + s.samples[2*i+1]
	}
	for lag := highPitch / 2; lag <= lowPitch/2; lag++ {
		var both, now, then float64
		for i := lag; i < len(half); i++ {
			x, y := half[i], half[i-lag]
			both, now, then = both+x*y, now+x*x, then+y*y
		}
		if both > 0 && both*both > repeats*repeats*now*then {
			return true
		}
	}
	return false
}

// repeats is how alike a voice is to itself a period ago.
const repeats = 0.75
