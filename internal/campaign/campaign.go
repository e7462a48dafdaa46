// Package campaign holds the words and rules for campaigns, contacts, attempts
// and dispositions: what a campaign is, what a contact's status letters mean,
// what happens to a contact after an attempt ([After]), what a definition must
// hold to ([Campaign.Check]), what of it may be changed while it runs ([Campaign.With])
// and outlives the next start ([Campaign.Keep]), and what may be dialed as a number
// ([Number]).
//
// Everything is pure and copied by value. A campaign's definition is written
// only through the floor's commands; contacts and attempts are owned by the
// database (package store), which keeps them as these types.
package campaign

import (
	"strings"
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

// ID names a campaign: a GUID in capitals (contract section 4.1).
type ID string

// State is whether a campaign runs.
type State string

const (
	// Off: nothing is dialed, agents are not in it.
	Off State = "off"
	// On: contacts are dialed.
	On State = "on"
	// ScheduledOnly: callbacks that were promised and contacts with priority are dialed.
	ScheduledOnly State = "scheduled"
	// Paused: calls that are up go on, no new ones are made, agents stay.
	Paused State = "paused"
)

// Attestations that a campaign can claim.
var Attestations = []string{"", "A", "B", "C"}

// States that a campaign can have.
var States = []State{Off, On, ScheduledOnly, Paused}

// Dials tells whether contacts are dialed, all or some.
func (s State) Dials() bool { return s == On || s == ScheduledOnly }

// Campaign is a campaign's definition.
type Campaign struct {
	ID        ID
	Name      string
	List      string // name of the contact list; several campaigns may share one
	Selected         // whom of it to call, and in which order
	Workgroup string // whose members work it
	Mode      Mode
	State     State
	CallerID  string // shown to customers
	// CallerName is shown beside it; Withheld shows neither, only the network knows.
	CallerName string
	Withheld   bool
	// Attestation is what we claim of our right to the caller id: "A", "B", "C" or
	// nothing (ATIS-1000074).
	Attestation string
	Trunk       string // the one trunk to use; empty means any
	// Ring is how long a customer's phone rings before the attempt is given up.
	Ring time.Duration
	// Lines is how many calls power dials for each idle agent.
	Lines float64
	// Wait is how long an answered customer waits for an agent before the call
	// is abandoned.
	Wait time.Duration
	// PreviewTime is how long an agent may look before the server places the
	// call; 0 means without limit.
	PreviewTime time.Duration
	// AllowSkip lets an agent skip a previewed contact.
	AllowSkip bool
	// AutoDisconnect tells the agent's desktop to hang up at the disposition.
	AutoDisconnect bool
	// OnCallStatus and FollowUpStatus are the statuses that the dialer gives the agent.
	OnCallStatus, FollowUpStatus string
	Hours                        compliance.Hours
	// Zone is the time zone of contacts that name none: an IANA name, or several joined
	// by &.
	Zone string
	// Dispositions that agents choose from, in order.
	Dispositions []Disposition
	Retry        Retry
	// PhoneColumns are the columns of the list that hold numbers to call; the place
	// in this list, from 1, is a column's CCID. Empty: the number that was imported
	// is the only one.
	PhoneColumns []string
	// AllowOwned lets an agent promise a callback that he alone makes.
	AllowOwned bool
	// AllowAgain lets an agent call the same contact once more after a disposition.
	AllowAgain bool
	// Script is the base script that desktops show, or nil; ScriptURL is the address
	// of a custom one, or empty.
	Script    *Script
	ScriptURL string
	// Stages are the stages that a call can be in besides 0, by their numbers.
	Stages map[int]string
	// Group is the campaign group that the campaign takes turns in, or empty.
	Group string
	// Recorded says which calls are recorded.
	Recorded Recorded
	// Law says which rules bind the campaign beside its hours.
	Law Law
	// HoldMusic is the prompt that held customers hear; empty is that of the server.
	HoldMusic string
	// Changed is where the campaign is not as the configuration has it, because it was
	// changed while it ran.
	Changed map[Setting]Changed
	Answers
	Paced
}

// Disposition is one row that an agent can choose.
type Disposition struct {
	Label    string
	Category string // a wrap-up category of [Categories]
	Code     string // wrap-up code, free
	Abandon  bool   // counts the call as abandoned
}

// SkipLabel is the disposition that skips a previewed contact (contract section 4.2).
const SkipLabel = "Skipped - Agent Skip"

// Disposition finds a disposition by its label, without case. Its category is written as
// in [Categories], however the campaign has it.
func (c Campaign) Disposition(label string) (Disposition, bool) {
	for _, d := range c.Dispositions {
		if strings.EqualFold(d.Label, label) {
			if category, known := CategoryNamed(d.Category); known {
				d.Category = category.Name
			}
			return d, true
		}
	}
	return Disposition{}, false
}

// Defaults fills what was left open, and returns the whole.
func (c Campaign) Defaults() Campaign {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&c.OnCallStatus, "Campaign Call")
	set(&c.FollowUpStatus, "Follow Up")
	if c.Mode == "" {
		c.Mode = Power
	}
	if c.State == "" {
		c.State = Off
	}
	if c.Ring == 0 {
		c.Ring = 25 * time.Second
	}
	if c.Lines == 0 {
		c.Lines = 1
	}
	if c.Wait == 0 {
		c.Wait = 2 * time.Second
	}
	if c.Hours == (compliance.Hours{}) {
		c.Hours = compliance.Default
	}
	if len(c.Dispositions) == 0 {
		c.Dispositions = StandardDispositions
	}
	c.Retry = c.Retry.defaults()
	c.Paced = c.Paced.defaults()
	return c
}

// StandardDispositions serve a campaign that names none.
var StandardDispositions = []Disposition{
	{Label: "Success", Category: "Success", Code: "Success"},
	{Label: "Not interested", Category: "Failure", Code: "Failure"},
	{Label: "Wrong party", Category: "Wrong Party", Code: "Wrong Party"},
	{Label: "Answering machine", Category: "Machine", Code: "Machine - Answering Machine"},
	{Label: "Call back", Category: "Scheduled", Code: "Scheduled"},
	{Label: "Do not call again", Category: "Deleted", Code: "Deleted"},
}

// Retry says when a contact may be dialed again, and how often.
type Retry struct {
	// MaxAttempts is the number of attempts after which a contact gets status
	// [AttemptsSpent].
	MaxAttempts int
	// Busy, NoAnswer, Machine and Other are the waits after such an attempt.
	Busy, NoAnswer, Machine, Other time.Duration
}

func (r Retry) defaults() Retry {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	if r.MaxAttempts == 0 {
		r.MaxAttempts = 6
	}
	def(&r.Busy, 15*time.Minute)
	def(&r.NoAnswer, 2*time.Hour)
	def(&r.Machine, 4*time.Hour)
	def(&r.Other, time.Hour)
	return r
}
