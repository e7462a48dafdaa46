package media

import "time"

const (
	// lag is how late what the far end says may come before silence takes its place: a
	// far end that suppresses silence sends nothing at all.
	lag = 200 * time.Millisecond
	// ahead is how far a packet's time stamp may put it before what has come by then;
	// beyond that, or behind by more than lag, the packet is where it came.
	ahead = time.Second
)

// Hearer takes all that the far end of a leg says. Its methods are called one at a
// time, must not block, and must not call the leg.
type Hearer interface {
	// Hear takes the next samples at 8 kHz, which are not its to keep. There are no
	// gaps: what was lost, or never sent, is silence.
	Hear(pcm []int16)
	// Due is asked every 20 ms; what it gives is called soon after and may do anything
	// but block. With over, the hearer has done its work.
	Due() (tell func(), over bool)
}

// Follow lets by hear what the far end says, from now on. It takes the place of
// [Leg.Utterances] and [Leg.Probe], and of who followed before.
func (l *Leg) Follow(by Hearer) { l.listenWith(&following{by: by, began: l.plane.now()}) }

// following is a hearer at work. Places are counted in samples since it began.
type following struct {
	by    Hearer
	began time.Duration
	heard int64 // the place of the next sample

	known         bool // of a source: the first packet's time stamp and place
	source, stamp uint32
	place         int64

	nothing [frame]int16
}

func (f *following) hear(pcm []int16, at time.Duration, source, stamp uint32) {
	size := int64(len(pcm))
	place := f.place + int64(int32(stamp-f.stamp))
	arrived := samples(at-f.began) - size // if it was not under way for long
	if off := place - arrived; !f.known || source != f.source || off > samples(ahead) || -off > samples(lag) {
		place = max(f.heard, arrived)
		f.known, f.source, f.stamp, f.place = true, source, stamp, place
	}
	f.hush(place)
	if early := f.heard - place; early < size {
		f.by.Hear(pcm[max(early, 0):])
		f.heard = place + size
	}
}

// hush lets silence be heard up to a place.
func (f *following) hush(to int64) {
	for f.heard < to {
		n := min(to-f.heard, frame)
		f.by.Hear(f.nothing[:n])
		f.heard += n
	}
}

func (f *following) due(_ *Leg, now time.Duration) (tell func(), over bool) {
	f.hush(samples(now - f.began - lag))
	return f.by.Due()
}
