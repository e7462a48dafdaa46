package analysis

import "time"

// What call progress tones are: nearly all lies between 340 and 690 Hz, steadily.
const (
	lowPart   = 0.7  // of all, at least
	lowWobble = 10.0 // dB that it may be fainter than its loudest; two tones beat
	lowClean  = 0.85 // in the mean, where it surely is no voice
	lowProven = 15   // slices show that it is no voice
	lowGone   = 3    // slices without it end it
)

// rhythm is the cadence of a call progress tone: on, off and on again, and how much of the
// silence after it is enough. Where only the last is named, one beat is enough.
type rhythm struct {
	name         string
	on1, off, on time.Duration
	rest         time.Duration
}

const ms = time.Millisecond

// rhythms are North America's, most of Europe's and Britain's (ITU-T E.180 supplement 2).
var rhythms = [...]rhythm{
	{RingBack, 0, 0, 2000 * ms, 800 * ms},
	{RingBack, 0, 0, 1000 * ms, 1200 * ms},
	{RingBack, 400 * ms, 200 * ms, 400 * ms, 800 * ms},
	{Busy, 500 * ms, 500 * ms, 500 * ms, 300 * ms},
	{Busy, 375 * ms, 375 * ms, 375 * ms, 250 * ms},
	{Congestion, 250 * ms, 250 * ms, 250 * ms, 150 * ms},
	{Congestion, 200 * ms, 200 * ms, 200 * ms, 120 * ms},
	{Congestion, 400 * ms, 350 * ms, 225 * ms, 300 * ms},
}

// progress follows call progress tones.
type progress struct {
	slices       int // of the tone that is on
	misses       int
	part         float64 // the mean part that it has of all
	level        float64 // of its loudest slice, in dBm0
	began, ended time.Duration

	on1, off, on time.Duration // the last beats
	over         time.Duration // when the last of them ended
	told         bool          // it was named
}

// step takes a slice in that ends at a moment.
func (p *progress) step(l look, at time.Duration) {
	is := l.low >= lowPart && l.level >= dimmest
	if is && p.slices > 0 {
		is = l.level > p.level-lowWobble
	}
	if is {
		if p.slices == 0 {
			p.began, p.level = at-step, l.level
		}
		p.slices++
		p.part += (l.low - p.part) / float64(min(p.slices, 20))
		p.level = max(p.level, l.level)
		p.misses, p.ended = 0, at
		return
	}
	if p.slices == 0 {
		return
	}
	if p.misses++; p.misses > lowGone {
		if p.slices >= lowProven {
			p.on1, p.off, p.on = p.on, p.began-p.over, p.ended-p.began
			p.over, p.told = p.ended, false
		}
		p.slices = 0
	}
}

// running tells whether there is a tone, and no voice, in the newest slice.
func (p *progress) running() bool {
	return p.slices >= lowProven && p.misses == 0 && p.part >= lowClean
}

// name names the call progress tone that was heard, once for each of its beats.
func (p *progress) name(now time.Duration) string {
	if p.told || p.on == 0 || p.slices >= lowProven {
		return ""
	}
	for _, r := range rhythms {
		if now-p.over >= r.rest && like(p.on, r.on) && (r.on1 == 0 || like(p.on1, r.on1) && like(p.off, r.off)) {
			p.told = true
			return r.name
		}
	}
	return ""
}

// like allows a beat to be off by a tenth, and by what a look smears.
func like(beat, want time.Duration) bool {
	return (beat - want - 10*ms).Abs() <= max(want/10, 40*ms)
}
