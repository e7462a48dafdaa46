//go:build linux

package e2e

import (
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// The two voices: the agent's phone sends one tone and every customer the other.
const (
	agentTone    = 440
	customerTone = 1000
	sampleRate   = 8000
)

// sine gives whole periods of a tone at a third of full scale.
func sine(hertz, seconds int) []int16 {
	pcm := make([]int16, seconds*sampleRate)
	for i := range pcm {
		pcm[i] = int16(10000 * math.Sin(2*math.Pi*float64(hertz)*float64(i)/sampleRate))
	}
	return pcm
}

// hears tells whether a tone is what these samples are made of. It is Goertzel's
// filter set against the energy of the whole: 1 for the pure tone, 0 for
// silence, noise or another tone. One frame of 20 ms is enough to tell the two
// voices apart.
func hears(pcm []int16, hertz float64) bool {
	var energy, s1, s2 float64
	c := 2 * math.Cos(2*math.Pi*hertz/sampleRate)
	for _, v := range pcm {
		x := float64(v)
		energy += x * x
		s1, s2 = x+c*s1-s2, s1
	}
	n := float64(len(pcm))
	if energy < n*100*100 { // below -50 dB it is not a voice
		return false
	}
	return 2*(s1*s1+s2*s2-c*s1*s2)/(n*energy) > 0.5
}

// decodeMuLaw is ITU-T G.711 table 2, by the bits: sign, segment, step.
func decodeMuLaw(b byte) int16 {
	b = ^b
	v := (int16(b&0x0f)<<3 + 0x84) << (b >> 4 & 7)
	if b&0x80 != 0 {
		return 0x84 - v
	}
	return v - 0x84
}

// encodeMuLaw takes the nearest of the 256 codes: slow, and plainly right.
func encodeMuLaw(pcm []int16) []byte {
	codes := make(map[int16]byte)
	out := make([]byte, len(pcm))
	for i, v := range pcm {
		code, known := codes[v]
		if !known {
			nearest := math.MaxInt
			for c := range 256 {
				if d := int(v) - int(decodeMuLaw(byte(c))); max(d, -d) < nearest {
					code, nearest = byte(c), max(d, -d)
				}
			}
			codes[v] = code
		}
		out[i] = code
	}
	return out
}

func decode(ulaw []byte) []int16 {
	pcm := make([]int16, len(ulaw))
	for i, b := range ulaw {
		pcm[i] = decodeMuLaw(b)
	}
	return pcm
}

// writeWAV writes 16 bit mono at 8 kHz.
func writeWAV(t testing.TB, path string, pcm []int16) {
	t.Helper()
	size := uint32(2 * len(pcm))
	b := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, 36+size)...)
	b = append(b, "WAVEfmt "...)
	for _, field := range []any{uint32(16), uint16(1), uint16(1), uint32(sampleRate), uint32(2 * sampleRate), uint16(2), uint16(16)} {
		b, _ = binary.Append(b, binary.LittleEndian, field)
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, size)
	b, _ = binary.Append(b, binary.LittleEndian, pcm)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// readWAV gives the samples of a recording that may still be open: its header's
// lengths are not believed. Of one at a higher rate it takes every second sample, or
// sixth, and of the left channel: the voices lie far below what that folds down.
func readWAV(t testing.TB, path string) []int16 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 44 {
		return nil
	}
	every := int(binary.LittleEndian.Uint32(b[24:])) / sampleRate * int(binary.LittleEndian.Uint16(b[22:]))
	b = b[44 : len(b)-len(b)%2]
	pcm := make([]int16, len(b)/2)
	if _, err := binary.Decode(b, binary.LittleEndian, pcm); err != nil {
		t.Fatal(err)
	}
	for i := range len(pcm) / every {
		pcm[i] = pcm[i*every]
	}
	return pcm[:len(pcm)/every]
}

// heardFor counts the time, in frames of 20 ms, that a tone is heard.
func heardFor(pcm []int16, hertz float64) (frames int) {
	for ; len(pcm) >= 160; pcm = pcm[160:] {
		if hears(pcm[:160], hertz) {
			frames++
		}
	}
	return frames
}

func TestTonesAreToldApart(t *testing.T) {
	for _, c := range []struct {
		name            string
		pcm             []int16
		agent, customer bool
	}{
		{"agent", sine(agentTone, 1), true, false},
		{"customer", sine(customerTone, 1), false, true},
		{"agent through G.711", decode(encodeMuLaw(sine(agentTone, 1))), true, false},
		{"zip tone", sine(1400, 1), false, false},
		{"silence", make([]int16, sampleRate), false, false},
	} {
		for at := 0; at+160 <= len(c.pcm); at += 160 {
			frame := c.pcm[at : at+160]
			if hears(frame, agentTone) != c.agent || hears(frame, customerTone) != c.customer {
				t.Fatalf("%s: frame at %d is heard as agent %t, customer %t", c.name, at, hears(frame, agentTone), hears(frame, customerTone))
			}
		}
	}
}
