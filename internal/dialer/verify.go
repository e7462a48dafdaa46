package dialer

import (
	"cmp"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// longestWord is how long somebody speaks at most who was asked for a word. The
// greeting of a voicemail goes on longer, with pauses that are shorter than the one
// which ends what was said ([call.Spoke]).
const longestWord = 3 * time.Second

// unverified is the failure of a line that nobody verified.
const unverified = "not verified"

// asks is what somebody hears who is to show that he is there.
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
	if how == agent.VerifySpeech {
		s.do(listen{a.line.leg, call.ForWords})
	}
	s.challenge(a)
}

// challenge asks for a sign. A word counts only once that was heard.
func (s *state) challenge(a *liveAgent) {
	a.line.asked = time.Time{}
	s.do(play{a.line.leg, asks[s.verification(a)]})
}

// proves takes what may be a sign of a human on a line that is to be verified: any
// key, or a word that begins once he was asked and is not a speech. Whoever spoke
// into the question, or too long, is asked again.
func (s *state) proves(a *liveAgent, p call.Progress) {
	if a.line.state != agent.LineVerifying {
		return
	}
	switch p.Step {
	case call.Digit:
		s.verified(a, string(agent.VerifyKey))
	case call.Played:
		if !p.Cut {
			a.line.asked = p.At
		}
	case call.Spoke:
		began := p.At.Add(-p.After)
		if !a.line.asked.IsZero() && !began.Before(a.line.asked) && p.After <= longestWord {
			s.verified(a, string(agent.VerifySpeech))
		} else {
			s.challenge(a)
		}
	}
}

// verified: a human answered the agent's phone.
func (s *state) verified(a *liveAgent, how string) {
	s.alarms.clear(alarm{kind: alarmVerify, agent: a.id})
	if s.verification(a) == agent.VerifySpeech {
		s.do(listen{a.line.leg, call.Deaf})
	}
	s.news(a, LineVerified, how)
	a.line.proven, a.line.welcome = true, true // he is to hear that it was taken
	s.lineUp(a)
}

// notVerified: nobody has shown in time that he is there. Until the agent takes
// calls again by his own wish, none is given to him.
func (s *state) notVerified(a *liveAgent) {
	s.news(a, LineVerified, "late")
	cause := call.Cause{Reason: call.Normal, Detail: unverified}
	s.do(hangUp{a.line.leg, cause})
	s.lineEnded(a, cause)
	if status, _ := agent.StatusNamed(s.status(a.id.User).Status); status.ACD {
		s.present(a.id.User, agent.StatusNotAnswering, false)
	}
}
