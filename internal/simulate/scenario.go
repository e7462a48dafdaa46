package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// Scenario is a day to be rehearsed. The zero value of a field stands for what
// [Scenario.Defaults] gives, but for shares, where zero is none.
type Scenario struct {
	Name   string
	Seed   uint64
	Length time.Duration
	Team   Team
	// Lines is how many calls to customers the trunk carries at a time; 0 is no limit.
	Lines     int
	Campaigns []Campaign
	Events    []Event
}

// Team are the agents. All of them work for all campaigns; an agentless one has calls for
// them only with [Campaign.ToAgents].
type Team struct {
	Agents int
	// WrapUp is the share of the handle time that comes after the conversation.
	WrapUp float64
	// Every so long each agent wants a break of BreakFor; 0 is never.
	BreakEvery, BreakFor time.Duration
	// NoLine: agents have no persistent connection, and are called for each customer.
	NoLine bool
	// PickUp is how long an agent's phone takes to be answered, set-up included.
	PickUp time.Duration
}

// Campaign is one that dials in the scenario.
type Campaign struct {
	Name string
	Mode campaign.Mode
	// Lines is how many calls mode power makes for each idle agent.
	Lines float64
	Pace  pacing.Policy
	// Learned is what its pacing knows as the day begins; the zero value is nothing.
	Learned pacing.Memory
	// MaxFlying is how many calls it may have in the air, and MaxRate how many it may
	// begin in a second; 0 is no limit.
	MaxFlying int
	MaxRate   float64
	// Priority and Weight say which campaign gets agents that several want; weight 0 is 1.
	Priority int
	Weight   float64
	// Contacts is how long its list is; 0 is without an end.
	Contacts int
	// Ring is how long a customer's phone rings, Wait how long one who answered waits
	// for an agent.
	Ring, Wait time.Duration
	// Analysis is who tells machines from people; with nothing, or [Ideal], the network
	// does, before anybody is connected.
	Analysis campaign.AnalysisPolicy
	// Message is how long the message of mode agentless takes, MachineMessage that which
	// is left on machines after their beep; with 0 they are hung up on.
	Message, MachineMessage time.Duration
	// ToAgents: who presses the key of an agentless message that passes him on waits for
	// an agent of the team. Otherwise he is connected with a number outside.
	ToAgents  bool
	Customers Customers
}

// Ideal is an analysis that takes no time.
const Ideal campaign.AnalysisPolicy = "ideal"

// Customers is how those behave who are called.
type Customers struct {
	// Answer is the share of attempts that a person answers, Handle how long agents are
	// busy with one, on average: hour by hour; the last holds on.
	Answer []float64
	Handle []time.Duration
	// Spread is the coefficient of variation of handle times.
	Spread float64
	// Machine and Failing are the shares of attempts that a machine answers, or that fail
	// as soon as they are set up.
	Machine, Failing float64
	// Misjudged is the share of people who are taken for machines and hung up on.
	Misjudged float64
	// SetUp is the time until a phone rings. Then a person takes RingMean, spread as a
	// gamma distribution of RingShape.
	SetUp, RingMean time.Duration
	RingShape       float64
	// Rings, if there are any, are ringing times to draw from in place of that.
	Rings []time.Duration
	// Patience is how long a person waits for an agent before hanging up; 0 is longer
	// than the dialer lets anybody wait.
	Patience time.Duration
	// Of the people to whom an agentless campaign plays its message these shares hear it
	// out, press the key that passes them on, and the key that keeps them from being
	// called again; the others hang up in its course.
	HearOut, PassOn, OptOut float64
}

// Event is something that changes in the course of the day; what is zero stays.
type Event struct {
	At time.Duration
	// Agents come, or leave at once if negative, in the middle of whatever they do.
	Agents int
	// TrunkDown is how long every new call fails from then on.
	TrunkDown time.Duration
	// Answer is the share of attempts that people answer from then on.
	Answer float64
	// Clock is by how much the clock of the server is put forward, or back.
	Clock time.Duration
}

// Defaults fills in what was left open.
func (s Scenario) Defaults() Scenario {
	s.Length = cmp.Or(s.Length, 8*time.Hour)
	s.Team.PickUp = cmp.Or(s.Team.PickUp, 5*time.Second)
	if len(s.Campaigns) == 0 {
		s.Campaigns = []Campaign{Standard()}
	}
	campaigns := make([]Campaign, len(s.Campaigns))
	for i, c := range s.Campaigns {
		campaigns[i] = c.defaults(i)
	}
	s.Campaigns = campaigns
	if s.agentless() {
		s.Team.Agents = 0
	}
	return s
}

// agentless tells whether no campaign has anything for agents to do.
func (s Scenario) agentless() bool {
	return !slices.ContainsFunc(s.Campaigns, func(c Campaign) bool { return c.Mode != campaign.Agentless || c.ToAgents })
}

// Standard is the campaign that [Scenario.Defaults] gives to a scenario without any.
func Standard() Campaign {
	return Campaign{Customers: Customers{
		Spread: 0.9, Machine: 0.35, Failing: 0.10, HearOut: 0.5, PassOn: 0.02, OptOut: 0.01,
	}}.defaults(0)
}

// StandardTeam is a team as scenarios have it that say nothing about it.
func StandardTeam() Team { return Team{Agents: 25, WrapUp: 0.2, PickUp: 5 * time.Second} }

