package dialer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// dawn is when every stage begins: a Monday noon.
var dawn = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// stage is a floor without a loop: inputs are applied one by one, jobs are
// performed at once on a list of contacts in memory, and what happens is written
// down as lines.
type stage struct {
	t       testing.TB
	state   *state
	now     time.Time
	lines   []string
	queue   []input
	hold    bool // keep results of jobs back until let go
	held    []input
	broken  bool                       // the ledger writes nothing
	failed  bool                       // it has failed to write something
	flaky   func() bool                // the ledger fails now, if not nil
	asked   map[time.Time]int          // claims asked for, by the moment
	most    int                        // contacts that were asked for at once
	team    campaign.Team              // for whom the last one was asked for
	over    map[campaign.AttemptID]int // times that an attempt was said to be over
	numbers []string
	claims  int
	dialed  map[string]call.LegID // the last leg to a number
	book    map[campaign.ContactID]*campaign.Contact
	saves   []campaign.Campaign
	placed  map[call.ID]int // times that a call was dialed
	// passesZone: somebody let a manual call pass the hours.
	passesZone bool
	open       map[campaign.AttemptID]campaign.Attempt
	closed     map[campaign.AttemptID]campaign.Attempt
	index      []campaign.Recording
	memories   map[campaign.ID]string
	past       map[campaign.ContactID]compliance.History
	numbersOf  campaign.Numbers // of every contact
	zoneOf     func(campaign.ContactID) string
	returns    bool         // who is due again is claimed again
	putOff     time.Time    // to when a claim that finds too few puts somebody off
	watch      func(effect) // sees each effect, if not nil
}

func newStage(t testing.TB, rules Rules, campaigns ...campaign.Campaign) *stage {
	return newStageOf(t, Config{Campaigns: campaigns, Rules: rules})
}

func newStageOf(t testing.TB, cfg Config) *stage {
	s := &stage{t: t, now: dawn, open: map[campaign.AttemptID]campaign.Attempt{}, closed: map[campaign.AttemptID]campaign.Attempt{}}
	s.dialed = map[string]call.LegID{}
	s.memories = map[campaign.ID]string{}
	s.placed = map[call.ID]int{}
	s.book = map[campaign.ContactID]*campaign.Contact{}
	s.asked, s.over = map[time.Time]int{}, map[campaign.AttemptID]int{}
	cfg.Memories, cfg.Rules, cfg.Log = clerk{s}, cfg.Rules.withDefaults(), slog.New(slog.NewTextHandler(complaints{t}, nil))
	s.state = newState(cfg)
	return s
}

// complaints fails the test when the floor logs a mistake of its own.
type complaints struct{ t testing.TB }

func (c complaints) Write(p []byte) (int, error) {
	if text := string(p); strings.Contains(text, "undecided") || strings.Contains(text, "unknown leg") {
		c.t.Errorf("the floor complains: %s", text)
	}
	return len(p), nil
}

// autumn is the campaign of most stories.
func autumn() campaign.Campaign {
	return campaign.Campaign{
		ID: "AUTUMN", Name: "Autumn", List: "autumn", Workgroup: "Sales", State: campaign.On,
		Hours: compliance.Hours{Always: true}, AllowSkip: true, CallerID: "+13175550100",
		CallerName: "Autumn Ltd", Withheld: true, Attestation: "A",
	}.Defaults()
}

// apply gives one input to the floor, and then whatever comes of it.
func (s *stage) apply(in input) {
	s.queue = append(s.queue, in)
	for len(s.queue) > 0 {
		next := s.queue[0]
		s.queue = s.queue[1:]
		for _, e := range s.state.apply(s.now, next) {
			s.effect(e)
		}
		for _, e := range s.state.tidy() {
			s.effect(e)
		}
	}
}

