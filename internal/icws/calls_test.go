package icws

import (
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
)

// These tests drive interactions through the real floor: what one client asks for
// is what others are told.

// atPhone seats a user at a phone of his own and follows his queue, his alerts and
// his history.
func (s *shift) atPhone(user, number string) *desk {
	s.t.Helper()
	c := s.come(user)
	c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"`+number+`","persistentConnection":false}`)
	c.must(200, "PUT", "/messaging/subscriptions/queues/mine", `{"queueIds":[{"queueType":1,"queueName":"`+user+`"}],"attributeNames":["Eic_State","Eic_RemoteId","Eic_CallDirection","Eic_IRRecordingId","Eic_Monitors","Eic_ConferenceId"]}`)
	c.must(200, "PUT", "/messaging/subscriptions/interaction-alerting", `{}`)
	c.must(200, "PUT", "/messaging/subscriptions/interaction-history", `{}`)
	c.until("historyMessage", anyMessage)
	return c
}

// calls calls somebody and gives the new interaction's id.
func (c *desk) calls(target string) string {
	c.t.Helper()
	return c.must(201, "POST", "/interactions", `{"__type":"urn:inin.com:interactions:createCallParameters","target":"`+target+`"}`).json(c.t)["interactionId"].(string)
}

// shows waits until the queue says that an attribute of an interaction has a value.
func (c *desk) shows(id, attribute, want string) {
	c.t.Helper()
	c.until("queueContentsMessage", func(m message) bool {
		for _, list := range []string{"interactionsAdded", "interactionsChanged"} {
			changed, _ := m[list].([]any)
			for _, i := range changed {
				if field(i, "interactionId") == id && field(i, "attributes", attribute) == want {
					return true
				}
			}
		}
		return false
	})
}

// loses waits until an interaction leaves the queue.
func (c *desk) loses(id string) {
	c.t.Helper()
	c.until("queueContentsMessage", func(m message) bool {
		gone, _ := m["interactionsRemoved"].([]any)
		return slices.Contains(gone, any(id))
	})
}

// alerted waits for an alert to start or stop, and gives the interaction's id.
func (c *desk) alerted(action float64) string {
	c.t.Helper()
	var id string
	c.until("interactionAlertingMessage", func(m message) bool {
		for _, d := range m["alertingInteractionDetails"].([]any) {
			if field(d, "alertAction") == action {
				id = field(d, "interactionId").(string)
				return true
			}
		}
		return false
	})
	return id
}

// TestACallOfOnesOwn is made, held, recorded and ended, and remembered.
func TestACallOfOnesOwn(t *testing.T) {
	s := openShift(t, nil)
	anna, bert, sara := s.atPhone("anna", "+13175550101"), s.atPhone("bert", "+13175550102"), s.atPhone("sara", "+13175550103")
	id := anna.calls("+1 (317) 555-0170")
	path := "/interactions/" + id
	anna.shows(id, "Eic_State", "C")
	anna.must(200, "POST", path+"/hold", `{"on":true}`)
	anna.shows(id, "Eic_State", "H")
	anna.must(200, "POST", path+"/pickup", "")
	anna.shows(id, "Eic_State", "C")
	anna.must(200, "POST", path+"/send-digits", `{"dtmfDigits":"12#"}`)
	anna.must(400, "POST", path+"/send-digits", `{"dtmfDigits":"12x"}`)
	anna.must(400, "POST", path+"/play-wav", `{"file":"unheard.wav"}`)
	anna.must(200, "POST", path, `{"attributes":{"Order":"7"}}`)
	anna.must(200, "POST", path, `{"attributes":{"ORDER":"8"},"appendMode":2}`)
	golden(t, anna.must(200, "GET", path+"?select=order,eic_remotetn,Eic_CallPurpose,Eic_StationName", "").json(t),
		`{"attributes":{"order":"7;8","eic_remotetn":"+13175550170","Eic_CallPurpose":"1","Eic_StationName":"remote-anna"}}`)
	anna.must(201, "POST", path+"/wrap-up-assignments", `{"code":"Other","segmentId":1,"time":"20260131T173000Z","user":"anna","sourceInteractionId":"`+id+`"}`)
	golden(t, anna.must(200, "GET", path+"?select=Eic_WrapUpCode", "").json(t), `{"attributes":{"Eic_WrapUpCode":"Other"}}`)

	anna.must(204, "PUT", "/messaging/subscriptions"+path, `{"attributeNames":["Eic_RecordingPaused"]}`)
	anna.must(200, "POST", path+"/record", `{"on":true,"supervisor":false}`)
	anna.until("queueContentsMessage", func(m message) bool {
		changed, _ := m["interactionsChanged"].([]any)
		return slices.ContainsFunc(changed, func(i any) bool {
			recording, _ := field(i, "attributes", "Eic_IRRecordingId").(string)
			return recording != ""
		})
	})
	anna.must(200, "POST", path+"/secure-pause", `{"securePauseType":2}`)
	golden(t, anna.must(200, "GET", path+"?select=Eic_RecordingPaused", "").json(t), `{"attributes":{"Eic_RecordingPaused":"1"}}`)
	anna.must(200, "POST", path+"/secure-pause", `{"securePauseType":4}`)
	golden(t, anna.must(200, "GET", path+"?select=Eic_RecordingPaused", "").json(t), `{"attributes":{"Eic_RecordingPaused":"0"}}`)
	anna.must(200, "POST", path+"/record-snippet", `{"on":true,"supervisor":false}`)
	anna.must(200, "POST", path+"/record-snippet", `{"on":false,"supervisor":false}`)
	if m, _ := anna.until("interactionRecordingSnippetCreatedMessage", anyMessage); m["recordingSnippetId"] == "" || m["interactionID"] != id {
		t.Errorf("%v", m)
	}

	bert.must(403, "GET", path, "")
	bert.must(403, "POST", path+"/listen", `{"on":true,"supervisor":false}`)
	sara.must(200, "POST", path+"/listen", `{"on":true,"supervisor":true}`)
	anna.shows(id, "Eic_Monitors", "sara")
	anna.must(200, "POST", path+"/make-private", `{"on":true}`)
	anna.shows(id, "Eic_Monitors", "")
	sara.must(403, "POST", path+"/coach", `{"on":true,"supervisor":true}`)

	anna.must(200, "POST", path+"/disconnect", "")
	m, _ := anna.until("historyMessage", anyMessage)
	if item := m["interactionHistory"].([]any)[0]; field(item, "interactionId") != id || field(item, "direction") != 2.0 || field(item, "remoteId") != "+13175550170" {
		t.Errorf("%v", item)
	}
	anna.must(404, "POST", path+"/hold", `{"on":true}`)
}

// TestACallToAColleague alerts him; he sees an incoming call and takes it.
func TestACallToAColleague(t *testing.T) {
	s := openShift(t, nil)
	anna, sara := s.atPhone("anna", "+13175550101"), s.atPhone("sara", "+13175550103")
	id := anna.calls("Sara")
	if got := sara.alerted(startAlerting); got != id {
		t.Errorf("interaction %s alerts, want %s", got, id)
	}
	golden(t, sara.must(200, "GET", "/interactions/"+id+"?select=Eic_State,Eic_CallDirection,Eic_RemoteId", "").json(t), `{"attributes":{"Eic_State":"A","Eic_CallDirection":"I","Eic_RemoteId":"anna"}}`)
	sara.must(200, "PUT", "/messaging/subscriptions/interaction-alerting", "") // a client that comes late
	m, _ := sara.until("interactionAlertingMessage", anyMessage)
	golden(t, m["alertingInteractionDetails"], `[{"interactionId":"`+id+`","interactionType":"Call","name":"anna","address":"anna","alertType":1,"alertAction":1,"autoAnswer":false,"monitoredQueue":{"queueType":1,"queueName":"sara"}}]`)
	sara.must(200, "POST", "/interactions/"+id+"/pickup", "")
	sara.alerted(stopAlerting)
	anna.shows(id, "Eic_State", "C")
	golden(t, anna.must(200, "GET", "/interactions/"+id+"?select=Eic_CallDirection,Eic_RemoteId,Eic_CallType", "").json(t), `{"attributes":{"Eic_CallDirection":"O","Eic_RemoteId":"sara","Eic_CallType":"I"}}`)
	sara.must(200, "POST", "/interactions/"+id+"/disconnect", "")
	anna.loses(id)
	sara.loses(id)
}

// TestAnAlertIsRefused: to disconnect what only alerts is to refuse it.
func TestAnAlertIsRefused(t *testing.T) {
	s := openShift(t, []campaign.Contact{listed(7)}, sales(campaign.Power))
	anna, sara := s.atPhone("anna", "+13175550101"), s.atPhone("sara", "+13175550103")
	id := anna.calls("sara")
	sara.alerted(startAlerting)
	sara.must(200, "POST", "/interactions/"+id+"/disconnect", "")
	sara.alerted(stopAlerting)
	anna.loses(id)

	id = anna.calls("+13175550170")
	anna.shows(id, "Eic_State", "C")
	anna.must(200, "POST", "/interactions/"+id+"/blind-transfer", `{"target":"sara"}`)
	passed := sara.alerted(startAlerting)
	sara.must(200, "POST", "/interactions/"+passed+"/disconnect", "")
	sara.alerted(stopAlerting)
	anna.must(200, "POST", "/interactions/"+id+"/pickup", "")
	golden(t, anna.must(200, "GET", "/interactions/"+id+"?select=Eic_State", "").json(t), `{"attributes":{"Eic_State":"C"}}`)
}

// TestACustomerIsPassedOn: the customer of a campaign goes to a colleague under a new
// id, and the first agent disposes of the contact.
func TestACustomerIsPassedOn(t *testing.T) {
	s := openShift(t, []campaign.Contact{listed(7)}, sales(campaign.Power))
	anna, sara := s.atPhone("anna", "+13175550101"), s.atPhone("sara", "+13175550103")
	anna.must(200, "POST", "/dialer/log-in", "")
	anna.must(202, "PUT", "/status/user-statuses/anna", `{"statusId":"Available"}`)
	anna.must(200, "POST", "/dialer/ready-for-calls", "")
	pop, _ := anna.until("dataPopMessage", anyMessage)
	id := field(pop, "call", "interactionId").(string)
	anna.must(204, "PUT", "/messaging/subscriptions/interactions/"+id, `{"attributeNames":["Eic_State","Eic_CallPurpose"]}`)
	sara.must(204, "PUT", "/messaging/subscriptions/interactions/"+id, `{"attributeNames":["Eic_State","Eic_CallPurpose","Eic_LocalUserId","Eic_RemoteName"]}`)
	anna.must(200, "POST", "/interactions/"+id+"/blind-transfer", `{"queueID":{"queueType":1,"queueName":"SARA"}}`)
	passed := sara.alerted(startAlerting)
	sara.must(200, "POST", "/interactions/"+passed+"/pickup", "")
	m, _ := sara.until("interactionMorphedMessage", anyMessage)
	if m["interactionID"] != id || m["newInteractionID"] != passed {
		t.Errorf("%v, want %s to become %s", m, id, passed)
	}
	sara.until("interactionChangedMessage", func(m message) bool {
		return m["interactionID"] == passed && field(m, "attributes", "Eic_LocalUserId") == "sara"
	})
	golden(t, sara.must(200, "GET", "/interactions/"+passed+"?select=Eic_State,Eic_CallPurpose,Eic_CallDirection,Eic_RemoteName,PLAN", "").json(t),
		`{"attributes":{"Eic_State":"C","Eic_CallPurpose":"1","Eic_CallDirection":"I","Eic_RemoteName":"Cleo","PLAN":"Gold"}}`)
	anna.until("interactionChangedMessage", func(m message) bool {
		state, _ := field(m, "attributes", "Eic_State").(string)
		return state == "I" || state == "E"
	})
	anna.must(403, "POST", "/interactions/"+passed+"/disconnect", "")
	anna.must(200, "POST", "/dialer/disposition", `{"label":"Sale"}`)
	anna.until("interactionDeallocatedMessage", func(m message) bool { return m["interactionID"] == id })
	sara.must(200, "POST", "/interactions/"+passed+"/disconnect", "")
	sara.loses(passed)
}

// TestOfferedToAWorkgroup: a transfer to a workgroup alerts its members on its
// behalf, and nobody else.
func TestOfferedToAWorkgroup(t *testing.T) {
	s := openShift(t, nil)
	anna, bert, sara := s.atPhone("anna", "+13175550101"), s.atPhone("bert", "+13175550102"), s.atPhone("sara", "+13175550103")
	id := anna.calls("+13175550170")
	anna.shows(id, "Eic_State", "C")
	anna.must(400, "POST", "/interactions/"+id+"/blind-transfer", `{"queueID":{"queueType":2,"queueName":"Nobodys"}}`)
	anna.must(200, "POST", "/interactions/"+id+"/blind-transfer", `{"queueID":{"queueType":2,"queueName":"sales"}}`)
	m, _ := sara.until("interactionAlertingMessage", func(m message) bool { return m["isDelta"] == true })
	passed := field(m["alertingInteractionDetails"].([]any)[0], "interactionId").(string)
	golden(t, m["alertingInteractionDetails"], `[{"interactionId":"`+passed+`","interactionType":"Call","name":"+13175550170","address":"+13175550170","alertType":3,"alertAction":1,"autoAnswer":false,"monitoredQueue":{"queueType":2,"queueName":"Sales"}}]`)
	anna.loses(id)
	sara.must(200, "POST", "/interactions/"+passed+"/pickup", "")
	sara.alerted(stopAlerting)
	sara.shows(passed, "Eic_State", "C")
	if got := kinds(bert.poll()); slices.Contains(got, "interactionAlertingMessage") {
		t.Errorf("bert, of another workgroup, hears %v", got)
	}
}

// TestSupervising: a supervisor sees the calls of those she oversees, takes part in
// one in each way, records it, leaves it, and ends it.
func TestSupervising(t *testing.T) {
	s := openShift(t, nil)
	anna, bert, sara := s.atPhone("anna", "+13175550101"), s.atPhone("bert", "+13175550102"), s.atPhone("sara", "+13175550103")
	sara.must(200, "PUT", "/messaging/subscriptions/queues/all", `{"queueIds":[{"queueType":0,"queueName":""}],"attributeNames":["Eic_State","Eic_LocalUserId"]}`)
	sara.until("queueContentsMessage", func(m message) bool { return m["subscriptionId"] == "all" })
	his, id := bert.calls("+13175550171"), anna.calls("+13175550170")
	anna.shows(id, "Eic_State", "C")
	bert.shows(his, "Eic_State", "C")
	sara.shows(id, "Eic_State", "C")
	path := "/interactions/" + id
	supervisors := func(want string) {
		t.Helper()
		golden(t, anna.must(200, "GET", path+"?select=Eic_Monitors,Eic_Coaches,Eic_Joiners", "").json(t), want)
	}
	sara.must(200, "POST", path+"/listen", `{"on":true,"supervisor":true}`)
	supervisors(`{"attributes":{"Eic_Monitors":"sara","Eic_Coaches":"","Eic_Joiners":""}}`)
	sara.must(200, "POST", path+"/coach", `{"on":true,"supervisor":true}`)
	supervisors(`{"attributes":{"Eic_Monitors":"","Eic_Coaches":"sara","Eic_Joiners":""}}`)
	sara.must(200, "POST", path+"/join", "")
	supervisors(`{"attributes":{"Eic_Monitors":"","Eic_Coaches":"","Eic_Joiners":"sara"}}`)
	sara.must(200, "POST", path+"/record", `{"on":true,"supervisor":true}`)
	sara.must(200, "POST", path+"/record", `{"on":false,"supervisor":true}`)
	sara.must(200, "POST", path+"/listen", `{"on":false,"supervisor":true}`)
	supervisors(`{"attributes":{"Eic_Monitors":"","Eic_Coaches":"","Eic_Joiners":""}}`)
	for _, deed := range []string{"hold", "mute", "make-private"} {
		sara.must(403, "POST", path+"/"+deed, `{"on":true}`)
	}
	sara.must(403, "GET", "/interactions/"+his, "")
	sara.must(403, "POST", "/interactions/"+his+"/listen", `{"on":true,"supervisor":true}`)
	sara.must(403, "PUT", "/messaging/subscriptions/queues/his", `{"queueIds":[{"queueType":1,"queueName":"bert"}],"attributeNames":[]}`)
	sara.must(200, "POST", path+"/disconnect", "")
	anna.loses(id)
	for _, m := range sara.poll() {
		if text, _ := encode(m); strings.Contains(string(text), his) {
			t.Errorf("she is told of bert's call: %s", text)
		}
	}
}

// TestParkedForAWorkgroup: its members see the party and may take it; others do not.
func TestParkedForAWorkgroup(t *testing.T) {
	s := openShift(t, nil)
	anna, bert, sara := s.atPhone("anna", "+13175550101"), s.atPhone("bert", "+13175550102"), s.atPhone("sara", "+13175550103")
	sara.must(200, "PUT", "/messaging/subscriptions/queues/ours", `{"queueIds":[{"queueType":2,"queueName":"sales"}],"attributeNames":["Eic_State"]}`)
	id := anna.calls("+13175550170")
	anna.shows(id, "Eic_State", "C")
	anna.must(200, "POST", "/interactions/"+id+"/park", `{"queueID":{"queueType":2,"queueName":"Sales"}}`)
	var parked string
	sara.until("queueContentsMessage", func(m message) bool {
		added, _ := m["interactionsAdded"].([]any)
		if m["subscriptionId"] == "ours" && len(added) == 1 && field(added[0], "attributes", "Eic_State") == "P" {
			parked = field(added[0], "interactionId").(string)
		}
		return parked != ""
	})
	anna.loses(id)
	bert.must(403, "GET", "/interactions/"+parked, "")
	bert.must(403, "POST", "/interactions/"+parked+"/pickup", "")
	sara.must(200, "POST", "/interactions/"+parked+"/pickup", "")
	sara.shows(parked, "Eic_State", "C")
	anna.must(200, "POST", "/interactions/"+anna.calls("+13175550171")+"/disconnect", "")
	sara.must(200, "POST", "/interactions/"+parked+"/disconnect", "")
}

// TestConsulting: a third party is asked, the audience changes, and the two are left
// to each other.
func TestConsulting(t *testing.T) {
	s := openShift(t, nil)
	anna := s.atPhone("anna", "+13175550101")
	id := anna.calls("+13175550170")
	path := "/interactions/" + id
	anna.shows(id, "Eic_State", "C")
	r := anna.must(201, "POST", path+"/consult", `{"target":"+13175550171"}`).json(t)
	consult := r["consultInteractionId"].(string)
	anna.shows(id, "Eic_State", "H")
	anna.shows(consult, "Eic_State", "C")
	anna.must(400, "POST", path+"/consult", `{"target":"+13175550172"}`) // one is enough
	anna.must(200, "POST", path+"/consult/"+consult+"/change-audience", `{"audience":{"originalParty":true,"consultedParty":true}}`)
	anna.shows(id, "Eic_State", "C")
	anna.must(200, "DELETE", path+"/consult/"+consult, "")
	anna.loses(consult)
	anna.must(404, "POST", path+"/consult/"+consult+"/conclude", "")

	consult = anna.must(201, "POST", path+"/consult", `{"target":"+13175550171"}`).json(t)["consultId"].(string)
	anna.shows(consult, "Eic_State", "C")
	request := anna.must(202, "POST", path+"/consult/"+consult+"/conclude", "").json(t)["requestId"]
	_, before := anna.until("asyncOperationCompletedMessage", func(m message) bool { return m["requestId"] == request && m["error"] == nil })
	var removed []any
	for _, m := range before {
		gone, _ := m["interactionsRemoved"].([]any)
		removed = append(removed, gone...)
	}
	if !slices.Contains(removed, any(id)) || !slices.Contains(removed, any(consult)) {
		t.Errorf("before it was over, %v left the queue", removed)
	}
}

// TestConferring: parties are brought together, one more is called, and each leaves
// alone.
func TestConferring(t *testing.T) {
	s := openShift(t, nil)
	anna := s.atPhone("anna", "+13175550101")
	one := anna.calls("+13175550170")
	anna.shows(one, "Eic_State", "C")
	two := anna.calls("+13175550171")
	anna.shows(one, "Eic_State", "H")
	anna.shows(two, "Eic_State", "C")
	r := anna.must(201, "POST", "/interactions/conferences", `{"interactions":["`+one+`","`+two+`"]}`)
	id := r.json(t)["conferenceId"].(string)
	anna.shows(two, "Eic_ConferenceId", id)
	anna.must(200, "POST", "/interactions/conferences/"+id+"/invite-party", `{"target":"+13175550172"}`)
	anna.until("queueContentsMessage", func(m message) bool {
		added, _ := m["interactionsAdded"].([]any)
		return len(added) == 1 && field(added[0], "attributes", "Eic_RemoteId") == "+13175550172"
	})
	anna.must(200, "PUT", "/messaging/subscriptions/queues/again", `{"queueIds":[{"queueType":1,"queueName":"anna"}],"attributeNames":[]}`)
	m, _ := anna.until("queueContentsMessage", func(m message) bool { return m["subscriptionId"] == "again" })
	if first := m["interactionsAdded"].([]any)[0]; field(first, "conferenceParentId") != id {
		t.Errorf("%v has no conference", first)
	}
	anna.must(200, "POST", "/interactions/"+two+"/disconnect", "")
	anna.loses(two)
}
