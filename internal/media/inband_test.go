package media

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// keyed is a key's tones as a far end makes them, with what may be wrong with them.
type keyed struct {
	row, column float64 // frequencies, as parts of the right ones; 0 is 1
	low, high   float64 // amplitudes; 0 is 4000
	on, off     time.Duration
	noise       float64 // amplitude, as root mean square
}

// dial gives samples of keys, after a rest that begins anywhere in a frame.
func (k keyed) dial(keys string, lead int) []int16 {
	orElse := func(v *float64, otherwise float64) {
		if *v == 0 {
			*v = otherwise
		}
	}
	orElse(&k.row, 1)
	orElse(&k.column, 1)
	orElse(&k.low, 4000)
	orElse(&k.high, 4000)
	random := rand.New(rand.NewPCG(uint64(lead), 7))
	noise := func() float64 { return k.noise * random.NormFloat64() }
	out := make([]int16, lead)
	for _, key := range keys {
		place := strings.IndexRune(keyboard, key)
		row, column := rowHertz[place/4]*k.row, columnHertz[place%4]*k.column
		for i := range samples(k.on) {
			at := 2 * math.Pi * float64(i) / rate
			out = append(out, clip(k.low*math.Sin(row*at)+k.high*math.Sin(column*at+1)+noise()))
		}
		for range samples(k.off) {
			out = append(out, clip(noise()))
		}
	}
	return append(out, make([]int16, 2*frame)...)
}

// found is what a detector makes of samples, in packets of some length.
func found(pcm []int16, packet int) string {
	var d inband
	var keys []byte
	for part := range slices.Chunk(pcm, packet) {
		if key := d.hear(part); key != 0 {
			keys = append(keys, key)
		}
	}
	return string(keys)
}

func TestKeysAreFoundInTheVoice(t *testing.T) {
	const all = "1234567890*#ABCD"
	short := keyed{on: 40 * time.Millisecond, off: 40 * time.Millisecond}
	for name, c := range map[string]struct {
		change func(*keyed)
		want   string
	}{
		"as short as they may be": {func(*keyed) {}, all},
		"long":                    {func(k *keyed) { k.on = time.Second }, all},
		"1.5 % high":              {func(k *keyed) { k.row, k.column = 1.015, 1.015 }, all},
		"1.5 % low":               {func(k *keyed) { k.row, k.column = 0.985, 0.985 }, all},
		"apart":                   {func(k *keyed) { k.row, k.column = 1.015, 0.985 }, all},
		"the high tone 4 dB up":   {func(k *keyed) { k.high = 1.55 * k.low }, all},
		"the high tone 8 dB down": {func(k *keyed) { k.high = 0.40 * k.low }, all},
		"as loud as can be":       {func(k *keyed) { k.low, k.high = 16000, 16000 }, all},
		"at -25 dBm0":             {func(k *keyed) { k.low, k.high = 1284, 1284 }, all},
		"in noise, 15 dB below":   {func(k *keyed) { k.noise = 4000 * 0.178 }, all},
		"too short":               {func(k *keyed) { k.on = 22 * time.Millisecond }, ""},
		"a row 3.5 % high":        {func(k *keyed) { k.row = 1.035 }, ""},
		"a row 3.5 % low":         {func(k *keyed) { k.row = 0.965 }, ""},
		"a column 3.5 % high":     {func(k *keyed) { k.column = 1.035 }, ""},
		"a column 3.5 % low":      {func(k *keyed) { k.column = 0.965 }, ""},
		"the high tone far up":    {func(k *keyed) { k.high = 2.5 * k.low }, ""},
		"the high tone far down":  {func(k *keyed) { k.high = 0.25 * k.low }, ""},
		"too faint":               {func(k *keyed) { k.low, k.high = 250, 250 }, ""},
		"one tone alone":          {func(k *keyed) { k.high = 1 }, ""},
		"with a break of 10 ms":   {func(k *keyed) { k.on, k.off = 60*time.Millisecond, 10*time.Millisecond }, "5"},
	} {
		t.Run(name, func(t *testing.T) {
			k := short
			c.change(&k)
			if k.low == 0 {
				k.low = 4000
				c.change(&k)
			}
			keys := all
			if c.want == "5" {
				keys = "55"
			}
			for lead := 0; lead < frame; lead += 7 {
				for _, packet := range []int{80, 160, 240, 480} {
					if got := found(k.dial(keys, lead), packet); got != c.want {
						t.Fatalf("%d samples late, in packets of %d: %q, want %q", lead, packet, got, c.want)
					}
				}
			}
		})
	}
}

