package dialer

import (
	"testing"
	"time"
)

func TestNumbersAreRememberedForAWhile(t *testing.T) {
	var l lately
	at := dawn
	l.dialed("100", at)
	l.dialed("101", at.Add(time.Minute))
	l.dialed("100", at.Add(latelyFor))
	if got := l.last("100"); !got.Equal(at.Add(latelyFor)) {
		t.Errorf("100 was last dialed at %s", got)
	}
	l.dialed("102", at.Add(latelyFor+time.Second))
	if got := l.last("101"); !got.Equal(at.Add(time.Minute)) {
		t.Errorf("101 was dialed at %s", got)
	}
	l.dialed("102", at.Add(3*latelyFor))
	l.dialed("102", at.Add(5*latelyFor))
	if got := l.last("100"); !got.IsZero() {
		t.Errorf("100 is remembered for ever, as %s", got)
	}
}

// A call that no trunk took was none, and keeps no other from the number.
func TestACallThatNeverLeftIsForgotten(t *testing.T) {
	var l lately
	l.dialed("100", dawn)
	l.neverLeft("100", dawn.Add(-time.Minute)) // another
	if l.last("100").IsZero() {
		t.Error("a call that left is forgotten")
	}
	l.neverLeft("100", dawn)
	if got := l.last("100"); !got.IsZero() {
		t.Errorf("it is remembered as %s", got)
	}
}
