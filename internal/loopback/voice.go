package loopback

import (
	"math"
	"math/rand/v2"
	"time"
)

const (
	rate         = 8000                  // samples per second, RFC 3551 section 4.5.14
	frameSamples = 160                   // in a packet
	frameTime    = 20 * time.Millisecond // of a packet
	toneStep     = rate / frameSamples   // Hz between tones of whole periods per frame
	loudness     = 6000.0                // peak of what is spoken, of 32768
	beepTime     = 500 * time.Millisecond
)

// Voice is what a party says. The zero value is silence.
type Voice struct {
	// Hz is a steady tone; rounded to a multiple of 50.
	Hz int
	// Greeting makes it an answering machine: bursts of noise like speech for so
	// long, then a beep of Hz, then silence.
	Greeting time.Duration
}

// Tone is a person, who says one steady tone.
func Tone(hz int) Voice { return Voice{Hz: hz} }

// Machine is an answering machine.
func Machine(greeting time.Duration, beep int) Voice { return Voice{Hz: beep, Greeting: greeting} }

// speech is a voice ready to be sent in one law: first the opening, then what
// goes on for ever.
type speech struct {
	opening [][]byte
	forever []byte
}

// frame is the nth frame of 20 ms.
func (s speech) frame(n int) []byte {
	if n < len(s.opening) {
		return s.opening[n]
	}
	return s.forever
}

// in renders a voice in a law.
func (v Voice) in(l *law) speech {
	tone := l.encode(sine(v.Hz))
	if v.Greeting <= 0 {
		return speech{forever: tone}
	}
	s := speech{forever: l.encode(sine(0))}
	for _, samples := range babble(int(v.Greeting / frameTime)) {
		s.opening = append(s.opening, l.encode(samples))
	}
	for range int(beepTime / frameTime) {
		s.opening = append(s.opening, tone)
	}
	return s
}

// sine is one frame of a tone, and so every frame of it.
func sine(hz int) []int16 {
	samples := make([]int16, frameSamples)
	whole := (hz + toneStep/2) / toneStep * toneStep
	for i := range samples {
		samples[i] = int16(loudness * math.Sin(2*math.Pi*float64(whole*i)/rate))
	}
	return samples
}

// babble is frames of noise in words of 120 to 400 ms, with 40 to 140 ms between
// them. The noise is damped towards the high end, as speech is.
func babble(frames int) [][]int16 {
	random := rand.New(rand.NewPCG(7, 11)) // the same greeting every time
	said := make([][]int16, frames)
	speaking, left, low := false, 0, 0.0
	for f := range said {
		if left == 0 {
			speaking = !speaking
			if left = 2 + random.IntN(6); speaking {
				left = 6 + random.IntN(15)
			}
		}
		left--
		said[f] = make([]int16, frameSamples)
		for i := range said[f] {
			if speaking {
				low += 0.4 * (loudness*(2*random.Float64()-1) - low)
				said[f][i] = int16(low)
			}
		}
	}
	return said
}
