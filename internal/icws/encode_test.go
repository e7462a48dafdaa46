package icws

import (
	"testing"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/session"
)

// TestDialerMessageForms: each message of the dialer besides those of every shift.
func TestDialerMessageForms(t *testing.T) {
	form, _ := scripted().Form()
	for _, s := range []struct {
		m    session.Message
		want string
	}{
		{session.AutoLogin{AutoLogin: dialer.AutoLogin{Campaign: "A", By: "Sara Ek"}},
			`{"__type":"urn:inin.com:dialer:autoLoginMessage","isDelta":false,"campaignId":"A","initiatorName":"Sara Ek"}`},
		{session.AutoLogout{AutoLogout: dialer.AutoLogout{Campaigns: []campaign.ID{"A", "B"}, By: "Sara Ek"}},
			`{"__type":"urn:inin.com:dialer:autoLogoutMessage","isDelta":false,"campaignIds":["A","B"],"initiatorName":"Sara Ek"}`},
		{session.AutoLogout{}, `{"__type":"urn:inin.com:dialer:autoLogoutMessage","isDelta":false,"campaignIds":[],"initiatorName":""}`},
		{session.Script{ScriptShown: dialer.ScriptShown{Campaign: "A", Script: form}},
			`{"__type":"urn:inin.com:dialer:setFormDefinitionMessage","isDelta":false,"campaignId":"A","formDefinition":` + scriptedForm + `}`},
		{session.Link{DialerLink: dialer.DialerLink{Reason: "The server is going down."}},
			`{"__type":"urn:inin.com:dialer:outboundServerConnectionStateChangeMessage","isDelta":false,"previousConnectionState":1,"newConnectionState":2,"reason":"The server is going down."}`},
		{session.Link{DialerLink: dialer.DialerLink{Up: true}},
			`{"__type":"urn:inin.com:dialer:outboundServerConnectionStateChangeMessage","isDelta":false,"previousConnectionState":2,"newConnectionState":1,"reason":""}`},
		{session.ManualCall{ManualCall: dialer.ManualCall{For: "anna", Campaign: "A", Contact: 9007199254740993, Status: dialer.ManualCallPlaced, Before: true}},
			`{"__type":"urn:inin.com:dialer:manualOutboundCallStatusMessage","isDelta":false,"campaignId":"A","agentId":"anna","identity":"9007199254740993","status":12,
			"filterblocked":false,"zoneblocked":false,"skillblocked":false,"dailylimitblocked":false,"minimumspacingblocked":false,"campaignownershipblocked":false,
			"donotcallblocked":false,"querytimefilterblocked":false,"previouslydialed":true,"uncallablestatus":""}`},
		{session.ManualCall{ManualCall: dialer.ManualCall{For: "anna", Campaign: "A", Contact: 7, Status: dialer.ManualContactUncallable, ContactStatus: campaign.Deleted,
			Blocked: dialer.Overrides{DoNotCall: true}}},
			`{"__type":"urn:inin.com:dialer:manualOutboundCallStatusMessage","isDelta":false,"campaignId":"A","agentId":"anna","identity":"7","status":7,
			"filterblocked":false,"zoneblocked":false,"skillblocked":false,"dailylimitblocked":false,"minimumspacingblocked":false,"campaignownershipblocked":false,
			"donotcallblocked":true,"querytimefilterblocked":false,"previouslydialed":false,"uncallablestatus":"D"}`},
		{session.Campaigns{CampaignsChanged: dialer.CampaignsChanged{Added: []dialer.AvailableCampaign{
			{ID: "A", Name: "Spring", Workgroup: "Sales", Mode: campaign.Preview, State: campaign.Off, HasScript: true, ScriptURL: "https://scripts.example.com/a"}}, MayChoose: true}},
			`{"__type":"urn:inin.com:dialer:availableCampaignsMessage","isDelta":true,"agentHasLogonCampaignRight":true,"campaignsAdded":[
			{"__type":"urn:inin.com:dialer:availableCampaign","id":"A","name":"Spring","workgroup":"Sales","status":[2],"hasBaseScript":true,
			"customScriptUrl":"https://scripts.example.com/a","isLoggedIn":false,"campaignType":3}]}`},
	} {
		got := (&server{}).message(s.m)
		golden(t, got, s.want)
	}
}

