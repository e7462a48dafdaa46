package icws

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// Base scripts on the wire (contract section 4.3, formDefinition).

type formDefinition struct {
	Pages      []scriptPage      `json:"pages"`
	Misc       scriptMisc        `json:"misc"`
	Extensions []scriptExtension `json:"extensions"`
}

type scriptPage struct {
	Name            string              `json:"name"`
	Controls        []scriptControl     `json:"controls"`
	Dispositions    []scriptDisposition `json:"dispositions"`
	Text            string              `json:"text"`
	Stage           int                 `json:"stage,omitempty"`
	ForegroundColor string              `json:"foregroundColor"`
	BackgroundColor string              `json:"backgroundColor"`
}

type scriptControl struct {
	Column     string            `json:"column"`
	Label      string            `json:"label"`
	ReadOnly   bool              `json:"readOnly"`
	Type       int               `json:"type"`
	MaxLines   int               `json:"maxLines,omitempty"`
	MaxChars   int               `json:"maxChars,omitempty"`
	DateFormat int               `json:"dateFormat,omitempty"`
	DataItems  map[string]string `json:"dataItems,omitempty"`
}

type scriptDisposition struct {
	dispositionRow
	RecordStatus string `json:"recordStatus"`
	IsContact    bool   `json:"isContact"`
}

type scriptMisc struct {
	AllowBreak                        bool `json:"allowBreak"`
	AllowSkip                         bool `json:"allowSkip"`
	AllowAgentOwned                   bool `json:"allowAgentOwned"`
	MilitaryTime                      bool `json:"militaryTime"`
	PickupCall                        bool `json:"pickupCall"`
	AllowSchedulePhone                bool `json:"allowSchedulePhone"`
	AutoDisconnect                    bool `json:"autoDisconnect"`
	AllowEditingOfNumberToDial        bool `json:"allowEditingOfNumberToDial"`
	AllowAgentsAdditionalCalls        bool `json:"allowAgentsAdditionalCalls"`
	AllowEditingAdditionalCallNumbers bool `json:"allowEditingAdditionalCallNumbers"`
	OverrideDncBlock                  bool `json:"overrideDncBlock"`
	OverrideZoneBlock                 bool `json:"overrideZoneBlock"`
	OverrideSkillsBlock               bool `json:"overrideSkillsBlock"`
	OverrideDailyLimitBlock           bool `json:"overrideDailyLimitBlock"`
}

type scriptExtension struct {
	ObjectName string `json:"objectName"`
	Extension  string `json:"extension"`
	ObjectType string `json:"objectType"`
}

// formOf is a script on the wire; its lists are never null.
func formOf(s campaign.Script) formDefinition {
	m := s.Misc
	form := formDefinition{Pages: []scriptPage{}, Extensions: []scriptExtension{}, Misc: scriptMisc{
		AllowBreak: m.AllowBreak, AllowSkip: m.AllowSkip, AllowAgentOwned: m.AllowAgentOwned, MilitaryTime: m.MilitaryTime, PickupCall: m.PickupCall,
		AllowSchedulePhone: m.AllowSchedulePhone, AutoDisconnect: m.AutoDisconnect, AllowEditingOfNumberToDial: m.AllowEditingOfNumberToDial,
		AllowAgentsAdditionalCalls: m.AllowAgentsAdditionalCalls, AllowEditingAdditionalCallNumbers: m.AllowEditingAdditionalCallNumbers,
		OverrideDncBlock: m.OverrideDncBlock, OverrideZoneBlock: m.OverrideZoneBlock, OverrideSkillsBlock: m.OverrideSkillsBlock,
		OverrideDailyLimitBlock: m.OverrideDailyLimitBlock,
	}}
	for _, p := range s.Pages {
		form.Pages = append(form.Pages, pageOf(p))
	}
	for _, e := range s.Extensions {
		form.Extensions = append(form.Extensions, scriptExtension(e))
	}
	return form
}

func pageOf(p campaign.Page) scriptPage {
	page := scriptPage{
		Name: p.Name, Text: p.Text, Stage: p.Stage, ForegroundColor: p.Foreground, BackgroundColor: p.Background,
		Controls: []scriptControl{}, Dispositions: []scriptDisposition{},
	}
	for _, c := range p.Controls {
		page.Controls = append(page.Controls, scriptControl{
			Column: c.Column, Label: c.Label, ReadOnly: c.ReadOnly, Type: int(c.Type),
			MaxLines: c.MaxLines, MaxChars: c.MaxChars, DateFormat: c.DateFormat, DataItems: c.Items,
		})
	}
	for _, d := range p.Dispositions {
		page.Dispositions = append(page.Dispositions, scriptDisposition{rowOf(d.Disposition), d.RecordStatus, d.IsContact})
	}
	return page
}

// requestFormDefinition gives the base script of a campaign: of the one named, or of
// the only one that the agent is logged in to.
func requestFormDefinition(s *server, r *request) (answer, error) {
	var b struct {
		Campaign campaign.ID `json:"campaignId"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	id := b.Campaign
	if id == "" {
		if id, err = onlyCampaign(snap, r); err != nil {
			return answer{}, err
		}
	}
	i := slices.IndexFunc(snap.Campaigns, func(c dialer.CampaignView) bool { return strings.EqualFold(string(c.Campaign.ID), string(id)) })
	if i < 0 {
		return answer{}, invalid("campaignId", "There is no campaign %s; take an id from availableCampaigns.", id)
	}
	c, u := snap.Campaigns[i].Campaign, r.session.User
	if !u.In(c.Workgroup) && !u.MaySupervise(c.Workgroup) {
		return answer{}, fault.New(fault.Forbidden, "Campaign %s belongs to a workgroup that you are not a member of.", id)
	}
	form, ok := c.Form()
	if !ok {
		return answer{}, invalid("campaignId", "Campaign %s has no base script; see hasBaseScript of availableCampaigns.", c.Name)
	}
	return answer{status: http.StatusOK, body: formOf(form)}, nil
}

// onlyCampaign is the one campaign that the session's agent is logged in to.
func onlyCampaign(snap dialer.Snapshot, r *request) (campaign.ID, error) {
	a, _ := snap.Agent(r.session.Agent())
	var in []dialer.AvailableCampaign
	var names []string
	for _, c := range a.Campaigns {
		if c.LoggedIn {
			in, names = append(in, c), append(names, fmt.Sprintf("%s (%s)", c.ID, c.Name))
		}
	}
	switch len(in) {
	case 1:
		return in[0].ID, nil
	case 0:
		return "", invalid("campaignId", "You are not logged in to a campaign; name one in campaignId.")
	}
	return "", invalid("campaignId", "You are logged in to several campaigns; name one in campaignId: %s.", strings.Join(names, ", "))
}
