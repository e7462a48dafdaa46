package icws

import (
	"slices"
	"strconv"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/session"
)

// object is a message or a part of one on the wire.
type object map[string]any

// message makes a message's wire form; nil if there is nothing left to say, as
// when no attribute that a subscriber asked for changed.
//
// Messages that tell a state are deltas unless they tell the whole. Messages that
// tell of one happening (a connection's end, an operation's, a log-off) are not.
func (s *server) message(m session.Message) object {
	switch m := m.(type) {
	case session.Connection:
		return about("connection:connectionStateChangeMessage", false, object{
			"previousConnectionState": connectionUp, "newConnectionState": connectionDown,
			"reason": m.Over.Reason, "shouldReconnect": m.Over.Reconnect,
		})
	case session.Station:
		o := object{"newStationInfo": stationOf(m.After)}
		if m.Before != nil {
			o["previousStationInfo"] = stationOf(m.Before)
		}
		return about("connection:stationConnectionStateChangeMessage", !m.Whole, o)
	case session.Effective:
		o := object{"effectiveStation": nil}
		if m.Station != nil {
			o["effectiveStation"] = effectiveStation(*m.Station)
		}
		return about("connection:effectiveStationChangeMessage", false, o)
	case session.Done:
		o := object{"requestId": m.Request, "error": nil}
		if m.Err != nil {
			o["error"] = describe(m.Err)
		}
		return about("messaging:asyncOperationCompletedMessage", false, o)
	case session.Statuses, session.StatusList, session.StatusAccess:
		return s.statusMessage(m)
	case session.PreviousStatuses:
		return about("status:userStatusPreviousInfoMessage", false, object{"userStatusPreviousInfoList": previousRows(m.Statuses)})
	case session.Sessions:
		return sessionsMessage(m)
	case session.Licences:
		return licenceMessage(m)
	case session.Queue, session.QueueLost, session.Interaction, session.InteractionGone, session.Morphed, session.Snippet, session.Alerting, session.History:
		return s.interactionMessage(m)
	case session.Line:
		return object{"__type": "urn:outdial:dialer:persistentConnectionMessage", "isDelta": !m.Whole, "at": date(m.At), "persistentConnection": lineOf(m.Line)}
	}
	return s.dialerMessage(m)
}

// about is a message with its type.
func about(typ string, delta bool, o object) object {
	o["__type"] = "urn:inin.com:" + typ
	o["isDelta"] = delta
	return o
}

func (s *server) statusMessage(m session.Message) object {
	switch m := m.(type) {
	case session.Statuses:
		rows := []any{}
		for _, st := range m.Statuses {
			rows = append(rows, s.userStatus(st, m.Properties))
		}
		return about("status:userStatusMessage", !m.Whole, object{"userStatusList": rows})
	case session.StatusList:
		return about("status:statusMessagesMessage", false, object{"statusMessagesAdded": statusRows(m.Statuses)})
	case session.StatusAccess:
		rows := []any{}
		for _, u := range m.Users {
			rows = append(rows, object{"userId": u, "statusMessagesAdded": m.Statuses})
		}
		return about("status:statusMessagesUserAccessMessage", false, object{"statusMessagesUserAccessChanges": rows})
	}
	return nil
}

func (s *server) dialerMessage(m session.Message) object {
	switch m := m.(type) {
	case session.Campaigns:
		return campaignsMessage(m)
	case session.Break:
		return about("dialer:breakStatusMessage", !m.Whole, object{"breakStatus": int(m.Break)})
	case session.Pop:
		return about("dialer:dataPopMessage", !m.Whole, object{"call": pop(m.Call)})
	case session.LoggedOff:
		list := []object{}
		for _, c := range m.Campaigns {
			list = append(list, object{"id": c.ID, "name": c.Name})
		}
		if m.Entirely { // a blank id means the dialer itself (contract section 4.4)
			list = append(list, object{"id": "", "name": ""})
		}
		return about("dialer:logoutGrantedMessage", false, object{"campaigns": list})
	case session.AutoLogin:
		return about("dialer:autoLoginMessage", false, object{"campaignId": m.Campaign, "initiatorName": m.By})
	case session.AutoLogout:
		return about("dialer:autoLogoutMessage", false, object{"campaignIds": append([]campaign.ID{}, m.Campaigns...), "initiatorName": m.By})
	case session.Script:
		return about("dialer:setFormDefinitionMessage", false, object{"campaignId": m.Campaign, "formDefinition": formOf(m.ScriptShown.Script)})
	case session.Link:
		before, now := connectionUp, connectionDown
		if m.Up {
			before, now = now, before
		}
		return about("dialer:outboundServerConnectionStateChangeMessage", false, object{"previousConnectionState": before, "newConnectionState": now, "reason": m.Reason})
	case session.ManualCall:
		return manualMessage(m)
	}
	return nil
}

