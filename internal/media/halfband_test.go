package media

import (
	"math"
	"testing"
)

// strength is how strong a tone is in samples of 16 kHz, in dB against one of half
// the full scale.
func strength(pcm []int16, hertz float64) float64 {
	return 20 * math.Log10(max(amplitude(pcm, hertz/2), 1e-9)/0.5) // amplitude thinks in 8 kHz
}

func TestTheTelephoneBandIsDoubledWithoutLossOrMirror(t *testing.T) {
	for _, hertz := range []float64{100, 300, 1000, 2000, 3000, 3400} {
		d := newDoubler()
		out := make([]int16, 8000)
		d.double(out, pitch(hertz, 0.5, 8000, 4000))
		out = out[800:]
		if got := strength(out, hertz); math.Abs(got) > 0.1 {
			t.Errorf("%.0f Hz: %.2f dB", hertz, got)
		}
		if got := strength(out, 8000-hertz); got > -55 {
			t.Errorf("%.0f Hz is mirrored at %.0f Hz with %.1f dB", hertz, 8000-hertz, got)
		}
	}
}

func TestHalvingKeepsTheTelephoneBandAndNothingAboveIt(t *testing.T) {
	for _, hertz := range []float64{100, 300, 1000, 2000, 3000, 3400} {
		h := newHalver()
		out := make([]int16, 4000)
		h.halve(out, pitch(hertz, 0.5, 16000, 8000))
		if got := 20 * math.Log10(amplitude(out[400:], hertz)/0.5); math.Abs(got) > 0.1 {
			t.Errorf("%.0f Hz: %.2f dB", hertz, got)
		}
	}
	for _, hertz := range []float64{4600, 5000, 6000, 7000, 7900} {
		h := newHalver()
		out := make([]int16, 4000)
		h.halve(out, pitch(hertz, 0.5, 16000, 8000))
		if got := 20 * math.Log10(max(amplitude(out[400:], 8000-hertz), 1e-9)/0.5); got > -55 {
			t.Errorf("%.0f Hz turns up at %.0f Hz with %.1f dB", hertz, 8000-hertz, got)
		}
	}
}

func TestDoublingAndHalvingStayWithinSixteenBits(t *testing.T) {
	square := make([]int16, 800)
	for i := range square {
		square[i] = math.MaxInt16
		if i/7%2 == 1 {
			square[i] = math.MinInt16
		}
	}
	d, h := newDoubler(), newHalver()
	wide, back := make([]int16, 1600), make([]int16, 800)
	d.double(wide, square)
	h.halve(back, wide)
	for i := 100; i < 700; i++ {
		if off := int(back[i]) - int(square[i-23]); square[i-23] > 0 != (back[i] > 0) && (off > 60000 || off < -60000) {
			t.Fatalf("sample %d wrapped to %d", i, back[i])
		}
	}
}
