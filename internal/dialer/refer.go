package dialer

import (
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// refers: an agent's phone asks for a transfer, as its transfer key does. It is one
// of the call that the agent is in, by his rights; the phone is told whether it has
// begun, and may hang up then.
func (s *state) refers(a *liveAgent, p call.Progress) {
	outcome := call.Cause{Reason: call.Transferred}
	if err := s.referTo(a, p.Target); err != nil {
		outcome = call.Cause{Reason: call.Refused, Detail: err.Error()}
		s.log.Info("transfer by phone refused", "agent", a.id.String(), "target", p.Target, "reason", err)
	}
	s.do(referred{p.Leg, outcome})
}

func (s *state) referTo(a *liveAgent, target string) error {
	switch in := s.attending(a); len(in) {
	case 0:
		return fault.New(fault.Conflict, "user %s is in no call", a.id.User)
	case 1:
		return s.transfer(Transfer{By: a.id, Call: in[0].id, To: call.Destination{Number: target}})
	}
	return fault.New(fault.Conflict, "user %s is in a conference, which can not be transferred", a.id.User)
}
