package dialer

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// Switch is what the floor needs of telephony. No method blocks; what comes of
// an order is reported through [Floor.Report]. An order to a leg that has ended
// is ignored.
type Switch interface {
	// Dial starts a leg. Its progress ends with exactly one Ended.
	Dial(call.Order)
	// Bridge lets two legs that are up hear each other; former bridges of both end.
	Bridge(agent, customer call.LegID)
	// Park ends a leg's bridge and lets it hear a sound, again and again; the partner
	// hears silence.
	Park(call.LegID, call.Sound)
	// Play lets a leg hear a sound once, then whatever it heard before.
	Play(call.LegID, call.Sound)
	// Mute keeps what a leg says from its partner.
	Mute(leg call.LegID, on bool)
	// Listen makes something of what a leg's far end says, in place of what was made of
	// it before. [call.ForEcho] is reported Tested unless the leg ends, and is then over.
	Listen(call.LegID, call.Listening)
	// HangUp ends a leg for this cause.
	HangUp(call.LegID, call.Cause)
}

// Mixer is what the floor needs of telephony for all that is more than a bridge of
// two. Like a [Switch] it never blocks, and ignores legs that have ended.
type Mixer interface {
	// Converse arranges who hears whom among several legs.
	Converse(call.Conversation)
	// Record starts, changes or ends a recording.
	Record(call.Recording)
	// SendDigits presses keys towards the far end of a leg.
	SendDigits(leg call.LegID, digits string)
	// Referred tells the far end of a leg what became of the transfer that it asked
	// for (call.Referred); reason Transferred is success.
	Referred(leg call.LegID, outcome call.Cause)
}

// Trunks is what the floor asks about the ways out, whenever it is to decide how many to
// dial. Like a [Switch] it never blocks.
type Trunks interface {
	// Room is how many more calls the trunks take now by their limits: the one of this
	// name, or with none all of them; below 0 without limit.
	Room(trunk string) int
}

// Ledger is what the floor writes down and leases from. Its methods may take
// long; the loop never calls them.
type Ledger interface {
	// Claim leases up to n due contacts of the campaign's list, in whose zone its
	// hours are open, and opens their attempt rows, in one transaction. With preview the rows are not yet placed.
	// Contacts that an agent owns are left alone, and those whose skills nobody of the
	// team has.
	Claim(ctx context.Context, c campaign.Campaign, n int, team campaign.Team, now time.Time) (campaign.Claim, error)
	// Record writes an attempt as it is now. With Closed set it also gives the
	// contact its Next, in the same transaction. Of an attempt that is closed
	// already it takes only how the leg ended (Ended, Reason, SIP, Q850), and only
	// if that was not known; the contact is not touched again.
	Record(context.Context, campaign.Attempt) error
	// SaveCampaign writes a campaign's definition.
	SaveCampaign(context.Context, campaign.Campaign) error
	// Update writes columns of a contact back.
	Update(ctx context.Context, contact campaign.ContactID, columns map[string]string) error
	// Journal appends to the diary.
	Journal(context.Context, []campaign.Entry) error
	// Together runs do, whose calls of this and of what is asked and written beside it
	// ([Contacts], [Archive], [Memories]) are written at once, or not at all where one of
	// them, or that, fails: the error says so, and each may be done by itself.
	Together(ctx context.Context, do func(context.Context)) error
}

// Archive is the index of recordings. As with [Ledger], the loop never calls it.
type Archive interface {
	// BeginRecording writes down that a recording has begun. What becomes of its file
	// is written by whoever makes it.
	BeginRecording(context.Context, campaign.Recording) error
}

// Contacts is what the floor asks about single contacts, besides the next ones. As
// with [Ledger], the loop never calls it.
type Contacts interface {
	// Contact finds a contact of a list. Errors: NotFound.
	Contact(ctx context.Context, list string, id campaign.ContactID) (campaign.Contact, error)
	// ClaimOwned leases like Claim, of the contacts that are due and that the user
	// promised to call, up to n. Left and Due are not filled in.
	ClaimOwned(ctx context.Context, c campaign.Campaign, user string, n int, now time.Time) (campaign.Claim, error)
	// ClaimContact leases one contact, whatever its status and due time, unless an
	// attempt on it is open; number, if not empty, is dialed in place of its own.
	// The row says that it is manual; with unplaced it is opened as for a preview.
	// Errors: NotFound for a contact that is not in the campaign's list, Conflict
	// while an attempt is open.
	ClaimContact(ctx context.Context, c campaign.Campaign, id campaign.ContactID, number string, unplaced bool, now time.Time) (campaign.Lead, error)
	// Former is what is known of former calls to the contact and the number of an attempt
	// that is open, but for itself.
	Former(ctx context.Context, of campaign.Attempt, now time.Time) (compliance.History, error)
	// Recycle makes callable contacts of a list that wait for their next try due at
	// once, no more than are soon done, and tells how many there were and whether
	// there may be more. Promised callbacks keep their time.
	Recycle(ctx context.Context, list string, now time.Time) (n int, more bool, err error)
}