func (s *stage) effect(e effect) {
	if s.watch != nil {
		s.watch(e)
	}
	switch e := e.(type) {
	case dial:
		s.checkDial(e.order)
		s.dialed[e.order.Target] = e.order.Leg
		s.line("dial %s %s %s ring %s", e.order.Leg, e.order.Party, e.order.Target, e.order.Ring)
	case bridge:
		s.line("bridge %s %s", e.agent, e.customer)
	case park:
		s.line("park %s %s", e.leg, e.sound)
	case play:
		s.line("play %s %s", e.leg, e.sound)
	case mute:
		s.line("mute %s %t", e.leg, e.on)
	case listen:
		s.line("listen %s %s", e.leg, []string{"no more", "for words", "for an echo"}[e.what])
	case hangUp:
		s.line("hang up %s: %s", e.leg, e.cause)
	case converse, tape, press, referred:
		s.line("%s", mixed(e))
	case answer:
		e.to <- reply{e.id, e.err}
	case say:
		if over, ok := e.event.Body.(AttemptClosed); ok {
			s.over[over.Attempt.ID]++
		}
		if text := s.told(e.event.Body); text != "" {
			s.line("say %s", text)
		}
	case job:
		s.result(e.perform(context.Background(), desks{clerk{s}, clerk{s}, clerk{s}, clerk{s}}))
	}
}

// checkDial holds an order against the campaign as it is now.
func (s *stage) checkDial(o call.Order) {
	if o.Party != call.Customer {
		return
	}
	c := s.state.calls[s.state.legs[o.Leg].call]
	if c == nil { // a talk
		return
	}
	def := s.state.campaigns[c.def.ID].def
	zones := def.Place(c.contact, time.LoadLocation).Zones
	if where := s.state.whereAt; where != nil {
		zones = where(def, c.contact, o.Target).Zones
	}
	if v := def.Hours.Check(s.now, zones...); !v.Allowed && !s.passesZone || !def.State.Dials() {
		s.t.Errorf("call %s is dialed while its campaign is %s, %s", c.id, def.State, v.Rule)
	}
	if row := s.open[c.attempt.ID]; c.attempt.Placed.IsZero() || row.Placed.IsZero() || row.Number != o.Target || row.Manual != (c.wish != nil || c.extra) {
		s.t.Errorf("call %s is dialed and its row does not say so", c.id)
	}
	if o.CallerID != def.CallerID || o.CallerName != def.CallerName || o.Withheld != def.Withheld || o.Attestation != def.Attestation {
		s.t.Errorf("call %s is dialed for its campaign as %q %q, withheld %t, attested %q", c.id, o.CallerID, o.CallerName, o.Withheld, o.Attestation)
	}
	if s.placed[c.id]++; s.placed[c.id] > 1 {
		s.t.Errorf("call %s is dialed twice", c.id)
	}
}

// result is what a job gave.
func (s *stage) result(in input) {
	if s.hold {
		s.held = append(s.held, in)
		return
	}
	s.queue = append(s.queue, in)
}

func (s *stage) fail() error {
	if s.broken || s.flaky != nil && s.flaky() {
		s.failed = true
		return errors.New("disk full")
	}
	return nil
}

func (s *stage) line(format string, args ...any) {
	s.lines = append(s.lines, shortened(fmt.Sprintf(format, args...)))
}

// do gives a command and notes a refusal.
func (s *stage) do(c Command) error {
	back := make(chan reply, 1)
	s.apply(asked{c, back})
	select {
	case r := <-back:
		if r.err != nil {
			s.line("refused (%s): %s", fault.KindOf(r.err), r.err)
		}
		return r.err
	default:
		s.line("no answer yet")
		return nil
	}
}

func (s *stage) report(p call.Progress) {
	p.At = s.now
	s.apply(happened{p})
}

func (s *stage) pass(d time.Duration) {
	end := s.now.Add(d)
	for {
		at, ok := s.state.alarms.next()
		if !ok || at.After(end) {
			break
		}
		s.now = at
		s.apply(ticked{})
	}
	s.now = end
}

