package media

import (
	"math"
	"time"
)

// What makes an utterance.
const (
	// slice is 10 ms, the unit of what is decided.
	slice = rate / 100
	// pause ends an utterance. People who were asked a question are silent longer when
	// they have answered; a greeting pauses less between its sentences.
	pause = time.Second
	// leastVoice is how much of an utterance must be voice: less is a click.
	leastVoice = 12 // slices
	// onset is how many more slices with voice than without begin an utterance.
	onset = 5
	// aboveNoise is what voice has over the noise, and faintestVoice what it has at least, in
	// mean squares: 9 dB, and about -52 dBm0.
	aboveNoise    = 8
	faintestVoice = 70 * 70
	// loudestNoise is the most that is taken for noise: about -28 dBm0.
	loudestNoise = 1000 * 1000
	// noiseTime is how long a lull is remembered, in slices: between two breaths
	// everybody is silent for a moment.
	noiseTime = 150
	// pureTone is how much of a tone can not be told from the two samples before; of a
	// voice it is more.
	pureTone = 0.003
)

// utterances finds what is said on a leg: slices that are louder than the lulls of
// the last seconds and are no pure tone, such as a voicemail's beep.
type utterances struct {
	said  func(began, ended time.Time)
	noise lulls

	score  int // of the onset
	voiced int // slices of voice in the utterance; 0 is none
	began  time.Duration
	ended  time.Duration // the last voice
}

// Utterances tells of whatever the far end says, once it has been silent for a
// second since: when that began and ended. It takes the place of a [Leg.Probe]. said
// must not block.
func (l *Leg) Utterances(said func(began, ended time.Time)) {
	l.listenWith(&utterances{said: said})
}

func (u *utterances) hear(pcm []int16, at time.Duration, _, _ uint32) {
	for ; len(pcm) >= slice; pcm, at = pcm[slice:], at+10*time.Millisecond {
		u.judge(pcm[:slice], at)
	}
}

// judge takes one slice.
func (u *utterances) judge(pcm []int16, at time.Duration) {
	power := meanSquare(pcm)
	noise := u.noise.learn(power)
	threshold := max(aboveNoise*noise, faintestVoice)
	if u.voiced > 0 {
		threshold /= 2 // the end of a word is fainter than its beginning
	}
	if power < threshold || isTone(pcm) {
		u.score = max(u.score-1, 0)
		return
	}
	u.score = min(u.score+1, 2*onset)
	switch {
	case u.voiced > 0:
		u.voiced++
		u.ended = at
	case u.score >= onset:
		u.voiced = onset
		u.began, u.ended = at-(onset-1)*10*time.Millisecond, at
	}
}

func (u *utterances) due(l *Leg, now time.Duration) (tell func(), over bool) {
	if u.voiced == 0 || now-u.ended < pause {
		return nil, false
	}
	began, ended, enough := l.plane.wall(u.began), l.plane.wall(u.ended+10*time.Millisecond), u.voiced >= leastVoice
	u.voiced, u.score = 0, 0
	if !enough {
		return nil, false
	}
	return func() { u.said(began, ended) }, false
}

// lulls follows the level of the noise: the least power of the last seconds.
type lulls struct {
	smooth    float64 // power over some 50 ms
	now, last float64 // the least of this time and the time before
	slices    int
}

func (n *lulls) learn(power float64) float64 {
	if n.slices == 0 && n.last == 0 {
		n.smooth, n.now, n.last = power, power, loudestNoise
	}
	n.smooth += (power - n.smooth) / 5
	n.now = min(n.now, n.smooth)
	if n.slices++; n.slices == noiseTime {
		n.slices, n.last, n.now = 0, n.now, n.smooth
	}
	return min(n.now, n.last, loudestNoise)
}

func meanSquare(pcm []int16) float64 {
	return power(pcm) / float64(len(pcm))
}

// isTone tells whether each sample follows from the two before it, as in a sine.
func isTone(pcm []int16) bool {
	var c00, c01, c02, c11, c12, c22 float64
	for i := 2; i < len(pcm); i++ {
		a, b, c := float64(pcm[i]), float64(pcm[i-1]), float64(pcm[i-2])
		c00, c01, c02 = c00+a*a, c01+a*b, c02+a*c
		c11, c12, c22 = c11+b*b, c12+b*c, c22+c*c
	}
	det := c11*c22 - c12*c12
	if c00 == 0 || math.Abs(det) < 1e-9*c11*c22 {
		return false
	}
	p, q := (c01*c22-c02*c12)/det, (c02*c11-c01*c12)/det
	return c00-p*c01-q*c02 < pureTone*c00
}
