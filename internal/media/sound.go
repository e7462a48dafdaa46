package media

import (
	"math"
	"time"
)

// Sound is audio ready to be sent: both laws, frames of 20 ms. It is immutable;
// make it once and share it among legs.
type Sound struct {
	law   [2][]byte // by Codec; a whole number of frames
	loops bool
}

// newSound encodes samples at 8 kHz; the last frame is filled up with silence.
func newSound(pcm []int16, loops bool) *Sound {
	length := (len(pcm) + frame - 1) / frame * frame
	s := &Sound{loops: loops}
	for codec, law := range []func(int16) byte{PCMU: muCompress, PCMA: aCompress} {
		out := make([]byte, length)
		for i, v := range pcm {
			out[i] = law(v)
		}
		hush(out[len(pcm):], Codec(codec))
		s.law[codec] = out
	}
	return s
}

// Duration is the length, of one round if the sound loops.
func (s *Sound) Duration() time.Duration { return time.Duration(s.frames()) * frameTime }

// Loop is the same sound played for ever.
func (s *Sound) Loop() *Sound { return &Sound{law: s.law, loops: true} }

// Loops tells whether the sound goes on until something else takes its place.
func (s *Sound) Loops() bool { return s.loops }

func (s *Sound) frames() int { return len(s.law[PCMU]) / frame }

// frame copies one frame to out, in a law.
func (s *Sound) frame(out []byte, n int, codec Codec) {
	copy(out[:frame], s.law[codec][n*frame:])
}

// samples gives one frame as samples.
func (s *Sound) samples(out *[frame]int16, n int) {
	for i, code := range s.law[PCMU][n*frame:][:frame] {
		out[i] = muLinear[code]
	}
}

// hush fills out with silence of a law.
func hush(out []byte, codec Codec) {
	for i := range out {
		out[i] = codec.silence()
	}
}

// The levels are amplitudes; full scale of G.711 is +3.14 dBm0 for a sine.
const (
	toneLevel  = 0.20
	chimeLevel = 0.16
	ringLevel  = 0.08
	musicLevel = 0.07
)

// mix is audio under construction, ±1 at 8 kHz.
type mix []float64

func newMix(d time.Duration) mix { return make(mix, samples(d)) }

// add puts a note at start: a sine with a little of its octave, shaped by
// envelope, whose argument runs from 0 to 1 over the note.
func (m mix) add(hz, level float64, start, d time.Duration, octave float64, envelope func(x float64) float64) {
	first, n := samples(start), samples(d)
	for i := range n {
		at := first + i
		if at >= int64(len(m)) {
			return
		}
		phase := 2 * math.Pi * hz * float64(i) / rate
		m[at] += level * envelope(float64(i)/float64(n)) * (math.Sin(phase) + octave*math.Sin(2*phase))
	}
}

func (m mix) pcm() []int16 {
	out := make([]int16, len(m))
	for i, v := range m {
		out[i] = clip(v * 32767)
	}
	return out
}

func clip(v float64) int16 {
	return int16(math.RoundToEven(min(max(v, math.MinInt16), math.MaxInt16)))
}

// edges is flat with soft ends of 5 ms, so that nothing clicks.
func edges(d time.Duration) func(float64) float64 {
	ramp := float64(5*time.Millisecond) / float64(max(d, 10*time.Millisecond))
	return func(x float64) float64 {
		return smooth(min(x, 1-x) / ramp)
	}
}

// bell is struck and dies away.
func bell(x float64) float64 {
	return smooth(x/0.01) * math.Exp(-5*x) * smooth((1-x)/0.1)
}

// swell comes and goes.
func swell(x float64) float64 { return smooth(x/0.35) * smooth((1-x)/0.35) }

// smooth rises from 0 to 1 over the same range, as a raised cosine.
func smooth(x float64) float64 {
	return 0.5 - 0.5*math.Cos(math.Pi*min(max(x, 0), 1))
}

// Silence loops.
func Silence() *Sound { return newSound(make([]int16, frame), true) }

// ZipTone tells an agent, in 160 ms, that a customer is on the line.
func ZipTone() *Sound {
	m := newMix(160 * time.Millisecond)
	const half = 80 * time.Millisecond
	m.add(880, toneLevel, 0, half, 0, edges(half))
	m.add(1320, toneLevel, half, half, 0, edges(half))
	return newSound(m.pcm(), false)
}

// Welcome is a rising chime of 1.2 s: C, E, G.
func Welcome() *Sound {
	const length = 1200 * time.Millisecond
	m := newMix(length)
	for i, hz := range []float64{523.25, 659.25, 783.99} {
		start := time.Duration(i) * 160 * time.Millisecond
		m.add(hz, chimeLevel, start, length-start, 0.3, bell)
	}
	return newSound(m.pcm(), false)
}

// HoldMusic loops: four soft chords of 4 s, with a bell over each.
func HoldMusic() *Sound {
	const bar = 4 * time.Second
	chords := [][]float64{
		{261.63, 329.63, 392.00}, // C
		{220.00, 261.63, 329.63}, // A minor
		{349.23, 440.00, 523.25}, // F
		{293.66, 392.00, 493.88}, // G
	}
	m := newMix(time.Duration(len(chords)) * bar)
	for i, chord := range chords {
		start := time.Duration(i) * bar
		for n, hz := range chord {
			m.add(hz, musicLevel, start, bar, 0.15, swell)
			at := time.Duration(n+1) * 800 * time.Millisecond
			m.add(2*hz, musicLevel/2, start+at, bar-at, 0.2, bell)
		}
	}
	return newSound(m.pcm(), true)
}
