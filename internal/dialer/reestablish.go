package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

const (
	// longestPause is what doubling the pause between two tries leads to at most.
	longestPause = 2 * time.Minute
	// steady is how long a line must have stood for its loss to be a new one, from
	// which tries are counted anew.
	steady = time.Minute
)

// tryLater plans to call an agent's phone again whose line ended, if it is to stand
// and the cause may pass: the pause doubles from try to try, and there is an end of
// them. It must be asked while the line still shows what it was.
func (s *state) tryLater(a *liveAgent, cause call.Cause) {
	l := &a.line
	if l.state == agent.LineUp && s.now.Sub(l.since) >= steady {
		l.tries = 0
	}
	switch {
	case !l.wanted:
		return
	case !s.passes(cause, l.state == agent.LineUp), s.rules.Reestablish <= 0, a.state == agent.Out, s.stopping:
		l.wanted = false
		return
	case l.tries >= s.rules.ReestablishAttempts:
		l.wanted = false
		if l.tries > 0 {
			s.log.Warn("line given up", "agent", a.id.String(), "station", a.station.Name, "tries", l.tries)
			s.news(a, LineGivenUp, cause.Reason.String())
		}
		return
	}
	pause := s.rules.Reestablish
	for range l.tries {
		pause = min(2*pause, longestPause)
	}
	l.next = s.now.Add(pause)
	s.alarms.set(alarm{kind: alarmRetry, agent: a.id}, l.next)
}

// passes tells whether what ended a line, which stood or was being set up, may be
// over soon. An agent who hangs up wants no line, unless the rules say otherwise.
func (s *state) passes(cause call.Cause, stood bool) bool {
	switch cause.Reason {
	case call.Busy, call.NoAnswer, call.NoLines, call.Congestion, call.Unreachable, call.MediaFailure, call.SessionExpired:
		return true
	case call.Normal:
		return stood && cause.Far && s.rules.ReestablishAfterHangUp
	}
	return stood && cause.Far
}

// tryNow calls a phone again as planned, unless things have changed.
func (s *state) tryNow(a *liveAgent) {
	a.line.next = time.Time{}
	if !a.line.wanted || a.line.state.Alive() || a.state == agent.Out {
		return
	}
	a.line.tries++
	a.line.welcome = true
	s.news(a, LineRetried, "")
	s.raiseLine(a)
}

// noMoreTries forgets the plan to call a phone again.
func (s *state) noMoreTries(a *liveAgent) {
	s.alarms.clear(alarm{kind: alarmRetry, agent: a.id})
	a.line.next, a.line.wanted = time.Time{}, false
}
