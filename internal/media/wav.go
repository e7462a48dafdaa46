package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// wavLimit bounds a WAV file: five minutes of 32-bit stereo at 48 kHz.
const wavLimit = 128 << 20

// Encodings of the fmt chunk (RIFF WAVE registry, RFC 2361).
const (
	wavePCM        = 1
	waveFloat      = 3
	waveALaw       = 6
	waveMuLaw      = 7
	waveExtensible = 0xfffe
)

// What a WAV file may have.
const (
	mostChannels         = 8
	lowestHz, greatestHz = 8_000, 192_000
)

// wave is a WAV file's description of its samples.
type wave struct {
	encoding, channels, bits int
	rate                     int
}

// LoadWAV reads a RIFF WAVE file: PCM of 8, 16, 24 or 32 bits, 32-bit float, µ-law or
// A-law, also as WAVE_FORMAT_EXTENSIBLE; up to eight channels, which are mixed down;
// any rate from 8 to 192 kHz, brought to 8 kHz. Anything else, a damaged file and one
// over 128 MiB are errors that say what is wrong. The level stays as it is.
func LoadWAV(r io.Reader) (*Sound, error) {
	format, body, err := readWAV(r)
	if err != nil {
		return nil, err
	}
	return newSound(resample(format.mono(body), format.rate, rate), false), nil
}

// ReadWAV reads one channel of what [LoadWAV] takes, the first is 1, as samples at 8 kHz.
func ReadWAV(r io.Reader, channel int) ([]int16, error) {
	format, body, err := readWAV(r)
	if err != nil {
		return nil, err
	}
	if channel < 1 || channel > format.channels {
		return nil, fmt.Errorf("media: WAV: there is no channel %d: it has %d", channel, format.channels)
	}
	return resample(format.one(body, channel-1), format.rate, rate), nil
}

func readWAV(r io.Reader) (wave, []byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, wavLimit+1))
	if err != nil {
		return wave{}, nil, fmt.Errorf("media: WAV: %w", err)
	}
	if len(data) > wavLimit {
		return wave{}, nil, fmt.Errorf("media: WAV: over %d MiB", wavLimit>>20)
	}
	format, body, err := chunks(data)
	if err != nil {
		return wave{}, nil, fmt.Errorf("media: WAV: %w", err)
	}
	return format, body, nil
}

// chunks finds the format and the samples.
func chunks(data []byte) (format wave, body []byte, err error) {
	if len(data) < 12 || !bytes.Equal(data[:4], []byte("RIFF")) || !bytes.Equal(data[8:12], []byte("WAVE")) {
		return wave{}, nil, errors.New("not a RIFF WAVE file")
	}
	known := false
	for data = data[12:]; len(data) >= 8; {
		name, size := string(data[:4]), int64(binary.LittleEndian.Uint32(data[4:]))
		data = data[8:]
		if name == "data" {
			if !known {
				return wave{}, nil, errors.New("data before its format")
			}
			// A writer that could not seek back leaves a size too large.
			body = data[:min(size, int64(len(data)))]
			whole := len(body) - len(body)%(format.channels*format.bits/8)
			if whole == 0 {
				return wave{}, nil, errors.New("no samples")
			}
			return format, body[:whole], nil
		}
		if size > int64(len(data)) {
			return wave{}, nil, fmt.Errorf("chunk %q is cut off", name)
		}
		if name == "fmt " {
			if format, err = waveFormat(data[:size]); err != nil {
				return wave{}, nil, err
			}
			known = true
		}
		// Chunks are padded to an even size.
		data = data[min(size+size%2, int64(len(data))):]
	}
	return wave{}, nil, errors.New("no data")
}

// waveFormat reads the fmt chunk and refuses what cannot be played.
func waveFormat(chunk []byte) (wave, error) {
	if len(chunk) < 16 {
		return wave{}, errors.New("its format is cut off")
	}
	f := wave{
		encoding: int(binary.LittleEndian.Uint16(chunk)),
		channels: int(binary.LittleEndian.Uint16(chunk[2:])),
		rate:     int(binary.LittleEndian.Uint32(chunk[4:])),
		bits:     int(binary.LittleEndian.Uint16(chunk[14:])),
	}
	if f.encoding == waveExtensible && len(chunk) >= 26 {
		f.encoding = int(binary.LittleEndian.Uint16(chunk[24:])) // the first bytes of its GUID
	}
	switch {
	case f.encoding == wavePCM && (f.bits == 8 || f.bits == 16 || f.bits == 24 || f.bits == 32):
	case f.encoding == waveFloat && f.bits == 32:
	case (f.encoding == waveALaw || f.encoding == waveMuLaw) && f.bits == 8:
	default:
		return wave{}, fmt.Errorf("encoding %d with %d bits: want PCM of 8, 16, 24 or 32 bits, 32-bit float, µ-law or A-law", f.encoding, f.bits)
	}
	if f.channels < 1 || f.channels > mostChannels {
		return wave{}, fmt.Errorf("%d channels: want 1 to %d", f.channels, mostChannels)
	}
	if f.rate < lowestHz || f.rate > greatestHz {
		return wave{}, fmt.Errorf("%d Hz: want %d to %d", f.rate, lowestHz, greatestHz)
	}
	return f, nil
}

// mono decodes the samples and averages the channels.
func (f wave) mono(body []byte) []int16 {
	width := f.bits / 8
	out := make([]int16, len(body)/(width*f.channels))
	for i := range out {
		sum := 0.0
		for c := range f.channels {
			sum += f.sample(body[(i*f.channels+c)*width:])
		}
		out[i] = clip(sum / float64(f.channels))
	}
	return out
}

// one decodes the samples of one channel.
func (f wave) one(body []byte, channel int) []int16 {
	width := f.bits / 8
	out := make([]int16, len(body)/(width*f.channels))
	for i := range out {
		out[i] = clip(f.sample(body[(i*f.channels+channel)*width:]))
	}
	return out
}

// sample is one sample in the range of 16 bits. PCM of 8 bits has no sign, all wider
// ones have (RIFF MCI, Multimedia Data Standards Update 3.0).
func (f wave) sample(at []byte) float64 {
	switch {
	case f.encoding == waveMuLaw:
		return float64(muLinear[at[0]])
	case f.encoding == waveALaw:
		return float64(aLinear[at[0]])
	case f.encoding == waveFloat:
		v := float64(math.Float32frombits(binary.LittleEndian.Uint32(at))) * 32768
		if math.IsNaN(v) {
			return 0
		}
		return min(max(v, math.MinInt16), math.MaxInt16)
	case f.bits == 8:
		return (float64(at[0]) - 128) * 256
	case f.bits == 16:
		return float64(int16(binary.LittleEndian.Uint16(at)))
	case f.bits == 24:
		return float64(int32(uint32(at[0])<<8|uint32(at[1])<<16|uint32(at[2])<<24)) / 65536
	default:
		return float64(int32(binary.LittleEndian.Uint32(at))) / 65536
	}
}
