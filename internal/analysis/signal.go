package analysis

import (
	"fmt"
	"math"
	"time"
)

// What the tones of networks and devices are. All lengths allow for the 30 ms by which a
// look smears their ends.
const (
	// sitGap is how long the special information tones pause between two at most (ITU-T
	// E.180 has 30 ms), sitLeast and sitMost how long each may be, and sitKnown how much
	// of the third is enough.
	sitGap, sitLeast, sitMost = 80 * ms, 180 * ms, 480 * ms
	sitKnown                  = 150 * ms
	// answerTone is how much of a modem's answer tone is enough.
	answerTone = 400 * ms
	// A calling fax sends its tone for half a second (ITU-T T.30).
	callingLeast, callingMost = 400 * ms, 620 * ms
	// A beep is a tone of this length, and then, for a while, nothing like it.
	beepLeast, beepMost = 80 * ms, 1150 * ms
	beepRest            = 100 * ms
	beepLow, beepHigh   = 380.0, 2040.0
	// lonely is how much fainter all is before and after a beep, in dB.
	lonely = 8.0
	// A low and short one that is not quite pure is a vowel.
	vowelHigh, vowelMost, vowelPart = 600.0, 330 * ms, 0.95
	// twoTones is how much a second tone may have in a beep: a key has more.
	twoTones = 0.09
)

// information is one of the special information tones: its first two frequencies and
// their lengths. The third is the same in all (ITU-T E.180 supplement 2; Bellcore
// GR-674).
type information struct {
	name         string
	hz1, hz2     float64
	long1, long2 float64 // seconds
}

var informations = [...]information{
	{"special information tones", 950, 1400, 0.330, 0.330},
	{"special information tones: intercept", 913.8, 1370.6, 0.274, 0.274},
	{"special information tones: vacant", 985.2, 1370.6, 0.380, 0.274},
	{"special information tones: reorder", 913.8, 1428.5, 0.274, 0.380},
	{"special information tones: no circuit", 985.2, 1428.5, 0.380, 0.380},
}

// information tells which special information tones the last three are; nil if none.
func (t *tones) information() *information {
	one, two, three := &t.past[1], &t.past[2], &t.now
	if three.lasted() < sitKnown || math.Abs(three.hz-1785) > 60 || math.Abs(one.hz-950) > 65 || math.Abs(two.hz-1400) > 60 {
		return nil
	}
	if two.began-one.ended > sitGap || three.began-two.ended > sitGap || !between(one.lasted(), sitLeast, sitMost) || !between(two.lasted(), sitLeast, sitMost) {
		return nil
	}
	var found *information
	least := math.Inf(1)
	for i := range informations {
		s := &informations[i]
		if off := s.off(one, two); off < least {
			found, least = s, off
		}
	}
	return found
}

// off is how far two tones are off those of the signal, 1 being about as far as half the
// way to another's.
func (s *information) off(one, two *tone) float64 {
	const hz, seconds = 20.0, 0.06
	return math.Hypot(one.hz-s.hz1, two.hz-s.hz2)/hz + math.Hypot(one.lasted().Seconds()-s.long1, two.lasted().Seconds()-s.long2)/seconds
}

func between(d, least, most time.Duration) bool { return d >= least && d <= most }

// modem tells whether a fax or modem answers, by the tone that is on: 2100 Hz (ITU-T V.25,
// T.30, V.8) or 2225 Hz (Bell 103).
func (t *tones) modem() bool {
	return t.now.lasted() >= answerTone && (math.Abs(t.now.hz-2100) <= 30 || math.Abs(t.now.hz-2225) <= 30)
}

// calling tells whether the tone that has just ended is that of a calling fax.
func (t *tones) calling() bool {
	last := t.last()
	return math.Abs(last.hz-1100) <= 40 && between(last.lasted(), callingLeast, callingMost)
}

// beep tells whether the last tone was a beep, now that nothing like it followed.
func (t *tones) beep(now time.Duration) bool {
	last := t.last()
	if last.slices == 0 || now-last.ended != beepRest || t.now.slices >= proven {
		return false
	}
	vowel := last.hz < vowelHigh && last.lasted() < vowelMost && last.part < vowelPart
	lone := last.before < last.level-lonely && t.loudest(6, 12) < last.level-lonely
	return lone && !vowel && last.second <= twoTones &&
		between(last.lasted(), beepLeast, beepMost) && last.hz >= beepLow && last.hz <= beepHigh
}

func (t *tone) String() string {
	return fmt.Sprintf("%.0f Hz for %v", t.hz, t.lasted())
}
