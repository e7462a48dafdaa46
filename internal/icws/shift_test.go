package icws

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// carrier is a switch whose legs answer at once and talk until they are hung up.
type carrier struct {
	report func(call.Progress)
	wait   sync.WaitGroup

	mu     sync.Mutex
	legs   map[call.LegID]chan call.Cause
	orders []call.Order
}

func (x *carrier) Dial(o call.Order) {
	end := make(chan call.Cause, 10)
	x.mu.Lock()
	x.legs[o.Leg] = end
	x.orders = append(x.orders, o)
	x.mu.Unlock()
	x.wait.Go(func() {
		x.report(call.Progress{Leg: o.Leg, Step: call.Ringing, At: time.Now()})
		x.report(call.Progress{Leg: o.Leg, Step: call.Answered, At: time.Now()})
		x.report(call.Progress{Leg: o.Leg, Step: call.Ended, At: time.Now(), Cause: <-end})
	})
}

func (x *carrier) Listen(call.LegID, call.Listening) {}

func (x *carrier) HangUp(l call.LegID, c call.Cause) {
	x.mu.Lock()
	defer x.mu.Unlock()
	select {
	case x.legs[l] <- c:
	default: // it was told often enough
	}
}

// customers are the numbers that were dialed for campaigns.
func (x *carrier) customers() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	var list []string
	for _, o := range x.orders {
		if o.Party == call.Customer {
			list = append(list, o.Target)
		}
	}
	return list
}

func (x *carrier) Bridge(call.LegID, call.LegID)   {}
func (x *carrier) Park(call.LegID, call.Sound)     {}
func (x *carrier) Play(call.LegID, call.Sound)     {}
func (x *carrier) Mute(call.LegID, bool)           {}
func (x *carrier) Converse(call.Conversation)      {}
func (x *carrier) Record(call.Recording)           {}
func (x *carrier) SendDigits(call.LegID, string)   {}
func (x *carrier) Referred(call.LegID, call.Cause) {}

// drawer is a contact list in memory.
type drawer struct {
	mu       sync.Mutex
	contacts []campaign.Contact
	open     map[campaign.AttemptID]campaign.ContactID
	last     campaign.AttemptID
	recycled int
}

func (d *drawer) lease(c campaign.Campaign, i int, number string, unplaced bool, now time.Time) campaign.Lead {
	d.last++
	contact := d.contacts[i]
	at := campaign.Attempt{ID: d.last, Campaign: c.ID, List: c.List, Contact: contact.ID, Number: contact.Number, Claimed: now, Preview: unplaced}
	if number != "" {
		at.Number = number
	}
	if !unplaced {
		at.Placed = now
	}
	d.open[at.ID] = contact.ID
	d.contacts[i].Status = campaign.InProcess
	return campaign.Lead{Attempt: at, Contact: contact}
}

func (d *drawer) claim(c campaign.Campaign, owner string, n int, now time.Time) (campaign.Claim, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var got campaign.Claim
	for i, contact := range d.contacts {
		due := (contact.Status == campaign.Callable || contact.Status == campaign.Scheduled) && !contact.Due.After(now)
		if contact.List == c.List && due && contact.Owner == owner && len(got.Leads) < n {
			got.Leads = append(got.Leads, d.lease(c, i, "", c.Mode == campaign.Preview, now))
		}
	}
	return got, nil
}

func (d *drawer) Claim(_ context.Context, c campaign.Campaign, n int, _ campaign.Team, now time.Time) (campaign.Claim, error) {
	return d.claim(c, "", n, now)
}

func (d *drawer) ClaimOwned(_ context.Context, c campaign.Campaign, user string, n int, now time.Time) (campaign.Claim, error) {
	return d.claim(c, user, n, now)
}

func (d *drawer) find(list string, id campaign.ContactID) (int, error) {
	i := slices.IndexFunc(d.contacts, func(c campaign.Contact) bool { return c.ID == id && c.List == list })
	if i < 0 {
		return 0, fault.New(fault.NotFound, "there is no contact %d", id)
	}
	return i, nil
}

func (d *drawer) Contact(_ context.Context, list string, id campaign.ContactID) (campaign.Contact, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, err := d.find(list, id)
	if err != nil {
		return campaign.Contact{}, err
	}
	return d.contacts[i], nil
}

