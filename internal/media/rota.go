package media

import (
	"slices"
	"sync/atomic"
	"time"
)

const (
	// slots spread what is clocked over a frame: each has its turn in one of them.
	slots    = 4
	slotTime = frameTime / slots
	// pulse is after how many slots those have a turn who doze, all in one frame: 100 ms.
	pulse = 5 * slots
)

// clocked is what has a turn in every frame: a leg, a conference or a recording.
type clocked interface {
	tick(now time.Duration)
	// dozes tells that there is nothing to do before the next pulse.
	dozes() bool
}

// rota is who has a turn when, worked off by one goroutine. The lists change under
// the plane's mutex, each replaced as a whole, so that they are read without a lock.
type rota struct {
	slots [slots]atomic.Pointer[[]clocked]
	// stir has the goroutine, where it waits for who has a turn, wait for the next slot
	// only; nil: it waits for no more anyway.
	stir func()

	// Whose goroutine it is.
	begun   time.Time
	next    int // the slot that is due next, counted since then
	stirred int // the last one in which somebody did not doze
}

// turn is a place in a rota; the plane's mutex guards it.
type turn struct {
	rota  *rota // stays the same for all but legs, so that no two goroutines tick one
	slot  int
	taken bool
}

func newRota() *rota {
	r := &rota{begun: time.Now(), next: 1}
	for i := range r.slots {
		r.slots[i].Store(new([]clocked))
	}
	return r
}

// size is how many have a turn.
func (r *rota) size() (n int) {
	for i := range r.slots {
		n += len(*r.slots[i].Load())
	}
	return n
}

// enter gives c a turn in the emptiest slot.
func (r *rota) enter(c clocked, t *turn) {
	t.rota, t.slot, t.taken = r, 0, true
	for i := range r.slots {
		if len(*r.slots[i].Load()) < len(*r.slots[t.slot].Load()) {
			t.slot = i
		}
	}
	list := append(slices.Clone(*r.slots[t.slot].Load()), c)
	r.slots[t.slot].Store(&list)
	if r.stir != nil {
		r.stir()
	}
}

// quit ends a turn. A tick that has begun may still be under way.
func (r *rota) quit(c clocked, t *turn) {
	list := slices.Clone(*r.slots[t.slot].Load())
	list = slices.DeleteFunc(list, func(other clocked) bool { return other == c })
	r.slots[t.slot].Store(&list)
	t.taken = false
}

// catchUp works off the slots that are due; after a pause of the whole machine
// longer than a few frames it skips what nobody can use any more. after, which may be
// nil, is called after each slot.
func (r *rota) catchUp(now func() time.Duration, after func()) {
	const most = 5 * slots
	due := int(time.Since(r.begun) / slotTime)
	// In slots that were not waited for nobody had anything to do.
	r.next = max(r.next, min(due, r.upcoming()))
	if due-r.next > most {
		r.next += (due - r.next) / slots * slots
	}
	for ; r.next <= due; r.next++ {
		r.tick(r.next, now)
		if after != nil {
			after()
		}
	}
}

// upcoming is the slot that is to be waited for: the next one, or, where all have dozed
// for a frame, the first of the next pulse.
func (r *rota) upcoming() int {
	if r.next-r.stirred <= slots {
		return r.next
	}
	return (r.next + pulse - 1) / pulse * pulse
}

// until is the time until then.
func (r *rota) until() time.Duration {
	return time.Until(r.begun.Add(time.Duration(r.upcoming()) * slotTime))
}

// tick gives all of a slot their turn, those who doze in a pulse only.
func (r *rota) tick(slot int, now func() time.Duration) {
	pulses := slot%pulse < slots
	for _, c := range *r.slots[slot%slots].Load() {
		if !pulses && c.dozes() {
			continue
		}
		c.tick(now())
		if !c.dozes() {
			r.stirred = slot
		}
	}
}
