package media

import (
	"math"
	"testing"
	"time"
)

// linear decodes one law of a sound.
func (s *Sound) linear(codec Codec) []int16 {
	table := &muLinear
	if codec == PCMA {
		table = &aLinear
	}
	out := make([]int16, len(s.law[codec]))
	for i, code := range s.law[codec] {
		out[i] = table[code]
	}
	return out
}

// level is the amplitude of one frequency in pcm at 8 kHz (Goertzel).
func level(pcm []int16, hz float64) float64 {
	var re, im float64
	for i, v := range pcm {
		phase := 2 * math.Pi * hz * float64(i) / rate
		re += float64(v) * math.Cos(phase)
		im += float64(v) * math.Sin(phase)
	}
	return 2 * math.Hypot(re, im) / float64(len(pcm))
}

func peak(pcm []int16) (most int) {
	for _, v := range pcm {
		most = max(most, max(int(v), -int(v)))
	}
	return most
}

func TestSounds(t *testing.T) {
	for name, c := range map[string]struct {
		sound *Sound
		long  time.Duration
		loops bool
		loud  [2]int
	}{
		"silence":        {Silence(), 20 * ms, true, [2]int{0, 8}},
		"zip tone":       {ZipTone(), 160 * ms, false, [2]int{5000, 8000}},
		"ask for a key":  {AskKey(), 1400 * ms, false, [2]int{3000, 16000}},
		"ask for a word": {AskWord(), 1400 * ms, false, [2]int{3000, 16000}},
		"please wait":    {PleaseWait(), 4000 * ms, true, [2]int{1500, 8000}},
		"welcome":        {Welcome(), 1200 * ms, false, [2]int{4000, 16000}},
		"hold music":     {HoldMusic(), 16 * time.Second, true, [2]int{3000, 12000}},
		"tone":           {tone(440, 500*ms), 500 * ms, false, [2]int{6000, 7000}},
		"no tone":        {tone(440, 0), 0, false, [2]int{0, 0}},
		"looped":         {tone(440, 500*ms).Loop(), 500 * ms, true, [2]int{6000, 7000}},
	} {
		if c.sound.Duration() != c.long || c.sound.loops != c.loops {
			t.Errorf("%s: %v long, loops %v", name, c.sound.Duration(), c.sound.loops)
		}
		for _, codec := range []Codec{PCMU, PCMA} {
			pcm := c.sound.linear(codec)
			if p := peak(pcm); p < c.loud[0] || p > c.loud[1] {
				t.Errorf("%s in %v: peak %d", name, codec, p)
			}
			// Nothing clicks: it begins and ends softly.
			for i, v := range pcm {
				if (i == 0 || i == len(pcm)-1) && (v > 400 || v < -400) {
					t.Errorf("%s in %v: sample %d is %d", name, codec, i, v)
				}
			}
		}
	}
}

func TestAToneIsWhereItShouldBe(t *testing.T) {
	for _, codec := range []Codec{PCMU, PCMA} {
		pcm := tone(1000, time.Second).linear(codec)
		if got := level(pcm, 1000); got < 6000 || got > 7000 {
			t.Errorf("%v: 1000 Hz at %.0f", codec, got)
		}
		for _, other := range []float64{500, 2000, 3000} {
			if got := level(pcm, other); got > 120 {
				t.Errorf("%v: %v Hz at %.0f", codec, other, got)
			}
		}
	}
}

func TestALoopGoesRound(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	p.Play(newSound([]int16{0: 1000, frame: 2000}, true), nil)
	r.pass(100 * ms)
	one, two := muCompress(1000), muCompress(2000)
	got := p.hear()
	wantCodes(t, got, one, two, one, two, one)
	for i, packet := range got {
		if packet.Marker != (i == 0) {
			t.Errorf("packet %d: marker %v", i, packet.Marker)
		}
	}
}

// tone is a sine of hz for d, at about -11 dBm0, with soft ends.
func tone(hz float64, d time.Duration) *Sound {
	m := newMix(max(d, 0))
	m.add(hz, toneLevel, 0, d, 0, edges(d))
	return newSound(m.pcm(), false)
}
