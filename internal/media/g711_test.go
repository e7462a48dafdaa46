package media

import "testing"

// The standard's tables by formula: the value of a code in units of the law
// (14 bit for µ-law, 13 bit for A-law), widened to 16 bit.
func muFormula(code int) int {
	sign, e, m := code>>7, 7-code>>4&7, 15-code&15
	v := ((2*m+33)<<e - 33) * 4
	if sign == 0 {
		return -v
	}
	return v
}

func aFormula(code int) int {
	code ^= 0x55
	sign, e, m := code>>7, code>>4&7, code&15
	v := 2*m + 1
	if e > 0 {
		v = (2*m + 33) << (e - 1)
	}
	if sign == 0 {
		return -v * 8
	}
	return v * 8
}

func TestEveryCodeDecodesAsTheStandardSays(t *testing.T) {
	for code := range 256 {
		if got, want := int(muLinear[code]), muFormula(code); got != want {
			t.Errorf("µ-law %#02x: got %d, want %d", code, got, want)
		}
		if got, want := int(aLinear[code]), aFormula(code); got != want {
			t.Errorf("A-law %#02x: got %d, want %d", code, got, want)
		}
	}
}

func TestEveryCodeSurvivesDecodingAndEncoding(t *testing.T) {
	for code := range 256 {
		// µ-law has two zeros; the positive one is sent.
		if got := muCompress(muLinear[code]); int(got) != code && code != 0x7f {
			t.Errorf("µ-law %#02x came back as %#02x", code, got)
		}
		if got := aCompress(aLinear[code]); int(got) != code {
			t.Errorf("A-law %#02x came back as %#02x", code, got)
		}
	}
}

// The standard's decision values: the least magnitude of a code, widened to 16
// bit. Between segments they are not half-way.
func muDecision(code int) int {
	e, m := 7-code>>4&7, 15-code&15
	return max(((2*m+32)<<e-33)*4, 0)
}

func aDecision(code int) int {
	code ^= 0x55
	e, m := code>>4&7, code&15
	if e == 0 {
		return 2 * m * 8
	}
	return (2*m + 32) << (e - 1) * 8
}

func TestEverySampleFallsBetweenItsDecisionValues(t *testing.T) {
	for v := -1 << 15; v < 1<<15; v++ {
		magnitude, code := max(v, -v), int(muCompress(int16(v)))
		if v > 0 != (code >= 0x80) && v != 0 {
			t.Fatalf("µ-law: %d became %#02x", v, code)
		}
		above := 1 << 20
		if code&0x7f != 0 {
			above = muDecision(code - 1) // the codes go down as the magnitude grows
		}
		if magnitude < muDecision(code) || magnitude >= above {
			t.Fatalf("µ-law: %d became %#02x, whose magnitudes are %d to %d", v, code, muDecision(code), above)
		}

		// Of a negative sample on a decision value, A-law takes the smaller code.
		code = int(aCompress(int16(v)))
		if v < 0 {
			magnitude--
		}
		if v >= 0 != (code >= 0x80) {
			t.Fatalf("A-law: %d became %#02x", v, code)
		}
		above = 1 << 15
		if (code^0x55)&0x7f != 0x7f {
			above = aDecision((code ^ 0x55 + 1) ^ 0x55)
		}
		if magnitude < aDecision(code) || magnitude >= above {
			t.Fatalf("A-law: %d became %#02x, whose magnitudes are %d to %d", v, code, aDecision(code), above)
		}
	}
}

func TestLawsCrossByTheirValues(t *testing.T) {
	for code := range 256 {
		if got, want := muToA[code], aCompress(int16(muFormula(code))); got != want {
			t.Errorf("µ-law %#02x to A-law: got %#02x, want %#02x", code, got, want)
		}
		if got, want := aToMu[code], muCompress(int16(aFormula(code))); got != want {
			t.Errorf("A-law %#02x to µ-law: got %#02x, want %#02x", code, got, want)
		}
		// There and back is at most one step of the coarser law away: a sixteenth
		// of the value, or the smallest step of A-law.
		v, back := muFormula(code), int(muLinear[aToMu[muToA[code]]])
		if d := max(v-back, back-v); d > max(max(v, -v)/16, 16) {
			t.Errorf("µ-law %#02x: %d came back from A-law as %d", code, v, back)
		}
	}
	if muToA[muSilence] != aSilence {
		t.Errorf("silence became %#02x", muToA[muSilence])
	}
}

func TestSilenceIsZero(t *testing.T) {
	for _, c := range []Codec{PCMU, PCMA} {
		linear := map[Codec]int16{PCMU: muLinear[c.silence()], PCMA: aLinear[c.silence()]}[c]
		if linear < 0 || linear > 8 {
			t.Errorf("%v: silence is %d", c, linear)
		}
	}
}

func TestTranscodeInPlace(t *testing.T) {
	voice := []byte{0x00, 0x80, 0xff, 0x7f}
	transcode(voice, PCMU, PCMA)
	for i, code := range []byte{0x00, 0x80, 0xff, 0x7f} {
		if voice[i] != muToA[code] {
			t.Errorf("sample %d: %#02x", i, voice[i])
		}
	}
	transcode(voice, PCMA, PCMA)
	if voice[0] != muToA[0] {
		t.Error("like laws must not be touched")
	}
}
