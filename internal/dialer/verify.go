package dialer

import (
	"cmp"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// unverified is the failure of a line that nobody verified.
const unverified = "not verified"

// asks is what an agent hears who is to show that he is there.
var asks = map[agent.Verification]call.Sound{agent.VerifyKey: call.AskKey, agent.VerifySpeech: call.AskWord}

// verification is what is asked of whoever answers an agent's phone.
func (s *state) verification(a *liveAgent) agent.Verification {
	return cmp.Or(a.station.Verify, s.rules.Verify, agent.VerifyOff)
}

// pickedUpBy: somebody or something answered the agent's phone.
func (s *state) pickedUpBy(a *liveAgent) {
	how := s.verification(a)
	if asks[how] == "" {
		s.lineUp(a)
		return
	}
	s.moveLine(a, agent.LineChallenge)
	s.alarms.set(alarm{kind: alarmVerify, agent: a.id}, s.now.Add(s.rules.VerifyTime))
	s.do(play{a.line.leg, asks[how]})
}

// proves takes a sign of a human on a line that is to be verified.
func (s *state) proves(a *liveAgent, p call.Progress) {
	if a.line.state == agent.LineVerifying && p.Step == call.Digit {
		s.verified(a)
	}
}

// verified: a human answered the agent's phone.
func (s *state) verified(a *liveAgent) {
	s.alarms.clear(alarm{kind: alarmVerify, agent: a.id})
	a.line.proven, a.line.welcome = true, true // he is to hear that it was taken
	s.lineUp(a)
}

// notVerified: nobody has shown in time that he is there. Until the agent takes
// calls again by his own wish, none is given to him.
func (s *state) notVerified(a *liveAgent) {
	cause := call.Cause{Reason: call.Normal, Detail: unverified}
	s.do(hangUp{a.line.leg, cause})
	s.lineEnded(a, cause)
	if status, _ := agent.StatusNamed(s.status(a.id.User).Status); status.ACD {
		s.present(a.id.User, agent.StatusNotAnswering, false)
	}
}
