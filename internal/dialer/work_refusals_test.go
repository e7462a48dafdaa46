package dialer

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

func TestWorkThatIsRefused(t *testing.T) {
	autumns := []campaign.ID{"AUTUMN"}
	def := autumn()
	def.AllowOwned = true
	s := newStage(t, Rules{}, def)
	s.tell("arrive susan supervises", "arrive carl", "campaigns SPRING off", "contacts 100 200", "shift anna persistent", "shift bert persistent", "answers 100")
	s.do(Arrive{who("otto"), agent.User{ID: "otto", Workgroups: []string{"Support"}, Supervisor: true}})
	s.do(Arrive{who("dora"), agent.User{ID: "dora", Workgroups: []string{"Sales", "Support"}}})
	s.do(LogIn{Agent: who("dora")})
	anna, on := who("anna"), s.inHandOf("anna")
	for _, c := range []struct {
		name string
		cmd  Command
		want fault.Kind
	}{
		{"a type before log-in", SetAgentType{who("carl"), Composite, autumns}, fault.Conflict},
		{"an unknown type", SetAgentType{anna, 4, autumns}, fault.Invalid},
		{"a type for no campaign", SetAgentType{anna, Finishing, nil}, fault.Invalid},
		{"a type for a campaign that he is not in", SetAgentType{anna, Finishing, []campaign.ID{"SPRING"}}, fault.Invalid},
		{"finishing of no call", MarkForFinishing{Agent: anna, Call: "1"}, fault.NotFound},
		{"finishing of another's call", MarkForFinishing{Agent: who("bert"), Call: on}, fault.Forbidden},
		{"finishing with what can not be set", MarkForFinishing{Agent: anna, Call: on, Attributes: map[string]string{"": "x"}}, fault.Invalid},
		{"data of no call", UpdateCallData{Agent: anna, Call: "1"}, fault.NotFound},
		{"a column that is too long", UpdateCallData{Agent: anna, Call: on, Attributes: map[string]string{"name": string(make([]byte, 5000))}}, fault.Invalid},
		{"a promise without a time", Dispose{Agent: anna, Label: "Call back", Owner: "anna"}, fault.Invalid},
		{"a promise of another category", Dispose{Agent: anna, Label: "Success", Owner: "anna", Callback: s.now.Add(time.Hour)}, fault.Invalid},
		{"a stage by somebody without a session", SetStage{Agent: who("zoe"), Stage: 1}, fault.Conflict},
		{"a stage of a call of another campaign", SetStage{Agent: anna, Campaign: "SPRING", Stage: 1}, fault.Invalid},
		{"a stage below 0", SetStage{Agent: anna, Campaign: "AUTUMN", Stage: -1}, fault.Invalid},
		{"a manual call by somebody without a session", DialManually{By: who("zoe"), For: "anna", Campaign: "AUTUMN"}, fault.Conflict},
		{"allocation of nobody", AllocateAgents{By: who("susan"), In: autumns}, fault.Invalid},
		{"allocation by who oversees other people", AllocateAgents{By: who("otto"), Agents: []string{"anna"}, In: autumns}, fault.Forbidden},
		{"allocation to a campaign that is off", AllocateAgents{By: who("susan"), Agents: []string{"anna"}, In: []campaign.ID{"SPRING"}}, fault.Invalid},
		{"allocation out of no campaign", AllocateAgents{By: who("susan"), Agents: []string{"anna"}, Out: []campaign.ID{"WINTER"}}, fault.NotFound},
		{"allocation by somebody without a session", AllocateAgents{By: who("zoe"), Agents: []string{"anna"}, In: autumns}, fault.Conflict},
		{"a reset by who supervises another workgroup", ResetCampaign{By: who("otto"), Campaign: "AUTUMN"}, fault.Forbidden},
		{"a reset of no campaign", ResetCampaign{By: who("susan"), Campaign: "WINTER"}, fault.NotFound},
		{"a transition of a group that is not there", TransitionCampaign{By: who("susan"), Group: ""}, fault.NotFound},
		{"a reset of no campaign by an administrator", ResetCampaign{By: who("root"), Campaign: "WINTER", Administrator: true}, fault.NotFound},
		{"a recycle by who says that he is none", RecycleCampaign{By: who("zoe"), Campaign: "AUTUMN"}, fault.Conflict},
		{"a change of no campaign", ChangeCampaign{Campaign: "WINTER"}, fault.NotFound},
		{"a change to what is no mode", ChangeCampaign{Campaign: "AUTUMN", Change: campaign.Change{"mode": ""}}, fault.Invalid},
		{"a campaign that is none", SetCampaign{campaign.Campaign{ID: "A"}}, fault.Invalid},
		{"the state of no campaign", SetCampaignState{Campaign: "WINTER", State: campaign.On}, fault.NotFound},
		{"a state that is none", SetCampaignState{Campaign: "AUTUMN", State: "asleep"}, fault.Invalid},
		{"a status until yesterday", SetStatus{User: "anna", Status: "Available", Until: Until{At: s.now.AddDate(0, 0, -2), HasDate: true}}, fault.Invalid},
	} {
		err := s.do(c.cmd)
		if err == nil || fault.KindOf(err) != c.want {
			t.Errorf("%s: %v; want it %s", c.name, err, c.want)
		}
		s.check()
	}
	if c := s.state.calls[on]; c.finishing || c.stage != 0 || len(c.attributes) > 0 || c.waiting {
		t.Errorf("what was refused is done: %+v", c)
	}
}

