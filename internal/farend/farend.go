// Package farend makes what the far end of a call may sound like, to test those who
// listen to it: tones in their cadences ([Beat]), noises of rooms and lines ([Noise]), and
// what networks do to all of them on the way ([Channel]).
//
// All is samples at 8 kHz, and all chance comes from the source that is given: the same
// seed makes the same call. Levels are in dBm0. It uses none of the code that is tested
// with it.
package farend

import (
	"math"
	"math/rand/v2"
	"time"
)

// Rate is samples in a second.
const Rate = 8000

// fullScale is the level in dBm0 of a mean square of 1, where 1 is full scale: a sine
// that just fits is +3.14 (G.711).
const fullScale = 3.14 + 3.01

// Sound is samples in the range ±1.
type Sound []float64

// Hush is a while of nothing.
func Hush(d time.Duration) Sound { return make(Sound, Count(d)) }

// Count is how many samples a while has.
func Count(d time.Duration) int { return int(d * Rate / time.Second) }

// Duration is how long the sound is.
func (s Sound) Duration() time.Duration { return time.Duration(len(s)) * time.Second / Rate }

// Add lays another sound over this one from a sample on, as far as it fits.
func (s Sound) Add(at int, o Sound) {
	for i := max(0, -at); i < len(o) && at+i < len(s); i++ {
		s[at+i] += o[i]
	}
}

// Level is the level of the whole, in dBm0.
func (s Sound) Level() float64 {
	sum := 1e-12
	for _, v := range s {
		sum += v * v
	}
	return 10*math.Log10(sum/float64(max(len(s), 1))) + fullScale
}

// Active is the level of what is not a pause: of the slices of 20 ms that are at most
// 20 dB fainter than the loudest.
func (s Sound) Active() float64 {
	const slice = Rate / 50
	loudest := math.Inf(-1)
	for at := 0; at+slice <= len(s); at += slice {
		loudest = max(loudest, s[at:at+slice].Level())
	}
	var active Sound
	for at := 0; at+slice <= len(s); at += slice {
		if s[at:at+slice].Level() > loudest-20 {
			active = append(active, s[at:at+slice]...)
		}
	}
	return active.Level()
}

// Gain makes it louder by so many dB.
func (s Sound) Gain(db float64) Sound {
	g := math.Pow(10, db/20)
	for i := range s {
		s[i] *= g
	}
	return s
}

// PCM is the sound in 16 bits.
func (s Sound) PCM() []int16 {
	out := make([]int16, len(s))
	for i, v := range s {
		out[i] = int16(math.Round(32767 * min(max(v, -1), 1)))
	}
	return out
}

// FromPCM is the way back.
func FromPCM(pcm []int16) Sound {
	s := make(Sound, len(pcm))
	for i, v := range pcm {
		s[i] = float64(v) / 32768
	}
	return s
}

// Beat is a part of a tone: frequencies of the same level, and the silence after them.
type Beat struct {
	Hz      []float64
	On, Off time.Duration
}

// Tone makes a tone of beats, at a level.
func Tone(level float64, beats ...Beat) Sound {
	var s Sound
	for _, b := range beats {
		part := Hush(b.On + b.Off)
		n := Count(b.On)
		amplitude := math.Pow(10, (level-3.14)/20) / math.Sqrt(float64(max(len(b.Hz), 1)))
		for _, hz := range b.Hz {
			for i := range n {
				edge := min(1, float64(min(i, n-i))/24) // 3 ms
				part[i] += edge * amplitude * math.Sin(2*math.Pi*hz*float64(i)/Rate)
			}
		}
		s = append(s, part...)
	}
	return s
}

// Repeat gives the sound so often in a row.
func (s Sound) Repeat(times int) Sound {
	var all Sound
	for range times {
		all = append(all, s...)
	}
	return all
}

// Song makes music: a tune over chords, notes that are struck and die away or swell,
// with overtones; no voice.
func Song(r *rand.Rand, d time.Duration, level float64) Sound {
	s := Hush(d)
	beat := 0.25 + 0.35*r.Float64()
	key := 220 * math.Pow(2, float64(r.IntN(12))/12)
	scale := []int{0, 2, 4, 5, 7, 9, 11, 12, 14, 16}
	struck := r.IntN(2) == 0
	note := func(at, seconds, hz, loud float64) {
		for i := range int(seconds * Rate) {
			x := float64(i) / Rate
			shape := min(1, x/0.02) * min(1, (seconds-x)/0.03)
			if struck {
				shape *= math.Exp(-2.5 * x)
			}
			v := 0.0
			for n := 1.0; n <= 5; n++ {
				v += math.Sin(2*math.Pi*n*hz*x) / (n * n)
			}
			if k := int(at*Rate) + i; k < len(s) {
				s[k] += loud * shape * v
			}
		}
	}
	for at, n := 0.0, 0; at < d.Seconds(); at, n = at+beat, n+1 {
		if n%4 == 0 {
			root := scale[r.IntN(6)]
			for _, third := range []int{0, 4, 7} {
				note(at, 4*beat, key/2*math.Pow(2, float64(root+third)/12), 0.5)
			}
		}
		if r.IntN(5) > 0 {
			note(at, beat*float64(1+r.IntN(2)), key*math.Pow(2, float64(scale[r.IntN(len(scale))])/12), 1)
		}
	}
	return s.Gain(level - s.Level())
}
