package dialer

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// interaction is a call as agents have it in hand: one party, who holds it or
// where it waits, and what is done to it. A [liveCall] is one with an attempt
// behind it; all others are talks: made by an agent, consultations, invited and
// passed on parties.
//
// Its party is at the far end of leg, or is a colleague (peer), whose line it is
// then. Interactions know each other and agents by id only, so that what is gone
// can not be reached.
type interaction struct {
	id      call.ID
	kind    call.Kind
	state   call.State
	leg     call.LegID // 0 until dialed, and where the party is a colleague
	agent   agent.ID   // who holds it; zero until assigned
	station string     // of that agent
	peer    agent.ID   // the colleague who is the party, once he picked up
	number  string     // of the party, where no contact tells it
	target  string     // the user who is or will be the party
	queue   call.Queue // where it waits or alerts; the zero value is nowhere
	alerts  []agent.ID // whom it alerts now
	rings   call.Queue // on whose behalf
	refused []string   // users who sent it away, did not want it or were not reached
	held    holders    // who put it on hold
	muted   bool
	private bool
	// ending: the party is being hung up; an answer that crosses it leads nowhere.
	ending bool

	transfer   call.ID // the call at the destination to which the party is sent
	source     call.ID // of such a call: the one whose party is to come
	parker     agent.ID
	consults   call.ID // of a consultation: the call it is about
	conference call.ConferenceID
	// supervisors are who listens, coaches or has joined; each knows it by watches.
	supervisors map[agent.ID]call.Supervision

	tape, snippet *taping
	recording     string // id of the last recording, snippets aside
	tapes         int    // recordings begun, which gives them their names
	ruled         bool   // what the campaign wants recorded was begun, or could not be
	announcing    bool   // the announcement before recordings is being played
	announced     time.Time
	cuts          int     // times that it was cut off
	origin        call.ID // of a party that was passed on: the contact's call
	consent       string  // the rule by which it is recorded only if that is announced, or empty

	// def and contact are the campaign and the contact of the call, or of the one
	// that it was before.
	def        campaign.Campaign
	contact    campaign.Contact
	attributes map[string]string // what clients set, besides the contact's columns
	wrapUps    []WrapUp

	untold                                    bool      // nobody has heard of it yet
	began, dialed, answered, connected, ended time.Time // of talks; attempts have their own
	cause                                     call.Cause
	trouble                                   string // what failed last, a transfer or a recording, in words
}

// holders says who has put a call on hold: the agent who holds it, the colleague
// who is its party; or that the line of the agent is lost, who is called again.
type holders struct{ agent, peer, line bool }

func (h holders) any() bool { return h.agent || h.peer || h.line }

// conference is several parties who hear each other: with the agent who holds
// their calls, or, once he is out, alone.
type conference struct {
	id    call.ConferenceID
	calls []call.ID // in the order in which they came
}

// interaction finds a call of any kind, or nil.
func (s *state) interaction(id call.ID) *interaction {
	if c := s.calls[id]; c != nil {
		return &c.interaction
	}
	return s.talks[id]
}

// named finds a call for a command.
func (s *state) named(id call.ID) (*interaction, error) {
	if c := s.interaction(id); c != nil {
		return c, nil
	}
	return nil, fault.New(fault.NotFound, "there is no interaction %s", id)
}

// newNumber gives out a number for a talk or a conference: milliseconds of the
// floor's first input and a count, so that it does not come again after a restart.
func (s *state) newNumber() string {
	if s.lastNumber == 0 {
		s.lastNumber = s.now.UnixMilli()
	}
	s.lastNumber++
	return strconv.FormatInt(s.lastNumber, 10)
}

// newTalk begins a call that is not for a contact.
func (s *state) newTalk(kind call.Kind) *interaction {
	c := &interaction{id: call.ID(s.newNumber()), kind: kind, began: s.now, untold: true}
	s.talks[c.id] = c
	return c
}

// inherit gives a call what another one has of campaign, contact and attributes.
func (c *interaction) inherit(from *interaction) {
	c.def, c.contact = from.def, from.contact
	c.attributes, c.wrapUps = maps.Clone(from.attributes), slices.Clone(from.wrapUps)
	c.private = from.private
}

