package telephony

import (
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// inboxLimit bounds what may wait for a leg, so that a far end that floods us
// with requests is told so instead of being kept.
const inboxLimit = 256

// An event is what a leg wakes up for.
type event interface{ event() }

type (
	// hungUp: the leg's context has ended; its cause says why.
	hungUp struct{}
	// alarm: the deadline that the leg asked for has come.
	alarm struct{}
	// provisional response to an INVITE.
	provisional struct{ *sip.Response }
	// response to the request that the leg is waiting for; provisional ones to an
	// INVITE come twice, the other way first.
	response struct{ *sip.Response }
	// over: the transaction that the leg is waiting for has ended without a
	// final response.
	over struct{ err error }
	// request of the far end.
	request struct {
		*sip.Request
		tx *sip.ServerTx
	}
	// acknowledged: ACK for a 2xx of ours.
	acknowledged struct{ *sip.Request }
	// again: one more 2xx to an INVITE of ours, repeated or from another fork.
	again struct {
		*sip.Response
		invite *exchange
	}
	// untaped: a recording that began with this leg in it has gone wrong.
	untaped struct {
		recording string
		why       error
		at        time.Time
	}
	// referred: what became of the far end's wish for a transfer.
	referred struct{ outcome call.Cause }
	// pressed: a key at the far end.
	pressed struct {
		digit byte
		at    time.Time
	}
	// heard: the first packet of a bridged partner was sent on this leg.
	heard struct{ at, answered time.Time }
	// spoke: the far end has said something.
	spoke struct{ began, ended time.Time }
	// judged: call analysis has found something.
	judged struct{ verdict call.Verdict }
	// probed: the leg was tried out.
	probed struct {
		probe *media.Probe
		at    time.Time
	}
	// played: a sound has ended, or was cut off.
	played struct {
		at    time.Time
		sound call.Sound
		cut   bool
	}
	// cued: a cue lies over the bridge.
	cued struct {
		until time.Time
		sound call.Sound
	}
)

func (hungUp) event()       {}
func (alarm) event()        {}
func (provisional) event()  {}
func (response) event()     {}
func (over) event()         {}
func (request) event()      {}
func (acknowledged) event() {}
func (again) event()        {}
func (referred) event()     {}
func (pressed) event()      {}
func (untaped) event()      {}
func (heard) event()        {}
func (spoke) event()        {}
func (judged) event()       {}
func (probed) event()       {}
func (played) event()       {}
func (cued) event()         {}

// inbox is a leg's mail: anyone puts, only the leg takes. Putting never waits.
type inbox struct {
	ready chan struct{} // holds one token while there is mail

	mu    sync.Mutex // guards what follows
	queue []event
	shut  bool
}

func newInbox() *inbox { return &inbox{ready: make(chan struct{}, 1)} }

// put leaves an event; false if the leg has ended or too much waits already.
func (b *inbox) put(e event) bool {
	b.mu.Lock()
	ok := !b.shut && len(b.queue) < inboxLimit
	if ok {
		b.queue = append(b.queue, e)
	}
	b.mu.Unlock()
	if ok {
		b.signal()
	}
	return ok
}

// take gives the oldest event; false if there is none.
func (b *inbox) take() (event, bool) {
	b.mu.Lock()
	var e event
	more, ok := false, len(b.queue) > 0
	if ok {
		e, b.queue[0] = b.queue[0], nil
		b.queue = b.queue[1:]
		more = len(b.queue) > 0
	}
	b.mu.Unlock()
	if more {
		b.signal()
	}
	return e, ok
}

// close refuses further mail and gives what was not read.
func (b *inbox) close() []event {
	b.mu.Lock()
	defer b.mu.Unlock()
	rest := b.queue
	b.queue, b.shut = nil, true
	return rest
}

// over tells whether the leg has ended.
func (b *inbox) over() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.shut
}

func (b *inbox) signal() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}
