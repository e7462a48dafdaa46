package dialer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// lawModel is what a regulator would know: who was called, when, and for whom. It is
// kept from the orders to dial alone, and each of them is held against it.
type lawModel struct {
	down     bool                        // the trunk takes no call
	refused  map[string]bool             // numbers of who asked not to be called
	placed   []placed                    // calls that left
	air      map[call.LegID]campaign.ID  // calls that a campaign dialed by itself and nobody has
	lines    map[call.LegID]bool         // calls on the trunk that campaigns dialed by themselves
	most     int                         // that it carries; 0 is without limit
	begun    map[campaign.ID][]time.Time // and when, since the clock was last set
	latest   time.Time                   // that any clock showed
	behind   time.Duration               // by how much it was put back
	stranded map[call.ID]bool            // calls that lost the agent who was set aside for them
}

func newLawModel() lawModel {
	return lawModel{
		refused: map[string]bool{}, air: map[call.LegID]campaign.ID{}, lines: map[call.LegID]bool{},
		begun: map[campaign.ID][]time.Time{}, stranded: map[call.ID]bool{},
	}
}

// placed is a call that left.
type placed struct {
	attempt campaign.AttemptID
	contact campaign.ContactID
	number  string
	at      time.Time
}

// before are the calls to a contact, and those to a number through others, which count from
// when the ledger has them placed: it may be slow to say so.
func (m *model) before(contact campaign.ContactID, number string) (own, others []time.Time) {
	for _, p := range m.law.placed {
		switch row, closed := m.closed[p.attempt]; {
		case p.contact == contact:
			own = append(own, p.at)
		case p.number != number:
		case closed:
			others = append(others, row.Placed)
		default:
			others = append(others, m.open[p.attempt].Placed)
		}
	}
	return own, others
}

// Former calls that the rules of half the campaigns allow.
const (
	capCalls   = 2
	capWithin  = time.Hour
	capSpacing = 30 * time.Second
)

