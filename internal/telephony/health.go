package telephony

import (
	"context"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"
)

// State is what is known of a trunk.
type State string

// The states there are.
const (
	Unknown State = "unknown"
	Up      State = "up"
	Down    State = "down"
)

// missedMost is how many OPTIONS in a row may go unanswered before a trunk is down.
const missedMost = 3

// Health is what a trunk's answers to OPTIONS tell. Any answer but 503 and 408 is one
// of somebody who is there. A trunk that has never answered is unknown and not down:
// some do not answer OPTIONS at all and take calls.
type Health struct {
	State     State
	Since     time.Time // zero if nothing was learned yet
	Answered  time.Time // the last answer
	RoundTrip time.Duration
}

type health struct {
	state    State
	since    time.Time
	answered time.Time
	trip     time.Duration
	missed   int
	trouble  string
}

// note takes the result of one OPTIONS, trouble if it had no good answer. It tells
// whether the state has changed.
func (h *health) note(now time.Time, trip time.Duration, trouble string) bool {
	before := h.state
	if trouble == "" {
		h.state, h.missed, h.answered, h.trip, h.trouble = Up, 0, now, trip, ""
	} else {
		h.trouble = trouble
		if h.missed++; h.missed >= missedMost && before == Up {
			h.state = Down
		}
	}
	if h.state != before {
		h.since = now
	}
	return h.state != before
}

// watchHealth asks a trunk by OPTIONS (RFC 3261 section 11) whether it is there,
// and sooner while it does not answer.
func (s *Switch) watchHealth(ctx context.Context, t *trunk) {
	a := s.asker(t, t.uri, t.uri)
	for {
		trip, trouble := a.alive(ctx)
		if ctx.Err() != nil {
			return
		}
		t.mu.Lock()
		changed, state, missed := t.health.note(time.Now(), trip, trouble), t.health.state, t.health.missed
		t.mu.Unlock()
		switch {
		case changed && state == Down:
			s.log.Warn("trunk is down", "trunk", t.Name, "trouble", trouble)
		case changed:
			s.log.Info("trunk is up", "trunk", t.Name, "rtt", trip)
		case state == Unknown && missed == missedMost:
			s.log.Warn("trunk has never answered OPTIONS; it is used all the same", "trunk", t.Name, "trouble", trouble)
		}
		wait := t.Options
		if trouble != "" {
			wait = min(wait, s.cfg.pace.anew)
		}
		if !pause(ctx, wait) {
			return
		}
	}
}

// alive asks one address of the trunk after the other until one answers. Those that
// do not come last until they are asked again, so that calls need not find out.
func (a *asker) alive(ctx context.Context) (trip time.Duration, trouble string) {
	hops, err := a.hops(ctx)
	if err != nil {
		return 0, err.Error()
	}
	for _, h := range hops {
		a.dialog = nil // each question has its own Call-ID (RFC 3261 section 8.1.1.4)
		asked := time.Now()
		res, err := a.ask(ctx, h, sip.OPTIONS, func(req *sip.Request) {
			req.AppendHeader(sip.NewHeader("Accept", mediaType))
		})
		trip = time.Since(asked)
		switch {
		case err != nil:
			trouble = fmt.Sprintf("OPTIONS: %v", err)
		case res.StatusCode == sip.StatusServiceUnavailable || res.StatusCode == sip.StatusRequestTimeout:
			trouble = fmt.Sprintf("OPTIONS was answered %d %s", res.StatusCode, res.Reason)
		default:
			a.trunk.met(h, false, time.Time{})
			return trip, ""
		}
		if ctx.Err() == nil {
			a.trunk.met(h, true, time.Now().Add(a.trunk.Options+2*a.home.cfg.pace.listen))
		}
	}
	return 0, trouble
}
