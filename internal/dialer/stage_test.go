package dialer

import (
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
	flaky   func() bool                // the ledger fails now, if not nil
	asked   map[time.Time]int          // claims asked for, by the moment
	over    map[campaign.AttemptID]int // times that an attempt was said to be over
	numbers []string
	claims  int
	saves   []campaign.Campaign
	open    map[campaign.AttemptID]campaign.Attempt
	closed  map[campaign.AttemptID]campaign.Attempt
}

func newStage(t testing.TB, rules Rules, campaigns ...campaign.Campaign) *stage {
	s := &stage{t: t, now: dawn, open: map[campaign.AttemptID]campaign.Attempt{}, closed: map[campaign.AttemptID]campaign.Attempt{}}
	s.asked, s.over = map[time.Time]int{}, map[campaign.AttemptID]int{}
	if rules.AgentRing == 0 {
		rules.AgentRing = 30 * time.Second
	}
	s.state = newState(Config{Campaigns: campaigns, Rules: rules, Log: slog.New(slog.NewTextHandler(complaints{t}, nil))})
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
	}
}

func (s *stage) effect(e effect) {
	switch e := e.(type) {
	case dial:
		s.checkDial(e.order)
		s.line("dial %s %s %s ring %s", e.order.Leg, e.order.Party, e.order.Target, e.order.Ring)
	case bridge:
		s.line("bridge %s %s", e.agent, e.customer)
	case park:
		s.line("park %s %s", e.leg, e.sound)
	case play:
		s.line("play %s %s", e.leg, e.sound)
	case mute:
		s.line("mute %s %t", e.leg, e.on)
	case hangUp:
		s.line("hang up %s: %s", e.leg, e.cause)
	case answer:
		e.to <- reply{e.id, e.err}
	case say:
		if over, ok := e.event.Body.(AttemptClosed); ok {
			s.over[over.Attempt.ID]++
		}
		if text := told(e.event.Body); text != "" {
			s.line("say %s", text)
		}
	case journal:
		s.result(written{what: "journal"})
	case update:
		s.line("update contact %d %v", e.contact, e.columns)
		s.result(written{what: "contact columns"})
	case save:
		s.saves = append(s.saves, e.campaign)
		s.result(saved{job: e, err: s.fail()})
	case claim:
		s.result(s.lease(e))
	case record:
		s.result(recorded{job: e, err: s.write(e.attempt)})
	}
}

// checkDial holds an order against the campaign as it is now.
func (s *stage) checkDial(o call.Order) {
	if o.Party != call.Customer {
		return
	}
	c := s.state.calls[s.state.legs[o.Leg].call]
	def := s.state.campaigns[c.def.ID].def
	zone, err := time.LoadLocation(def.Zone)
	if err != nil {
		s.t.Fatal(err)
	}
	if v := def.Hours.Check(s.now, zone); !v.Allowed || def.State != campaign.On {
		s.t.Errorf("call %s is dialed while its campaign is %s, %s", c.id, def.State, v.Rule)
	}
	if c.attempt.Placed.IsZero() {
		s.t.Errorf("call %s is dialed and its row does not say so", c.id)
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
		return errors.New("disk full")
	}
	return nil
}

func (s *stage) lease(j claim) input {
	s.asked[s.now]++
	got := claimed{job: j, err: s.fail(), zones: map[string]*time.Location{}}
	if zone, err := time.LoadLocation(j.campaign.Zone); err == nil {
		got.zones[j.campaign.Zone] = zone
	}
	for got.err == nil && len(got.claim.Leads) < j.n && len(s.numbers) > 0 {
		s.claims++
		at := campaign.Attempt{
			ID: campaign.AttemptID(s.claims), Campaign: j.campaign.ID, Contact: campaign.ContactID(s.claims),
			Number: s.numbers[0], Claimed: s.now, Placed: s.now, Preview: j.campaign.Mode == campaign.Preview,
		}
		if at.Preview {
			at.Placed = time.Time{}
		}
		s.open[at.ID] = at
		got.claim.Leads = append(got.claim.Leads, campaign.Lead{
			Attempt: at, Contact: campaign.Contact{ID: at.Contact, Number: at.Number, Columns: map[string]string{"name": "N" + at.Number}},
		})
		s.numbers = s.numbers[1:]
	}
	got.claim.Left = len(s.numbers)
	return got
}

// write does what the database does with an attempt.
func (s *stage) write(at campaign.Attempt) error {
	if err := s.fail(); err != nil {
		return err
	}
	if _, done := s.closed[at.ID]; done {
		s.line("record %s ended: %s", at.Call(), at.Reason)
		return nil
	}
	if at.Closed.IsZero() {
		s.open[at.ID] = at
		s.line("record %s placed", at.Call())
		return nil
	}
	delete(s.open, at.ID)
	s.closed[at.ID] = at
	due := "never"
	if !at.Next.Due.IsZero() {
		due = "in " + at.Next.Due.Sub(s.now).String()
	}
	s.line("record %s closed: %s, %s / %s, contact %s %s counts=%t", at.Call(), at.Outcome, at.Category, at.Code, at.Next.Status, due, at.Next.Counts)
	return nil
}

func (s *stage) line(format string, args ...any) {
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
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
func told(body EventBody) string {
	switch b := body.(type) {
	case Popped:
		return fmt.Sprintf("%s pop %s %s placed=%t", b.Agent.User, b.Call.ID, b.Call.Contact.Number, b.Call.Placed)
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
		if b.Line.Refusal != "" {
			text += ", refused: " + b.Line.Refusal
		}
		if b.Line.Failure != "" {
			text += ", failure: " + b.Line.Failure
		}
		return text
	case AgentChanged:
		return b.Agent.User + " is " + b.State.String()
	case StatusChanged:
		return b.Status.User + " status " + b.Status.Status
	case CallChanged:
		verb := "changed"
		if b.New {
			verb = "new"
		}
		if b.Gone {
			verb = "gone"
		}
		return fmt.Sprintf("%s call %s %s %s", b.Call.Agent.User, b.Call.ID, verb, b.Call.State)
	case AttemptClosed:
		return fmt.Sprintf("attempt %s over: %s", b.Attempt.Call(), b.Attempt.Outcome)
	}
	return ""
}

// leg finds a leg by what a story calls it: an agent's name or a number.
func (s *stage) leg(name string) call.LegID {
	if a := s.state.agents[who(name)]; a != nil {
		return a.line.leg
	}
	for _, c := range s.state.calls {
		if c.contact.Number == name {
			return c.leg
		}
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
		if (a.line.state == agent.LineUp || a.line.state == agent.LineDialing) != (a.line.leg != 0) {
			s.t.Errorf("agent %s: line %s with %s", a.id, a.line.state, a.line.leg)
		}
	}
	contacts := map[campaign.ContactID]call.ID{}
	for _, c := range st.calls {
		if other, ok := contacts[c.contact.ID]; ok {
			s.t.Errorf("contact %d is in calls %s and %s", c.contact.ID, c.id, other)
		}
		contacts[c.contact.ID] = c.id
		if c.agent != nobody && st.agents[c.agent].call != c.id {
			s.t.Errorf("call %s thinks it is with %s", c.id, c.agent)
		}
		if c.leg != 0 && st.legs[c.leg].call == c.id && c.agent == nobody && !c.ending {
			switch late := s.now.Sub(c.attempt.Answered) - c.def.Wait; {
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
