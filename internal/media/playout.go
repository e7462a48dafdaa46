package media

import (
	"slices"
	"sync/atomic"
)

const (
	// ring is how many samples a playout has room for. It is a power of 2, so that
	// timestamps find their place in it across their own wrap.
	ring = 4096
	// lead is how early a packet is when its source begins: the time that it waits
	// beside what is left of the clock's frame.
	lead = frame
	// spare is how early the latest of many packets must be before the wait is made
	// shorter: two frames.
	spare = 2 * frame
	// longestWait bounds the wait: 120 ms.
	longestWait = 6 * frame
	// leap is how far a timestamp may be off and still belong to what came before.
	leap = rate / 2
	// patientWith is how many packets in a row may come too late before the source is
	// taken to have begun anew.
	patientWith = 3
	// review is how many frames the margin is watched before the wait is shortened.
	review = 100
)

// playout is a jitter buffer: packets go in as they come, and come out as a
// frame of linear samples at every tick of a clock, each sample at its place by
// its timestamp and silence where nothing came. A source begins with a wait of
// one frame, so that it is heard soon; what comes too late makes the wait longer,
// up to 120 ms, and what lies ready for too long is dropped. It is pure.
type playout struct {
	lead  int32 // what a source begins with, in samples
	spare int32 // what the wait is not shortened below

	samples [ring]int16 // zero but for what waits
	begun   bool
	ssrc    uint32
	next    uint32 // timestamp of the sample that is played next
	end     uint32 // timestamp after the newest sample

	margin int32 // the least since the last review
	played int   // frames since then
	late   int   // packets in a row that came too late to be waited for
}

// put takes a frame of voice.
func (p *playout) put(v *voice) {
	length := len(v.body())
	if !v.codec.isLaw() {
		length = len(v.pcm)
	}
	if length == 0 || length > ring/2 {
		return
	}
	early := int32(v.ts - p.next)
	if !p.begun || v.ssrc != p.ssrc || early > leap || early < -leap {
		p.begin(v)
		early = p.lead
	}
	if early >= 0 {
		p.late = 0
	}
	switch {
	case early > longestWait:
		p.drop(early - longestWait)
		early = longestWait
	case early < 0 && lead-early <= longestWait && int32(p.end-p.next)+lead-early <= longestWait:
		// Late: from here on all wait for as long as this one would have needed.
		p.next -= uint32(lead - early)
		early = lead
		p.margin, p.played = early, 0
	case early < 0:
		if p.late++; p.late == patientWith {
			p.begin(v) // its clock has stood still
			early = p.lead
		}
	}
	p.margin = min(p.margin, early)
	p.place(v, min(int(max(-early, 0)), length))
	if end := v.ts + uint32(length); int32(end-p.end) > 0 {
		p.end = end
	}
}

// place puts the samples of a packet, but for the first few, where their timestamps say.
func (p *playout) place(v *voice, skip int) {
	at := v.ts + uint32(skip)
	if !v.codec.isLaw() {
		for i, sample := range v.pcm[skip:] {
			p.samples[(at+uint32(i))%ring] = sample
		}
		return
	}
	linear := v.codec.linear()
	for i, code := range v.body()[skip:] {
		p.samples[(at+uint32(i))%ring] = linear[code]
	}
}

// begin starts over with a packet.
func (p *playout) begin(v *voice) {
	clear(p.samples[:])
	p.begun, p.ssrc = true, v.ssrc
	p.next, p.end = v.ts-uint32(p.lead), v.ts
	p.margin, p.played, p.late = longestWait, 0, 0
}

// drop leaves out the oldest n samples.
func (p *playout) drop(n int32) {
	for range n {
		p.samples[p.next%ring] = 0
		p.next++
	}
}

// take gives the frame that is due, and whether anything of it was said.
func (p *playout) take(out *[frame]int16) bool {
	if !p.begun || int32(p.end-p.next) <= 0 {
		p.next += frame
		clear(out[:])
		return false
	}
	for rest := out[:]; len(rest) > 0; {
		from := p.samples[p.next%ring:]
		n := copy(rest, from)
		clear(from[:n])
		rest = rest[n:]
		p.next += uint32(n)
	}
	if p.played++; p.played == review {
		if p.margin > p.spare {
			p.drop(min(p.margin-p.spare, frame))
		}
		p.margin, p.played = longestWait, 0
	}
	return true
}

// ear is who listens to a leg apart from the partner of its bridge: a seat in a
// conference, or a channel of a recording. What was said waits in it until the
// listener's clock takes it. The leg's mutex guards the playout.
type ear struct {
	playout
	leg  *Leg
	over atomic.Bool // nothing is heard with it any more
}

func newEar(l *Leg, lead, spare int32) *ear {
	return &ear{leg: l, playout: playout{lead: lead, spare: spare}}
}

// listen gives the frame that is due, and whether anything of it was said.
func (e *ear) listen(out *[frame]int16) bool {
	if e.over.Load() {
		return false
	}
	e.leg.mu.Lock()
	defer e.leg.mu.Unlock()
	e.leg.catchUp()
	return e.take(out)
}

// openEar opens an ear; a closed leg has no more to say.
func (l *Leg) openEar(e *ear) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed && !e.over.Load() {
		l.recallIn()
		l.prune()
		l.ears = append(l.ears, e)
	}
}

// closeEar closes an ear.
func (l *Leg) closeEar(e *ear) {
	e.over.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recallIn()
	l.prune()
}

// prune forgets the ears that are over. The caller holds mu.
func (l *Leg) prune() {
	l.ears = slices.DeleteFunc(l.ears, func(e *ear) bool { return e.over.Load() })
}

// tell lets every ear have a frame of what the far end says. The caller holds mu.
func (l *Leg) tell(v *voice) {
	for _, e := range l.ears {
		if !e.over.Load() {
			e.put(v)
		}
	}
}
