package farend

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// What comes out of a channel is what went in, with as much noise as such a codec makes.
func TestChannelsCarryATone(t *testing.T) {
	for _, c := range []struct {
		name  string
		least float64 // of the tone over the rest, in dB
	}{{"µ-law", 30}, {"A-law", 30}, {"ADPCM", 18}, {"mobile", 8}} {
		for _, hz := range []float64{440, 1000, 1800} {
			s := Tone(-12, Beat{Hz: []float64{hz}, On: time.Second})
			pcm := FromPCM(Channel(c.name, s))[Rate/4 : 3*Rate/4]
			var re, im float64
			for i, v := range pcm {
				sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / Rate)
				re, im = re+v*cos, im+v*sin
			}
			n := float64(len(pcm))
			tone := 2 * (re*re + im*im) / (n * n)
			all := 0.0
			for _, v := range pcm {
				all += v * v / n
			}
			if got := 10 * math.Log10(tone/(all-tone)); got < c.least {
				t.Errorf("%s, %.0f Hz: %.1f dB of tone over the rest, want %.0f", c.name, hz, got, c.least)
			}
			if level := pcm.Level(); math.Abs(level+12) > 3 {
				t.Errorf("%s, %.0f Hz: level %.1f, went in at -12", c.name, hz, level)
			}
		}
	}
}

func TestNoisesHaveTheirLevel(t *testing.T) {
	for _, kind := range Noises {
		a := Noise(rand.New(rand.NewPCG(1, 2)), kind, time.Second, -40)
		b := Noise(rand.New(rand.NewPCG(1, 2)), kind, time.Second, -40)
		if math.Abs(a.Level()+40) > 0.01 {
			t.Errorf("%s: level %.2f, want -40", kind, a.Level())
		}
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("%s: the same seed made another noise", kind)
			}
		}
	}
}
