package dialer

import (
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// transferToProfile transfers the party of a call to where an attendant profile is;
// that is the configuration's choice, so everybody may.
func (s *state) transferToProfile(cmd TransferToProfile) error {
	c, err := s.named(cmd.Call)
	if err != nil {
		return err
	}
	if cmd.Campaign != "" && !strings.EqualFold(string(cmd.Campaign), string(c.def.ID)) {
		return fault.New(fault.Invalid, "call %s is not one of campaign %s", c.id, cmd.Campaign).On("campaignId")
	}
	to, ok := s.rules.Profiles[strings.ToLower(cmd.Profile)]
	if !ok {
		return fault.New(fault.NotFound, "there is no attendant profile %q; the configuration names them", cmd.Profile).On("target")
	}
	return s.sendTo(Transfer{By: cmd.Agent, Call: cmd.Call, To: to}, s.leadsTo)
}