// Who is moved into a campaign needs to be of its workgroup, whoever wishes it.
func TestAllocationToAForeignWorkgroup(t *testing.T) {
	support := autumn()
	support.ID, support.Name, support.Workgroup = "SUPPORT", "Support", "Support"
	s := newStage(t, Rules{}, autumn(), support)
	s.do(Arrive{who("root"), agent.User{ID: "root", Admin: true}})
	s.tell("shift anna persistent", "shift bert persistent")
	if err := s.do(AllocateAgents{By: who("root"), Agents: []string{"anna", "bert"}, In: []campaign.ID{"AUTUMN", "SUPPORT"}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
	if _, in := s.state.agents[who("anna")].in["SUPPORT"]; in {
		t.Error("anna is in a campaign of a workgroup that is not hers")
	}
}

// A promised callback whose agent may not call now stays a promise.
func TestAPromiseThatCanNotBeKeptNow(t *testing.T) {
	for name, change := range map[string]func(*stage){
		"the campaign was paused": func(s *stage) { s.state.campaigns["AUTUMN"].def.State = campaign.Paused },
		"the hours are over":      func(s *stage) { s.state.campaigns["AUTUMN"].def.Hours.Always = false },
		"the mode was changed":    func(s *stage) { s.state.campaigns["AUTUMN"].def.Mode = campaign.Preview },
		"the agent is not free":   func(s *stage) { s.tell("status anna At Lunch") },
		"the agent left":          func(s *stage) { s.tell("leave anna") },
	} {
		def := autumn()
		def.AllowOwned = true
		s := newStage(t, Rules{}, def)
		s.book[1001] = &campaign.Contact{ID: 1001, List: "autumn", Number: "100", Status: campaign.Scheduled, Due: s.now.Add(-time.Minute), Owner: "anna"}
		promised := *s.book[1001]
		s.tell("arrive anna", "sit anna persistent", "log-in anna", "establish anna", "answers anna", "ready anna", "ledger waits", "status anna Available")
		if s.book[1001].Status != campaign.InProcess {
			t.Fatalf("%s: the contact was not leased", name)
		}
		change(s)
		s.tell("ledger goes-on")
		if got := *s.book[1001]; got.Status != promised.Status || got.Due != promised.Due || got.Owner != promised.Owner || got.Attempts != 0 {
			t.Errorf("%s: the contact was %+v and is %+v", name, promised, got)
		}
	}
}
