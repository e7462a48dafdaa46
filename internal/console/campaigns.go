package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// What is done to a campaign as a whole.

// setCampaignState switches the campaign with this name or id, and answers with
// the campaign as it then is.
func (c *console) setCampaignState(w http.ResponseWriter, r *http.Request) error {
	var want struct {
		State campaign.State `json:"state"`
	}
	if err := take(w, r, &want); err != nil {
		return err
	}
	auto := want.State == "auto"
	if !auto && !slices.Contains(campaign.States, want.State) {
		return fault.New(fault.Invalid, "a campaign's state is one of %s, or auto, not %q", campaign.Words(campaign.States), want.State).On("state")
	}
	named, err := c.findCampaign(r)
	if err != nil {
		return err
	}
	if err := c.Floor.Do(r.Context(), dialer.SetCampaignState{Campaign: named.Campaign.ID, State: want.State, Auto: auto}); err != nil {
		return err
	}
	return c.replyCampaign(w, r, "campaign "+named.Campaign.Name+" switched: "+string(want.State))
}

// findCampaign finds the campaign that the path names.
func (c *console) findCampaign(r *http.Request) (dialer.CampaignView, error) {
	floor, err := c.look(r)
	if err != nil {
		return dialer.CampaignView{}, err
	}
	name := r.PathValue("name")
	for _, v := range floor.Campaigns {
		if strings.EqualFold(v.Campaign.Name, name) || strings.EqualFold(string(v.Campaign.ID), name) {
			return v, nil
		}
	}
	return dialer.CampaignView{}, fault.New(fault.NotFound, "there is no campaign %q", name).On("name")
}

// changeCampaign changes what the body names of a campaign, null to what the
// configuration says, and answers with the campaign as it then is.
func (c *console) changeCampaign(w http.ResponseWriter, r *http.Request) error {
	var want campaign.Change
	if err := take(w, r, &want); err != nil {
		return err
	}
	if len(want) == 0 {
		return fault.New(fault.Invalid, "name what is to change, as in {\"mode\":\"power\"}")
	}
	named, err := c.findCampaign(r)
	if err != nil {
		return err
	}
	user, _, _ := r.BasicAuth()
	if err := c.Floor.Do(r.Context(), dialer.ChangeCampaign{By: user, Campaign: named.Campaign.ID, Change: want}); err != nil {
		return err
	}
	what, err := json.Marshal(want)
	if err != nil {
		return err
	}
	return c.replyCampaign(w, r, "campaign "+named.Campaign.Name+" changed: "+string(what))
}

// recycleCampaign makes contacts that wait for their next try due at once.
func (c *console) recycleCampaign(w http.ResponseWriter, r *http.Request) error {
	return c.restart(w, r, "recycled", func(by agent.ID, id campaign.ID) dialer.Command {
		return dialer.RecycleCampaign{By: by, Campaign: id, Administrator: true}
	})
}

// resetCampaign takes back what the campaign has leased and not dialed.
func (c *console) resetCampaign(w http.ResponseWriter, r *http.Request) error {
	return c.restart(w, r, "reset", func(by agent.ID, id campaign.ID) dialer.Command {
		return dialer.ResetCampaign{By: by, Campaign: id, Administrator: true}
	})
}

func (c *console) restart(w http.ResponseWriter, r *http.Request, what string, command func(agent.ID, campaign.ID) dialer.Command) error {
	named, err := c.findCampaign(r)
	if err != nil {
		return err
	}
	user, _, _ := r.BasicAuth()
	if err := c.Floor.Do(r.Context(), command(agent.ID{User: user}, named.Campaign.ID)); err != nil {
		return err
	}
	return c.replyCampaign(w, r, "campaign "+named.Campaign.Name+" "+what)
}

// replyCampaign writes down what was done to a campaign, and answers with it as it then
// is.
func (c *console) replyCampaign(w http.ResponseWriter, r *http.Request, what string) error {
	if err := c.audit(r, what); err != nil {
		return err
	}
	now, err := c.findCampaign(r)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, newCampaignRow(now))
}
