package icws

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// scripted is a campaign with a base script of every kind of part.
func scripted() campaign.Campaign {
	c := spring(false)
	c.Script = &campaign.Script{
		Pages: []campaign.Page{
			{Name: "Greeting", Text: "Good day", Stage: 1, Foreground: "#000000", Background: "#ffffff", Controls: []campaign.Control{
				{Column: "PLAN", Label: "Plan", ReadOnly: true, Type: campaign.Listbox, Items: map[string]string{"g": "Gold"}},
				{Column: "BORN", Label: "Born", Type: campaign.DateTime, DateFormat: 1},
				{Column: "NOTE", Label: "Note", MaxLines: 3, MaxChars: 200},
			}},
			{Name: "End", Dispositions: []campaign.PageDisposition{{Disposition: campaign.Disposition{Label: "Bye", Category: "Failure", Code: "F", Abandon: true}, RecordStatus: "U", IsContact: true}}},
		},
		Misc:       campaign.ScriptRules{AllowBreak: true, OverrideZoneBlock: true},
		Extensions: []campaign.Extension{{ObjectName: "o", Extension: "e", ObjectType: "t"}},
	}
	return c
}

const scriptedForm = `{
	"pages":[
		{"name":"Greeting","text":"Good day","stage":1,"foregroundColor":"#000000","backgroundColor":"#ffffff","controls":[
			{"column":"PLAN","label":"Plan","readOnly":true,"type":3,"dataItems":{"g":"Gold"}},
			{"column":"BORN","label":"Born","readOnly":false,"type":4,"dateFormat":1},
			{"column":"NOTE","label":"Note","readOnly":false,"type":0,"maxLines":3,"maxChars":200}],
		 "dispositions":[
			{"label":"Sale","wrapUpCategory":"Success","wrapUpCode":"Sold","abandon":false,"recordStatus":"U","isContact":true},
			{"label":"Later","wrapUpCategory":"Scheduled","wrapUpCode":"Scheduled","abandon":false,"recordStatus":"S","isContact":true}]},
		{"name":"End","text":"","foregroundColor":"","backgroundColor":"","controls":[],
		 "dispositions":[{"label":"Bye","wrapUpCategory":"Failure","wrapUpCode":"F","abandon":true,"recordStatus":"U","isContact":true}]}],
	"misc":{"allowBreak":true,"allowSkip":false,"allowAgentOwned":false,"militaryTime":false,"pickupCall":false,"allowSchedulePhone":false,"autoDisconnect":false,
		"allowEditingOfNumberToDial":false,"allowAgentsAdditionalCalls":false,"allowEditingAdditionalCallNumbers":false,"overrideDncBlock":false,"overrideZoneBlock":true,
		"overrideSkillsBlock":false,"overrideDailyLimitBlock":false},
	"extensions":[{"objectName":"o","extension":"e","objectType":"t"}]}`

// TestFormDefinition: the script of the campaign that is named, or of the only one;
// for members of its workgroup.
func TestFormDefinition(t *testing.T) {
	o := openOffice(t, Config{})
	plain := spring(false)
	plain.ID, plain.Name = "B", "Autumn"
	empty := plain
	empty.ID, empty.Script = "C", &campaign.Script{}
	o.floor.keep(dialer.CampaignView{Campaign: scripted()}, dialer.CampaignView{Campaign: plain}, dialer.CampaignView{Campaign: empty})
	c := o.signIn("anna", "desk")
	const path, named = "/dialer/request-form-definition", `{"campaignId":"` + springID + `"}`
	golden(t, c.must(200, "POST", path, named).json(t), scriptedForm)
	if b := c.must(400, "POST", path, "").json(t); b["propertyName"] != "campaignId" || !strings.Contains(b["message"].(string), "not logged in") {
		t.Errorf("before log-in: %v", b)
	}
	c.must(200, "POST", "/dialer/log-in", "")
	golden(t, c.must(200, "POST", path, "").json(t), scriptedForm)
	golden(t, c.must(200, "POST", path, `{"campaignId":"c"}`).json(t)["pages"], `[]`)

	o.floor.offer(dialer.AvailableCampaign{ID: "B", Name: "Autumn", Workgroup: "Sales"})
	c.must(200, "POST", "/dialer/log-in", "")
	for body, why := range map[string]string{
		"":                    springID + " (Spring), B (Autumn)",
		`{"campaignId":"B"}`:  "no base script",
		`{"campaignId":"no"}`: "There is no campaign no",
	} {
		if b := c.must(400, "POST", path, body).json(t); b["propertyName"] != "campaignId" || !strings.Contains(b["message"].(string), why) {
			t.Errorf("%s: %v", body, b)
		}
	}
	o.signIn("bert", "desk").must(403, "POST", path, named)
	o.signIn("sara", "desk").must(200, "POST", path, named)
	o.signIn("root", "desk").must(200, "POST", path, named)
}
