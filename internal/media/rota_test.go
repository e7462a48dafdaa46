package media

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// sleeper dozes when it is told to, and counts its turns.
type sleeper struct {
	asleep bool
	turns  int
}

func (s *sleeper) tick(time.Duration) { s.turns++ }
func (s *sleeper) dozes() bool        { return s.asleep }

func TestARotaWaitsForTheNextPulseWhileAllDoze(t *testing.T) {
	r, now := newRota(), func() time.Duration { return 0 }
	stirred := 0
	r.stir = func() { stirred++; r.stirred = r.next }
	members := []*sleeper{{}, {}, {}, {}, {}}
	turns := make([]turn, len(members))
	for i, m := range members {
		r.enter(m, &turns[i])
	}
	run := func(until int) {
		for ; r.next <= until; r.next++ {
			r.tick(r.next, now)
		}
	}
	want := func(upcoming int, each ...int) {
		t.Helper()
		var got []int
		for _, m := range members {
			got = append(got, m.turns)
			m.turns = 0
		}
		if r.upcoming() != upcoming || !slices.Equal(got, each) {
			t.Fatalf("turns %v, and slot %d is next, want %v and %d", got, r.upcoming(), each, upcoming)
		}
	}
	run(43)
	want(44, 10, 11, 11, 11, 10)
	for _, m := range members {
		m.asleep = true
	}
	run(47)
	want(60, 0, 0, 0, 0, 0)
	run(59)
	want(60, 0, 0, 0, 0, 0)
	run(63)
	want(80, 1, 1, 1, 1, 1)
	members[2].asleep = false
	run(83) // it is woken by something else, and found in its turn
	want(84, 1, 1, 5, 1, 1)
	members[2].asleep = true
	run(90)
	want(100, 0, 0, 0, 0, 0)
	r.enter(&sleeper{}, &turn{})
	if want(91, 0, 0, 0, 0, 0); stirred != 6 {
		t.Errorf("stirred %d times for 6 who came", stirred)
	}
}

// Who is woken after his worker has slept for many slots is not given them all at once.
func TestWhatWasDozedThroughIsNotMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, now, m := newRota(), func() time.Duration { return 0 }, &sleeper{}
		r.enter(m, &turn{})
		for m.asleep = true; r.next <= pulse+slots; {
			time.Sleep(slotTime)
			r.catchUp(now, nil)
		}
		time.Sleep(r.until() - slotTime)
		m.asleep, m.turns = false, 0
		if r.catchUp(now, nil); m.turns > 1 {
			t.Errorf("%d turns at once", m.turns)
		}
	})
}
