package dialer

import (
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// part is how somebody is related to a call; more than one may hold.
type part int

const (
	holds    part = 1 << iota // has it in hand
	partner                   // is its party
	invited                   // is alerted, or may take it from the queue where it waits
	oversees                  // supervises who holds it, or where it waits
)

// deed is something that can be done to a call, and by whom.
type deed struct {
	words string
	by    part
}

// The deeds that are no [Action].
var (
	deedSecurePause = deed{"pause the recording of", holds | oversees}
	deedTransfer    = deed{"transfer", holds}
	deedPark        = deed{"park", holds}
	deedConsult     = deed{"consult about", holds}
	deedInvite      = deed{"invite into", holds}
	deedConfer      = deed{"make a conference of", holds}
	deedDigits      = deed{"send digits to", holds}
	deedPrompt      = deed{"play to", holds}
	deedAttributes  = deed{"change attributes of", holds | partner | oversees}
	deedWrapUp      = deed{"assign wrap-up codes to", holds | partner | oversees}
	deedSupervise   = deed{"supervise", oversees}
)

// deeds has a row for every action.
var deeds = map[Action]deed{
	Disconnect:      {"disconnect", holds | partner | oversees},
	Pickup:          {"pick up", holds | partner | invited | oversees},
	Hold:            {"hold", holds | partner},
	Unhold:          {"take back", holds | partner},
	Mute:            {"mute", holds},
	Unmute:          {"unmute", holds},
	MakePrivate:     {"make private", holds},
	MakePublic:      {"make public", holds},
	StartRecording:  {"record", holds | oversees},
	StopRecording:   {"stop the recording of", holds | oversees},
	PauseRecording:  {"pause the recording of", holds | oversees},
	ResumeRecording: {"resume the recording of", holds | oversees},
	StartSnippet:    {"record", holds | oversees},
	StopSnippet:     {"stop the recording of", holds | oversees},
	Refuse:          {"refuse", partner | invited},
}

// allowed finds a call and tells whether an agent may do something to it.
func (s *state) allowed(by agent.ID, id call.ID, what deed) (*interaction, *liveAgent, error) {
	c, err := s.named(id)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.find(by)
	if err != nil {
		return nil, nil, err
	}
	return c, a, may(s.partIn(a, c), what, c.id)
}

// may is the rule: who stands in this part to a call may do the deed or not.
func may(mine part, what deed, id call.ID) error {
	switch {
	case mine&what.by != 0:
		return nil
	case mine == 0:
		return fault.New(fault.Forbidden, "interaction %s is not yours", id)
	case mine&oversees != 0:
		return fault.New(fault.Forbidden, "only the agent who holds interaction %s may %s it", id, what.words)
	case mine&(partner|invited) != 0:
		return fault.New(fault.Forbidden, "interaction %s is for another agent to %s", id, what.words)
	}
	return fault.New(fault.Forbidden, "who holds interaction %s may not %s it", id, what.words)
}

// partIn tells how an agent is related to a call. His sessions with other
// applications count as his own.
func (s *state) partIn(a *liveAgent, c *interaction) part {
	var p part
	user := a.id.User
	if c.agent.User == user {
		p |= holds
	}
	if c.peer.User == user {
		p |= partner
	}
	if slices.ContainsFunc(c.alerts, func(id agent.ID) bool { return id.User == user }) || s.entitled(a, c) {
		p |= invited
	}
	if s.overseesCall(a, c) {
		p |= oversees
	}
	return p
}

// entitled tells whether an agent may take a call from where it waits.
func (s *state) entitled(a *liveAgent, c *interaction) bool {
	if c.agent != nobody {
		return false
	}
	switch c.queue.Type {
	case call.UserQueue:
		return c.queue.Name == a.id.User
	case call.StationQueue:
		return a.station.Name != "" && strings.EqualFold(c.queue.Name, a.station.Name)
	case call.WorkgroupQueue:
		return a.user.In(c.queue.Name)
	}
	return false
}

// overseesCall tells whether an agent supervises who has a call, or where it waits
// or is from. Nobody oversees himself.
func (s *state) overseesCall(a *liveAgent, c *interaction) bool {
	if c.agent != nobody {
		if c.agent.User == a.id.User {
			return false
		}
		return s.overseesUser(a, c.agent.User)
	}
	switch c.queue.Type {
	case call.UserQueue:
		return c.queue.Name != a.id.User && s.overseesUser(a, c.queue.Name)
	case call.WorkgroupQueue:
		return a.user.MaySupervise(c.queue.Name)
	}
	return a.user.Admin || c.def.Workgroup != "" && a.user.MaySupervise(c.def.Workgroup)
}

// overseesUser tells whether an agent supervises a user who has a session.
func (s *state) overseesUser(a *liveAgent, user string) bool {
	if a.user.Admin {
		return true
	}
	for _, b := range s.agents {
		if b.id.User == user {
			return a.user.Oversees(b.user)
		}
	}
	return false
}