// take puts a talk into an agent's hand, as the one who holds it or as its party.
func (s *state) take(a *liveAgent, c *interaction) {
	if !slices.Contains(a.hand, c.id) {
		a.hand = append(a.hand, c.id)
		s.occupy(a, 1)
	}
	s.alarms.clear(alarm{kind: alarmIdle, agent: a.id})
	s.stir(c)
}

// give makes an agent the one who holds a talk.
func (s *state) give(c *interaction, a *liveAgent) {
	c.agent, c.station = a.id, a.station.Name
	s.take(a, c)
}

// letGo takes a talk out of an agent's hand.
func (s *state) letGo(id agent.ID, c *interaction) {
	a := s.agents[id]
	if a == nil {
		return
	}
	s.stir(c)
	if i := slices.Index(a.hand, c.id); i >= 0 {
		a.hand = slices.Delete(a.hand, i, i+1)
		s.occupy(a, -1)
	}
	s.showPhone(a)
	s.lineSpare(a)
}

// lineSpare looks after the line of an agent who may need it no longer.
func (s *state) lineSpare(a *liveAgent) {
	if a.busy() || a.call != "" && s.calls[a.call].state != call.Over {
		return
	}
	if a.station.MayPersist() {
		if a.call == "" {
			s.watchIdle(a)
		}
		return
	}
	if a.line.leg != 0 {
		s.dropLine(a, "the call is over")
	}
}

// busy tells whether an agent has a call in hand that is not for a contact, or
// supervises one. The dialer gives none to a user of whom any agent is busy
// ([state.occupy]).
func (a *liveAgent) busy() bool { return len(a.hand) > 0 || a.watches != "" }

// occupy counts what a user has in hand with all his applications, as he has but
// one pair of ears.
func (s *state) occupy(a *liveAgent, n int) {
	if s.occupied[a.id.User] += n; s.occupied[a.id.User] == 0 {
		delete(s.occupied, a.id.User)
	}
}

// inHand are all calls in an agent's hand that are not over: the contact's first,
// then the others as they came.
func (s *state) inHand(a *liveAgent) []*interaction {
	var list []*interaction
	if c := s.calls[a.call]; c != nil && c.state != call.Over {
		list = append(list, &c.interaction)
	}
	for _, id := range a.hand {
		if c := s.talks[id]; c != nil {
			list = append(list, c)
		}
	}
	return list
}

// speaks tells whether an agent is in a call now: connected, and not on hold.
func (c *interaction) speaks(id agent.ID) bool {
	return c.state == call.Connected && !c.ending && (c.agent == id || c.peer == id)
}

// attended tells whether an agent has not put a call that is up on hold: he is in it,
// or will be as soon as the other one takes it back.
func (c *interaction) attended(id agent.ID) bool {
	return c.state.Up() && !c.ending && (c.agent == id && !c.held.agent || c.peer == id && !c.held.peer)
}

// attending are the calls that an agent attends.
func (s *state) attending(a *liveAgent) []*interaction {
	return slices.DeleteFunc(s.inHand(a), func(c *interaction) bool { return !c.attended(a.id) })
}

// speaking are the calls that an agent is in now.
func (s *state) speaking(a *liveAgent) []*interaction {
	return slices.DeleteFunc(s.inHand(a), func(c *interaction) bool { return !c.speaks(a.id) })
}

// shift changes the state of a call by its table.
func (s *state) shift(c *interaction, in call.Input) bool {
	next, ok := c.state.On(in)
	if !ok {
		s.log.Error("undecided", "call", string(c.id), "state", c.state.String(), "input", in.String())
		return false
	}
	c.state = next
	if lc := s.calls[c.id]; lc != nil {
		s.follow(lc)
	}
	s.stir(c)
	return true
}

// sayTalk tells of a change to a call.
func (s *state) sayTalk(c *interaction) {
	if lc := s.calls[c.id]; lc != nil {
		s.sayCall(lc)
		return
	}
	s.tell(CallChanged{Call: viewTalk(c), New: c.untold})
	c.untold = false
}

// view is a call of any kind as it may be seen.
func (s *state) view(c *interaction) CallView {
	if lc := s.calls[c.id]; lc != nil {
		return viewCall(lc)
	}
	return viewTalk(c)
}

func (s *state) talksByID() []*interaction {
	return sorted(s.talks, func(a, b *interaction) int { return cmp.Compare(a.id, b.id) }, all)
}