func (d *drawer) Former(context.Context, campaign.Attempt, time.Time) (compliance.History, error) {
	return compliance.History{}, nil
}

func (d *drawer) ClaimContact(_ context.Context, c campaign.Campaign, id campaign.ContactID, number string, unplaced bool, now time.Time) (campaign.Lead, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, err := d.find(c.List, id)
	if err != nil {
		return campaign.Lead{}, err
	}
	if d.contacts[i].Status == campaign.InProcess {
		return campaign.Lead{}, fault.New(fault.Conflict, "contact %d is being called", id)
	}
	return d.lease(c, i, number, unplaced, now), nil
}

func (d *drawer) Recycle(context.Context, string, time.Time) (int, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.recycled++
	return 0, false, nil
}

func (d *drawer) Record(_ context.Context, at campaign.Attempt) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	id, open := d.open[at.ID]
	if at.Closed.IsZero() || !open {
		return nil
	}
	delete(d.open, at.ID)
	for i := range d.contacts {
		if c := &d.contacts[i]; c.ID == id {
			c.Status, c.Due, c.Owner = at.Next.Status, at.Next.Due, at.Next.Owner
			if at.Next.Counts {
				c.Attempts++
			}
		}
	}
	return nil
}

func (d *drawer) Update(_ context.Context, id campaign.ContactID, columns map[string]string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.contacts {
		if d.contacts[i].ID == id {
			d.contacts[i].Columns = columns
		}
	}
	return nil
}

func (d *drawer) SaveCampaign(context.Context, campaign.Campaign) error        { return nil }
func (d *drawer) BeginRecording(context.Context, campaign.Recording) error     { return nil }
func (d *drawer) Journal(context.Context, []campaign.Entry) error              { return nil }
func (d *drawer) Together(ctx context.Context, do func(context.Context)) error { do(ctx); return nil }

// contact is a contact as the drawer has it.
func (d *drawer) contact(id campaign.ContactID) campaign.Contact {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.contacts, func(c campaign.Contact) bool { return c.ID == id })
	return d.contacts[i]
}

// shift is an office over the real floor.
type shift struct {
	*office
	carrier *carrier
	drawer  *drawer
}

func openShift(t *testing.T, contacts []campaign.Contact, campaigns ...campaign.Campaign) *shift {
	t.Helper()
	x := &carrier{legs: map[call.LegID]chan call.Cause{}}
	d := &drawer{contacts: contacts, open: map[campaign.AttemptID]campaign.ContactID{}}
	floor := dialer.New(dialer.Config{Switch: x, Mixer: x, Ledger: d, Contacts: d, Archive: d, Campaigns: campaigns,
		Rules: dialer.Rules{Profiles: map[string]call.Destination{"night desk": {Number: "+13175550170"}}}})
	x.report = floor.Report
	ran := make(chan error, 1)
	go func() { ran <- floor.Run(context.Background()) }()
	book := session.New(session.Config{
		Floor: floor, Unread: 200,
		Listen: func(size int) (<-chan dialer.Event, func()) {
			l := floor.Listen(size)
			return l.C, l.Close
		},
		Users: staff{
			{ID: "anna", Name: "Anna Berg", Workgroups: []string{"Sales"}},
			{ID: "bert", Name: "Bert Cole", Workgroups: []string{"Support"}, LogonCampaign: true},
			{ID: "sara", Name: "Sara Ek", Supervisor: true, Workgroups: []string{"Sales"}},
		},
		Stations: phones{{Kind: agent.Workstation, Name: "desk-anna", Target: "sip:anna@127.0.0.1"}, {Kind: agent.Workstation, Name: "desk-sara", Target: "sip:sara@127.0.0.1"}},
	})
	s := &shift{office: &office{t: t, book: book, left: make(chan struct{}, 100)}, carrier: x, drawer: d}
	s.http = httptest.NewServer(judge(t, "", New(Config{}, book, floor)))
	t.Cleanup(func() {
		if err := floor.Drain(context.Background()); err != nil {
			t.Error("drain:", err)
		}
		if err := <-ran; err != nil {
			t.Error("run:", err)
		}
		x.wait.Wait()
		book.Close(context.Background())
		s.http.Close()
	})
	return s
}

// desk is a client that keeps what it has fetched and not yet looked at.
type desk struct {
	*seat
	unread []message
}

