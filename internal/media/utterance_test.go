package media

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// voicelike is d of something with the power, the gaps and the unrest of a voice:
// syllables of noisy vowels, five in a second.
func voicelike(r *rand.Rand, d time.Duration, level float64) []int16 {
	pcm := make([]int16, samples(d))
	phase := 0.0
	for i := range pcm {
		at := float64(i) / rate
		pitch := 120 + 30*math.Sin(2*math.Pi*1.3*at)
		phase += 2 * math.Pi * pitch / rate
		v := 0.0
		for n := 1.0; n < 20; n++ { // two formants
			hz := n * pitch
			v += math.Sin(n*phase) * (math.Exp(-math.Abs(hz-600)/200) + 0.6*math.Exp(-math.Abs(hz-1700)/300))
		}
		syllable := 0.25 + 0.75*math.Abs(math.Sin(2*math.Pi*2.5*at))
		pcm[i] = clip(32767 * level * syllable * (v/3 + 0.05*r.NormFloat64()))
	}
	return pcm
}

func noise(r *rand.Rand, d time.Duration, level float64) []int16 {
	pcm := make([]int16, samples(d))
	for i := range pcm {
		pcm[i] = clip(32767 * level * r.NormFloat64())
	}
	return pcm
}

func beep(hz float64, d time.Duration, level float64) []int16 {
	pcm := make([]int16, samples(d))
	for i := range pcm {
		pcm[i] = clip(32767 * level * math.Sin(2*math.Pi*hz*float64(i)/rate))
	}
	return pcm
}

// laid lays b over a from a moment on.
func laid(a []int16, at time.Duration, b []int16) []int16 {
	for i, v := range b {
		a[int(samples(at))+i] = limited(int32(a[int(samples(at))+i]) + int32(v))
	}
	return a
}

// speak lets a phone say samples, frame by frame, as time goes on.
func (p *phone) speak(pcm []int16) {
	for ; len(pcm) >= frame; pcm = pcm[frame:] {
		packet := p.packet(0)
		for i, v := range pcm[:frame] {
			packet.Payload[i] = muCompress(v)
		}
		p.deliver(packet)
		p.rig.pass(frameTime)
	}
}

func TestUtterances(t *testing.T) {
	type said struct{ began, ended time.Duration }
	r := rand.New(rand.NewPCG(1, 2))
	const hush = 0.0006 // -64 dB: a quiet line
	for _, c := range []struct {
		name  string
		level float64 // of the noise
		lay   func(pcm []int16)
		want  []said
	}{
		{"nothing", hush, func([]int16) {}, nil},
		{"a word", hush, func(pcm []int16) { laid(pcm, 3*time.Second, voicelike(r, 600*ms, 0.1)) }, []said{{3000 * ms, 3600 * ms}}},
		{"a soft word", hush, func(pcm []int16) { laid(pcm, 3*time.Second, voicelike(r, 600*ms, 0.02)) }, []said{{3000 * ms, 3600 * ms}}},
		{"a word in a loud office", 0.012, func(pcm []int16) { laid(pcm, 3*time.Second, voicelike(r, 600*ms, 0.15)) }, []said{{3000 * ms, 3600 * ms}}},
		{"the office alone", 0.03, func([]int16) {}, nil},
		{"a click", hush, func(pcm []int16) { laid(pcm, 3*time.Second, voicelike(r, 40*ms, 0.5)) }, nil},
		{"the beep of a voicemail", hush, func(pcm []int16) { laid(pcm, 3*time.Second, beep(1000, 800*ms, 0.2)) }, nil},
		{"two words", hush, func(pcm []int16) {
			laid(laid(pcm, 2*time.Second, voicelike(r, 500*ms, 0.1)), 5*time.Second, voicelike(r, 900*ms, 0.1))
		}, []said{{2000 * ms, 2500 * ms}, {5000 * ms, 5900 * ms}}},
		{"a greeting with pauses is one", hush, func(pcm []int16) {
			laid(laid(laid(pcm, 500*ms, voicelike(r, 2*time.Second, 0.1)), 3200*ms, voicelike(r, 2*time.Second, 0.1)), 6000*ms, voicelike(r, time.Second, 0.1))
		}, []said{{500 * ms, 7000 * ms}}},
		{"noise that comes up is taken for a voice, once", hush, func(pcm []int16) { laid(pcm, 3*time.Second, noise(r, 7*time.Second, 0.01)) }, []said{{3000 * ms, 5000 * ms}}},
	} {
		rig := newRig(t)
		p := rig.phone(PCMU)
		start := rig.time
		var got []said
		p.Utterances(func(began, ended time.Time) { got = append(got, said{began.Sub(start), ended.Sub(start)}) })
		pcm := noise(r, 10*time.Second, c.level)
		c.lay(pcm)
		p.speak(pcm)
		rig.pass(2 * time.Second) // a far end that suppresses silence
		near := len(got) == len(c.want)
		for i := range min(len(got), len(c.want)) {
			near = near && (got[i].began-c.want[i].began).Abs() < 150*ms && (got[i].ended-c.want[i].ended).Abs() < 1500*ms
		}
		if !near {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestNothingIsToldToWhoListensNoMore(t *testing.T) {
	rig := newRig(t)
	p := rig.phone(PCMU)
	p.Utterances(func(began, ended time.Time) { t.Error("told") })
	pcm := voicelike(rand.New(rand.NewPCG(1, 2)), time.Second, 0.1)
	p.speak(pcm)
	p.Deafen()
	rig.pass(3 * time.Second)
	p.Utterances(func(began, ended time.Time) { t.Error("told after the end") })
	p.speak(pcm)
	p.Close()
	rig.pass(3 * time.Second)
}

func TestListeningAllocatesNothing(t *testing.T) {
	for _, codec := range []Codec{PCMU, PCMA} {
		rig := newRig(t)
		p := rig.phone(codec)
		p.Utterances(func(began, ended time.Time) {})
		packet := marshal(t, p.packet(0x20))
		if n := testing.AllocsPerRun(200, func() {
			packet[3]++
			p.receive(packet, p.addr)
		}); n != 0 {
			t.Errorf("%v: %v allocations for a packet", codec, n)
		}
	}
}

func BenchmarkListening(b *testing.B) {
	rig := newRig(b)
	p := rig.phone(PCMU)
	p.Utterances(func(began, ended time.Time) {})
	packet := marshal(b, p.packet(0x20))
	b.ReportAllocs()
	for b.Loop() {
		packet[3]++
		p.receive(packet, p.addr)
	}
}