// capped are these rules, as a campaign names them.
func capped(t interface{ Fatal(...any) }) compliance.Law {
	law, err := compliance.Law{}.With(map[string][]compliance.Rule{"caps": {
		{ID: "caps/calls", Calls: capCalls, Within: capWithin}, {ID: "caps/spacing", Spacing: capSpacing},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return law
}

// places are where contacts of the model live; the last two are nowhere.
var places = []string{"", "", "Europe/Berlin", "America/New_York", "America/New_York&America/Chicago", "Atlantis/Harbour", "Europe/Berlin&Nowhere"}

// nights are when a shift begins: at noon, and before clocks change in Berlin and in
// New York, each way.
var nights = []time.Time{
	dawn, dawn, time.Date(2026, 3, 29, 0, 45, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 45, 0, 0, time.UTC),
	time.Date(2026, 3, 8, 6, 45, 0, 0, time.UTC), time.Date(2026, 11, 1, 5, 45, 0, 0, time.UTC),
}

// bind puts a campaign under some law, before the shift begins.
func bind(def *campaign.Campaign, r *rand.Rand) {
	if r.IntN(2) == 0 {
		def.Law.Rules = []string{"caps"}
	}
	if r.IntN(2) == 0 {
		def.Law.DoNotCall = []string{"national"}
	}
	if r.IntN(3) == 0 { // contacts live in many zones, and the night has an hour to call in
		def.Hours, def.Zone = compliance.Hours{From: 90 * time.Minute, To: 150 * time.Minute}, "Europe/Berlin"
		if r.IntN(2) == 0 {
			def.Zone = ""
		}
	}
	if r.IntN(2) == 0 {
		def.Retry = campaign.Retry{MaxAttempts: 3, Busy: time.Second, NoAnswer: time.Second, Machine: time.Second, Other: time.Second}
	}
}

// national is a do-not-call list with every fifth of the model's numbers.
func national() compliance.DoNotCall {
	var g compliance.Gather
	for i := 0; i < contacts; i += 5 {
		n, _ := compliance.E164(numberOf(i))
		g.Add(n)
	}
	return compliance.DoNotCall{}.With(compliance.List{Name: "national", Version: "1", Date: compliance.Date{Year: 2026, Month: time.March, Day: 1}, Numbers: g.Numbers()})
}

// numberOf is a contact's number; some have that of the one before.
func numberOf(i int) string {
	if i%8 == 7 {
		i--
	}
	return fmt.Sprintf("+1317555%04d", 100+i)
}

// someNumber is what an agent types: a contact's number, or none with country code.
func (m *model) someNumber() string {
	if m.r.IntN(2) == 0 {
		return "77"
	}
	return numberOf(m.r.IntN(contacts))
}

func isNational(number string) bool {
	for i := 0; i < contacts; i += 5 {
		if numberOf(i) == number {
			return true
		}
	}
	return false
}

// watchLaw follows who is called, and who gets an agent.
func (m *model) watchLaw(e effect) {
	switch e := e.(type) {
	case bridge:
		delete(m.law.air, e.customer)
	case dial:
		if c := m.state.calls[m.state.legs[e.order.Leg].call]; c != nil {
			m.dialing(c, e.order)
		}
	}
}

// gone takes a leg out of the air; one that found no line never left.
func (m *model) gone(id call.LegID, why call.Reason) {
	delete(m.law.air, id)
	delete(m.law.lines, id)
	if c := m.state.calls[m.state.legs[id].call]; c != nil && why == call.NoLines {
		for i, p := range slices.Backward(m.law.placed) {
			if p.contact == c.contact.ID {
				m.law.placed = slices.Delete(m.law.placed, i, i+1)
				break
			}
		}
	}
}

// dialing holds an order to call a contact against the law and the campaign's limits.
func (m *model) dialing(c *liveCall, o call.Order) {
	def := m.state.campaigns[c.def.ID].def
	m.latest()
	if m.state.legs[o.Leg].call != c.id || m.book[c.contact.ID].Status != campaign.InProcess {
		m.t.Errorf("call %s is dialed and its contact is not leased", c.id)
	}
	if c.wish == nil {
		m.lawful(c, def, o.Target)
	}
	m.law.placed = append(m.law.placed, placed{c.attempt.ID, c.contact.ID, o.Target, m.now})
	if c.alone() {
		return
	}
	m.law.air[o.Leg], m.law.lines[o.Leg] = def.ID, true
	if m.law.most > 0 && len(m.law.lines) > m.law.most {
		m.t.Errorf("the trunk has %d calls and takes %d", len(m.law.lines), m.law.most)
	}
	m.law.begun[def.ID] = append(m.law.begun[def.ID], m.now)
	m.limited(def)
	m.covered(c, def)
}

// Room implements [Trunks].
func (m *model) Room(string) int {
	if m.law.most == 0 {
		return -1
	}
	return m.law.most - len(m.law.lines)
}

// lawful: what nobody may pass is not passed.
func (m *model) lawful(c *liveCall, def campaign.Campaign, number string) {
	if zone, open := m.mayRing(c.contact.Zone, def); !open {
		m.t.Errorf("contact %d in %q is dialed outside of %s, at %s", c.contact.ID, zone, def.Hours, m.now)
	}
	switch {
	case m.law.refused[number]:
		m.t.Errorf("%s is dialed and asked not to be", number)
	case len(def.Law.DoNotCall) > 0 && (isNational(number) || !strings.HasPrefix(number, "+")):
		m.t.Errorf("%s is dialed and is on the national list, or can not be looked up", number)
	}
	own, others := m.before(c.contact.ID, number)
	if len(def.Law.Rules) > 0 {
		recent := 0
		for _, at := range slices.Concat(own, others) {
			if at.Add(capWithin).After(m.now) {
				recent++
			}
		}
		near := slices.ContainsFunc(m.law.placed, func(p placed) bool {
			return (p.contact == c.contact.ID || p.number == number) && p.at.Add(capSpacing).After(m.now)
		})
		if recent >= capCalls || near {
			m.t.Errorf("contact %d is dialed at %s after calls to him %v, to the number %v; history %v rule %s", c.contact.ID, number, own, others, c.history.Calls, c.attempt.Rule)
		}
	}
	if n := m.book[c.contact.ID].Attempts; n >= def.Retry.MaxAttempts && !c.extra && !c.owned {
		m.t.Errorf("contact %d is dialed after %d attempts", c.contact.ID, n)
	}
}

// mayRing tells by the clocks on the walls whether somebody may be called.
func (m *model) mayRing(zone string, def campaign.Campaign) (where string, open bool) {
	if def.Hours.Always {
		return zone, true
	}
	if zone == "" {
		zone = def.Zone
	}
	for name := range strings.SplitSeq(zone, "&") {
		there, err := time.LoadLocation(name)
		if err != nil || name == "" {
			return zone, false
		}
		h, min, _ := m.now.In(there).Clock()
		if wall := time.Duration(h)*time.Hour + time.Duration(min)*time.Minute; wall < def.Hours.From || wall >= def.Hours.To {
			return zone, false
		}
	}
	return zone, true
}

// limited: no more calls fly, and no more are begun in any stretch of time, than the
// campaign may.
func (m *model) limited(def campaign.Campaign) {
	flying := 0
	for _, id := range m.law.air {
		if id == def.ID {
			flying++
		}
	}
	if def.MaxFlying > 0 && flying > def.MaxFlying {
		m.t.Errorf("campaign %s has %d calls in the air, it may have %d", def.ID, flying, def.MaxFlying)
	}
	begun := m.law.begun[def.ID]
	for i, from := range begun {
		n, may := len(begun)-i, max(1, def.MaxRate)+def.MaxRate*m.now.Sub(from).Seconds()
		if def.MaxRate > 0 && float64(n) > may+1e-6 {
			m.t.Errorf("campaign %s began %d calls in %s, at %g a second", def.ID, n, m.now.Sub(from), def.MaxRate)
			return
		}
	}
}

// covered: precise dials for an agent who is there for this call, power with one line for
// each at most for as many as could take a call now.
func (m *model) covered(c *liveCall, def campaign.Campaign) {
	if c.precise && !m.manned(c) {
		m.t.Errorf("call %s is dialed precisely, and %s, who was set aside, would not hear the customer", c.id, c.keeper)
	}
	if def.Mode != campaign.Power || def.ByRate || def.Lines > 1 || len(m.state.campaigns) > 1 {
		return
	}
	could := map[string]bool{}
	for _, a := range m.state.agents {
		if m.state.takes(a, def.ID) {
			could[a.id.User] = true
		}
	}
	if flying := len(m.state.campaigns[def.ID].aloft); flying > len(could) {
		m.t.Errorf("campaign %s dials for %d agents, %d calls fly", def.ID, len(could), flying)
	}
}

// latest keeps the latest moment that any clock showed.
func (m *model) latest() time.Time {
	if m.now.After(m.law.latest) {
		m.law.latest = m.now
	}
	return m.law.latest
}

// steps are by how much a clock is put right, or wrong.
var steps = []time.Duration{-36 * time.Hour, -time.Hour, -10 * time.Second, 10 * time.Second, 7 * time.Minute, time.Hour, 26 * time.Hour}

// setClock puts the clock forward or back; what was due meanwhile is done at once.
func (m *model) setClock(by time.Duration) {
	m.latest()
	m.now, m.law.behind = m.now.Add(by), m.law.behind+max(0, -by)
	m.law.begun = map[campaign.ID][]time.Time{}
	m.line("the clock is put by %s", by)
	m.apply(ticked{})
	m.latest()
}

// aside is whether a call has an agent who was set aside for it and would hear the
// customer now.
func (m *model) aside(id call.LegID) (c *liveCall, keeper *liveAgent) {
	if c = m.state.calls[m.state.legs[id].call]; c == nil || c.leg != id || c.ending {
		return nil, nil
	}
	if a := m.state.keeper(c); a != nil && a.line.heard() {
		return c, a
	}
	return c, nil
}

// checkAside: who answers has the agent who was set aside for him, at once.
func (m *model) checkAside(c *liveCall, keeper *liveAgent) {
	if keeper != nil && c.agent != keeper.id && c.keeper != keeper.id && !c.unmanned {
		m.t.Errorf("call %s was answered, and %s, who was set aside for it, does not have it", c.id, keeper.id)
	}
}

// checkLaw holds what must be true after every step.
func (m *model) checkLaw() {
	for id, c := range m.state.calls {
		if (c.precise || c.alone()) && c.state != call.Previewed && !m.manned(c) {
			m.law.stranded[id] = true
		}
	}
	rows := map[campaign.ContactID]campaign.AttemptID{}
	for id, row := range m.open {
		if other, two := rows[row.Contact]; two {
			m.t.Errorf("contact %d has attempts %d and %d open", row.Contact, other, id)
		}
		rows[row.Contact] = id
	}
	for _, row := range m.closed {
		if row.Category == "Deleted" {
			m.law.refused[row.Number] = true
		}
		m.checkAbandoned(row)
	}
	for _, row := range m.open {
		m.checkAbandoned(row)
	}
}

// checkAbandoned: a call that has an agent of its own is abandoned only if it lost him, or
// his line.
func (m *model) checkAbandoned(row campaign.Attempt) {
	c := m.state.calls[row.Call()]
	if c != nil && row.Abandoned && (c.precise || c.alone()) && !m.law.stranded[c.id] {
		m.t.Errorf("attempt %d was abandoned, and never lost the agent whom it had", row.ID)
	}
}

// manned tells whether the agent of a call hears his line.
func (m *model) manned(c *liveCall) bool {
	id := c.agent
	if id == nobody {
		id = c.keeper
	}
	a := m.state.agents[id]
	return a != nil && a.line.state == agent.LineUp && a.line.heard()
}