// told is an event as a line; what only repeats other lines is left out.
func (s *stage) told(body EventBody) string {
	switch b := body.(type) {
	case Popped:
		return fmt.Sprintf("%s pop %s %s placed=%t%s", b.Agent.User, b.Call.ID, b.Call.Contact.Number, b.Call.Placed, marks(b.Call))
	case CampaignsChanged:
		var parts []string
		for _, c := range b.Added {
			parts = append(parts, fmt.Sprintf("+%s(%s,in=%t)", c.Name, c.State, c.LoggedIn))
		}
		for _, c := range b.Changed {
			parts = append(parts, fmt.Sprintf("~%s(%s)", c.Name, c.State))
		}
		for _, id := range b.Removed {
			parts = append(parts, "-"+string(id))
		}
		return fmt.Sprintf("%s campaigns whole=%t %s", b.Agent.User, b.Whole, strings.Join(parts, " "))
	case BreakChanged:
		return b.Agent.User + " " + b.Break.String()
	case LoggedOff:
		return fmt.Sprintf("%s logged off entirely=%t", b.Agent.User, b.Entirely)
	case LineChanged:
		text := b.Agent.User + " line " + b.Line.State.String()
		if b.Line.Held {
			text += ", held"
		}
		if b.Line.Faded {
			text += ", faded"
		}
		if b.Line.Refusal != "" {
			text += ", refused: " + b.Line.Refusal
		}
		if b.Line.Failure != "" {
			text += ", failure: " + b.Line.Failure
		}
		if !b.Line.Next.IsZero() {
			text += fmt.Sprintf(", try %d in %s", b.Line.Tries+1, b.Line.Next.Sub(s.now))
		}
		if t := b.Line.Test; t.ID != "" && !t.Over {
			text += ", under test"
		} else if t.Over {
			text += ", tested: " + cmp.Or(t.Why, t.Trial.Verdict())
		}
		return text
	case LineNews:
		if b.What == LineRaised || b.What == LineBroke { // other lines say so
			return ""
		}
		return fmt.Sprintf("%s line counted: %s %s", b.Agent.User, b.What, b.Result)
	case AgentChanged:
		return b.Agent.User + " is " + b.State.String()
	case StatusChanged:
		text := b.Status.User + " status " + b.Status.Status
		if b.Status.Forward != "" {
			text += ", forward " + b.Status.Forward
		}
		return text
	case CallChanged:
		verb := "changed"
		if b.New {
			verb = "new"
		}
		if b.Gone {
			verb = "gone"
		}
		return fmt.Sprintf("%s call %s %s %s%s", b.Call.Agent.User, b.Call.ID, verb, b.Call.State, marks(b.Call)+talkMarks(b.Call))
	case AttemptClosed:
		return fmt.Sprintf("attempt %s over: %s%s", b.Attempt.Call(), b.Attempt.Outcome, served(b.Attempt))
	case AutoLogin:
		return fmt.Sprintf("%s logged in to %s by %s", b.Agent.User, b.Campaign, b.By)
	case AutoLogout:
		return fmt.Sprintf("%s taken out of %s by %s", b.Agent.User, b.Campaigns, b.By)
	case ScriptShown:
		return fmt.Sprintf("%s script of %s, %d pages", b.Agent.User, b.Campaign, len(b.Script.Pages))
	case DialerLink:
		return fmt.Sprintf("%s link up=%t: %s", b.Agent.User, b.Up, b.Reason)
	case ManualCall:
		text := fmt.Sprintf("manual call by %s for %s to contact %d: %s", b.By.User, b.Agent.User, b.Contact, b.Status)
		if b.Status == ManualContactBlocked || b.Status == ManualContactUncallable {
			text += fmt.Sprintf(" (%s)%s", b.ContactStatus, rules(b.Blocked))
		}
		if b.Before {
			text += ", dialed before"
		}
		return text
	}
	return toldTalk(body)
}

// served is what analysis found of who answered, and what he was told without an agent.
func served(a campaign.Attempt) string {
	text := ""
	if a.Finding != call.Unjudged {
		text += fmt.Sprintf(", %s", a.Finding)
		if !a.Greeted.IsZero() {
			text += fmt.Sprintf(", greeted for %s", a.Greeted.Sub(a.Answered))
		}
	}
	if !a.Corrected.IsZero() {
		text += ", corrected"
	}
	if a.Message != "" {
		text += fmt.Sprintf(", %s after %s, whole=%t", a.Message, a.Messaged.Sub(a.Answered), a.Played)
	}
	if text != "" {
		text += "; " + a.Code
	}
	return text
}

// rules are the names of those that are set.
func rules(o Overrides) string {
	text := ""
	for _, rule := range []struct {
		name string
		on   bool
	}{
		{"filter", o.Filter}, {"query filter", o.QueryFilter}, {"zone", o.Zone}, {"skills", o.Skills}, {"limit", o.DailyLimit},
		{"spacing", o.Spacing}, {"do not call", o.DoNotCall}, {"ownership", o.Ownership},
	} {
		if rule.on {
			text += ", " + rule.name
		}
	}
	return text
}

