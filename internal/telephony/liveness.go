package telephony

import (
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// liveness watches an answered leg for a far end that has gone without a word. A
// far end that sends neither RTP nor RTCP, though it should, may only be silent;
// so it is asked (OPTIONS), and the leg is given up when it does not answer
// either. Two signs must agree.
type liveness struct {
	look   time.Time // when to look next; zero is never
	answer time.Time // until when the far end may answer; zero if it is not asked
}

// watch begins, at the answer.
func (l *leg) watch(now time.Time) {
	if l.home.cfg.Quiet > 0 {
		l.life.look = now.Add(l.home.cfg.Quiet)
	}
}

// alive looks whether the far end is there; a cause is the leg's end.
func (l *leg) alive(now time.Time) *call.Cause {
	life, quiet := &l.life, l.home.cfg.Quiet
	if !life.answer.IsZero() && !now.Before(life.answer) {
		return gone(quiet, "no answer to OPTIONS")
	}
	if life.look.IsZero() || now.Before(life.look) {
		return nil
	}
	life.look = now.Add(quiet)
	if l.parley.held || !l.parley.format.Receive {
		return nil
	}
	stats := l.media.Load().Stats()
	last := l.known().answered
	for _, sign := range []time.Time{stats.LastPacket, stats.LastControl} {
		if sign.After(last) {
			last = sign
		}
	}
	if now.Sub(last) < quiet {
		life.look = last.Add(quiet)
		return nil
	}
	if l.pending != nil {
		return nil // a refresh is under way, which asks as well
	}
	p := &refresh{method: sip.OPTIONS}
	if cause := l.send(p); cause != nil {
		return gone(quiet, cause.Detail)
	}
	life.answer = now.Add(l.home.cfg.pace.probe)
	return nil
}

// asked takes the answer to our OPTIONS. Whatever it says, somebody is there,
// unless it says that the dialog is not (RFC 5057 section 5.1).
func (l *leg) asked(res *sip.Response) *call.Cause {
	l.life.answer = time.Time{}
	if code := res.StatusCode; code == 481 || code == 408 {
		return gone(l.home.cfg.Quiet, "OPTIONS was answered "+strconv.Itoa(code))
	}
	return nil
}

func gone(quiet time.Duration, detail string) *call.Cause {
	return &call.Cause{Reason: call.MediaFailure, Far: true, Detail: "no media for " + quiet.String() + ", and " + detail}
}