func (c Campaign) defaults(i int) Campaign {
	if c.Name == "" {
		c.Name = "Campaign " + string(rune('A'+i%26))
	}
	c.Mode = cmp.Or(c.Mode, campaign.Predictive)
	c.Lines = cmp.Or(c.Lines, 1)
	c.Pace = c.Pace.Defaults()
	c.Ring = cmp.Or(c.Ring, 25*time.Second)
	c.Analysis = cmp.Or(c.Analysis, Ideal)
	if c.Mode == campaign.Agentless { // nothing else holds it
		c.MaxFlying = cmp.Or(c.MaxFlying, 50)
	}
	c.Message = cmp.Or(c.Message, 30*time.Second)
	c.Wait = cmp.Or(c.Wait, 2*time.Second)
	p := &c.Customers
	if len(p.Answer) == 0 {
		p.Answer = []float64{0.25}
	}
	if len(p.Handle) == 0 {
		p.Handle = []time.Duration{90 * time.Second}
	}
	p.SetUp = cmp.Or(p.SetUp, 3*time.Second)
	p.RingMean = cmp.Or(p.RingMean, 8*time.Second)
	p.RingShape = cmp.Or(p.RingShape, 2)
	return c
}

// longestMessage is after which time the floor ends any message.
const longestMessage = 90 * time.Second

// longestHandle is how long agents may be busy with a call on average, and mostLines how
// many calls power makes for one of them: a day beyond would not come to its end.
const (
	longestHandle = 2 * time.Hour
	mostLines     = 100
)

// longest is the longest day that is rehearsed.
const longest = 31 * 24 * time.Hour

// Check tells what can not be rehearsed. Errors: Invalid.
func (s Scenario) Check() error {
	switch {
	case s.Length <= 0 || s.Length > longest:
		return fault.New(fault.Invalid, "a day of %s can not be rehearsed; give it between a moment and 31 days", s.Length)
	case s.Team.Agents > 10_000 || s.Team.Agents < 1 && !s.agentless():
		return fault.New(fault.Invalid, "%d agents: there must be between 1 and 10,000; only campaigns of mode agentless need none", s.Team.Agents)
	case !(s.Team.WrapUp >= 0 && s.Team.WrapUp <= 1):
		return fault.New(fault.Invalid, "a share of wrap-up of %g: write 0.2 for 20 %%", s.Team.WrapUp)
	case s.Team.BreakEvery < 0 || s.Team.BreakFor < 0 || s.Team.PickUp < 0 || s.Lines < 0:
		return fault.New(fault.Invalid, "breaks, pick-up and lines can not be negative")
	case s.Team.BreakEvery > 0 && s.Team.BreakFor == 0:
		return fault.New(fault.Invalid, "breaks every %s last no time; say how long they are", s.Team.BreakEvery)
	}
	for _, c := range s.Campaigns {
		if err := c.check(); err != nil {
			return fault.Wrap(err, fault.Invalid, "campaign %s", c.Name)
		}
	}
	for _, e := range s.Events {
		if e.At < 0 || e.At >= s.Length || e.TrunkDown < 0 || e.Answer < 0 || e.Answer > 1 {
			return fault.New(fault.Invalid, "an event at %s: it must lie within the day of %s, its trunk be down for a time and its answer rate be a share", e.At, s.Length)
		}
	}
	return nil
}

func (c Campaign) check() error {
	p := c.Customers
	for _, share := range append([]float64{p.Machine, p.Failing, p.Misjudged, c.Pace.Limit, p.HearOut, p.PassOn, p.OptOut}, p.Answer...) {
		if !(share >= 0 && share <= 1) {
			return fault.New(fault.Invalid, "a share of %g: shares go from 0 to 1; write 0.25 for 25 %%", share)
		}
	}
	for _, d := range p.Handle {
		if d <= 0 || d > longestHandle {
			return fault.New(fault.Invalid, "a handle time of %s: it must be more than nothing, and %s at most", d, longestHandle)
		}
	}
	switch {
	case !(p.Spread >= 0 && p.Spread <= 10 && p.RingShape > 0 && p.RingShape <= 100):
		return fault.New(fault.Invalid, "a spread of handle times of %g and a shape of ringing times of %g: the first goes from 0 to 10, the second from above 0 to 100", p.Spread, p.RingShape)
	case c.Ring <= p.SetUp:
		return fault.New(fault.Invalid, "phones are given up after %s and ring after %s: nobody would answer", c.Ring, p.SetUp)
	case p.HearOut+p.PassOn+p.OptOut > 1+1e-9:
		return fault.New(fault.Invalid, "%g hear the message out, %g press the key to be passed on and %g the one to opt out: together that is more than all people", p.HearOut, p.PassOn, p.OptOut)
	case c.MachineMessage > 0 && (c.Analysis == Ideal || c.Analysis == campaign.AnalyseNot):
		return fault.New(fault.Invalid, "a message can be left on machines only where call analysis finds them; set analysis to first or beside, not %s", c.Analysis)
	case c.Message > longestMessage || c.MachineMessage > longestMessage || c.Message < 0 || c.MachineMessage < 0:
		return fault.New(fault.Invalid, "messages of %s and %s: they go on for 90s at most", c.Message, c.MachineMessage)
	case p.RingMean < 0 || p.Patience < 0 || c.Wait < 0 || c.Contacts < 0 || p.SetUp < 0 || c.MaxFlying < 0 || !(c.Lines >= 0 && c.MaxRate >= 0 && c.Weight >= 0):
		return fault.New(fault.Invalid, "times, contacts, lines, limits and weights can not be negative")
	case c.Lines > mostLines:
		return fault.New(fault.Invalid, "%g calls for each idle agent: %d are the most", c.Lines, mostLines)
	}
	return nil
}