// until fetches until a message of a kind comes that suits, and gives it with all
// that came before; what comes after stays unread.
func (c *desk) until(kind string, suits func(message) bool) (found message, upTo []message) {
	c.t.Helper()
	var before []message
	for late := time.Now().Add(10 * time.Second); time.Now().Before(late); c.unread = c.poll() {
		for i, m := range c.unread {
			if before = append(before, m); m.kind() == kind && suits(m) {
				c.unread = c.unread[i+1:]
				return m, before
			}
		}
	}
	c.t.Fatalf("no %s among %v", kind, kinds(before))
	return nil, nil
}

// come signs a user in.
func (s *shift) come(user string) *desk {
	s.t.Helper()
	return &desk{seat: s.signIn(user, "desk")}
}

func anyMessage(message) bool { return true }

// field walks into a message.
func field(v any, path ...string) any {
	for _, p := range path {
		switch o := v.(type) {
		case message:
			v = o[p]
		case map[string]any:
			v = o[p]
		default:
			return nil
		}
	}
	return v
}

// sales is a campaign as these shifts work it.
func sales(mode campaign.Mode) campaign.Campaign {
	return campaign.Campaign{
		ID: springID, Name: "Spring", List: "spring", Workgroup: "Sales", State: campaign.On, Mode: mode, AllowSkip: true,
		Hours: compliance.Hours{Always: true}, CallerID: "+13175550000", AllowAgain: true, AllowOwned: true, Group: "Seasons",
		PhoneColumns: []string{"HOME", "MOBILE"}, Stages: map[int]string{1: "Offer", 2: "Close"},
		Dispositions: []campaign.Disposition{{Label: "Sale", Category: "Success", Code: "Sold"}, {Label: "Later", Category: "Scheduled", Code: "Scheduled"}},
		Script:       &campaign.Script{Pages: []campaign.Page{{Name: "Greeting"}}, Misc: campaign.ScriptRules{AllowEditingAdditionalCallNumbers: true}},
	}.Defaults()
}

func listed(id campaign.ContactID) campaign.Contact {
	return campaign.Contact{ID: id, List: "spring", Number: "+13175550142", Status: campaign.Callable,
		Columns: map[string]string{"NAME": "Cleo", "HOME": "+13175550142", "MOBILE": "+13175550143", "PLAN": "Gold"}}
}

