package dialer

import (
	"cmp"
	"slices"

	"maps"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// supervise lets a supervisor take part in a call, or ends that.
func (s *state) supervise(cmd Supervise) error {
	c, a, err := s.allowed(cmd.By, cmd.Call, deedSupervise)
	if err != nil {
		return err
	}
	if !cmd.On {
		if a.watches == c.id {
			s.unwatch(a)
			s.lineSpare(a)
		}
		return nil
	}
	switch {
	case cmd.How < call.Listen || cmd.How > call.Join:
		return fault.New(fault.Invalid, "a call can be listened to, coached or joined")
	case !c.state.Up() || c.ending || c.agent == nobody:
		return fault.New(fault.Conflict, "interaction %s is %s; nobody is on the phone with it", c.id, doing(c))
	case slices.ContainsFunc(s.companions(c), func(other *interaction) bool { return s.partIn(a, other)&(holds|partner) != 0 }):
		return fault.New(fault.Conflict, "interaction %s is your own conversation", c.id)
	case s.sealed(c):
		return fault.New(fault.Forbidden, "interaction %s is private", c.id)
	}
	if err := s.hasPhone(a, goal{number: "a supervisor dials nobody"}); err != nil {
		return err
	}
	if a.watches != c.id {
		s.setAside(a, c)
		a.watches = c.id
		s.occupy(a, 1)
		s.alarms.clear(alarm{kind: alarmIdle, agent: a.id})
	}
	if c.supervisors == nil {
		c.supervisors = make(map[agent.ID]call.Supervision)
	}
	c.supervisors[a.id] = cmd.How
	s.note(campaign.Entry{Kind: "supervision", Agent: a.id.User, Campaign: c.def.ID, Call: c.id, Text: cmd.How.String() + ", of " + c.agent.User})
	s.raiseLine(a)
	s.stir(c)
	s.sayTalk(c)
	return nil
}

// sealed tells whether a call, or one that shares a room with it, is private.
func (s *state) sealed(c *interaction) bool {
	return slices.ContainsFunc(s.sharing(c), func(other *interaction) bool { return other.private })
}

// sharing are the calls whose parties share a room with a call's, or will once they
// are taken back: its conference, and all that its agent is in together with it.
func (s *state) sharing(c *interaction) []*interaction {
	list := s.companions(c)
	if a := s.agents[c.agent]; a != nil && c.attended(a.id) {
		for _, other := range s.attending(a) {
			if !slices.Contains(list, other) {
				list = append(list, other)
			}
		}
	}
	return list
}

// seclude keeps supervisors and recordings out of a call and those that share a room
// with it, if one of them is private.
func (s *state) seclude(c *interaction) {
	if !s.sealed(c) {
		return
	}
	for _, other := range s.sharing(c) {
		s.unwatchAll(other)
		if other.tape != nil && other.tape.by == "" {
			other.ruled = false // it begins anew once they may be heard again
		}
		s.stopTapes(other)
	}
}

// unwatch ends an agent's supervision of a call.
func (s *state) unwatch(a *liveAgent) {
	c := s.interaction(a.watches)
	a.watches = ""
	s.occupy(a, -1)
	s.stirAgent(a.id)
	if c != nil {
		s.stir(c)
		delete(c.supervisors, a.id)
		s.sayTalk(c)
	}
}

// unwatchAll ends all supervision of a call.
func (s *state) unwatchAll(c *interaction) {
	for _, id := range slices.SortedFunc(maps.Keys(c.supervisors), func(a, b agent.ID) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Application, b.Application))
	}) {
		if a := s.agents[id]; a != nil && a.watches == c.id {
			s.unwatch(a)
			s.lineSpare(a)
		}
		delete(c.supervisors, id)
	}
}

// makePrivate keeps supervisors and recordings out of a call, and of those that
// share a room with it.
func (s *state) makePrivate(c *interaction, on bool) error {
	if !c.state.Up() || c.ending {
		return fault.New(fault.Conflict, "interaction %s is %s", c.id, doing(c))
	}
	if c.private == on {
		return nil
	}
	if on {
		if err := unstoppable(c); err != nil {
			return err
		}
	}
	c.private = on
	s.stir(c) // what is recorded by rule may begin again
	s.seclude(c)
	s.sayTalk(c)
	return nil
}
