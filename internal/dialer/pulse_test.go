package dialer

import (
	"cmp"
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// checkPulse holds the pulse against a count of all calls and agents.
func (s *stage) checkPulse() {
	st := s.state
	idle := sorted(st.agents, byID, func(a *liveAgent) bool { return a.state == agent.Idle })
	if !slices.Equal(idle, st.pulse.idle) {
		s.t.Errorf("%d agents are idle, the pulse knows %d", len(idle), len(st.pulse.idle))
	}
	known := 0
	for user, of := range st.pulse.agents {
		known += len(of)
		if !slices.Equal(of, sorted(st.agents, byID, func(a *liveAgent) bool { return a.id.User == user })) {
			s.t.Errorf("user %s has other agents than the pulse knows", user)
		}
	}
	if known != len(st.agents) {
		s.t.Errorf("%d agents are there, the pulse knows %d", len(st.agents), known)
	}
	s.sameCalls("wait", st.pulse.waiting, func(c *liveCall) bool { return c.state == call.Waiting && !c.ending })
	for _, lc := range st.campaigns {
		s.sameCalls("are aloft", lc.aloft, func(c *liveCall) bool {
			return c.def.ID == lc.def.ID && !c.alone() && c.keeper == nobody && !c.ending && slices.Contains([]call.State{call.Dialing, call.Alerting, call.Greeting, call.Waiting}, c.state)
		})
	}
	contacts := map[campaign.ContactID]int{}
	for _, c := range st.calls {
		contacts[c.contact.ID]++
	}
	for id, n := range contacts {
		if st.pulse.contacts[id] != n || len(st.pulse.contacts) != len(contacts) {
			s.t.Errorf("contact %d is in %d calls, the pulse knows %d", id, n, st.pulse.contacts[id])
		}
	}
}

// sameCalls holds a list of calls against those that belong in it.
func (s *stage) sameCalls(what string, list []*liveCall, belongs func(*liveCall) bool) {
	first := func(a, b *liveCall) int { return cmp.Compare(a.id, b.id) }
	want, got := sorted(s.state.calls, first, belongs), slices.SortedFunc(slices.Values(list), first)
	if !slices.Equal(want, got) {
		s.t.Errorf("%d calls %s, the pulse knows %d", len(want), what, len(got))
	}
}
