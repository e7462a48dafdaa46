package dialer

import (
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// setStage moves a call to another stage of its campaign. Stage 0 is that of a
// call that was just connected (contract section 8.7).
func (s *state) setStage(cmd SetStage) error {
	by, err := s.find(cmd.Agent)
	if err != nil {
		return err
	}
	c := s.callOf(by)
	if cmd.User != "" && !strings.EqualFold(cmd.User, by.id.User) {
		if c, err = s.overseen(by, cmd.User); err != nil {
			return err
		}
	}
	switch {
	case c == nil || c.state == call.Over:
		return fault.New(fault.NotFound, "there is no call whose stage could be changed")
	case !sameCampaign(c, cmd.Campaign):
		return fault.New(fault.Invalid, "call %s is one of campaign %s, not of %s", c.id, c.def.ID, cmd.Campaign).On("campaignId")
	case !c.def.HasStage(cmd.Stage):
		return fault.New(fault.Invalid, "campaign %s has no stage %d", c.def.Name, cmd.Stage).On("newStageId")
	}
	if c.stage != cmd.Stage {
		c.stage = cmd.Stage
		s.note(campaign.Entry{Kind: "stage", Agent: c.attempt.Agent, Campaign: c.def.ID, Call: c.id, Text: strconv.Itoa(c.stage)})
		s.runTapes(&c.interaction)
		s.sayCall(c)
	}
	return nil
}

// overseen finds the call that a user has in hand whom the one who asks oversees.
func (s *state) overseen(by *liveAgent, user string) (*liveCall, error) {
	var c *liveCall
	for _, a := range s.agentsByID() {
		if !strings.EqualFold(a.id.User, user) {
			continue
		}
		if !by.user.Oversees(a.user) {
			return nil, fault.New(fault.Forbidden, "user %s does not oversee %s", by.id.User, user).On("agentId")
		}
		if c == nil {
			c = s.callOf(a)
		}
	}
	return c, nil
}
