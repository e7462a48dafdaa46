package dialer

import (
	"strconv"
	"testing"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
)

// dials counts the customers who are being called.
func (s *stage) dials() int {
	n := 0
	for _, o := range s.state.legs {
		if o.call != "" {
			n++
		}
	}
	return n
}

// A person has two ears for one call, however many desktops are open.
func TestOneUserWithTwoApplicationsIsDialedForOnce(t *testing.T) {
	for _, mode := range campaign.Modes {
		if mode == campaign.Agentless { // it dials for nobody
			continue
		}
		one, two := claimedFor(t, mode, "desk"), claimedFor(t, mode, "desk", "phone")
		if one != two || (one == 0) != (mode == campaign.Manual) {
			t.Errorf("%s: %d contacts claimed for one desktop, %d for two", mode, one, two)
		}
		if mode != campaign.Predictive && one > 1 {
			t.Errorf("%s: %d contacts claimed for one user", mode, one)
		}
	}
}

// claimedFor counts the contacts that are claimed for a user with these applications.
func claimedFor(t *testing.T, mode campaign.Mode, apps ...string) int {
	def := autumn()
	def.Mode = mode
	s := newStage(t, Rules{}, def)
	for _, app := range apps {
		id := agent.ID{User: "anna", Application: app}
		for _, c := range []Command{
			Arrive{id, agent.User{ID: "anna", Workgroups: []string{"Sales"}}},
			Sit{id, agent.Station{Kind: agent.RemoteNumber, Name: app, Target: "sip:" + app + "@home"}},
			LogIn{Agent: id}, Ready{Agent: id},
		} {
			if err := s.do(c); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range 30 {
		s.numbers = append(s.numbers, strconv.Itoa(100+i))
	}
	s.tell("status anna Available")
	if len(s.state.calls) != s.claims {
		t.Errorf("%s: %d calls of %d contacts", mode, len(s.state.calls), s.claims)
	}
	return s.claims
}

// Two campaigns share their agents: when one agent goes while contacts are being
// claimed, the other is not promised to both.
func TestTwoCampaignsDoNotCountOnTheSameAgent(t *testing.T) {
	spring := autumn()
	spring.ID, spring.Name = "SPRING", "Spring"
	spring.State = campaign.Off
	s := newStage(t, Rules{}, autumn(), spring)
	s.numbers = []string{"100"}
	s.tell("shift anna plain", "shift bert plain") // AUTUMN dials 100 for one of them
	if s.dials() != 1 {
		t.Fatalf("%d dialed", s.dials())
	}
	s.tell("ledger waits")
	s.numbers = []string{"200"}
	s.do(SetCampaignState{Campaign: "SPRING", State: campaign.On})
	s.tell("ledger goes-on", "ledger waits", "ready anna", "ready bert") // a claim for the other is on its way
	s.tell("status bert At Lunch", "ledger goes-on")
	if s.dials() != 1 {
		t.Errorf("%d customers dialed for one agent", s.dials())
	}
	if len(s.state.calls) != 1 {
		t.Errorf("%d calls", len(s.state.calls))
	}
}
