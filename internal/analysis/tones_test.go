package analysis

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/farend"
)

// calls is how many calls of each kind of tone are tried, on one channel after another:
// few, or with -tones 500 enough to see 99 of a hundred.
var calls = flag.Int("tones", 1, "calls of each tone")

// beats are a tone's, each as {on, off} in milliseconds and its frequencies.
func beats(lengths [][2]int, hz ...[]float64) (all []farend.Beat) {
	for i, l := range lengths {
		all = append(all, farend.Beat{Hz: hz[i%len(hz)], On: time.Duration(l[0]) * ms, Off: time.Duration(l[1]) * ms})
	}
	return all
}

func one(hz ...float64) []float64 { return hz }

// signal is a tone, and what is to be found in it.
type signal struct {
	name  string
	early bool
	kind  string
	why   string // holds this
	beats func(r *rand.Rand) []farend.Beat
}

func always(b []farend.Beat) func(*rand.Rand) []farend.Beat {
	return func(*rand.Rand) []farend.Beat { return b }
}

func sit(hz1, hz2 float64, on1, on2 int) func(*rand.Rand) []farend.Beat {
	return func(r *rand.Rand) []farend.Beat {
		gap := r.IntN(31)
		off := 1 + 0.02*(r.Float64()-0.5)
		return beats([][2]int{{on1, gap}, {on2, gap}, {380, 0}}, one(hz1*off), one(hz2*off), one(1776.7*off))
	}
}

var rounds = [][2]int{{500, 500}, {500, 500}, {500, 500}}

var signals = []signal{
	{"sit", true, SIT, "special information tones,", func(*rand.Rand) []farend.Beat {
		return beats([][2]int{{330, 30}, {330, 30}, {330, 0}}, one(950), one(1400), one(1800))
	}},
	{"sit vacant", true, SIT, "vacant", sit(985.2, 1370.6, 380, 274)},
	{"sit intercept", true, SIT, "intercept", sit(913.8, 1370.6, 274, 274)},
	{"sit reorder", true, SIT, "reorder", sit(913.8, 1428.5, 274, 380)},
	{"sit no circuit", true, SIT, "no circuit", sit(985.2, 1428.5, 380, 380)},
	{"sit after the answer", false, SIT, "vacant", sit(985.2, 1370.6, 380, 274)},
	{"ring-back, North America", true, RingBack, "", always(beats([][2]int{{2000, 1500}}, one(440, 480)))},
	{"ring-back, Europe", true, RingBack, "", always(beats([][2]int{{1000, 1500}}, one(425)))},
	{"ring-back, Britain", true, RingBack, "", always(beats([][2]int{{400, 200}, {400, 1500}}, one(400, 450)))},
	{"busy, North America", true, Busy, "", always(beats(rounds, one(480, 620)))},
	{"busy, Europe", true, Busy, "", always(beats(rounds, one(425)))},
	{"busy, Britain", true, Busy, "", always(beats([][2]int{{375, 375}, {375, 375}, {375, 375}}, one(400)))},
	{"congestion, North America", true, Congestion, "", always(beats([][2]int{{250, 250}, {250, 250}, {250, 250}}, one(480, 620)))},
	{"congestion, Europe", true, Congestion, "", always(beats([][2]int{{200, 200}, {200, 200}, {200, 200}}, one(425)))},
	{"congestion, Britain", true, Congestion, "", always(beats([][2]int{{400, 350}, {225, 525}, {400, 350}, {225, 525}}, one(400)))},
	{"fax answers", false, Fax, "answer tone", always(beats([][2]int{{2600, 0}}, one(2100)))},
	{"modem answers", false, Fax, "answer tone", always(beats([][2]int{{2600, 0}}, one(2225)))},
	{"fax calls", false, Fax, "calling fax", always(beats([][2]int{{500, 2500}}, one(1100)))},
	{"beep", false, Beep, "a beep", func(r *rand.Rand) []farend.Beat {
		return beats([][2]int{{100 + r.IntN(900), 400}}, one(400+1600*r.Float64()))
	}},
}

// place lays a tone on a line, through a channel: at -28 to -12 dBm0, with a noise so
// many dB below.
func (s signal) place(r *rand.Rand, channel string, ratio float64) []int16 {
	level := -28 + 16*r.Float64()
	at := 3000 + r.IntN(2000)
	tone := farend.Tone(level, s.beats(r)...)
	far := farend.Hush(tone.Duration() + 1200*ms)
	far.Add(at, tone)
	kind := farend.Noises[r.IntN(len(farend.Noises))]
	far.Add(0, farend.Telephone(farend.Noise(r, kind, far.Duration(), level-ratio)))
	return farend.Channel(channel, far)
}

