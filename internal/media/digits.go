package media

import (
	"encoding/binary"
	"math"
	"strings"
	"time"
)

const (
	// digitFrames is how long a digit is sent, and pauseFrames the pause after it:
	// 100 ms and 60 ms. commaFrames is the pause that a comma asks for: 1 s.
	digitFrames = 5
	pauseFrames = 3
	commaFrames = 50
	comma       = ','
	// lastRepeats is how often the end of an event is sent (RFC 4733 section
	// 2.5.1.4).
	lastRepeats = 3
	// eventVolume is the power level of an event in -dBm0 (section 2.3).
	eventVolume = 10
	// digitLimit bounds what waits to be sent.
	digitLimit = 256
)

// keyboard is the keys as they lie under the tones of rows and columns (ITU-T
// Q.23).
const keyboard = "123A456B789C*0#D"

var (
	rowHertz    = [4]float64{697, 770, 852, 941}
	columnHertz = [4]float64{1209, 1336, 1477, 1633}
)

// The amplitudes of the tones of a key: the higher one is the louder by 2 dB, as
// lines dampen it more (Q.24).
const (
	rowLevel    = 0.20
	columnLevel = 0.25
)

// dialing is digits on their way to the far end, as telephone-events where it
// takes them and else as the tones of the keys. Whatever else would be sent is
// held back from a digit's begin to the end of the pause after it.
type dialing struct {
	waiting []byte
	current byte // the digit that is being sent; 0 is none
	frames  int  // of it and its pause, sent
	event   bool // it is sent as an event
	begun   bool // and some of that was sent
}

// holds tells whether a digit or its pause takes the place of all else.
func (d *dialing) holds() bool { return d.current != 0 && d.current != comma }

// step goes on to the next digit if the current one is over; false is none left.
func (d *dialing) step() bool {
	if d.current != 0 && d.frames < d.length() {
		return true
	}
	*d = dialing{waiting: d.waiting}
	if len(d.waiting) == 0 {
		d.waiting = nil
		return false
	}
	d.current, d.waiting = d.waiting[0], d.waiting[1:]
	return true
}

// length is how long the current digit takes, in frames.
func (d *dialing) length() int {
	if d.current == comma {
		return commaFrames
	}
	return digitFrames + pauseFrames
}

// SendDigits sends key presses to the far end: 0 to 9, *, #, A to D, each for
// 100 ms and with 60 ms of silence after it; a comma is a pause of 1 s, in which
// the leg hears what it heard before. Other characters are ignored, and so is
// what would let more than 256 wait. They go out as telephone-events (RFC 4733)
// if the far end agreed on them, else as tones. What the leg would be sent
// meanwhile it is not sent; a sound that it plays waits. Before Agree they wait.
func (l *Leg) SendDigits(digits string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.recallOut()
	for _, key := range []byte(strings.ToUpper(digits)) {
		if len(l.dialing.waiting) < digitLimit && (key == comma || strings.IndexByte(keys, key) >= 0) {
			l.dialing.waiting = append(l.dialing.waiting, key)
		}
	}
}

// dial sends what is due of the digits; false leaves the frame to others. The
// caller holds mu.
func (l *Leg) dial(now time.Duration) bool {
	d := &l.dialing
	if !d.step() {
		return false
	}
	n := d.frames
	d.frames++
	if d.current == comma {
		return false
	}
	l.feeding = nil
	if n == 0 {
		d.event = l.format.Events != 0
	}
	switch {
	case !l.speaks():
	case n >= digitFrames:
		l.pause(now)
	case d.event:
		l.event(n, now)
	default:
		var tone [frame]int16
		keyTone(&tone, d.current, n)
		size := l.encode(l.out[headerSize:], tone[:])
		l.send(l.stream.generate(n == 0, now), l.format.Payload, l.out[:headerSize+size])
	}
	if len(d.waiting) == 0 && d.frames == d.length() {
		d.step()
	}
	return true
}

// pause sends a frame of silence, unless the stream is ahead of its clock.
func (l *Leg) pause(now time.Duration) {
	if !l.stream.early(now) {
		size := l.hush(l.out[headerSize:])
		l.send(l.stream.generate(false, now), l.format.Payload, l.out[:headerSize+size])
	}
}

// event sends the n-th packet of the current digit's event, the last one as often
// as it must be. A far end that takes no events any more is sent none.
func (l *Leg) event(n int, now time.Duration) {
	if l.format.Events == 0 {
		return
	}
	packet, span, times := l.out[:headerSize+4], (n+1)*frame, 1
	body := packet[headerSize:]
	body[0], body[1] = byte(strings.IndexByte(keys, l.dialing.current)), eventVolume
	if n == digitFrames-1 {
		body[1] |= 1 << 7
		times = lastRepeats
	}
	binary.BigEndian.PutUint16(body[2:], uint16(span))
	if l.format.Fine {
		lastedOut(body)
	}
	for range times {
		l.send(l.stream.press(!l.dialing.begun, int64(span), now), l.format.Events, packet)
		l.dialing.begun = true
	}
}

// keyTone makes the n-th frame of a key's two tones (ITU-T Q.23), with soft ends.
func keyTone(out *[frame]int16, key byte, n int) {
	const soft = 5 * rate / 1000
	place := strings.IndexByte(keyboard, key)
	row, column := 2*math.Pi*rowHertz[place/4]/rate, 2*math.Pi*columnHertz[place%4]/rate
	for i := range out {
		at := n*frame + i
		level := min(1, float64(min(at, digitFrames*frame-at))/soft)
		out[i] = clip(level * 32767 * (rowLevel*math.Sin(float64(at)*row) + columnLevel*math.Sin(float64(at)*column)))
	}
}
