package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// wavLimit bounds a WAV file: five minutes of the largest format.
const wavLimit = 64 << 20

// Encodings of the fmt chunk (RIFF WAVE registry, RFC 2361).
const (
	wavePCM        = 1
	waveALaw       = 6
	waveMuLaw      = 7
	waveExtensible = 0xfffe
)

// wave is a WAV file's description of its samples.
type wave struct {
	encoding, channels, bits int
	rate                     int
}

// LoadWAV reads a RIFF WAVE file: 16-bit PCM, µ-law or A-law; mono or stereo,
// which is mixed down; 8, 16, 22.05, 44.1 or 48 kHz, brought to 8 kHz below
// 3.6 kHz. Anything else, a damaged file and one over 64 MiB are errors that say
// what is wrong.
func LoadWAV(r io.Reader) (*Sound, error) {
	data, err := io.ReadAll(io.LimitReader(r, wavLimit+1))
	if err != nil {
		return nil, fmt.Errorf("media: WAV: %w", err)
	}
	if len(data) > wavLimit {
		return nil, fmt.Errorf("media: WAV: over %d MiB", wavLimit>>20)
	}
	format, body, err := chunks(data)
	if err != nil {
		return nil, fmt.Errorf("media: WAV: %w", err)
	}
	return newSound(resample(format.mono(body), format.rate), false), nil
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
		f.encoding = int(binary.LittleEndian.Uint16(chunk[24:]))
	}
	switch {
	case f.encoding == wavePCM && f.bits == 16:
	case (f.encoding == waveALaw || f.encoding == waveMuLaw) && f.bits == 8:
	default:
		return wave{}, fmt.Errorf("encoding %d with %d bits: want 16-bit PCM, µ-law or A-law", f.encoding, f.bits)
	}
	if f.channels != 1 && f.channels != 2 {
		return wave{}, fmt.Errorf("%d channels: want mono or stereo", f.channels)
	}
	switch f.rate {
	case 8000, 16000, 22050, 44100, 48000:
	default:
		return wave{}, fmt.Errorf("%d Hz: want 8000, 16000, 22050, 44100 or 48000", f.rate)
	}
	return f, nil
}

// mono decodes the samples and averages the channels.
func (f wave) mono(body []byte) []int16 {
	width := f.bits / 8
	out := make([]int16, len(body)/(width*f.channels))
	for i := range out {
		sum := 0
		for c := range f.channels {
			at := body[(i*f.channels+c)*width:]
			switch f.encoding {
			case waveMuLaw:
				sum += int(muLinear[at[0]])
			case waveALaw:
				sum += int(aLinear[at[0]])
			default:
				sum += int(int16(binary.LittleEndian.Uint16(at)))
			}
		}
		out[i] = int16(sum / f.channels)
	}
	return out
}

const (
	// passband is where the resampling filter is down by half, in Hz: with its
	// width, nothing of note is left at 4 kHz.
	passband = 3700
	// lobes is how many zero crossings of the filter lie on each side.
	lobes = 48
)

// resample brings audio to 8 kHz with a windowed-sinc filter. The positions of
// the outgoing samples between the incoming ones repeat, so that there are few
// sets of taps: 1 for 16 and 48 kHz, 160 for 22.05, 80 for 44.1.
func resample(in []int16, from int) []int16 {
	if from == rate {
		return in
	}
	common := gcd(from, rate)
	phases, advance := rate/common, from/common
	cutoff := 2 * float64(passband) / float64(from) // of the incoming Nyquist rate
	reach := int(math.Ceil(lobes / cutoff))
	filters := make([][]float64, phases)
	for p := range filters {
		filters[p] = taps(reach, cutoff, float64(p*advance%phases)/float64(phases))
	}
	out := make([]int16, (len(in)*phases+advance-1)/advance)
	for i := range out {
		centre := i*advance/phases - reach
		filter, sum := filters[i%phases], 0.0
		for k := max(0, -centre); k < min(len(filter), len(in)-centre); k++ {
			sum += filter[k] * float64(in[centre+k])
		}
		out[i] = clip(sum)
	}
	return out
}

// taps is a low-pass filter around a point that lies fraction after a sample,
// with a Blackman window and unity gain.
func taps(reach int, cutoff, fraction float64) []float64 {
	t := make([]float64, 2*reach+2)
	total := 0.0
	for k := range t {
		x := float64(k-reach) - fraction
		w := min(math.Abs(x)/float64(reach+1), 1)
		window := 0.42 + 0.5*math.Cos(math.Pi*w) + 0.08*math.Cos(2*math.Pi*w)
		t[k] = sinc(cutoff*x) * window
		total += t[k]
	}
	for k := range t {
		t[k] /= total
	}
	return t
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
