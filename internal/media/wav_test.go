package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
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

// sine is 0.4 s of a WAV file; the channels of a stereo one carry it at 3/2
// and 1/2 of the amplitude.
func sine(encoding, channels, hz int, tone, amplitude float64) []byte {
	var data []byte
	bits := 8
	for i := range hz * 2 / 5 {
		v := amplitude * math.Sin(2*math.Pi*tone*float64(i)/float64(hz))
		for c := range channels {
			s := int16(v)
			if channels == 2 {
				s = int16(v * (1.5 - float64(c)))
			}
			switch encoding {
			case waveMuLaw:
				data = append(data, muCompress(s))
			case waveALaw:
				data = append(data, aCompress(s))
			default:
				bits = 16
				data = binary.LittleEndian.AppendUint16(data, uint16(s))
			}
		}
	}
	return riff(fmtChunk(encoding, channels, hz, bits), chunk("data", data))
}

func TestLoadWAVKeepsATone(t *testing.T) {
	for _, encoding := range []int{wavePCM, waveMuLaw, waveALaw} {
		for _, channels := range []int{1, 2} {
			for _, hz := range []int{8000, 16000, 22050, 44100, 48000} {
				for _, tone := range []float64{310, 3310} {
					name := fmt.Sprintf("encoding %d, %d channels, %d Hz: %v Hz", encoding, channels, hz, tone)
					s, err := LoadWAV(bytes.NewReader(sine(encoding, channels, hz, tone, 8000)))
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
}

func TestResamplingLetsNothingFoldBack(t *testing.T) {
	for _, hz := range []int{16000, 22050, 44100, 48000} {
		for _, tone := range []float64{4200, 5000, 7000} {
			s, err := LoadWAV(bytes.NewReader(sine(wavePCM, 1, hz, tone, 16000)))
			if err != nil {
				t.Fatal(err)
			}
			if got := peak(s.linear(PCMU)[400:2800]); got > 40 {
				t.Errorf("%v Hz at %d Hz leaves a peak of %d", tone, hz, got)
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
		"encoding 1 with 24":     riff(fmtChunk(wavePCM, 1, 8000, 24), data),
		"encoding 85 with 0":     riff(fmtChunk(85, 1, 8000, 0), data),
		"6 channels":             riff(fmtChunk(wavePCM, 6, 8000, 16), data),
		"11025 Hz":               riff(fmtChunk(wavePCM, 1, 11025, 16), data),
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
	f.Add(riff(fmtChunk(waveMuLaw, 1, 8000, 8), chunk("LIST", []byte("odd")), chunk("data", make([]byte, 64))))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := LoadWAV(bytes.NewReader(data))
		if err == nil && (s.frames() == 0 || len(s.law[PCMU]) != len(s.law[PCMA])) {
			t.Fatalf("%d frames", s.frames())
		}
	})
}
