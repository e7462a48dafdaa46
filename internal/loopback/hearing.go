package loopback

import (
	"bytes"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"
)

// Hearing is one call as the far end saw and heard it. Times that have not come
// are zero.
type Hearing struct {
	CallID   string
	Number   string // user part of the Request-URI
	CallerID string // user part of From

	Invited  time.Time // INVITE in
	Ringing  time.Time // 180 sent
	Answered time.Time // 200 sent
	Acked    time.Time // its ACK in
	Ended    time.Time
	// HungUp is true when this far end ended the call, be it by BYE or by refusing it.
	HungUp bool
	// Status is the final status that was given to the INVITE, or 0.
	Status int
	// Reinvites counts INVITEs within the call.
	Reinvites int

	FirstPacket time.Time // RTP in
	LastPacket  time.Time
	Packets     int
	Sent        int
	// Sounds are the stretches of what was heard, silence left out, oldest first.
	Sounds []Sound
	// SSRCs in order of appearance.
	SSRCs []uint32
	// Gaps counts packets whose sequence number did not follow its predecessor's.
	Gaps int
	// Backwards counts packets whose timestamp was before its predecessor's.
	Backwards int
	// LongestSilence is the longest wait between two packets.
	LongestSilence time.Duration
}

// Sound is a stretch of the same thing heard.
type Sound struct {
	// Hz of the tone; 0 is something without one, speech or noise.
	Hz          int
	First, Last time.Time // arrival of its first and last packet
	Packets     int
}

// Tone tells when a tone began at or after a time.
func (h Hearing) Tone(hz int, since time.Time) (time.Time, bool) {
	for _, s := range h.Sounds {
		if s.Hz == hz && !s.First.Before(since) {
			return s.First, true
		}
	}
	return time.Time{}, false
}

// Noise tells when something without a tone, such as a greeting, began at or
// after a time.
func (h Hearing) Noise(since time.Time) (time.Time, bool) { return h.Tone(0, since) }

// maxSounds bounds what is remembered of a call; older stretches are forgotten.
const maxSounds = 4096

// ear keeps the Hearing of one call. Its party writes the signalling, the party's
// listener the packets; anyone may copy.
type ear struct {
	changed func() // called without the lock after a change worth waiting for

	mu      sync.Mutex
	hearing Hearing // guarded by mu

	// The rest belongs to the listener.
	streams  map[uint32]*stream
	last     []byte // last payload
	lastKind int
	samples  []int16
	open     bool // the last packet belongs to the last of Sounds
}

// stream is what must be remembered of one SSRC.
type stream struct {
	sequence  uint16
	timestamp uint32
}

// note changes the signalling part.
func (e *ear) note(change func(*Hearing)) {
	e.mu.Lock()
	change(&e.hearing)
	e.mu.Unlock()
	e.changed()
}

// copy gives what is known so far.
func (e *ear) copy() Hearing {
	e.mu.Lock()
	defer e.mu.Unlock()
	h := e.hearing
	h.Sounds, h.SSRCs = slices.Clone(h.Sounds), slices.Clone(h.SSRCs)
	return h
}

// sent counts a packet out.
func (e *ear) sent() {
	e.mu.Lock()
	e.hearing.Sent++
	e.mu.Unlock()
}

// hear takes one packet in.
func (e *ear) hear(p *rtp.Packet, at time.Time) {
	kind := quiet
	l := lawOf(p.PayloadType)
	if l != nil {
		kind = e.kind(l, p.Payload)
	}
	e.mu.Lock()
	fresh := e.count(p, at)
	if l != nil { // telephone events and their like are packets, not sounds
		fresh = e.listen(kind, at) || fresh
	}
	e.mu.Unlock()
	if fresh {
		e.changed()
	}
}

// count does the book-keeping of a packet; it tells whether it is the first.
// Called with the lock.
func (e *ear) count(p *rtp.Packet, at time.Time) (first bool) {
	h := &e.hearing
	if first = h.Packets == 0; first {
		h.FirstPacket = at
	} else {
		h.LongestSilence = max(h.LongestSilence, at.Sub(h.LastPacket))
	}
	h.LastPacket = at
	h.Packets++
	s := e.streams[p.SSRC]
	if s == nil {
		e.streams[p.SSRC] = &stream{p.SequenceNumber, p.Timestamp}
		h.SSRCs = append(h.SSRCs, p.SSRC)
		return first
	}
	if p.SequenceNumber != s.sequence+1 {
		h.Gaps++
	}
	if int32(p.Timestamp-s.timestamp) < 0 {
		h.Backwards++
	}
	*s = stream{p.SequenceNumber, p.Timestamp}
	return first
}

// listen adds a packet to the sounds; it tells whether a new one began. Called
// with the lock.
func (e *ear) listen(kind int, at time.Time) (began bool) {
	if kind == quiet {
		e.open = false
		return false
	}
	sounds := e.hearing.Sounds
	if n := len(sounds); e.open && sounds[n-1].Hz == kind {
		sounds[n-1].Last = at
		sounds[n-1].Packets++
		return false
	}
	if len(sounds) == maxSounds {
		sounds = slices.Delete(sounds, 0, maxSounds/4)
	}
	e.hearing.Sounds = append(sounds, Sound{Hz: kind, First: at, Last: at, Packets: 1})
	e.open = true
	return true
}

// quiet is the kind of a frame in which there is nothing to hear; other kinds
// are the Hz of a Sound.
const quiet = -1

// kind says what a payload holds. Tones repeat the same frame, so that the answer
// is often known.
func (e *ear) kind(l *law, payload []byte) int {
	if !bytes.Equal(payload, e.last) {
		e.last = append(e.last[:0], payload...)
		e.samples = l.decode(e.samples, payload)
		e.lastKind = kindOf(e.samples)
	}
	return e.lastKind
}

const (
	hush     = 100.0 // root mean square under which nothing is heard
	pureness = 0.8   // share of the power that makes a tone of a sound
)

// kindOf finds the tone that holds most of the power, by one Goertzel filter for
// each multiple of 50 Hz.
func kindOf(samples []int16) int {
	var power float64
	for _, s := range samples {
		power += float64(s) * float64(s)
	}
	n := float64(len(samples))
	if n == 0 || power < hush*hush*n {
		return quiet
	}
	for hz := 2 * toneStep; hz < rate/2; hz += toneStep {
		if goertzel(samples, hz)*2/n > pureness*power {
			return hz
		}
	}
	return 0
}

// goertzel is the squared magnitude of one frequency.
func goertzel(samples []int16, hz int) float64 {
	turn := 2 * math.Cos(2*math.Pi*float64(hz)/rate)
	var one, two float64
	for _, s := range samples {
		one, two = float64(s)+turn*one-two, one
	}
	return one*one + two*two - turn*one*two
}
