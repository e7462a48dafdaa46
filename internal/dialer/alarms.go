package dialer

import (
	"cmp"
	"container/heap"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// alarm names a deadline. There is at most one for each name; setting it again
// moves it.
type alarm struct {
	kind     alarmKind
	call     call.ID
	agent    agent.ID
	campaign campaign.ID
}

func (a alarm) compare(b alarm) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.call, b.call), cmp.Compare(a.agent.User, b.agent.User),
		cmp.Compare(a.agent.Application, b.agent.Application), cmp.Compare(a.campaign, b.campaign))
}

type alarmKind int

const (
	alarmDiary    alarmKind = iota // write the journal
	alarmAbandon                   // an answered customer has waited long enough
	alarmPreview                   // the time to look is over
	alarmClaim                     // ask for contacts again
	alarmIdle                      // a persistent connection without a call
	alarmRecord                    // write an attempt once more
	alarmRecall                    // ask for an agent's promised callbacks
	alarmAlert                     // nobody picked up what alerts
	alarmPark                      // nobody picked up what is parked
	alarmSecure                    // a secure pause is over
	alarmVerify                    // nobody has shown that he is at the phone
	alarmRetry                     // an agent's phone is to be called again by itself
	alarmRedial                    // a customer has waited long enough for his agent's phone
	alarmBeep                      // who is recorded is warned again
	alarmGreeting                  // no verdict on who answered has come
	alarmMessage                   // a beep was not heard, or a message goes on for too long
	alarmMemory                    // write down what pacers have learned
	alarmSchedule                  // a campaign's schedule may switch it
	alarmPace                      // ask a pacer again
)

// alarms are the deadlines of the floor; the zero value has none.
type alarms struct {
	at   map[alarm]time.Time
	heap alarmHeap
}

type alarmAt struct {
	alarm alarm
	at    time.Time
}

func (a *alarms) set(name alarm, at time.Time) {
	if a.at == nil {
		a.at = make(map[alarm]time.Time)
	}
	a.at[name] = at
	heap.Push(&a.heap, alarmAt{name, at})
	a.sweep()
}

// sweep drops what was moved or cleared once it is most of what is kept; else a
// far deadline that is moved often would be kept as often.
func (a *alarms) sweep() {
	if len(a.heap) < 64 || len(a.heap) < 4*len(a.at) {
		return
	}
	a.heap = a.heap[:0]
	for name, at := range a.at {
		a.heap = append(a.heap, alarmAt{name, at})
	}
	heap.Init(&a.heap)
}

func (a *alarms) setUnlessSet(name alarm, at time.Time) {
	if _, ok := a.at[name]; !ok {
		a.set(name, at)
	}
}

func (a *alarms) clear(name alarm) { delete(a.at, name) }

// next is the earliest deadline. What was moved or cleared is dropped on the way.
func (a *alarms) next() (time.Time, bool) {
	for len(a.heap) > 0 {
		first := a.heap[0]
		if at, ok := a.at[first.alarm]; ok && at.Equal(first.at) {
			return first.at, true
		}
		heap.Pop(&a.heap)
	}
	return time.Time{}, false
}

// pop takes the earliest deadline that is due.
func (a *alarms) pop(now time.Time) (alarm, bool) {
	at, ok := a.next()
	if !ok || at.After(now) {
		return alarm{}, false
	}
	first := heap.Pop(&a.heap).(alarmAt)
	delete(a.at, first.alarm)
	return first.alarm, true
}

type alarmHeap []alarmAt

func (h alarmHeap) Len() int { return len(h) }

// Less goes by the names of deadlines of one moment, so that the same inputs always
// have the same effects.
func (h alarmHeap) Less(i, j int) bool {
	return cmp.Or(h[i].at.Compare(h[j].at), h[i].alarm.compare(h[j].alarm)) < 0
}

func (h alarmHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *alarmHeap) Push(x any)   { *h = append(*h, x.(alarmAt)) }
func (h *alarmHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
