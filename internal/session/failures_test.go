package session

import (
	"testing"
	"time"
)

// TestFailuresOfAPlace: addresses count alone, but those of one IPv6 network
// together.
func TestFailuresOfAPlace(t *testing.T) {
	for _, c := range []struct {
		failed, tries string
		barred        bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
		{"2001:db8::1", "2001:db8::ffff:2", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::2%eth0", true},
		{"somewhere", "somewhere", true},
	} {
		var f Failures
		now := time.Now()
		for i := range failuresOfPlace {
			f.Failed(string(rune('a'+i)), c.failed, now)
		}
		if got := f.Barred("anna", c.tries, now); got != c.barred {
			t.Errorf("failures from %s, a try from %s: barred %v, want %v", c.failed, c.tries, got, c.barred)
		}
	}
}
