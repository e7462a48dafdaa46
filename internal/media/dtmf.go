package media

import (
	"encoding/binary"
	"time"
)

// keys are the events 0 to 15 of RFC 4733 section 3.2.
const keys = "0123456789*#ABCD"

// forgotten is how long after its last packet a key press cannot go on.
const forgotten = 5 * time.Second

// keypad finds key presses in telephone-event packets (RFC 4733 section 2.3).
// A press is many packets with one timestamp, its end is sent three times, and a
// long one goes on in segments, each with a timestamp of its own.
type keypad struct {
	pressed  bool
	ssrc     uint32
	event    uint8
	ts       uint32
	duration uint16
	at       time.Duration
}

// press gives the key if the packet begins a press, else 0.
func (k *keypad) press(p *packet, now time.Duration) byte {
	body := p.body()
	if len(body) < 4 {
		return 0
	}
	event, duration := body[0], binary.BigEndian.Uint16(body[2:])
	known := k.pressed && p.ssrc == k.ssrc && now-k.at < forgotten
	behind := known && int32(p.ts-k.ts) <= 0
	// One more is what was rounded off of a finer clock.
	segment := known && event == k.event && k.duration > 0 && p.ts-k.ts-uint32(k.duration) <= 1
	if behind {
		if p.ts == k.ts {
			k.at = now
			k.duration = max(k.duration, duration)
		}
		return 0
	}
	*k = keypad{pressed: true, ssrc: p.ssrc, event: event, ts: p.ts, duration: duration, at: now}
	if segment || int(event) >= len(keys) {
		return 0
	}
	return keys[event]
}