// TestBlockedProperties: each rule that blocks a manual call has a property of its own.
func TestBlockedProperties(t *testing.T) {
	for property, blocked := range map[string]dialer.Overrides{
		"filterblocked": {Filter: true}, "querytimefilterblocked": {QueryFilter: true}, "zoneblocked": {Zone: true}, "skillblocked": {Skills: true},
		"dailylimitblocked": {DailyLimit: true}, "minimumspacingblocked": {Spacing: true}, "donotcallblocked": {DoNotCall: true}, "campaignownershipblocked": {Ownership: true},
	} {
		for name, value := range manualMessage(session.ManualCall{ManualCall: dialer.ManualCall{Blocked: blocked}}) {
			if value == true && name != property || name == property && value != true {
				t.Errorf("%+v: %s is %v", blocked, name, value)
			}
		}
	}
}

// TestDialingModes: how a call came to its agent, as its pop tells it.
func TestDialingModes(t *testing.T) {
	owned := spring(false)
	owned.AllowOwned, owned.AutoDisconnect = true, true
	for _, s := range []struct {
		call dialer.CallView
		typ  string
		mode int
	}{
		{dialer.CallView{}, "dataPop", 2},
		{dialer.CallView{Owned: true}, "dataPop", 3},
		{dialer.CallView{Manual: true}, "dataPop", 6},
		{dialer.CallView{Manual: true, Owned: true}, "dataPop", 6},
		{dialer.CallView{Preview: true}, "previewPop", 0},
		{dialer.CallView{Preview: true, Manual: true}, "previewPop", 0},
		{dialer.CallView{Preview: true, Owned: true}, "previewPop", 1},
	} {
		got := pop(s.call)
		if got["__type"] != "urn:inin.com:dialer:"+s.typ || got["dialingMode"] != s.mode {
			t.Errorf("%+v: %v, mode %v", s.call, got["__type"], got["dialingMode"])
		}
		if got["allowAgentCallbacks"] != false {
			t.Errorf("%+v: callbacks", s.call)
		}
	}
	if got := pop(dialer.CallView{Campaign: owned}); got["allowAgentCallbacks"] != true || got["autoDisconnectOnDisposition"] != true {
		t.Errorf("%v", got)
	}
}

// TestWhatOthersDo: what others do to an agent's work is told to every session of
// the agent, in order; of a manual call hears who asked for it too, and nobody else.
func TestWhatOthersDo(t *testing.T) {
	o := openOffice(t, Config{})
	anna, second, sara, bert := o.signIn("anna", "desk"), o.signIn("anna", "desk"), o.signIn("sara", "desk"), o.signIn("bert", "desk")
	for _, c := range []*seat{anna, bert} {
		c.must(200, "POST", "/dialer/log-in", "")
		c.fetch("availableCampaignsMessage", "breakStatusMessage")
	}
	second.fetch("availableCampaignsMessage", "breakStatusMessage")
	form, _ := scripted().Form()
	o.floor.publish(dialer.AutoLogin{Agent: anna.agent, Campaign: springID, By: "Sara Ek"})
	o.floor.publish(dialer.ScriptShown{Agent: anna.agent, Campaign: springID, Script: form})
	o.floor.publish(dialer.ManualCall{By: sara.agent, Agent: anna.agent, For: "anna", Campaign: springID, Contact: 7, Status: dialer.ManualCallPlaced})
	o.floor.publish(dialer.ManualCall{By: anna.agent, Agent: anna.agent, For: "anna", Campaign: springID, Contact: 7, Status: dialer.ManualAgentNotIdle})
	o.floor.publish(dialer.AutoLogout{Agent: anna.agent, Campaigns: []campaign.ID{springID}, By: "Sara Ek"})
	o.floor.publish(dialer.DialerLink{Agent: anna.agent, Reason: "The server is going down."})
	for _, c := range []*seat{anna, second} {
		m := c.fetch("autoLoginMessage", "setFormDefinitionMessage", "manualOutboundCallStatusMessage", "manualOutboundCallStatusMessage", "autoLogoutMessage", "outboundServerConnectionStateChangeMessage")
		golden(t, m[1]["formDefinition"], scriptedForm)
		if m[0]["initiatorName"] != "Sara Ek" || m[2]["status"] != 12.0 || m[3]["status"] != 5.0 || m[5]["newConnectionState"] != 2.0 {
			t.Errorf("%v", m)
		}
	}
	if m := sara.fetch("manualOutboundCallStatusMessage"); m[0]["agentId"] != "anna" {
		t.Errorf("%v", m)
	}
	wantKinds(t, bert.poll())
}