// manualMessage tells what became of a manual call, and which rules are in its way.
func manualMessage(m session.ManualCall) object {
	b := m.Blocked
	return about("dialer:manualOutboundCallStatusMessage", false, object{
		"campaignId": m.Campaign, "agentId": m.For, "identity": strconv.FormatInt(int64(m.Contact), 10), "status": int(m.Status),
		"filterblocked": b.Filter, "querytimefilterblocked": b.QueryFilter, "zoneblocked": b.Zone, "skillblocked": b.Skills,
		"dailylimitblocked": b.DailyLimit, "minimumspacingblocked": b.Spacing, "campaignownershipblocked": b.Ownership, "donotcallblocked": b.DoNotCall,
		"previouslydialed": m.Before, "uncallablestatus": m.ContactStatus,
	})
}

// campaignStatus is a campaign's state as the list of flags on the wire.
var campaignStatus = map[campaign.State][]int{campaign.On: {1}, campaign.Off: {2}, campaign.ScheduledOnly: {4}, campaign.Paused: {16}}

// statusFlags are all of a campaign's flags: besides its state, whether its schedule
// switches it and whether its list is at its end.
func statusFlags(c dialer.AvailableCampaign) []int {
	flags := slices.Clone(campaignStatus[c.State])
	if c.Auto {
		flags = append(flags, 8)
	}
	if c.Completed {
		flags = append(flags, 32)
	}
	return flags
}

// campaignType is a campaign's mode on the wire. Precise is within power there, and
// manual within preview; a call of them says so itself ([dialingMode]).
var campaignType = map[campaign.Mode]int{
	campaign.Predictive: 1, campaign.Power: 2, campaign.Precise: 2, campaign.Preview: 3, campaign.Manual: 3, campaign.Agentless: 8,
}

func campaignsMessage(m session.Campaigns) object {
	o := object{"agentHasLogonCampaignRight": m.MayChoose}
	if m.Whole || m.Added != nil {
		added := []object{}
		for _, c := range m.Added {
			row := object{
				"__type": "urn:inin.com:dialer:availableCampaign", "name": c.Name, "id": c.ID,
				"workgroup": c.Workgroup, "status": statusFlags(c), "hasBaseScript": c.HasScript,
				"isLoggedIn": c.LoggedIn, "campaignType": campaignType[c.Mode],
			}
			if c.ScriptURL != "" {
				row["customScriptUrl"] = c.ScriptURL
			}
			added = append(added, row)
		}
		o["campaignsAdded"] = added
	}
	if m.Changed != nil {
		changed := []object{}
		for _, c := range m.Changed {
			changed = append(changed, object{"__type": "urn:inin.com:dialer:changedCampaign", "name": c.Name, "id": c.ID, "status": statusFlags(c)})
		}
		o["campaignsChanged"] = changed
	}
	if m.Removed != nil {
		removed := []object{}
		for _, id := range m.Removed {
			removed = append(removed, object{"id": id})
		}
		o["campaignsRemoved"] = removed
	}
	return about("dialer:availableCampaignsMessage", !m.Whole, o)
}

// The dialing modes of pops; those of a preview are the first two (contract section 4.4).
const (
	modePreview      = 0
	modeOwnedPreview = 1
	modeRegular      = 2
	modeOwned        = 3
	modePrecise      = 5
	modeManual       = 6
)

// dialingMode says how a call came to its agent. A preview knows no manual mode.
func dialingMode(c dialer.CallView) int {
	switch {
	case c.Preview && c.Owned:
		return modeOwnedPreview
	case c.Preview:
		return modePreview
	case c.Manual:
		return modeManual
	case c.Owned:
		return modeOwned
	case c.Precise:
		return modePrecise
	}
	return modeRegular
}

// dispositionRow is a disposition to choose from.
type dispositionRow struct {
	Label    string `json:"label"`
	Category string `json:"wrapUpCategory"`
	Code     string `json:"wrapUpCode"`
	Abandon  bool   `json:"abandon"`
}

func rowOf(d campaign.Disposition) dispositionRow {
	return dispositionRow{d.Label, d.Category, d.Code, d.Abandon}
}

// pop is a dataPop or a previewPop.
func pop(c dialer.CallView) object {
	dispositions := []dispositionRow{}
	for _, d := range c.Campaign.Dispositions {
		dispositions = append(dispositions, rowOf(d))
	}
	o := object{
		"__type": "urn:inin.com:dialer:dataPop", "dialingMode": dialingMode(c),
		"interactionId": c.ID, "campaignId": c.Campaign.ID, "attributes": contactData(c),
		"autoDisconnectOnDisposition": c.Campaign.AutoDisconnect, "allowAgentCallbacks": c.Campaign.AllowOwned, "dispositions": dispositions,
	}
	if c.Preview {
		o["__type"] = "urn:inin.com:dialer:previewPop"
		o["callPlaced"], o["allowSkip"] = c.Placed, c.Campaign.AllowSkip
		if !c.PreviewUntil.IsZero() && !c.Placed {
			o["previewTimeout"] = date(c.PreviewUntil)
		}
	}
	return o
}
