package dialer

import (
	"context"
	"encoding/json"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// Memories keeps what the pacers have learned, from one start of the server to the
// next. As with [Ledger], the loop never calls it.
type Memories interface {
	// Remember writes a campaign's memory, in JSON, in place of the one before.
	Remember(ctx context.Context, id campaign.ID, memory []byte, at time.Time) error
}

// rememberEvery is how much of what was learned a crash may cost.
const rememberEvery = time.Minute

// remember writes what a pacer has learned.
type remember struct {
	campaign campaign.ID
	memory   pacing.Memory
	at       time.Time
}

func (remember) effect() {}

func (j remember) perform(ctx context.Context, d desks) input {
	text, err := json.Marshal(j.memory)
	if err == nil {
		err = d.Remember(ctx, j.campaign, text, j.at)
	}
	return written{what: "what campaign " + string(j.campaign) + " has learned", err: err}
}

// learned has it written soon that a campaign's pacer knows more than is written down;
// while the floor is stopping, at once.
func (s *state) learned(lc *liveCampaign) {
	if !s.remembers {
		return
	}
	lc.learned = true
	at := s.now.Add(rememberEvery)
	if s.stopping {
		at = s.now
	}
	s.alarms.setUnlessSet(alarm{kind: alarmMemory}, at)
}

// rememberAll writes what was learned since the last time.
func (s *state) rememberAll() {
	s.alarms.clear(alarm{kind: alarmMemory})
	for _, lc := range s.campaignsByID() {
		if lc.learned {
			lc.learned = false
			s.do(remember{lc.def.ID, lc.pacer.Memory(), s.now})
		}
	}
}
