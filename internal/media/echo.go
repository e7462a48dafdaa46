package media

import (
	"math"
	"time"
)

const (
	// phraseTime is the length of the phrase that is looked for, and probeTime how long
	// is listened from its begin.
	phraseTime = 500 * time.Millisecond
	probeTime  = 4 * time.Second
	// longestEcho is the delay up to which the phrase is looked for.
	longestEcho = 1200 * time.Millisecond
	// alike is how much what came back is like the phrase, at least (as a
	// coefficient of correlation), and faintestEcho how strong it is, in dB: else it is
	// somebody's voice, or noise.
	alike        = 0.25
	faintestEcho = -55
)

// Phrase is what is played to look for its echo: a rising sweep of half a second,
// which is like itself at one moment only.
func Phrase() *Sound {
	m := newMix(phraseTime)
	const from, to = 400.0, 3000.0
	n := float64(len(m))
	soft := edges(phraseTime)
	for i := range m {
		x := float64(i)
		m[i] = toneLevel * soft(x/n) * math.Sin(2*math.Pi*(from*x+(to-from)*x*x/(2*n))/rate)
	}
	return newSound(m.pcm(), false)
}

// Probe is what a leg found out about itself in some seconds.
type Probe struct {
	Took          time.Duration
	Before, After Stats // of the leg, at the begin and at the end

	phrase []int16
	heard  []int16 // from the begin of the phrase on
}

// probing is a Probe under way.
type probing struct {
	Probe
	sound *Sound
	done  func(*Probe)

	asked time.Duration
	began time.Duration // of the phrase, once it was sent
	sent  bool
	// A source's first packet, with this time stamp, says where the others lie in heard.
	source, stamp uint32
	came          time.Duration
	known         bool
}

// Probe plays [Phrase] to the far end, listens for some seconds and tells what it
// has heard; [Probe.Echo] finds the phrase in it. It takes the place of
// [Leg.Utterances]. done is called unless the leg is closed before; it must not
// block.
func (l *Leg) Probe(done func(*Probe)) {
	p := &probing{sound: Phrase(), done: done, asked: l.plane.now()}
	p.heard = make([]int16, samples(longestEcho+phraseTime))
	var out [frame]int16
	for n := range p.sound.frames() {
		p.sound.samples(&out, n)
		p.phrase = append(p.phrase, out[:]...)
	}
	p.Before = l.Stats()
	l.Play(p.sound, nil)
	l.listenWith(p)
}

func (p *probing) hear(pcm []int16, at time.Duration, source, stamp uint32) {
	if !p.sent {
		return
	}
	if !p.known || source != p.source {
		p.source, p.stamp, p.came, p.known = source, stamp, at, true
	}
	first := samples(p.came-p.began) + int64(int32(stamp-p.stamp))
	for i, s := range pcm {
		if n := first + int64(i); n >= 0 && n < int64(len(p.heard)) {
			p.heard[n] = s
		}
	}
}

func (p *probing) due(l *Leg, now time.Duration) (tell func(), over bool) {
	if !p.sent && l.sound == p.sound && l.played > 0 {
		p.sent, p.began = true, now
	}
	if now-p.asked < probeTime {
		return nil, false
	}
	p.Took, p.After = now-p.asked, l.stats()
	return func() { p.done(&p.Probe) }, true
}

// Echo looks for the phrase in what was heard: after which delay it came back, and
// how strong in dB of what was sent. It takes some milliseconds, so it is not for
// those who must not block.
func (p *Probe) Echo() (delay time.Duration, level float64, found bool) {
	n := len(p.phrase)
	own := power(p.phrase)
	if own == 0 || len(p.heard) < n {
		return 0, 0, false
	}
	best, at, gain := 0.0, 0, 0.0
	there := power(p.heard[:n])
	for lag := 0; ; lag++ {
		sum := 0.0
		for i, s := range p.phrase {
			sum += float64(s) * float64(p.heard[lag+i])
		}
		if there > 0 {
			if like := math.Abs(sum) / math.Sqrt(own*there); like > best {
				best, at, gain = like, lag, math.Abs(sum)/own
			}
		}
		if lag+n == len(p.heard) {
			break
		}
		there += square(p.heard[lag+n]) - square(p.heard[lag])
	}
	level = 20 * math.Log10(max(gain, 1e-9))
	return lasting(float64(at)), level, best >= alike && level >= faintestEcho
}

func square(v int16) float64 { return float64(v) * float64(v) }

func power(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += square(v)
	}
	return sum
}
