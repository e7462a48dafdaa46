package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
	"github.com/outdial/outdial/internal/simulate"
)

// setting is something about a rehearsal that a flag, a scenario file or --set may
// say. One of a campaign is said of all campaigns, unless a file says it in one.
type setting struct {
	name, usage string
	put         func(*simulate.Scenario, string) error
	putIn       func(*simulate.Campaign, string) error // of a campaign, in place of put
}

// settings are all there are, as they are listed with -h.
var settings = []setting{
	{name: "agents", usage: "how `many` agents there are (25; none where all campaigns are agentless)", put: func(s *simulate.Scenario, v string) error { return whole(&s.Team.Agents, v) }},
	{name: "hours", usage: "how many `hours` the day has (8)", put: func(s *simulate.Scenario, v string) error {
		var h float64
		err := above(&h, v, decimal)
		s.Length = time.Duration(min(h, 1e6) * float64(time.Hour)) // more than any day
		return err
	}},
	{name: "seed", usage: "the `number` that chance begins with: the same gives the same result (1)", put: func(s *simulate.Scenario, v string) (err error) {
		s.Seed, err = strconv.ParseUint(v, 10, 64)
		return plainly(err, v, "a whole number")
	}},
	{name: "wrap-up", usage: "the `share` of the handle time that comes after the conversation (0.2)", put: func(s *simulate.Scenario, v string) error { return decimal(&s.Team.WrapUp, v) }},
	{name: "break-every", usage: "each agent takes a break after so much `time` (never)", put: func(s *simulate.Scenario, v string) error { return span(&s.Team.BreakEvery, v) }},
	{name: "break-for", usage: "how much `time` a break takes", put: func(s *simulate.Scenario, v string) error { return span(&s.Team.BreakFor, v) }},
	{name: "persistent", usage: "true or false: agents' phones `stay` connected between calls (true)", put: func(s *simulate.Scenario, v string) error {
		stay, err := strconv.ParseBool(v)
		s.Team.NoLine = !stay
		return plainly(err, v, "true or false")
	}},
	{name: "pick-up", usage: "the `time` until an agent's phone is picked up (5s)", put: func(s *simulate.Scenario, v string) error { return above(&s.Team.PickUp, v, span) }},
	{name: "trunk-lines", usage: "how `many` calls the trunk carries at a time; 0 is no limit", put: func(s *simulate.Scenario, v string) error { return whole(&s.Lines, v) }},

	{name: "mode", usage: "how the campaign dials, by the `name` of the mode (predictive)", putIn: func(c *simulate.Campaign, v string) error {
		if !slices.Contains(campaign.Modes, campaign.Mode(v)) {
			return fmt.Errorf("%q is no mode; there are %s", v, listed(campaign.Modes))
		}
		c.Mode = campaign.Mode(v)
		return nil
	}},
	{name: "lines", usage: "how `many` calls mode power makes for each idle agent (1)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Lines, v, decimal) }},
	{name: "target", usage: "the `share` of people who answer that may be abandoned (0.03)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Pace.Limit, v, decimal) }},
	{name: "adjust", usage: "how the pace follows it: target, maximum or `none` (target)", putIn: func(c *simulate.Campaign, v string) error {
		if !slices.Contains(pacing.Adjustments, pacing.Adjustment(v)) {
			return fmt.Errorf("%q is no adjustment; there are %s", v, listed(pacing.Adjustments))
		}
		c.Pace.Adjust = pacing.Adjustment(v)
		return nil
	}},
	{name: "max-flying", usage: "how `many` calls that no agent has may be up at a time; 0 is no limit (50 in mode agentless)", putIn: func(c *simulate.Campaign, v string) error { return whole(&c.MaxFlying, v) }},
	{name: "max-rate", usage: "how `many` calls may be begun in a second; 0 is no limit", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.MaxRate, v) }},
	{name: "priority", usage: "the `number` by which a campaign is dialed for before others; the higher first (0)", putIn: func(c *simulate.Campaign, v string) error { return whole(&c.Priority, v) }},
	{name: "weight", usage: "the `share` of the agents that a campaign gets among those of its priority (1)", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.Weight, v) }},
	{name: "analysis", usage: "`who` tells machines from people: ideal (at once, by the network), first or beside (call analysis), off (agents)", putIn: func(c *simulate.Campaign, v string) error {
		known := append([]campaign.AnalysisPolicy{simulate.Ideal}, campaign.AnalysisPolicies...)
		if !slices.Contains(known, campaign.AnalysisPolicy(v)) {
			return fmt.Errorf("%q is no analysis; there are %s", v, listed(known))
		}
		c.Analysis = campaign.AnalysisPolicy(v)
		return nil
	}},
	{name: "contacts", usage: "how `many` contacts the list has; 0 is a list without an end", putIn: func(c *simulate.Campaign, v string) error { return whole(&c.Contacts, v) }},
	{name: "ring", usage: "the `time` after which a call that nobody answers is given up (25s)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Ring, v, span) }},
	{name: "wait", usage: "the `time` that a person who answered waits for an agent, and is then abandoned (2s)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Wait, v, span) }},
	{name: "message", usage: "the `time` that the message of mode agentless takes (30s)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Message, v, span) }},
	{name: "machine-message", usage: "the `time` of the message left on machines that call analysis finds; 0s hangs up on them (0s)", putIn: func(c *simulate.Campaign, v string) error {
		return span(&c.MachineMessage, v)
	}},

	{name: "handle", usage: "the mean `time` that agents are busy with a call (90s); several, with commas, go hour by hour", putIn: func(c *simulate.Campaign, v string) error {
		return several(&c.Customers.Handle, v, span)
	}},
	{name: "handle-cv", usage: "the `coefficient` of variation of handle times (0.9)", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.Customers.Spread, v) }},
	{name: "answer-rate", usage: "the `share` of attempts that a person answers (0.25); several go hour by hour", putIn: func(c *simulate.Campaign, v string) error {
		return several(&c.Customers.Answer, v, decimal)
	}},
	{name: "machine", usage: "the `share` that a machine answers (0.35)", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.Customers.Machine, v) }},
	{name: "failing", usage: "the `share` that fails at once (0.10)", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.Customers.Failing, v) }},
	{name: "misjudged", usage: "the `share` of people who are taken for machines and hung up on (0)", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.Customers.Misjudged, v) }},
	{name: "hear-out", usage: "the `share` of people who hear an agentless message to its end (0.5); the rest hang up, but for those who press a key", putIn: func(c *simulate.Campaign, v string) error {
		return decimal(&c.Customers.HearOut, v)
	}},
	{name: "pass-on", usage: "the `share` who press the key that passes them on (0.02)", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.Customers.PassOn, v) }},
	{name: "pass-on-to", usage: "`where` they are passed on to: outside, which is a number, or agents (outside)", putIn: func(c *simulate.Campaign, v string) error {
		if c.ToAgents = v == "agents"; !c.ToAgents && v != "outside" {
			return fmt.Errorf("%q is neither outside nor agents", v)
		}
		return nil
	}},
	{name: "opt-out", usage: "the `share` who press the key that keeps them from being called again (0.01)", putIn: func(c *simulate.Campaign, v string) error { return decimal(&c.Customers.OptOut, v) }},
	{name: "set-up", usage: "the `time` until a phone rings (3s)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Customers.SetUp, v, span) }},
	{name: "ring-mean", usage: "the mean `time` a phone rings that a person picks up (8s)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Customers.RingMean, v, span) }},
	{name: "memory", usage: "true or false: pacing begins with what the campaign has learned, where that is `known` (true)", putIn: func(c *simulate.Campaign, v string) error {
		keep, err := strconv.ParseBool(v)
		if !keep {
			c.Learned = pacing.Memory{}
		}
		return plainly(err, v, "true or false")
	}},
	{name: "ring-shape", usage: "the `shape` of those times, as a gamma distribution (2)", putIn: func(c *simulate.Campaign, v string) error { return above(&c.Customers.RingShape, v, decimal) }},
	{name: "patience", usage: "the `time` after which a person without an agent hangs up by himself (longer than wait)", putIn: func(c *simulate.Campaign, v string) error { return span(&c.Customers.Patience, v) }},
}

// settingNamed finds a setting; its error says which there are.
func settingNamed(name string) (setting, error) {
	var names []string
	for _, s := range settings {
		if s.name == name {
			return s, nil
		}
		names = append(names, s.name)
	}
	return setting{}, fmt.Errorf("there is no setting %q; there are %s", name, strings.Join(names, ", "))
}

// choice is a setting with what it is set to.
type choice struct {
	setting
	value string
}

// apply carries a choice out on a scenario.
func (c choice) apply(s *simulate.Scenario) error {
	if c.put != nil {
		return c.named(c.put(s, c.value))
	}
	for i := range s.Campaigns {
		if err := c.applyTo(&s.Campaigns[i]); err != nil {
			return err
		}
	}
	return nil
}

// applyTo carries one of a campaign out on it alone.
func (c choice) applyTo(of *simulate.Campaign) error {
	if c.putIn == nil {
		return fmt.Errorf("%s is a setting of the whole rehearsal, not of a campaign", c.name)
	}
	return c.named(c.putIn(of, c.value))
}

func (c choice) named(err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}

// parseChoices reads "agents=25,target=0.03". A comma within a value is one that no
// name and equals sign follow.
func parseChoices(text string) ([]choice, error) {
	var choices []choice
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok && len(choices) > 0 {
			choices[len(choices)-1].value += "," + part
			continue
		}
		if !ok {
			return nil, fmt.Errorf("%q: write NAME=VALUE, and commas between several", text)
		}
		s, err := settingNamed(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		choices = append(choices, choice{s, strings.TrimSpace(value)})
	}
	return choices, nil
}

func whole(into *int, v string) (err error) {
	*into, err = strconv.Atoi(v)
	return plainly(err, v, "a whole number")
}

func decimal(into *float64, v string) (err error) {
	*into, err = strconv.ParseFloat(v, 64)
	if math.IsNaN(*into) || math.IsInf(*into, 0) { // which are numbers to strconv
		err = strconv.ErrRange
	}
	return plainly(err, v, "a number, as in 0.25")
}

func span(into *time.Duration, v string) (err error) {
	*into, err = time.ParseDuration(v)
	return plainly(err, v, "a time with its unit, as in 90s or 15m")
}

// above reads a value that is something: nothing would stand for what it is by itself.
func above[T int | float64 | time.Duration](into *T, v string, read func(*T, string) error) error {
	if err := read(into, v); err != nil {
		return err
	}
	if *into == 0 {
		return fmt.Errorf("%s is nothing; give more than that", v)
	}
	return nil
}

// several reads values with commas between them.
func several[T any](into *[]T, v string, read func(*T, string) error) error {
	parts := strings.Split(v, ",")
	list := make([]T, len(parts))
	for i, part := range parts {
		if err := read(&list[i], strings.TrimSpace(part)); err != nil {
			return err
		}
	}
	*into = list
	return nil
}

// plainly says what was expected in place of what strconv says.
func plainly(err error, v, want string) error {
	if err != nil {
		return fmt.Errorf("%q is not %s", v, want)
	}
	return nil
}

// listed are names with commas between them.
func listed[T ~string](names []T) string {
	var list []string
	for _, n := range names {
		list = append(list, string(n))
	}
	return strings.Join(list, ", ")
}