// atWork seats a user at his desk and logs him in to the dialer.
func (s *shift) atWork(user string) *desk {
	s.t.Helper()
	c := s.come(user)
	c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"desk-`+user+`"}`)
	c.must(200, "POST", "/dialer/log-in", "")
	c.must(202, "PUT", "/status/user-statuses/"+user, `{"statusId":"Available"}`)
	return c
}

// TestBeforeLogIn: what an agent who is not logged in to the dialer is told.
func TestBeforeLogIn(t *testing.T) {
	s := openShift(t, nil, sales(campaign.Power))
	c := s.come("anna")
	const call = `"callId":"1000000001","campaignId":"` + springID + `"`
	for _, r := range []struct {
		path, body string
		want       int
	}{
		{"ready-for-calls", "", 400},
		{"disposition", `{"label":"Sale"}`, 400},
		{"place-preview-call", "", 400},
		{"request-break", "", 400},
		{"establish-persistent-connection", "", 202},
		{"request-form-definition", "", 400},
		{"update-call-data", `{` + call + `,"callAttributes":{}}`, 400},
		{"set-agent-type", `{"agentType":1,"campaignIds":["` + springID + `"]}`, 400},
		{"update-stage", `{"newStageId":1,"campaignId":"` + springID + `"}`, 400},
		{"mark-call-for-finishing", `{` + call + `}`, 400},
		{"allocate-agents", `{"agentIds":["anna"],"campaignIdsIn":["` + springID + `"]}`, 400},
		{"request-phone-number-details", "", 400},
		{"request-contact-data", `{` + call + `}`, 400},
		{"transfer-to-attendant-profile", `{` + call + `,"target":"x"}`, 400},
		{"reset-campaign", "", 400},
		{"recycle-campaign", `{"campaignid":"` + springID + `"}`, 403},
		{"transition-campaign", `{"groupname":"Seasons"}`, 403},
	} {
		if got := c.do("POST", "/dialer/"+r.path, r.body); got.StatusCode != r.want {
			t.Errorf("%s: %d, want %d: %s", r.path, got.StatusCode, r.want, got.text)
		}
	}
	golden(t, c.must(200, "POST", "/dialer/initiate-manual-outbound-call", `{"campaignid":"`+springID+`","agentid":"anna","identity":"7","type":0}`).json(t), `{"response":true}`)
	if m, _ := c.until("manualOutboundCallStatusMessage", anyMessage); m["status"] != 3.0 || m["agentId"] != "anna" {
		t.Errorf("%v", m)
	}
}

// TestACallOfAShift: a customer comes, data, stage and numbers of the call are read
// and written, and another call to the same contact follows at an edited number.
func TestACallOfAShift(t *testing.T) {
	s := openShift(t, []campaign.Contact{listed(7)}, sales(campaign.Power))
	c := s.atWork("anna")
	m, _ := c.until("setFormDefinitionMessage", anyMessage)
	golden(t, field(m, "formDefinition"), s.formOf(c))
	c.must(200, "POST", "/dialer/ready-for-calls", `{"campaignIds":["`+springID+`"]}`)
	pop, _ := c.until("dataPopMessage", anyMessage)
	id := field(pop, "call", "interactionId").(string)
	body := `{"callId":"` + id + `","campaignId":"` + springID + `"`

	c.must(202, "POST", "/dialer/update-call-data", body+`,"callAttributes":{"plan":"Silver","NOTE":"hot"}}`)
	c.must(400, "POST", "/dialer/update-call-data", `{"callId":"`+id+`","campaignId":"OTHER","callAttributes":{}}`)
	c.must(200, "POST", "/dialer/update-stage", `{"newStageId":2,"campaignId":"`+springID+`"}`)
	if b := c.must(400, "POST", "/dialer/update-stage", `{"newStageId":9,"campaignId":"`+springID+`"}`).json(t); b["propertyName"] != "newStageId" {
		t.Errorf("%v", b)
	}
	data := field(c.must(200, "POST", "/dialer/request-contact-data", body+`}`).json(t)["contacts"].([]any)[0], "contactdata")
	for name, want := range map[string]string{"PLAN": "Silver", "NOTE": "hot", "NAME": "Cleo", "IS_ATTR_STAGE": "2"} {
		if got := field(data, name); got != want {
			t.Errorf("%s is %v, want %s", name, got, want)
		}
	}
	golden(t, c.must(200, "POST", "/dialer/request-phone-number-details", "").json(t), `{"records":[
		{"ccid":1,"name":"HOME","phonenumbertype":"HOME","phonenumber":"+13175550142","attempts":0,"blockingresult":""},
		{"ccid":2,"name":"MOBILE","phonenumbertype":"MOBILE","phonenumber":"+13175550143","attempts":0,"blockingresult":""}]}`)
	c.must(200, "POST", "/dialer/mark-call-for-finishing", body+`}`)
	c.must(200, "POST", "/dialer/set-agent-type", `{"agentType":3,"campaignIds":["`+springID+`"]}`)
	s.come("bert").must(400, "POST", "/dialer/update-call-data", body+`,"callAttributes":{}}`)
	s.come("sara").must(200, "POST", "/dialer/update-stage", `{"agentId":"ANNA","newStageId":1,"campaignId":"`+springID+`"}`)
	s.come("bert").must(403, "POST", "/dialer/update-stage", `{"agentId":"anna","newStageId":2,"campaignId":"`+springID+`"}`)

	c.must(200, "POST", "/interactions/"+id+"/disconnect", "")
	c.must(200, "POST", "/dialer/disposition", `{"label":"Sale","placeAdditionalFollowUpCall":true}`)
	again, _ := c.until("dataPopMessage", func(m message) bool { return field(m, "call", "interactionId") != id })
	if field(again, "call", "__type") != "urn:inin.com:dialer:previewPop" || field(again, "call", "callPlaced") != false || field(again, "call", "previewTimeout") != nil {
		t.Errorf("%v", again)
	}
	c.must(400, "POST", "/dialer/place-preview-call", `{"callAttributes":{"IS_ATTR_NUMBERTODIAL":"call me"}}`)
	c.must(200, "POST", "/dialer/place-preview-call", `{"callAttributes":{"IS_ATTR_NUMBERTODIAL":"+1 317 555 0199"}}`)
	c.until("dataPopMessage", func(m message) bool { return field(m, "call", "callPlaced") == true })
	c.must(200, "POST", "/interactions/"+field(again, "call", "interactionId").(string)+"/disconnect", "")
	c.must(200, "POST", "/dialer/disposition", `{"label":"Later","scheduledTime":4102444800,"scheduledAgent":"anna"}`)
	if got := s.carrier.customers(); !slices.Equal(got, []string{"+13175550142", "+13175550199"}) {
		t.Errorf("dialed %v", got)
	}
	if got := s.drawer.contact(7); got.Status != campaign.Scheduled || got.Owner != "anna" || got.Due.Unix() != 4102444800 {
		t.Errorf("%+v", got)
	}
	c.must(404, "POST", "/dialer/disposition", `{"label":"Sale"}`)
	c.must(404, "POST", "/dialer/place-preview-call", "")
}

// formOf is the form that the agent gets when he asks for it.
func (s *shift) formOf(c *desk) string {
	s.t.Helper()
	return c.must(200, "POST", "/dialer/request-form-definition", "").text
}

// TestManualCalls: the statuses of manual calls, in the order of the checks, and one
// that is placed.
func TestManualCalls(t *testing.T) {
	gone, closed := listed(8), sales(campaign.Power)
	gone.Status = campaign.Deleted
	closed.ID, closed.Name, closed.List, closed.Script = "CLOSED", "Closed", "closed", nil
	closed.Hours = compliance.Hours{From: 8 * time.Hour, To: 20 * time.Hour} // of a contact whose zone nobody knows
	lenient := closed                                                        // its script lets agents pass the hours
	lenient.ID, lenient.Name, lenient.Script = "LENIENT", "Lenient", &campaign.Script{Misc: campaign.ScriptRules{OverrideZoneBlock: true}}
	late := listed(9)
	late.List = "closed"
	s := openShift(t, []campaign.Contact{listed(7), gone, late}, sales(campaign.Preview), closed, lenient)
	c := s.atWork("anna")
	var upTo []message
	wish := func(campaign, agent, identity, more string) (m message) {
		t.Helper()
		c.must(200, "POST", "/dialer/initiate-manual-outbound-call", `{"campaignid":"`+campaign+`","agentid":"`+agent+`","identity":"`+identity+`",`+more+`}`)
		m, upTo = c.until("manualOutboundCallStatusMessage", anyMessage)
		return m
	}
	const number = `"type":3,"numbervalue":"+13175550198"`
	for _, r := range []struct {
		campaign, agent, identity, more string
		status                          float64
		uncallable, blocked             string
	}{
		{"NONE", "anna", "7", number, 2, "", ""},
		{springID, "nobody", "7", number, 3, "", ""},
		{springID, "sara", "7", number, 3, "", ""},
		{springID, "anna", "70", number, 6, "", ""},
		{springID, "anna", "7", `"type":3,"numbervalue":"call me"`, 10, "", ""},
		{springID, "anna", "7", `"type":2,"numbervalue":"3"`, 10, "", ""},
		{springID, "anna", "8", number, 7, "D", "donotcallblocked"},
		{"CLOSED", "anna", "9", number, 8, "", "zoneblocked"},
	} {
		m := wish(r.campaign, r.agent, r.identity, r.more)
		if m["status"] != r.status || m["uncallablestatus"] != r.uncallable || m["identity"] != r.identity {
			t.Errorf("%+v: %v", r, m)
		}
		for name, value := range m {
			if strings.HasSuffix(name, "blocked") && value != (name == r.blocked) {
				t.Errorf("%+v: %s is %v", r, name, value)
			}
		}
	}
	passing := number + `,"ignorezoneblocking":true`
	if m := wish("CLOSED", "anna", "9", passing); m["status"] != 8.0 || m["zoneblocked"] != true {
		t.Errorf("without a script that lets agents pass the hours: %v", m)
	}
	if m := wish("LENIENT", "Anna", "9", passing); m["status"] != 12.0 {
		t.Errorf("%v", m)
	}
	wantKinds(t, upTo, "dataPopMessage", "manualOutboundCallStatusMessage")
	pop := upTo[0]
	if field(pop, "call", "dialingMode") != 6.0 || field(pop, "call", "attributes", "IS_ATTR_NUMBERTODIAL") != "+13175550198" {
		t.Errorf("%v", pop)
	}
	if m := wish(springID, "anna", "7", number); m["status"] != 5.0 {
		t.Errorf("during a call: %v", m)
	}
	c.must(200, "POST", "/interactions/"+field(pop, "call", "interactionId").(string)+"/disconnect", "")
	if m, _ := c.until("manualOutboundCallStatusMessage", anyMessage); m["status"] != 13.0 {
		t.Errorf("%v", m)
	}
	c.must(200, "POST", "/dialer/disposition", `{"label":"Sale"}`)
}

// TestSupervision: who supervises a workgroup moves its agents and drives its
// campaigns; nobody else does.
func TestSupervision(t *testing.T) {
	summer := sales(campaign.Power)
	summer.ID, summer.Name, summer.State = "SUMMER", "Summer", campaign.Off
	autumn := sales(campaign.Power)
	autumn.ID, autumn.Name, autumn.Group, autumn.Script = "AUTUMN", "Autumn", "", nil
	s := openShift(t, nil, sales(campaign.Power), summer, autumn)
	anna, bert, sara := s.atWork("anna"), s.come("bert"), s.come("sara")
	anna.must(200, "POST", "/dialer/ready-for-calls", "")
	move := func(what string) string { return `{"agentIds":["Anna"],` + what + `}` }
	bert.must(403, "POST", "/dialer/allocate-agents", move(`"campaignIdsOut":["AUTUMN"]`))
	anna.must(403, "POST", "/dialer/allocate-agents", move(`"campaignIdsOut":["AUTUMN"]`))
	for _, body := range []string{`{"agentIds":["bert"],"campaignIdsOut":["AUTUMN"]}`, `{"agentIds":["anna","nobody"],"campaignIdsOut":["AUTUMN"]}`, move(`"campaignIdsIn":["NONE"]`), move(`"campaignIdsIn":["SUMMER"]`)} {
		sara.must(400, "POST", "/dialer/allocate-agents", body)
	}
	sara.must(202, "POST", "/dialer/allocate-agents", move(`"campaignIdsOut":["AUTUMN"]`))
	_, out := anna.until("logoutGrantedMessage", anyMessage)
	if m := out[slices.IndexFunc(out, func(m message) bool { return m.kind() == "autoLogoutMessage" })]; m["initiatorName"] != "Sara Ek" {
		t.Errorf("%v", m)
	}
	golden(t, out[len(out)-1]["campaigns"], `[{"id":"AUTUMN","name":"Autumn"}]`)
	sara.must(202, "POST", "/dialer/allocate-agents", move(`"campaignIdsIn":["AUTUMN"]`))
	in, _ := anna.until("autoLoginMessage", anyMessage)
	golden(t, in, `{"__type":"urn:inin.com:dialer:autoLoginMessage","isDelta":false,"campaignId":"AUTUMN","initiatorName":"Sara Ek"}`)

	for path, body := range map[string]string{"reset-campaign": `{"campaignid":"` + springID + `"}`, "recycle-campaign": `{"campaignid":"` + springID + `"}`, "transition-campaign": `{"groupname":"Seasons"}`} {
		anna.must(403, "POST", "/dialer/"+path, body)
		bert.must(403, "POST", "/dialer/"+path, body)
		sara.must(200, "POST", "/dialer/"+path, body)
	}
	if s.drawer.recycled != 1 {
		t.Errorf("recycled %d times", s.drawer.recycled)
	}
	sara.must(400, "POST", "/dialer/reset-campaign", `{"campaignid":"NONE"}`)
	sara.must(400, "POST", "/dialer/reset-campaign", "") // logged in to none
	sara.must(400, "POST", "/dialer/transition-campaign", `{"groupname":"None"}`)
	anna.until("availableCampaignsMessage", func(m message) bool {
		added, _ := m["campaignsAdded"].([]any)
		changed, _ := m["campaignsChanged"].([]any)
		return slices.ContainsFunc(append(added, changed...), func(c any) bool { return field(c, "id") == "SUMMER" })
	})
}

// TestPromisedCallbacks: who promised a callback makes it, as a preview where the
// campaign previews.
func TestPromisedCallbacks(t *testing.T) {
	for mode, want := range map[campaign.Mode]string{campaign.Power: "urn:inin.com:dialer:dataPop 3", campaign.Preview: "urn:inin.com:dialer:previewPop 1"} {
		promised := listed(7)
		promised.Status, promised.Owner = campaign.Scheduled, "anna"
		s := openShift(t, []campaign.Contact{promised}, sales(mode))
		sara, anna := s.atWork("sara"), s.atWork("anna")
		sara.must(200, "POST", "/dialer/ready-for-calls", "")
		anna.must(200, "POST", "/dialer/ready-for-calls", "")
		pop, _ := anna.until("dataPopMessage", anyMessage)
		if got := fmt.Sprint(field(pop, "call", "__type"), " ", field(pop, "call", "dialingMode")); got != want || field(pop, "call", "allowAgentCallbacks") != true {
			t.Errorf("%s: %s, %v", mode, got, pop)
		}
		if m := kinds(sara.poll()); slices.Contains(m, "dataPopMessage") {
			t.Errorf("%s: sara hears %v", mode, m)
		}
	}
}

// TestFinishing: a call that is marked goes with its contact to the finishing agent
// whom it is transferred to, and nobody else gives a finishing agent work.
func TestFinishing(t *testing.T) {
	s := openShift(t, []campaign.Contact{listed(7)}, sales(campaign.Power))
	sara, anna := s.atWork("sara"), s.atWork("anna")
	sara.must(200, "POST", "/dialer/set-agent-type", `{"agentType":2,"campaignIds":["`+springID+`"]}`)
	sara.must(200, "POST", "/dialer/ready-for-calls", "")
	anna.must(200, "POST", "/dialer/ready-for-calls", "")
	pop, _ := anna.until("dataPopMessage", anyMessage)
	id := field(pop, "call", "interactionId").(string)
	anna.must(200, "POST", "/dialer/mark-call-for-finishing", `{"callId":"`+id+`","campaignId":"`+springID+`","callAttributes":{"NOTE":"nearly sold"}}`)
	sara.must(200, "PUT", "/messaging/subscriptions/queues/mine", `{"queueIds":[{"queueType":1,"queueName":"sara"}],"attributeNames":["Eic_State"]}`)
	anna.must(200, "POST", "/interactions/"+id+"/blind-transfer", `{"target":"sara"}`)
	offered, _ := sara.until("queueContentsMessage", func(m message) bool { return m["isDelta"] == true })
	sara.must(200, "POST", "/interactions/"+field(offered["interactionsAdded"].([]any)[0], "interactionId").(string)+"/pickup", "")
	pop, _ = sara.until("dataPopMessage", anyMessage)
	if field(pop, "call", "interactionId") != id || field(pop, "call", "attributes", "NOTE") != "nearly sold" {
		t.Errorf("%v", pop)
	}
	sara.must(200, "POST", "/interactions/"+id+"/disconnect", "")
	sara.must(200, "POST", "/dialer/disposition", `{"label":"Sale"}`)
	anna.must(404, "POST", "/dialer/disposition", `{"label":"Sale"}`)
	if got := s.drawer.contact(7); got.Status != campaign.Uncallable || got.Attempts != 1 {
		t.Errorf("%+v", got)
	}
}

// TestTransferToProfile: the customer goes where the configuration says that the
// profile is, and the agent still says how the call went.
func TestTransferToProfile(t *testing.T) {
	s := openShift(t, []campaign.Contact{listed(7)}, sales(campaign.Power))
	c := s.atWork("anna")
	c.must(200, "POST", "/dialer/ready-for-calls", "")
	pop, _ := c.until("dataPopMessage", anyMessage)
	transfer := func(campaign, target string) string {
		return `{"callId":"` + field(pop, "call", "interactionId").(string) + `","campaignId":"` + campaign + `","target":"` + target + `"}`
	}
	const path = "/dialer/transfer-to-attendant-profile"
	if b := c.must(400, "POST", path, transfer(springID, "Nowhere")).json(t); b["propertyName"] != "target" {
		t.Errorf("%v", b)
	}
	if b := c.must(400, "POST", path, transfer("OTHER", "Night desk")).json(t); b["propertyName"] != "campaignId" {
		t.Errorf("%v", b)
	}
	s.come("bert").must(403, "POST", path, transfer(springID, "Night desk"))
	c.must(200, "POST", path, transfer(springID, "night DESK"))
	s.carrier.mu.Lock()
	if last := s.carrier.orders[len(s.carrier.orders)-1]; last.Target != "+13175550170" {
		t.Errorf("dialed %+v", last)
	}
	s.carrier.mu.Unlock()
	c.must(200, "POST", "/dialer/disposition", `{"label":"Sale"}`)
}
