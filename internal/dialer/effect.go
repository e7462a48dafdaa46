package dialer

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// An effect is what the floor wants done. Applying an input yields a list of
// them, in order. Orders, says and answers are carried out by the loop at once,
// as they can not block; jobs go to the performer.
type effect interface{ effect() }

// Orders to the switch.
type (
	dial   struct{ order call.Order }
	bridge struct{ agent, customer call.LegID }
	park   struct {
		leg   call.LegID
		sound call.Sound
	}
	play struct {
		leg   call.LegID
		sound call.Sound
	}
	mute struct {
		leg call.LegID
		on  bool
	}
	listen struct {
		leg  call.LegID
		what call.Listening
	}
	hangUp struct {
		leg   call.LegID
		cause call.Cause
	}
	converse struct{ conversation call.Conversation }
	tape     struct{ recording call.Recording }
	press    struct {
		leg    call.LegID
		digits string
	}
	referred struct {
		leg     call.LegID
		outcome call.Cause
	}
)

// say publishes an event; answer replies to a command.
type (
	say    struct{ event Event }
	answer struct {
		to  chan<- reply
		err error
		id  string // of what a command made
	}
)

// reply is what a command gets back: an error or nil, and with it the id of what
// the command made.
type reply struct {
	id  string
	err error
}

// desks is where jobs are done.
type desks struct {
	Ledger
	Contacts
	Archive
	Memories
}

// A job is an effect that takes time. It is performed off the loop, in order, and
// yields an input.
type job interface {
	effect
	perform(context.Context, desks) input
}

// claim leases contacts; for preview, one for a certain agent.
type claim struct {
	campaign campaign.Campaign
	n        int
	agent    agent.ID
	team     campaign.Team // for whom
	now      time.Time
}

// record writes an attempt; reply is who waits for it, or nil.
type record struct {
	attempt campaign.Attempt
	why     recordReason
	reply   chan<- reply
}

// recordReason tells what the floor goes on with once an attempt is written.
type recordReason int

const (
	recordClose   recordReason = iota // the attempt is over
	recordDispose                     // the agent dispositioned it
	recordPlace                       // a previewed contact is about to be dialed
	recordEnd                         // it was closed before, now its leg ended
	recordFate                        // who answered, or who was served, is known
)

// update writes columns of a contact back.
type update struct {
	contact campaign.ContactID
	columns map[string]string
}

// save writes a campaign.
type save struct {
	campaign campaign.Campaign
	reply    chan<- reply
	then     []SetCampaignState // changes that follow it, before the reply
}

// index writes down that a recording begins.
type index struct{ recording campaign.Recording }

// journal writes the diary.
type journal struct{ entries []campaign.Entry }

func (dial) effect()     {}
func (bridge) effect()   {}
func (park) effect()     {}
func (play) effect()     {}
func (mute) effect()     {}
func (listen) effect()   {}
func (hangUp) effect()   {}
func (converse) effect() {}
func (tape) effect()     {}
func (press) effect()    {}
func (referred) effect() {}
func (say) effect()      {}
func (answer) effect()   {}
func (claim) effect()    {}
func (record) effect()   {}
func (update) effect()   {}
func (save) effect()     {}
func (journal) effect()  {}
func (index) effect()    {}

func (j claim) perform(ctx context.Context, d desks) input {
	got, err := d.Claim(ctx, j.campaign, j.n, j.team, j.now)
	places := make(map[string]compliance.Place)
	for _, lead := range got.Leads {
		if _, known := places[lead.Contact.Zone]; !known {
			places[lead.Contact.Zone] = placeOf(lead.Contact, j.campaign)
		}
	}
	return claimed{job: j, claim: got, places: places, err: err}
}

func (j record) perform(ctx context.Context, d desks) input {
	var history compliance.History
	if j.why == recordPlace { // while the agent looked, others may have called the number
		var err error
		if history, err = d.Former(ctx, j.attempt, j.attempt.Placed); err != nil {
			return recorded{job: j, err: err}
		}
	}
	return recorded{job: j, history: history, err: d.Record(ctx, j.attempt)}
}

func (j update) perform(ctx context.Context, d desks) input {
	return written{what: "contact columns", err: d.Update(ctx, j.contact, j.columns)}
}

func (j save) perform(ctx context.Context, d desks) input {
	return saved{job: j, zone: j.campaign.LedgerZone(time.LoadLocation), clock: scheduleClock(j.campaign), err: d.SaveCampaign(ctx, j.campaign)}
}

func (j index) perform(ctx context.Context, d desks) input {
	return written{what: "recording " + j.recording.Name, err: d.BeginRecording(ctx, j.recording)}
}

func (j journal) perform(ctx context.Context, d desks) input {
	return written{what: "journal", err: d.Journal(ctx, j.entries)}
}

// An input is something that the loop takes from its inbox.
type input interface{ input() }

type (
	asked struct {
		command Command
		reply   chan<- reply
	}
	looked   struct{ reply chan<- Snapshot }
	numbered struct{ reply chan<- uint64 }
	joined   struct {
		listener *Listener
		took     chan<- struct{}
	}
	left     struct{ listener *Listener }
	happened struct{ progress call.Progress }
	ticked   struct{}
	drained  struct{} // stop taking work, end what there is
	claimed  struct {
		job    claim
		claim  campaign.Claim
		places map[string]compliance.Place // by what contacts say
		err    error
	}
	recorded struct {
		job     record
		history compliance.History // with recordPlace
		err     error
	}
	saved struct {
		job   save
		zone  *time.Location // of its ledger
		clock *time.Location // of its schedule
		err   error
	}
	written struct {
		what string
		err  error
	}
)

func (asked) input()    {}
func (looked) input()   {}
func (numbered) input() {}
func (joined) input()   {}
func (left) input()     {}
func (happened) input() {}
func (ticked) input()   {}
func (drained) input()  {}
func (claimed) input()  {}
func (recorded) input() {}
func (saved) input()    {}
func (written) input()  {}
