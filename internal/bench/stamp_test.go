package bench

import (
	"math/rand/v2"
	"testing"
)

func TestAStampIsReadAsItWasWritten(t *testing.T) {
	l := newLaws()
	var body [samples]byte
	for _, payload := range []uint8{muLaw, aLaw} {
		for range 10000 {
			end, packet := uint16(rand.Uint32()), uint16(rand.Uint32())
			l.stamp(body[:], payload, end, packet)
			if e, p, ok := l.read(body[:], payload); !ok || e != end || p != packet {
				t.Fatalf("payload type %d: %d, %d is read as %d, %d, %v", payload, end, packet, e, p, ok)
			}
		}
	}
}

// A relay that translates writes the code that is next to the sample.
func TestAStampSurvivesTranslation(t *testing.T) {
	l := newLaws()
	nearest := func(sample float64, linear func(byte) float64) (best byte) {
		for c := range 256 {
			if d := linear(byte(c)) - sample; d*d < (linear(best)-sample)*(linear(best)-sample) {
				best = byte(c)
			}
		}
		return best
	}
	for nibble := range 16 {
		toA := nearest(fromMu(l.code[0][nibble]), fromA)
		toMu := nearest(fromA(l.code[1][nibble]), fromMu)
		if got := l.level[1][toA]; got != int8(nibble) {
			t.Errorf("level %d of µ-law is read as %d in A-law", nibble, got)
		}
		if got := l.level[0][toMu]; got != int8(nibble) {
			t.Errorf("level %d of A-law is read as %d in µ-law", nibble, got)
		}
	}
}

func TestSilenceHasNoStamp(t *testing.T) {
	l := newLaws()
	var body [samples]byte
	for payload, code := range map[uint8]byte{muLaw: 0xff, aLaw: 0xd5} {
		for i := range body {
			body[i] = code
		}
		if _, _, ok := l.read(body[:], payload); ok {
			t.Errorf("silence of payload type %d is taken for a stamp", payload)
		}
	}
	if _, _, ok := l.read(body[:stampSize-1], muLaw); ok {
		t.Error("a packet that is too short has a stamp")
	}
}
