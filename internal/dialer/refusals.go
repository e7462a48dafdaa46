package dialer

import (
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// SetDoNotCall says which do-not-call lists of others there are from now on, all of
// them.
type SetDoNotCall struct{ Lists compliance.DoNotCall }

// SetRefusal says whether a number, or what else can be dialed, is on the internal list,
// of who asked not to be called again. It is written down by whoever says so. Errors:
// Invalid.
type SetRefusal struct {
	Number  string
	Refused bool
}

func (SetDoNotCall) command() {}
func (SetRefusal) command()   {}

// listsAge is how long a campaign whose do-not-call lists are missing or too old waits
// before it asks for contacts again.
const listsAge = 10 * time.Minute

func (s *state) setRefusal(cmd SetRefusal) error {
	who, ok := compliance.ReadCallee(cmd.Number)
	if !ok {
		return fault.New(fault.Invalid, "%.80q is no number and no SIP address", cmd.Number).On("number")
	}
	if cmd.Refused {
		s.refused[who] = true
	} else {
		delete(s.refused, who)
	}
	return nil
}

// heedRefusal takes what was dialed to reach who asked not to be called again; the ledger
// has written it down with the attempt.
func (s *state) heedRefusal(at campaign.Attempt) {
	if who, ok := compliance.ReadCallee(at.Number); ok && at.Category == "Deleted" {
		s.refused[who] = true
	}
}

// typed reads a number that somebody typed: in E.164 where the campaign's region has one
// of these digits, so that lists know it, else as it is. Errors: Invalid.
func (s *state) typed(def campaign.Campaign, text string) (string, error) {
	number, err := campaign.Number(text)
	if err != nil || s.national == nil || def.Law.Region == "" || strings.HasPrefix(number, "+") {
		return number, err
	}
	if national, ok := s.national(number, def.Law.Region); ok {
		return national, nil
	}
	return number, nil
}

// listed looks a number up in the lists that a campaign is held against, as it is
// dialed: the internal one, and those that the campaign names. It says what it found,
// or which lists are clear of it.
func (s *state) listed(at compliance.Place, def campaign.Campaign, number string) (compliance.Listing, string) {
	if who, ok := compliance.ReadCallee(number); ok && s.refused[who] {
		return compliance.Listed, "do-not-call " + campaign.InternalList + ": the number is on it"
	}
	if len(def.Law.DoNotCall) == 0 {
		return compliance.Clear, ""
	}
	return s.doNotCall.Check(s.now, number, def.Law.DoNotCall, def.Code(s.law).Fresh(s.now, at))
}

// barred tells whether lists keep a number from being called.
func (s *state) barred(def campaign.Campaign, number string, at compliance.Place) bool {
	listing, _ := s.listed(at, def, number)
	return listing != compliance.Clear
}

// bar closes an attempt on a contact whose number is on a list. The number is not
// called any more (status P of contract section 8.3), others of the contact are. Who
// has no other is uncallable, or if he had several flagged; he is not deleted, for that
// is who told us so himself. Who takes the number off the list makes him callable again.
func (s *state) bar(c *liveCall, why string) {
	s.undialed(c, call.Barred, "Do Not Call", why)
	next := c.unleased(s.now)
	if next.Status.Waits() {
		switch {
		case !c.numbers.Several:
			next = campaign.Next{Status: campaign.Uncallable}
		case c.numbers.Callable == 0:
			next = campaign.Next{Status: campaign.Flagged, Number: campaign.Prohibited}
		default:
			next.Number, next.Pass = campaign.Prohibited, c.numbers.Left == 0
		}
	}
	c.attempt.Next = next
	s.do(record{attempt: c.attempt, why: recordClose})
}
