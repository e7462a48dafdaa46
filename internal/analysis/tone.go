package analysis

import (
	"math"
	"slices"
	"time"
)

// What a tone is.
const (
	// lobe is how many bins on each side of its own a tone fills under the window.
	lobe = 2
	// purest is the least part that a tone has of all that is heard, and pure what keeps it
	// up, for a mobile's codec makes noise. Of a voice it can be as much for a while, but
	// not at one frequency.
	purest, pure = 0.65, 0.45
	// drift is how far a tone may be off its mean from slice to slice, in Hz and as a part.
	driftHz, driftPart = 6.0, 0.012
	// clean is the least part in the mean of what surely is no voice.
	clean = 0.85
	// gone is how many slices without it end a tone: a modem turns the phase of its own
	// each 450 ms, and a mobile's codec loses it for a moment.
	gone = 8
	// proven is how many slices show that it is a tone and no voice.
	proven = 6
	// dimmest is the least level of a tone, in dBm0.
	dimmest = -42.0
)

// look is what one slice shows of tones.
type look struct {
	hz     float64 // of the strongest
	pure   float64 // its part of all
	second float64 // the part of the next that is no overtone of it
	low    float64 // the part that lies where call progress tones do
	level  float64 // in dBm0
}

// Bins of call progress tones: 340 to 690 Hz.
const lowFirst, lowLast = 11, 21

func (s *spectrum) look() look {
	l := look{level: decibels(s.total) + dBm0}
	if s.total == 0 {
		return l
	}
	best := s.strongest(0, 0)
	l.hz, l.pure = s.hertz(best), s.around(best)/s.total
	next := s.strongest(best-lobe-1, best+lobe+1)
	if times := s.hertz(next) / l.hz; math.Abs(times-math.Round(times)) > 0.03*times {
		l.second = s.around(next) / s.total
	}
	for _, p := range s.power[lowFirst : lowLast+1] {
		l.low += p / s.total
	}
	return l
}

// strongest is the bin with the most power, outside of from to to.
func (s *spectrum) strongest(from, to int) (best int) {
	best = lowest
	most := 0.0
	for k := lowest; k <= highest; k++ {
		if p := s.power[k]; p > most && (k < from || k > to) {
			best, most = k, p
		}
	}
	return best
}

func (s *spectrum) around(k int) (power float64) {
	for _, p := range s.power[max(k-lobe, lowest) : min(k+lobe, highest)+1] {
		power += p
	}
	return power
}

// hertz is the frequency of the tone whose strongest bin is k: under a Hann window it
// follows from how the two strongest compare.
func (s *spectrum) hertz(k int) float64 {
	side := 1
	if s.power[k-1] > s.power[k+1] {
		side = -1
	}
	ratio := math.Sqrt(s.power[k+side] / max(s.power[k], 1e-9))
	return binGap * (float64(k) + float64(side)*(2*ratio-1)/(ratio+1))
}

// tone is one that was heard, or is.
type tone struct {
	hz     float64 // the mean
	level  float64 // of its loudest slice, in dBm0
	second float64 // the mean part of a second tone
	began  time.Duration
	ended  time.Duration
	slices int
	before float64 // the loudest of the slices just before it, in dBm0
	part   float64 // the mean part of all that it has
}

// lasted is how long it was, or is up to now.
func (t *tone) lasted() time.Duration { return t.ended - t.began }

// tones follows single tones.
type tones struct {
	levels [12]float64 // of the last slices, the newest last
	now    tone        // none if it has no slices
	misses int
	past   [3]tone // the newest last
}

// step takes a slice in that ends at a moment, and tells whether a tone has just ended.
func (t *tones) step(l look, at time.Duration) (ended bool) {
	copy(t.levels[:], t.levels[1:])
	t.levels[len(t.levels)-1] = l.level
	starts := l.pure >= purest && l.level >= dimmest
	if t.now.slices > 0 && l.pure >= pure && l.level >= dimmest && math.Abs(l.hz-t.now.hz) <= driftHz+driftPart*t.now.hz {
		n := float64(min(t.now.slices, 20))
		t.now.part += (l.pure - t.now.part) / (n + 1)
		t.now.hz += (l.hz - t.now.hz) / (n + 1)
		t.now.second += (l.second - t.now.second) / (n + 1)
		t.now.level = max(t.now.level, l.level)
		t.now.slices++
		t.now.ended, t.misses = at, 0
		return false
	}
	if t.misses++; t.now.slices > 0 && (t.misses > gone || starts) {
		ended = t.now.slices >= proven
		if ended {
			copy(t.past[:], t.past[1:])
			t.past[len(t.past)-1] = t.now
		}
		t.now = tone{}
	}
	if starts && t.now.slices == 0 {
		t.now = tone{hz: l.hz, level: l.level, second: l.second, part: l.pure, began: at - step, ended: at, slices: 1, before: t.loudest(0, 9)}
		t.misses = 0
	}
	return ended
}

// loudest is the level of the loudest of the last slices from one to another.
func (t *tones) loudest(from, to int) float64 { return slices.Max(t.levels[from:to]) }

// running tells whether there is a tone, and no voice, in the newest slice.
func (t *tones) running() bool { return t.now.slices >= proven && t.misses == 0 && t.now.part >= clean }

func (t *tones) last() *tone { return &t.past[len(t.past)-1] }