// marks are what is out of the ordinary about a call.
func marks(c CallView) string {
	text := ""
	for _, mark := range []struct {
		name string
		on   bool
	}{{"manual", c.Manual}, {"owned", c.Owned}, {"finishing", c.Finishing}} {
		if mark.on {
			text += " " + mark.name
		}
	}
	if c.Stage != 0 {
		text += fmt.Sprintf(" stage=%d", c.Stage)
	}
	if len(c.Attributes) > 0 {
		text += fmt.Sprintf(" %v", c.Attributes)
	}
	return text
}

// leg finds a leg by what a story calls it: an agent's name or a number.
func (s *stage) leg(name string) call.LegID {
	if a := s.state.agents[who(name)]; a != nil {
		return a.line.leg
	}
	if leg, ok := s.dialed[name]; ok {
		return leg
	}
	if n, ok := strings.CutPrefix(name, "leg-"); ok {
		id, _ := strconv.Atoi(n)
		return call.LegID(id)
	}
	s.t.Fatalf("nobody is called %q", name)
	return 0
}

// who is an agent by name; "anna@phone" is anna with another application.
func who(name string) agent.ID {
	user, application, ok := strings.Cut(name, "@")
	if !ok {
		application = "desk"
	}
	return agent.ID{User: user, Application: application}
}

// check holds the floor's invariants against its state; see the package comment.
func (s *stage) check() {
	st := s.state
	for _, a := range st.agents {
		if c := st.calls[a.call]; a.call != "" && (c == nil || c.agent != a.id) {
			s.t.Errorf("agent %s holds call %s, which is not his", a.id, a.call)
		}
		if a.state.OnCall() && a.call == "" {
			s.t.Errorf("agent %s is %s without a call", a.id, a.state)
		}
		if a.state == agent.Idle && a.call != "" {
			s.t.Errorf("agent %s is idle with call %s", a.id, a.call)
		}
		if a.line.state.Alive() != (a.line.leg != 0) {
			s.t.Errorf("agent %s: line %s with %s", a.id, a.line.state, a.line.leg)
		}
	}
	contacts := map[campaign.ContactID]call.ID{}
	for _, c := range st.calls {
		if c.closed || c.state == call.Over {
			continue
		}
		if other, ok := contacts[c.contact.ID]; ok {
			s.t.Errorf("contact %d is in calls %s and %s", c.contact.ID, c.id, other)
		}
		contacts[c.contact.ID] = c.id
		if c.agent != nobody && st.agents[c.agent].call != c.id {
			s.t.Errorf("call %s thinks it is with %s", c.id, c.agent)
		}
		if c.leg != 0 && st.legs[c.leg].call == c.id && c.agent == nobody && !c.ending {
			switch late := s.now.Sub(c.deadline()); {
			case c.state == call.Connecting || c.state.Up():
				s.t.Errorf("call %s is %s, has no agent, and nobody ends it", c.id, c.state)
			case c.state == call.Waiting && late > 0:
				s.t.Errorf("call %s waits %s longer than it may", c.id, late)
			}
		}
		if c.state.Up() && c.agent == nobody && !c.closed && c.attempt.Category == "" && !c.waiting {
			s.t.Errorf("call %s is %s without an agent", c.id, c.state)
		}
	}
	s.checkTalks()
	s.checkPulse()
	if _, late := st.alarms.next(); late {
		if at, _ := st.alarms.next(); at.Before(s.now) {
			s.t.Errorf("a deadline of %s was missed", s.now.Sub(at))
		}
	}
}

// flush gives the lines since the last one.
func (s *stage) flush() []string {
	lines := s.lines
	s.lines = nil
	return lines
}

// openAttempts are the ids of attempts whose rows are open.
func (s *stage) openAttempts() []int {
	var ids []int
	for id := range s.open {
		ids = append(ids, int(id))
	}
	sort.Ints(ids)
	return ids
}

// tell plays lines of a story and checks after each.
func (s *stage) tell(story ...string) {
	s.t.Helper()
	for _, line := range story {
		s.play(strings.Fields(line))
		s.check()
	}
}
