package media

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// The files in testdata are 0.3 s of a sweep from 100 Hz to 6.1 kHz with noise, at
// 16 kHz, and what another implementation makes of it, with ffmpeg 5.1:
//
//	ffmpeg -f lavfi -i "aevalsrc=0.4*sin(2*PI*(100+10000*t)*t)+0.2*(random(0)-0.5):s=16000:d=0.3" -f s16le g722.in
//	ffmpeg -f s16le -ar 16000 -ac 1 -i g722.in -c:a g722 -f g722 g722.code
//	ffmpeg -f g722 -i g722.code -f s16le g722.decoded

func golden(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func goldenPCM(t *testing.T, name string) []int16 {
	t.Helper()
	data := golden(t, name)
	out := make([]int16, len(data)/2)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
	}
	return out
}

func TestG722IsEncodedToTheBitAsOthersDo(t *testing.T) {
	in, want := goldenPCM(t, "g722.in"), golden(t, "g722.code")
	e, got := newG722Encoder(), make([]byte, len(in)/2)
	e.encode(got, in)
	if !bytes.Equal(got, want) {
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("byte %d of %d: %#02x, want %#02x", i, len(got), got[i], want[i])
			}
		}
	}
}

func TestG722IsDecodedToTheBitAsOthersDo(t *testing.T) {
	code, want := golden(t, "g722.code"), goldenPCM(t, "g722.decoded")
	d, got := newG722Decoder(), make([]int16, 2*len(code))
	d.decode(got, code)
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("sample %d of %d: %d, want %d", i, len(got), got[i], want[i])
		}
	}
}

// throughG722 encodes and decodes, in packets of 20 ms.
func throughG722(pcm []int16) []int16 {
	e, d := newG722Encoder(), newG722Decoder()
	out := make([]int16, 0, len(pcm))
	for ; len(pcm) >= 2*frame; pcm = pcm[2*frame:] {
		var code [frame]byte
		var heard [2 * frame]int16
		e.encode(code[:], pcm[:2*frame])
		d.decode(heard[:], code[:])
		out = append(out, heard[:]...)
	}
	return out
}

// likeness is the signal-to-noise ratio, in dB, of what came out against what went
// in some samples before, at whatever gain fits best. The first fifth is left out.
func likeness(in, out []int16, delay int) float64 {
	var cross, power, all float64
	from := len(out) / 5
	for i := from; i < len(out); i++ {
		a, b := float64(in[i-delay]), float64(out[i])
		cross, power, all = cross+a*b, power+a*a, all+b*b
	}
	signal := cross * cross / power
	return 10 * math.Log10(signal/(all-signal))
}

// g722Delay is what the two pairs of mirror filters hold back: 22 samples of 16 kHz.
const g722Delay = 22

func TestG722CarriesTonesOfBothBands(t *testing.T) {
	for _, c := range []struct {
		hertz, least float64
	}{
		{300, 55}, {1000, 42}, {2500, 42}, {3500, 30}, {5000, 18}, {6500, 20},
	} {
		in := pitch(c.hertz, 0.3, 16000, 16000)
		got := likeness(in, throughG722(in), g722Delay)
		t.Logf("%4.0f Hz: %.1f dB", c.hertz, got)
		if got < c.least {
			t.Errorf("%.0f Hz: signal to noise is %.1f dB, want %.0f at least", c.hertz, got, c.least)
		}
	}
}

func TestG722CarriesSpeechlikeNoiseOfBothBands(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	in := make([]int16, 32000)
	var low, high float64
	for i := range in {
		syllable := 0.3 + 0.7*math.Abs(math.Sin(2*math.Pi*2*float64(i)/16000))
		white := random.NormFloat64()
		low = 0.9*low + 0.1*white     // most of its power below 1 kHz, as vowels
		high = -0.5*high + 0.02*white // and a little of it at the top, as sibilants
		in[i] = clip(9000 * syllable * (low + high))
	}
	got := likeness(in, throughG722(in), g722Delay)
	t.Logf("%.1f dB", got)
	if got < 18 {
		t.Errorf("signal to noise is %.1f dB, want 18 at least", got)
	}
}

func TestG722OfSilenceIsNearlySilent(t *testing.T) {
	for i, v := range throughG722(make([]int16, 16000)) {
		if v < -4 || v > 4 {
			t.Fatalf("sample %d is %d", i, v)
		}
	}
}

// A decoder that begins in mid-stream, as after a loss or a change of source, is
// wrong at first and then hears the same as who was there from the start.
func TestG722FindsTogetherAgainAfterALoss(t *testing.T) {
	in := pitch(700, 0.3, 16000, 16000)
	e, whole, late := newG722Encoder(), newG722Decoder(), newG722Decoder()
	code := make([]byte, len(in)/2)
	e.encode(code, in)
	a, b := make([]int16, len(in)), make([]int16, len(in))
	whole.decode(a, code)
	const missed, found = 4000, 4000 + 10*2*frame
	late.decode(b[missed:], code[missed/2:])
	for i := missed; i < len(in); i++ {
		off := math.Abs(float64(a[i]) - float64(b[i]))
		if math.Abs(float64(b[i])) > 20000 {
			t.Fatalf("sample %d: %d is louder than anything that was said", i, b[i])
		}
		if i >= found && off > 100 {
			t.Fatalf("%d ms later sample %d is %d, want about %d", (i-missed)/16, i, b[i], a[i])
		}
	}
}

func BenchmarkG722Encode(b *testing.B) {
	in, e := pitch(700, 0.3, 16000, 2*frame), newG722Encoder()
	var out [frame]byte
	b.ReportAllocs()
	for b.Loop() {
		e.encode(out[:], in)
	}
}

func BenchmarkG722Decode(b *testing.B) {
	in, e, d := pitch(700, 0.3, 16000, 2*frame), newG722Encoder(), newG722Decoder()
	var code [frame]byte
	e.encode(code[:], in)
	var out [2 * frame]int16
	b.ReportAllocs()
	for b.Loop() {
		d.decode(out[:], code[:])
	}
}

// pitch is n samples of a tone at some rate.
func pitch(hertz, amplitude float64, rate, n int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = clip(amplitude * 32767 * math.Sin(2*math.Pi*hertz*float64(i)/float64(rate)))
	}
	return out
}
