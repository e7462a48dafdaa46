package icws

import "testing"

// TestTheDialersOwnAttributes: what a client or a list calls alike, in whichever
// capitals, does not stand in their way; what a client emptied is empty.
func TestTheDialersOwnAttributes(t *testing.T) {
	c := talker(t)
	seen := customer("1000000001", c.agent)
	seen.Contact.Columns["is_attr_status"] = "a column"
	seen.Attributes = map[string]string{"is_attr_CampaignId": "a client", "plan": ""}
	c.floor.ring(seen)
	for range 20 {
		r := c.must(200, "GET", "/interactions/1000000001?select=IS_ATTR_CAMPAIGNID,is_attr_status,Plan,first_name", "").json(t)
		golden(t, r["attributes"], `{"IS_ATTR_CAMPAIGNID":"4E883D1E-4B03-4E89-8DA6-CE904BB64983","is_attr_status":"I","Plan":"","first_name":"Cleo"}`)
	}
	data := contactData(seen)
	if data["is_attr_CampaignId"] != "" || data["is_attr_status"] != "" || data["IS_ATTR_STATUS"] != "I" {
		t.Errorf("of a pop: %v", data)
	}
}
