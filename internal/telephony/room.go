package telephony

import (
	"math"
	"strings"
	"time"
)

// soon is how long a call may be held back for a trunk's rate and still count as one
// that the trunk takes now.
const soon = 250 * time.Millisecond

// Room is how many more calls the trunks take now, by their limits: the trunk of this
// name, or with none all of them together; below 0 without limit. Calls that were ordered
// and have not got to a trunk yet have their place. It never blocks.
func (s *Switch) Room(name string) int {
	room, now := 0, time.Now()
	for _, t := range s.trunks {
		if name != "" && t.Name != name || t.unusable(now) != "" {
			continue
		}
		n := t.room(now)
		if n < 0 {
			return -1
		}
		room += n
	}
	return max(0, room-int(s.starting.Load()))
}

// room is how many more calls a trunk takes now.
func (t *trunk) room(now time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	room := math.MaxInt
	if t.MaxCalls > 0 {
		room = max(0, t.MaxCalls-t.calls)
	}
	if t.CallsPerSecond > 0 {
		tokens := t.tokens
		if !t.refilled.IsZero() {
			tokens = min(1, tokens+now.Sub(t.refilled).Seconds()*t.CallsPerSecond)
		}
		room = min(room, max(0, int(tokens+soon.Seconds()*t.CallsPerSecond+1e-9)))
	}
	if room == math.MaxInt {
		return -1
	}
	return room
}

// direct tells whether a target is called without a trunk.
func direct(target string) bool {
	lower := strings.ToLower(target)
	return strings.HasPrefix(lower, "sip:") || strings.HasPrefix(lower, "sips:")
}
