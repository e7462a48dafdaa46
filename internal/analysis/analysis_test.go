package analysis

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func count(d time.Duration) int { return int(d * rate / time.Second) }

func clip(v float64) int16 {
	return int16(math.Round(min(max(v, math.MinInt16), math.MaxInt16)))
}

// line is d of a line with white noise at a level in dBm0.
func line(r *rand.Rand, d time.Duration, level float64) []int16 {
	pcm, a := make([]int16, count(d)), math.Pow(10, (level-dBm0)/20)
	for i := range pcm {
		pcm[i] = clip(a * r.NormFloat64())
	}
	return pcm
}

// say lays something with the power, the gaps and the unrest of a voice over pcm:
// syllables of noisy vowels, five in a second.
func say(r *rand.Rand, pcm []int16, from, to time.Duration, level float64) {
	a, phase := 4*math.Pow(10, (level-dBm0)/20), 0.0
	for i := count(from); i < count(to); i++ {
		at := float64(i) / rate
		pitch := 120 + 30*math.Sin(2*math.Pi*1.3*at)
		phase += 2 * math.Pi * pitch / rate
		v := 0.0
		for n := 1.0; n < 14; n++ { // two formants
			hz := n * pitch
			v += math.Sin(n*phase) * (math.Exp(-math.Abs(hz-600)/200) + 0.6*math.Exp(-math.Abs(hz-1700)/300))
		}
		syllable := 0.25 + 0.75*math.Abs(math.Sin(2*math.Pi*2.5*at))
		pcm[i] = clip(float64(pcm[i]) + a*syllable*(v/3+0.05*r.NormFloat64()))
	}
}

// heard gives all that is found in what is heard, cut into pieces of so many samples.
func heard(a *Analyser, pcm []int16, piece int) (all []Result) {
	for len(pcm) > 0 {
		n := min(piece, len(pcm))
		a.Hear(pcm[:n])
		pcm = pcm[n:]
		if r, ok := a.Finding(); ok {
			all = append(all, r)
		}
	}
	return all
}

func TestWhatAnswered(t *testing.T) {
	type words struct{ from, to time.Duration }
	for _, c := range []struct {
		name     string
		noise    float64
		settings Settings
		said     []words
		want     string
		at       time.Duration
		greeted  time.Duration
	}{
		{"a hello", -65, Settings{}, []words{{300 * ms, 800 * ms}}, Live, 1800 * ms, 800 * ms},
		{"a hello on a noisy line", -38, Settings{}, []words{{300 * ms, 800 * ms}}, Live, 1800 * ms, 800 * ms},
		{"hello, and hello again", -65, Settings{}, []words{{300 * ms, 800 * ms}, {1500 * ms, 2000 * ms}}, Live, 3000 * ms, 2000 * ms},
		{"a greeting without an end", -65, Settings{}, []words{{300 * ms, 6000 * ms}}, Machine, 3110 * ms, 0},
		{"a greeting that pauses for breath", -65, Settings{}, []words{{300 * ms, 2000 * ms}, {2400 * ms, 5000 * ms}}, Machine, 3110 * ms, 0},
		{"a greeting on a noisy line", -38, Settings{}, []words{{300 * ms, 6000 * ms}}, Machine, 3110 * ms, 0},
		{"a shorter limit", -65, Settings{Speech: 2 * time.Second, Silence: 500 * ms}, []words{{300 * ms, 6000 * ms}}, Machine, 2310 * ms, 0},
		{"a shorter silence", -65, Settings{Silence: 500 * ms}, []words{{300 * ms, 800 * ms}, {1500 * ms, 2000 * ms}}, Live, 1300 * ms, 800 * ms},
		{"nothing", -65, Settings{}, nil, Silence, 4000 * ms, 0},
		{"nothing but noise", -35, Settings{}, nil, Silence, 4000 * ms, 0},
		{"a late greeting", -65, Settings{}, []words{{2500 * ms, 6000 * ms}}, Machine, 5310 * ms, 0},
		{"a late hello", -65, Settings{}, []words{{3500 * ms, 4000 * ms}}, Live, 5000 * ms, 4000 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			pcm := line(r, 6*time.Second, c.noise)
			for _, w := range c.said {
				say(r, pcm, w.from, w.to, -20)
			}
			found := heard(New(c.settings), pcm, 160)
			if len(found) != 1 {
				t.Fatalf("found %+v", found)
			}
			near := func(got, want time.Duration) bool { return (got - want).Abs() <= 120*ms }
			if got := found[0]; got.Kind != c.want || !near(got.At, c.at) || !near(got.Greeted, c.greeted) {
				t.Errorf("found %+v, want %s at %v, greeted at %v", got, c.want, c.at, c.greeted)
			}
		})
	}
}

// What is decided does not depend on how the samples were packed.
func TestPiecesDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pcm := line(r, 6*time.Second, -50)
	say(r, pcm, 400*ms, 1500*ms, -22)
	want := heard(New(Settings{}), pcm, slice)
	for _, piece := range []int{1, 7, 160, 333} {
		got := heard(New(Settings{}), pcm, piece)
		if len(got) != len(want) || got[0] != want[0] {
			t.Errorf("in pieces of %d: %+v, want %+v", piece, got, want)
		}
	}
}

func TestHearAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pcm := line(r, 8*time.Second, -50)
	say(r, pcm, 400*ms, 7*time.Second, -22)
	a := New(Settings{})
	at := 0
	if n := testing.AllocsPerRun(300, func() {
		a.Hear(pcm[at : at+160])
		at += 160
	}); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}

// The transform finds a sine where it is, with the power that it has.
func TestSpectrum(t *testing.T) {
	var s spectrum
	var pcm [slice]int16
	for k := lowest + 2; k < highest-2; k += 7 {
		hz := float64(k) * binGap
		for i := range 4 * slice {
			pcm[i%slice] = clip(8000 * math.Sin(2*math.Pi*hz*float64(i)/rate))
			if i%slice == slice-1 {
				s.hear(&pcm)
			}
		}
		sum := s.power[k-1] + s.power[k] + s.power[k+1]
		if math.Abs(sum/32e6-1) > 0.01 || s.total-sum > 0.01*sum {
			t.Errorf("%.0f Hz: power %.3g in its bins, %.3g in all, want 3.2e7", hz, sum, s.total)
		}
	}
}

func BenchmarkHear(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	pcm := line(r, 4*time.Second, -50)
	say(r, pcm, 0, 4*time.Second, -22)
	a := New(Settings{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := i * slice % len(pcm)
		a.Hear(pcm[at : at+slice])
	}
}
