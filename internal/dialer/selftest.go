package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// TestLine tries an agent's line out: the standing one if it is up, else one that
// is dialed for it and ended afterwards, unless it was asked for meanwhile. No call
// is given to the agent until it is over. What came of it is in [LineView]. Errors:
// Conflict, with what is in the way.
type TestLine struct{ Agent agent.ID }

func (TestLine) command() {}

// LineTest is a self-test of an agent's line; without an ID there was none.
type LineTest struct {
	ID     string
	Began  time.Time
	Dialed bool // a call was made for it
	Over   bool
	Why    string // nothing was found, for this reason; or empty
	Trial  call.Trial
}

// testing tells whether an agent's line is under test.
func (a *liveAgent) testing() bool { return a.test.ID != "" && !a.test.Over }

// testLine begins a self-test.
func (s *state) testLine(cmd TestLine) (string, error) {
	a, err := s.find(cmd.Agent)
	if err != nil {
		return "", err
	}
	if err := a.phone(); err != nil {
		return "", err
	}
	switch {
	case a.call != "" || s.occupied[a.id.User] > 0 || a.watches != "" || a.aside || a.keeps != "":
		return "", fault.New(fault.Conflict, "user %s has a call in hand; test the line after it", a.id.User)
	case a.line.state.Coming():
		return "", fault.New(fault.Conflict, "the phone of user %s is being called; test the line when it is up", a.id.User)
	}
	a.test = LineTest{ID: s.newNumber(), Began: s.now, Dialed: a.line.state != agent.LineUp}
	s.log.Info("line under test", "agent", a.id.String(), "station", a.station.Name, "dialed", a.test.Dialed)
	if a.test.Dialed {
		s.raiseLine(a)
	} else {
		s.tryOut(a)
		s.sayLine(a)
	}
	return a.test.ID, nil
}

// tryOut lets the switch find out how good a line is that is up.
func (s *state) tryOut(a *liveAgent) {
	s.alarms.clear(alarm{kind: alarmIdle, agent: a.id})
	s.do(listen{a.line.leg, call.ForEcho})
}

// tested takes what a self-test found. A line that was dialed for it, and that
// nobody has asked for, is not kept.
func (s *state) tested(a *liveAgent, trial call.Trial) {
	if !a.testing() {
		return
	}
	a.test.Over, a.test.Trial = true, trial
	s.log.Info("line tested", "agent", a.id.String(), "station", a.station.Name, "verdict", trial.Verdict())
	if a.test.Dialed && !a.line.wanted && a.call == "" && !a.busy() {
		s.dropLine(a, "the self-test is over")
		return
	}
	s.sayLine(a)
	s.lineSpare(a)
}

// testFailed ends a self-test whose line is gone.
func (s *state) testFailed(a *liveAgent, why string) {
	if a.testing() {
		a.test.Over, a.test.Why = true, why
	}
}
