package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// chunk is a RIFF chunk, padded to an even size.
func chunk(name string, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
	out = append(out, body...)
	if len(body)%2 != 0 {
		out = append(out, 0)
	}
	return out
}

func riff(chunks ...[]byte) []byte {
	return chunk("RIFF", append([]byte("WAVE"), bytes.Join(chunks, nil)...))
}

func fmtChunk(encoding, channels, hz, bits int) []byte {
	var b []byte
	b = binary.LittleEndian.AppendUint16(b, uint16(encoding))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(hz))
	b = binary.LittleEndian.AppendUint32(b, uint32(hz*channels*bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels*bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(bits))
	return chunk("fmt ", b)
}

// encoding is one way of writing samples.
type encoding struct{ code, bits int }

var everyEncoding = []encoding{{wavePCM, 8}, {wavePCM, 16}, {wavePCM, 24}, {wavePCM, 32}, {waveFloat, 32}, {waveMuLaw, 8}, {waveALaw, 8}}

// put writes a sample of 16 bits.
func (e encoding) put(data []byte, v float64) []byte {
	switch {
	case e.code == waveMuLaw:
		return append(data, muCompress(clip(v)))
	case e.code == waveALaw:
		return append(data, aCompress(clip(v)))
	case e.code == waveFloat:
		return binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v/32768)))
	case e.bits == 8:
		return append(data, byte(128+math.Round(v/256)))
	case e.bits == 16:
		return binary.LittleEndian.AppendUint16(data, uint16(clip(v)))
	}
	whole := uint32(int32(v * 65536))
	if e.bits == 24 {
		return append(data, byte(whole>>8), byte(whole>>16), byte(whole>>24))
	}
	return binary.LittleEndian.AppendUint32(data, whole)
}

// sine is 0.4 s of a WAV file; the first channels carry it at 3/2 and 1/2 of the
// amplitude, further ones as it is.
func sine(e encoding, channels, hz int, tone, amplitude float64) []byte {
	var data []byte
	for i := range hz * 2 / 5 {
		v := amplitude * math.Sin(2*math.Pi*tone*float64(i)/float64(hz))
		for c := range channels {
			share := 1.0
			if channels > 1 && c < 2 {
				share = 1.5 - float64(c)
			}
			data = e.put(data, v*share)
		}
	}
	return riff(fmtChunk(e.code, channels, hz, e.bits), chunk("data", data))
}

func TestLoadWAVKeepsATone(t *testing.T) {
	for i, e := range everyEncoding {
		for j, hz := range []int{8000, 11025, 16000, 37777, 44100, 192000} {
			channels := []int{1, 2, 6}[(i+j)%3]
			for _, tone := range []float64{310, 3310} {
				name := fmt.Sprintf("encoding %d of %d bits, %d channels, %d Hz: %v Hz", e.code, e.bits, channels, hz, tone)
				s, err := LoadWAV(bytes.NewReader(sine(e, channels, hz, tone, 8000)))
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				pcm := s.linear(PCMU)
				if len(pcm) != rate*2/5 {
					t.Fatalf("%s: %d samples", name, len(pcm))
				}
				middle := pcm[400:2800]
				if got := level(middle, tone); got < 7600 || got > 8400 {
					t.Errorf("%s: came out at %.0f", name, got)
				}
				if got := level(middle, 2000); got > 60 {
					t.Errorf("%s: 2000 Hz at %.0f", name, got)
				}
			}
		}
	}
}

// pure is a sine at a rate, a second long.
func pure(hz int, tone, amplitude float64) []int16 {
	pcm := make([]int16, hz)
	for i := range pcm {
		pcm[i] = clip(amplitude * math.Sin(2*math.Pi*tone*float64(i)/float64(hz)))
	}
	return pcm
}

// loudness is the power of samples, over that of full scale, in dB.
func loudness(pcm []float64) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += v * v
	}
	return 10 * math.Log10(sum/float64(len(pcm))/(32768*32768))
}

// The noise is what is left once the tone is taken out; the ends, where the filter
// hangs over, are left out.
func TestResamplingAddsNoNoise(t *testing.T) {
	for _, c := range []struct{ from, to int }{
		{44100, 8000}, {48000, 8000}, {22050, 8000}, {11025, 8000}, {37777, 8000}, {8001, 8000}, {192000, 8000}, {44100, 16000}, {8000, 16000},
	} {
		for _, tone := range []float64{300, 1000, 3400} {
			out := resample(pure(c.from, tone, 16000), c.from, c.to)
			out = out[c.to/10 : c.to*9/10]
			var re, im float64
			for i, v := range out {
				phase := 2 * math.Pi * tone * float64(i) / float64(c.to)
				re += 2 * float64(v) * math.Cos(phase) / float64(len(out))
				im += 2 * float64(v) * math.Sin(phase) / float64(len(out))
			}
			said, noise := make([]float64, len(out)), make([]float64, len(out))
			for i, v := range out {
				phase := 2 * math.Pi * tone * float64(i) / float64(c.to)
				said[i] = re*math.Cos(phase) + im*math.Sin(phase)
				noise[i] = float64(v) - said[i]
			}
			got := loudness(said) - loudness(noise)
			t.Logf("%d to %d Hz: %v Hz at %.1f dB over noise, %.2f dB of gain", c.from, c.to, tone, got, loudness(said)-20*math.Log10(16000/32768.0/math.Sqrt2))
			if got < 60 {
				t.Errorf("%d to %d Hz: %v Hz is only %.1f dB above the noise", c.from, c.to, tone, got)
			}
		}
	}
}

