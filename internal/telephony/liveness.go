package telephony

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// liveness watches an answered leg for a far end that has gone without a word. A
// far end that sends neither RTP nor RTCP, though it should, may only be silent;
// so it is asked (OPTIONS). Any answer is a sign of life, and it is asked again
// after the next pause as long. One that does not answer either has faded, soon;
// it may come back by an answer, a request or a packet. If it does not, the leg is
// given up.
//
// With the usual times a far end that dies at 0 s is asked at 1 s, faded at 1.9 s
// and gone at 28 s: the longer the less a silent one is wronged that does not know
// OPTIONS, as it is out of routing by then.
type liveness struct {
	look  time.Time // when to look next; zero is never
	asked time.Time // when the question was put that has no answer yet; zero is none
	sign  time.Time // the last answer or request of the far end
	faded bool      // as it was reported
}

// watch begins, at the answer.
func (l *leg) watch(now time.Time) {
	if l.home.cfg.Quiet > 0 {
		l.life.look = now.Add(l.home.cfg.Quiet)
	}
}

// alive looks whether the far end is there; a cause is the leg's end.
func (l *leg) alive(now time.Time) *call.Cause {
	life, cfg := &l.life, &l.home.cfg
	if life.look.IsZero() || now.Before(life.look) {
		return nil
	}
	if l.parley.held || !l.parley.format.Receive {
		life.look = now.Add(cfg.Quiet)
		return nil
	}
	last := l.lastSign()
	if !life.asked.IsZero() && last.After(life.asked) {
		l.found(now)
	}
	switch {
	case now.Sub(last) < cfg.Quiet:
		life.look = last.Add(cfg.Quiet)
	case life.asked.IsZero():
		life.asked, life.look = now, now.Add(cfg.pace.fade)
		l.question()
	case now.Sub(life.asked) >= cfg.pace.probe:
		return l.gone(now, "no answer to OPTIONS")
	default:
		if !life.faded {
			life.faded = true
			l.home.log.Info("leg faded", "leg", l.order.Leg.String(), "party", l.order.Party.String(), "last", last)
			l.say(call.Faded, now)
		}
		l.question() // if it could not be sent before
		life.look = now.Add(min(cfg.pace.glance, life.asked.Add(cfg.pace.probe).Sub(now)))
	}
	return nil
}

// lastSign is when the far end was last known to be there.
func (l *leg) lastSign() time.Time {
	stats := l.media.Load().Stats()
	last := l.known().answered
	for _, sign := range []time.Time{stats.LastPacket, stats.LastControl, l.life.sign} {
		if sign.After(last) {
			last = sign
		}
	}
	return last
}

// question asks the far end. A request that is under way asks as well.
func (l *leg) question() {
	if l.pending != nil {
		return
	}
	if cause := l.send(&refresh{method: sip.OPTIONS}); cause != nil {
		l.home.log.Debug("OPTIONS could not be sent", "leg", l.order.Leg.String(), "error", cause.Detail)
	}
}

// signed takes an answer or a request of the far end as a sign of life.
func (l *leg) signed(now time.Time) {
	l.life.sign = now
	if !l.life.look.IsZero() {
		l.life.look = now.Add(l.home.cfg.Quiet)
	}
	l.found(now)
}

// found: the far end is there, and need not answer any more.
func (l *leg) found(now time.Time) {
	l.life.asked = time.Time{}
	if p := l.pending; p != nil && p.method == sip.OPTIONS {
		l.pending = nil
		l.home.wire.finish(p.x)
	}
	if l.life.faded {
		l.life.faded = false
		l.home.log.Info("leg recovered", "leg", l.order.Leg.String(), "party", l.order.Party.String())
		l.say(call.Recovered, now)
	}
}

// gone is the end of a leg whose far end is.
func (l *leg) gone(now time.Time, detail string) *call.Cause {
	silent := now.Sub(l.lastSign()).Round(100 * time.Millisecond)
	return &call.Cause{Reason: call.MediaFailure, Far: true, Detail: "no sign of life for " + silent.String() + ", and " + detail}
}

// dialogGone tells whether an answer says that there is no dialog any more,
// whatever else still stands (RFC 5057 section 5.1). Any other comes from somebody
// who is there.
func dialogGone(res *sip.Response) bool { return res.StatusCode == 481 || res.StatusCode == 408 }
