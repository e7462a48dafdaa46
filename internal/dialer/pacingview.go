package dialer

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// PacingView is why a campaign dials as it does.
type PacingView struct {
	Campaign  campaign.Campaign
	At        time.Time
	Idle      int // agents who could take a customer now
	Flying    int // calls that will want one
	Asked     int // contacts that are being fetched
	Lines     int // calls that count against max_flying
	Resting   time.Time
	Completed bool
	Tally     pacing.Tally // of the policy's window
	Memory    pacing.Memory
	Decisions []pacing.Decision // oldest first
}

// pondered asks for a [PacingView] of the campaign with this name or id.
type pondered struct {
	campaign string
	reply    chan<- PacingView
}

func (pondered) input() {}

// Pacing tells why a campaign dials as it does. Errors: NotFound.
func (f *Floor) Pacing(ctx context.Context, campaign string) (PacingView, error) {
	reply := make(chan PacingView, 1)
	v, err := answered(ctx, f, pondered{campaign, reply}, reply)
	if err == nil && v.Campaign.ID == "" {
		err = fault.New(fault.NotFound, "there is no campaign %q", campaign).On("name")
	}
	return v, err
}

// viewPacing is the view of a campaign, or the zero one.
func (s *state) viewPacing(named string, now time.Time) PacingView {
	all := s.campaignsByID()
	i := slices.IndexFunc(all, func(lc *liveCampaign) bool {
		return strings.EqualFold(lc.def.Name, named) || strings.EqualFold(string(lc.def.ID), named)
	})
	if i < 0 {
		return PacingView{}
	}
	s.now = now
	lc := all[i]
	v := PacingView{
		Campaign: lc.def, At: now, Idle: len(s.leftBy(lc).free(lc.def.ID)), Flying: s.airborne(lc), Asked: lc.claiming, Lines: lc.lines,
		Completed: lc.completed, Tally: s.tally(lc), Memory: lc.pacer.Memory(), Decisions: lc.pacer.Decisions(),
	}
	if lc.rest.After(now) {
		v.Resting = lc.rest
	}
	return v
}
