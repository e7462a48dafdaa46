package icws

import (
	"net/http"
	"strconv"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// The work of agents and campaigns beyond log-in and disposition (contract sections
// 4.2 and 4.3). The spelling of properties is as irregular as documented.

// atLeastOne checks a list that must name something.
func atLeastOne[T any](list []T, name string) error {
	if len(list) == 0 {
		return missing(name)
	}
	return bounded(list, name, listLimit)
}

// known gives a user's configured id; one that nobody has stays as it was given,
// and the floor says what that means.
func (s *server) known(r *request, id string) (string, error) {
	user, err := s.user(r, id)
	if fault.KindOf(err) == fault.NotFound {
		return id, nil
	}
	return user, err
}

func setAgentType(s *server, r *request) (answer, error) {
	var b struct {
		Type *int `json:"agentType"`
		campaigns
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.Type == nil {
		return answer{}, missing("agentType")
	}
	if t := dialer.AgentType(*b.Type); t < dialer.Regular || t > dialer.Composite {
		return answer{}, invalid("agentType", "agentType must be 1 for regular, 2 for finishing or 3 for composite.")
	}
	if err := atLeastOne(b.IDs, "campaignIds"); err != nil {
		return answer{}, err
	}
	return ok, s.order(r, dialer.SetAgentType{Agent: r.session.Agent(), Type: dialer.AgentType(*b.Type), Campaigns: b.IDs})
}

func updateStage(s *server, r *request) (answer, error) {
	var b struct {
		Agent    string      `json:"agentId"`
		Stage    *int        `json:"newStageId"`
		Campaign campaign.ID `json:"campaignId"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.Stage == nil {
		return answer{}, missing("newStageId")
	}
	if err := required(given{"campaignId", string(b.Campaign)}); err != nil {
		return answer{}, err
	}
	user := ""
	if b.Agent != "" {
		var err error
		if user, err = s.known(r, b.Agent); err != nil {
			return answer{}, err
		}
	}
	return ok, s.order(r, dialer.SetStage{Agent: r.session.Agent(), User: user, Campaign: b.Campaign, Stage: *b.Stage})
}

// manualBody is initiateManualOutboundCallParameters.
type manualBody struct {
	Campaign          campaign.ID `json:"campaignid"`
	Agent             string      `json:"agentid"`
	Identity          string      `json:"identity"`
	Type              *int        `json:"type"`
	Number            string      `json:"numbervalue"`
	IgnoreFilter      bool        `json:"ignorefilter"`
	IgnoreQueryFilter bool        `json:"ignorequeryfilter"`
	IgnoreZone        bool        `json:"ignorezoneblocking"`
	IgnoreSkills      bool        `json:"ignoreskills"`
	IgnoreDailyLimit  bool        `json:"ignoredailylimit"`
	IgnoreSpacing     bool        `json:"ignoreminimumspacing"`
	IgnoreDoNotCall   bool        `json:"ignoredncscrub"`
	IgnoreOwnership   bool        `json:"ignorecampaignownership"`
}

// initiateManualOutboundCall is answered when the wish is taken; whether the contact
// may be called, and what becomes of the call, is told by messages.
func initiateManualOutboundCall(s *server, r *request) (answer, error) {
	var b manualBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := required(given{"campaignid", string(b.Campaign)}, given{"agentid", b.Agent}, given{"identity", b.Identity}); err != nil {
		return answer{}, err
	}
	if b.Type == nil {
		return answer{}, missing("type")
	}
	if kind := dialer.NumberKind(*b.Type); kind < 0 || kind > dialer.PhoneNumber {
		return answer{}, invalid("type", "type must be 1 for a column's name, 2 for its id or 3 for a phone number.")
	}
	contact, err := strconv.ParseInt(b.Identity, 10, 64)
	if err != nil {
		return answer{}, invalid("identity", "identity must be an I3_IDENTITY, a whole number.")
	}
	user, err := s.known(r, b.Agent)
	if err != nil {
		return answer{}, err
	}
	err = s.order(r, dialer.DialManually{
		By: r.session.Agent(), For: user, Campaign: b.Campaign, Contact: campaign.ContactID(contact), Kind: dialer.NumberKind(*b.Type), Number: b.Number,
		Ignore: dialer.Overrides{
			Filter: b.IgnoreFilter, QueryFilter: b.IgnoreQueryFilter, Zone: b.IgnoreZone, Skills: b.IgnoreSkills,
			DailyLimit: b.IgnoreDailyLimit, Spacing: b.IgnoreSpacing, DoNotCall: b.IgnoreDoNotCall, Ownership: b.IgnoreOwnership,
		},
	})
	return answer{status: http.StatusOK, body: map[string]bool{"response": true}}, err
}

func markCallForFinishing(s *server, r *request) (answer, error) {
	var b callBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := b.check(); err != nil {
		return answer{}, err
	}
	return ok, s.order(r, dialer.MarkForFinishing{Agent: r.session.Agent(), Call: b.Call, Campaign: b.Campaign, Attributes: b.Attributes})
}

func allocateAgents(s *server, r *request) (answer, error) {
	var b struct {
		Agents []string      `json:"agentIds"`
		Out    []campaign.ID `json:"campaignIdsOut"`
		In     []campaign.ID `json:"campaignIdsIn"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := atLeastOne(b.Agents, "agentIds"); err != nil {
		return answer{}, err
	}
	if len(b.In)+len(b.Out) == 0 {
		return answer{}, invalid("campaignIdsIn", "campaignIdsIn or campaignIdsOut must name a campaign.")
	}
	if err := bounded(b.In, "campaignIdsIn", listLimit); err != nil {
		return answer{}, err
	}
	if err := bounded(b.Out, "campaignIdsOut", listLimit); err != nil {
		return answer{}, err
	}
	users := make([]string, 0, len(b.Agents))
	for _, id := range b.Agents {
		user, err := s.known(r, id)
		if err != nil {
			return answer{}, err
		}
		users = append(users, user)
	}
	return accepted, s.order(r, dialer.AllocateAgents{By: r.session.Agent(), Agents: users, In: b.In, Out: b.Out})
}

func transferToAttendantProfile(s *server, r *request) (answer, error) {
	var b struct {
		callBody
		Target string `json:"target"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := b.check(); err != nil {
		return answer{}, err
	}
	if err := required(given{"target", b.Target}); err != nil {
		return answer{}, err
	}
	return ok, s.order(r, dialer.TransferToProfile{Agent: r.session.Agent(), Call: b.Call, Campaign: b.Campaign, Profile: b.Target})
}

// campaignBody is the representation of what is done to a campaign.
type campaignBody struct {
	Campaign campaign.ID `json:"campaignid"`
	Group    string      `json:"groupname"`
}

func resetCampaign(s *server, r *request) (answer, error) {
	var b campaignBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	return ok, s.order(r, dialer.ResetCampaign{By: r.session.Agent(), Campaign: b.Campaign})
}

func recycleCampaign(s *server, r *request) (answer, error) {
	var b campaignBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	return ok, s.order(r, dialer.RecycleCampaign{By: r.session.Agent(), Campaign: b.Campaign})
}

func transitionCampaign(s *server, r *request) (answer, error) {
	var b campaignBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := required(given{"groupname", b.Group}); err != nil {
		return answer{}, err
	}
	return ok, s.order(r, dialer.TransitionCampaign{By: r.session.Agent(), Campaign: b.Campaign, Group: b.Group})
}