// speechlike is a voice without words: a glottal pulse through formants that wander,
// with breaths between the syllables.
func speechlike(seed uint64, seconds int) []int16 {
	random := rand.New(rand.NewPCG(seed, 3))
	out := make([]int16, 0, seconds*rate)
	var y1, y2 [3]float64
	for len(out) < seconds*rate {
		pitch := 90 + 170*random.Float64()
		formants := [3]float64{300 + 550*random.Float64(), 900 + 1300*random.Float64(), 2300 + 700*random.Float64()}
		glide := 1 + 0.4*(random.Float64()-0.5)
		length, at := 400+random.IntN(2400), 0.0
		for i := range length {
			x := float64(i) / float64(length)
			if at += pitch * (1 + (glide-1)*x) / rate; at >= 1 {
				at--
			}
			source := math.Exp(-12*at) + 0.02*random.NormFloat64()
			v := 0.0
			for f := range formants {
				c := 2 * 0.97 * math.Cos(2*math.Pi*formants[f]*(1+(glide-1)*x)/rate)
				y := source + c*y1[f] - 0.97*0.97*y2[f]
				y1[f], y2[f] = y, y1[f]
				v += y / float64(f+1)
			}
			out = append(out, clip(2500*v*math.Sin(math.Pi*x)))
		}
		out = append(out, make([]int16, random.IntN(1600))...)
	}
	return out
}

func TestSpeechIsNoKey(t *testing.T) {
	for seed := range uint64(10) {
		if got := found(speechlike(seed, 60), frame); got != "" {
			t.Errorf("in a minute of speech, voice %d: %q", seed, got)
		}
	}
	sounds := Tones(US)
	sounds["music"], sounds["chime"], sounds["zip tone"] = HoldMusic(), Welcome(), ZipTone()
	for name, s := range sounds {
		pcm := make([]int16, 0, s.frames()*frame)
		for n := range s.frames() {
			var f [frame]int16
			s.samples(&f, n)
			pcm = append(pcm, f[:]...)
		}
		if got := found(pcm, frame); got != "" {
			t.Errorf("in the %s: %q", name, got)
		}
	}
}

func TestKeysInTheVoiceAreToldAsOthersAre(t *testing.T) {
	for _, codec := range []Codec{PCMU, PCMA, G722, Opus} {
		for _, events := range []uint8{0, 101} {
			t.Run(fmt.Sprint(codec, " with events ", events), func(t *testing.T) {
				r := newRig(t)
				p := r.speaker(codec, 0)
				var told []byte
				p.Digits(func(key byte) { told = append(told, key) })
				p.format.Inband, p.format.Events = true, events
				p.Agree(p.format)
				p.Mute(true) // which keeps him from others, not from us
				pcm := keyed{on: 80 * time.Millisecond, off: 80 * time.Millisecond}.dial("0#7", 100)
				for part := range slices.Chunk(pcm[:len(pcm)/frame*frame], frame) {
					packet := p.packet(0)
					packet.Payload = packet.Payload[:p.own.encode(packet.Payload, part)]
					r.time = r.time.Add(frameTime)
					p.deliver(packet)
				}
				want := "0#7"
				if events != 0 {
					want = "" // he would send events
				}
				if string(told) != want {
					t.Errorf("told %q, want %q", told, want)
				}
			})
		}
	}
}

func TestLookingForKeysAllocatesNothing(t *testing.T) {
	var d inband
	pcm := keyed{on: 80 * time.Millisecond}.dial("5", 0)[:frame]
	if n := testing.AllocsPerRun(100, func() { d.hear(pcm) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkInband(b *testing.B) {
	var d inband
	pcm := speechlike(1, 1)[:frame]
	b.ReportAllocs()
	for b.Loop() {
		d.hear(pcm)
	}
}
