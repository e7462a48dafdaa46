package media

import "time"

// listener makes something of what the far end of a leg says. A leg has none unless
// it is asked for, which costs the packets nothing. Both methods are called with the
// leg's mutex held.
type listener interface {
	// hear takes a packet of speech as samples at 8 kHz, when it came, and its source
	// and time stamp. A *voice would be on the heap for that, whoever listens.
	hear(pcm []int16, at time.Duration, source, stamp uint32)
	// due is asked at each tick; what it gives is called once the mutex is free. With
	// over the listener has done its work.
	due(l *Leg, now time.Duration) (tell func(), over bool)
}

// listening is a listener at work.
type listening struct {
	by  listener
	pcm [datagramSize]int16 // of the packet that it hears
}

// Deafen ends [Leg.Utterances], [Leg.Probe] and [Leg.Follow]; what they were to tell is
// not told.
func (l *Leg) Deafen() { l.listenWith(nil) }

func (l *Leg) listenWith(by listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recallIn()
	l.listening = nil
	if by != nil && !l.closed {
		l.listening = &listening{by: by}
	}
}

// listen lets the listener hear a packet. The caller holds mu.
func (l *Leg) listen(v *voice) {
	pcm := v.pcm
	if v.codec.isLaw() {
		pcm = l.listening.pcm[:len(v.body())]
		law := v.codec.linear()
		for i, code := range v.body() {
			pcm[i] = law[code]
		}
	}
	l.listening.by.hear(pcm, v.at, v.ssrc, v.ts)
}

// ask asks the listener what it has to tell. The caller holds mu.
func (l *Leg) ask(now time.Duration) (tell func()) {
	if l.listening == nil || l.closed {
		return nil
	}
	tell, over := l.listening.by.due(l, now)
	if over {
		l.listening = nil
	}
	return tell
}
