package media

import (
	"fmt"
	"time"
)

// Idle is what a leg is sent while nothing is to be heard: no sound, no partner who
// says something, no conference.
type Idle uint8

const (
	// FullRate is silence at full rate, a frame every 20 ms.
	FullRate Idle = iota
	// ComfortNoise is a description of faint noise (RFC 3389) at once, and again from
	// time to time, from which the far end makes what is heard. Only for a codec whose
	// clock is 8000, and only if payload type 13 was agreed.
	ComfortNoise
	// KeepAlive is only what keeps the way open through an address translator
	// (RFC 6263): RTCP, which is sent anyway, where it shares the port of RTP (section
	// 4.3), else a packet of RTP that carries nothing (section 4.6).
	KeepAlive
)

var idleNames = [...]string{"silence", "noise", "keepalive"}

// String is the name in configurations.
func (i Idle) String() string { return idleNames[i] }

// IdleNamed is what goes by a name; the empty one is silence.
func IdleNamed(name string) (Idle, error) {
	if name == "" {
		return FullRate, nil
	}
	for i, known := range idleNames {
		if name == known {
			return Idle(i), nil
		}
	}
	return FullRate, fmt.Errorf("%q is nothing that an idle phone is sent; there are silence, noise and keepalive", name)
}

const (
	// noiseEvery is the time between two descriptions of the same noise. RFC 3389
	// section 4 leaves it open; gateways that end a call without RTP do so after ten
	// seconds or more.
	noiseEvery = 5 * time.Second
	// noiseLevel is that noise in -dBov (RFC 3389 section 3.1), without a spectrum, so
	// that it is white: about what a quiet line has.
	noiseLevel = 70
	// keepEvery is Tr of RFC 6263 section 7.
	keepEvery = 15 * time.Second
	// lastType is the last of the dynamic payload types.
	lastType = 127
)

// sparse sends what is due on a leg that is idle, and is not sent silence at full
// rate. The caller holds mu.
func (l *Leg) sparse(now time.Duration) {
	l.feeding = nil
	every, payload, size := noiseEvery, uint8(comfortNoise), 1
	if l.format.Idle == KeepAlive {
		if l.reports.mux {
			return
		}
		every, payload, size = keepEvery, l.format.unused(), 0
	}
	if !l.stream.paused(every, now) && l.speaks() {
		l.out[headerSize] = noiseLevel
		l.send(l.stream.pause(now), payload, l.out[:headerSize+size])
	}
}

// unused is a payload type that means nothing in this session, so that a receiver must
// ignore what bears it (RFC 3550 section 5.1).
func (f *Format) unused() uint8 {
	typ := uint8(lastType)
	for typ == f.Payload || typ == f.Events {
		typ--
	}
	return typ
}
