package dialer

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Switch is what the floor needs of telephony. No method blocks; what comes of
// an order is reported through [Floor.Report]. An order to a leg that has ended
// is ignored.
type Switch interface {
	// Dial starts a leg. Its progress ends with exactly one Ended.
	Dial(call.Order)
	// Bridge lets two legs that are up hear each other; former bridges of both end.
	Bridge(agent, customer call.LegID)
	// Park ends a leg's bridge and lets it hear a sound; the partner hears silence.
	Park(call.LegID, call.Sound)
	// Play lets a leg hear a sound once, then whatever it heard before.
	Play(call.LegID, call.Sound)
	// Mute keeps what a leg says from its partner.
	Mute(leg call.LegID, on bool)
	// HangUp ends a leg for this cause.
	HangUp(call.LegID, call.Cause)
}

// Ledger is what the floor writes down and leases from. Its methods may take
// long; the loop never calls them.
type Ledger interface {
	// Claim leases up to n due contacts of the campaign's list, in whose zone its
	// hours are open, and opens their attempt rows, in one transaction. With preview the rows are not yet placed.
	Claim(ctx context.Context, c campaign.Campaign, n int, now time.Time) (campaign.Claim, error)
	// Record writes an attempt as it is now. With Closed set it also gives the
	// contact its Next, in the same transaction. Of an attempt that is closed
	// already it takes only how the leg ended (Ended, Reason, SIP, Q850), and only
	// if that was not known; the contact is not touched again.
	Record(context.Context, campaign.Attempt) error
	// Update writes columns of a contact back.
	Update(ctx context.Context, contact campaign.ContactID, columns map[string]string) error
	// SaveCampaign writes a campaign's definition.
	SaveCampaign(context.Context, campaign.Campaign) error
	// Journal appends to the diary.
	Journal(context.Context, []campaign.Entry) error
}