// found tells whether it is found, as the first thing or, a beep, at all.
func (s signal) found(pcm []int16) (all []Result, ok bool) {
	a := New(Settings{})
	if s.early {
		a = Early()
	}
	all = heard(a, pcm, 160)
	for i, r := range all {
		if r.Kind == s.kind && strings.Contains(r.Why, s.why) && (i == 0 || s.kind == Beep) {
			return all, true
		}
	}
	return all, false
}

func TestTonesAreFound(t *testing.T) {
	places := []struct {
		channel string
		ratio   float64
	}{{"µ-law", 60}, {"A-law", 20}, {"µ-law", 15}, {"ADPCM", 20}, {"mobile", 30}}
	for n, s := range signals {
		missed := make([]int, len(places))
		all := 0
		for i := range *calls {
			at := (n + i) % len(places)
			p := places[at]
			pcm := s.place(rand.New(rand.NewPCG(uint64(i), uint64(n))), p.channel, p.ratio)
			if found, ok := s.found(pcm); !ok {
				missed[at]++
				all++
				t.Logf("%s through %s, noise at -%.0f dB, call %d: found %+v", s.name, p.channel, p.ratio, i, found)
			}
		}
		t.Logf("%s: %d of %d missed, by channel %d", s.name, all, *calls, missed)
		if 100*all > *calls {
			t.Errorf("%s: more than one in a hundred was missed, %d of %d", s.name, all, *calls)
		}
	}
}

// What is no beep is none: keys that are pressed, and a voice that hums.
func TestWhatIsNoBeep(t *testing.T) {
	hum := farend.Tone(-14, farend.Beat{Hz: one(400), On: 250 * ms})
	hum.Add(0, farend.Tone(-20, farend.Beat{Hz: one(800), On: 250 * ms}))
	for name, sound := range map[string]farend.Sound{
		"a key": farend.Tone(-12, farend.Beat{Hz: one(770, 1336), On: 200 * ms}),
		"a hum": hum,
	} {
		line := farend.Noise(rand.New(rand.NewPCG(1, 2)), "white", 3*time.Second, -65)
		line.Add(8000, sound)
		for _, found := range heard(New(Settings{}), line.PCM(), 160) {
			if found.Kind == Beep {
				t.Errorf("%s is no beep: %+v", name, found)
			}
		}
	}
}

// A beep corrects: after few words, and after the verdict.
func TestABeepCorrects(t *testing.T) {
	for _, c := range []struct {
		name string
		beep time.Duration // begins
		want []string
	}{
		{"soon after a few words", 1300 * ms, []string{Machine, Beep}},
		{"after the verdict", 3000 * ms, []string{Live, Beep}},
	} {
		r := rand.New(rand.NewPCG(3, 4))
		pcm := line(r, 5*time.Second, -65)
		say(r, pcm, 300*ms, 900*ms, -20)
		far := farend.FromPCM(pcm)
		far.Add(farend.Count(c.beep), farend.Tone(-14, farend.Beat{Hz: one(1000), On: 400 * ms}))
		var got []string
		for _, f := range heard(New(Settings{}), far.PCM(), 160) {
			got = append(got, f.Kind)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: found %v, want %v", c.name, got, c.want)
		}
	}
}

// Before the answer: ring-back is told from somebody who speaks, and from music.
func TestBeforeTheAnswer(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	ring := farend.Tone(-18, beats([][2]int{{2000, 2000}}, one(440, 480))...)
	voice := line(r, 4*time.Second, -65)
	say(r, voice, 500*ms, 3500*ms, -20)
	for _, c := range []struct {
		name string
		far  farend.Sound
		want []string
	}{
		{"ring-back", ring, []string{RingBack}},
		{"somebody speaks", farend.FromPCM(voice), []string{Announcement}},
		{"ring-back, and somebody speaks", append(append(farend.Sound(nil), ring...), farend.FromPCM(voice)...), []string{RingBack, Announcement}},
		{"music", farend.Song(r, 4*time.Second, -20), []string{Music}},
		{"nothing", farend.Noise(r, "pink", 4*time.Second, -50), nil},
	} {
		var got []string
		for _, f := range heard(Early(), farend.Channel("µ-law", c.far), 160) {
			got = append(got, f.Kind)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: found %v, want %v", c.name, got, c.want)
		}
	}
}