func TestResamplingLetsNothingFoldBack(t *testing.T) {
	for _, hz := range []int{16000, 22050, 37777, 44100, 48000, 192000} {
		for _, tone := range []float64{4200, 5000, 6000, 7000} {
			out := resample(pure(hz, tone, 16000), hz, rate)[rate/10 : rate*9/10]
			left := make([]float64, len(out))
			for i, v := range out {
				left[i] = float64(v) + 1e-3 // so that nothing at all has a level
			}
			if got := loudness(left) - 20*math.Log10(16000/32768.0/math.Sqrt2); got > -50 {
				t.Errorf("%v Hz at %d Hz is still there at %.1f dB", tone, hz, got)
			}
		}
	}
}

func TestLoadWAVReadsWhatWritersWrite(t *testing.T) {
	samples := []byte{0x00, 0x10, 0x00, 0x20}
	extensible := append(fmtChunk(waveExtensible, 1, 8000, 16), 22, 0, 16, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71)
	binary.LittleEndian.PutUint32(extensible[4:], 40)
	streamed := riff(fmtChunk(wavePCM, 1, 8000, 16), chunk("data", samples))
	binary.LittleEndian.PutUint32(streamed[len(streamed)-8:], 0xffffffff)
	for name, data := range map[string][]byte{
		"plain":              riff(fmtChunk(wavePCM, 1, 8000, 16), chunk("data", samples)),
		"other chunks":       riff(chunk("LIST", []byte("odd")), fmtChunk(wavePCM, 1, 8000, 16), chunk("fact", make([]byte, 4)), chunk("data", samples), chunk("id3 ", []byte{1})),
		"extensible":         riff(extensible, chunk("data", samples)),
		"size never written": streamed,
		"half a sample more": riff(fmtChunk(wavePCM, 1, 8000, 16), chunk("data", append(samples, 1))),
	} {
		s, err := LoadWAV(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.frames() != 1 || s.loops || s.law[PCMU][0] != muCompress(0x1000) || s.law[PCMA][1] != aCompress(0x2000) || s.law[PCMU][2] != muSilence {
			t.Errorf("%s: %d frames, %x", name, s.frames(), s.law[PCMU][:4])
		}
	}
}

func TestLoadWAVSaysWhatIsWrong(t *testing.T) {
	data := chunk("data", make([]byte, 320))
	for want, file := range map[string][]byte{
		"not a RIFF WAVE file":   []byte("ID3 this is an MP3"),
		"no data":                riff(fmtChunk(wavePCM, 1, 8000, 16)),
		"data before its format": riff(data, fmtChunk(wavePCM, 1, 8000, 16)),
		"no samples":             riff(fmtChunk(wavePCM, 1, 8000, 16), chunk("data", nil)),
		"format is cut off":      riff(chunk("fmt ", make([]byte, 8)), data),
		`chunk "fmt " is cut`:    riff([]byte("fmt \x10\x00\x00\x00\x01\x00")),
		"encoding 1 with 12":     riff(fmtChunk(wavePCM, 1, 8000, 12), data),
		"encoding 3 with 64":     riff(fmtChunk(waveFloat, 1, 8000, 64), data),
		"encoding 85 with 0":     riff(fmtChunk(85, 1, 8000, 0), data),
		"9 channels":             riff(fmtChunk(wavePCM, 9, 8000, 16), data),
		"0 channels":             riff(fmtChunk(wavePCM, 0, 8000, 16), data),
		"7999 Hz":                riff(fmtChunk(wavePCM, 1, 7999, 16), data),
		"384000 Hz":              riff(fmtChunk(wavePCM, 1, 384000, 16), data),
	} {
		if _, err := LoadWAV(bytes.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	broken := errors.New("broken disk")
	if _, err := LoadWAV(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func FuzzLoadWAV(f *testing.F) {
	f.Add(riff(fmtChunk(wavePCM, 2, 44100, 16), chunk("data", make([]byte, 64))))
	f.Add(riff(fmtChunk(waveFloat, 1, 8001, 32), chunk("data", bytes.Repeat([]byte{0xff}, 64))))
	f.Add(riff(fmtChunk(wavePCM, 3, 192000, 24), chunk("data", make([]byte, 64))))
	f.Add(riff(fmtChunk(waveMuLaw, 1, 8000, 8), chunk("LIST", []byte("odd")), chunk("data", make([]byte, 64))))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := LoadWAV(bytes.NewReader(data))
		if err == nil && (s.frames() == 0 || len(s.law[PCMU]) != len(s.law[PCMA])) {
			t.Fatalf("%d frames", s.frames())
		}
	})
}

func TestAChannelOfAWAV(t *testing.T) {
	left, right := beep(1000, 100*ms, 0.5), beep(400, 100*ms, 0.1)
	var body []byte
	for i := range left {
		body = binary.LittleEndian.AppendUint16(body, uint16(left[i]))
		body = binary.LittleEndian.AppendUint16(body, uint16(right[i]))
	}
	file := riff(fmtChunk(wavePCM, 2, rate, 16), chunk("data", body))
	for channel, want := range map[int][]int16{1: left, 2: right} {
		if got, err := ReadWAV(bytes.NewReader(file), channel); err != nil || !slices.Equal(got, want) {
			t.Errorf("channel %d: %v, or not its samples", channel, err)
		}
	}
	for _, channel := range []int{0, 3} {
		if _, err := ReadWAV(bytes.NewReader(file), channel); err == nil || !strings.Contains(err.Error(), "it has 2") {
			t.Errorf("channel %d of 2: %v", channel, err)
		}
	}
}
