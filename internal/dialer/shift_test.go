package dialer

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// A trunk that refuses every call at once must not eat up the contacts: it takes
// no longer to refuse than to ask.
func TestATrunkInTrouble(t *testing.T) {
	for reason, most := range map[call.Reason]int{
		call.NoLines: 15, call.Unauthorised: 15, call.Congestion: 20, call.Unreachable: 20, call.MediaFailure: 20,
	} {
		s := newStage(t, Rules{}, autumn())
		for i := range 1000 {
			s.numbers = append(s.numbers, fmt.Sprint(1000+i))
		}
		s.tell("shift anna persistent")
		refuse := func() {
			for _, c := range s.state.callsByID() {
				if c.leg != 0 && c.state == call.Dialing {
					s.report(call.Progress{Leg: c.leg, Step: call.Ended, Cause: call.Cause{Reason: reason}})
				}
			}
		}
		for range 1000 { // ten seconds, a hundred refusals a second if it were up to the trunk
			refuse()
			s.pass(10 * time.Millisecond)
		}
		if s.claims > most {
			t.Errorf("%s: %d contacts tried in ten seconds", reason, s.claims)
		}
		// One call that rings, and all is well.
		s.pass(time.Second)
		for _, c := range s.state.callsByID() {
			s.report(call.Progress{Leg: c.leg, Step: call.Ringing})
			s.report(call.Progress{Leg: c.leg, Step: call.Ended, Cause: call.Cause{Reason: call.NoAnswer}})
		}
		if n := s.dials(); n != 1 {
			t.Errorf("%s: %d dialed once the trunk is well again", reason, n)
		}
	}
}

// A bad number now and then is no trouble.
func TestBadNumbersDoNotRestACampaign(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	for i := range 50 {
		s.numbers = append(s.numbers, fmt.Sprint(1000+i))
	}
	s.tell("shift anna persistent")
	for range 49 {
		for _, c := range s.state.callsByID() {
			s.report(call.Progress{Leg: c.leg, Step: call.Ended, Cause: call.Cause{Reason: call.BadNumber, Far: true, SIP: 404}})
		}
	}
	if s.claims != 50 {
		t.Errorf("%d contacts tried", s.claims)
	}
}

// Who switches a campaign while its definition is being written does not undo
// the change.
func TestASwitchWhileACampaignIsWritten(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	s.tell("ledger waits")
	changed := autumn()
	changed.Name = "Late autumn"
	s.do(SetCampaign{changed})
	if err := s.do(SetCampaignState{Campaign: "AUTUMN", State: campaign.Paused}); fault.KindOf(err) != fault.Busy {
		t.Errorf("switched while it was written: %v", err)
	}
	s.tell("ledger goes-on")
	if err := s.do(SetCampaignState{Campaign: "AUTUMN", State: campaign.Paused}); err != nil {
		t.Error(err)
	}
	if last := s.saves[len(s.saves)-1]; last.Name != "Late autumn" || last.State != campaign.Paused {
		t.Errorf("%s is %s", last.Name, last.State)
	}
	s.broken = true
	s.do(SetCampaignState{Campaign: "AUTUMN", State: campaign.On})
	s.broken = false
	if err := s.do(SetCampaignState{Campaign: "AUTUMN", State: campaign.On}); err != nil {
		t.Errorf("after a write that failed: %v", err)
	}
}

// After a thousand calls the floor remembers none.
func TestALongShiftLeavesNothing(t *testing.T) {
	s := newStage(t, Rules{LineIdle: 8 * time.Hour, ZipTone: true}, autumn())
	s.numbers = []string{"1"}
	s.tell("shift anna persistent")
	heap := 0
	for i := range 1000 {
		c := s.state.calls[campaign.CallID(campaign.AttemptID(i+1))]
		if c == nil {
			t.Fatalf("call %d was not made", i+1)
		}
		s.numbers = []string{fmt.Sprint(i + 2)}
		for _, step := range []call.Step{call.Ringing, call.Answered, call.Heard} {
			s.report(call.Progress{Leg: c.leg, Step: step})
		}
		s.report(call.Progress{Leg: c.leg, Step: call.Ended, Cause: call.Cause{Far: true}})
		s.do(Dispose{Agent: who("anna"), Label: "Success"})
		s.do(SetStatus{User: "anna", Status: "Available"})
		s.pass(time.Second)
		heap = max(heap, len(s.state.alarms.heap))
		s.lines = nil
	}
	st := s.state
	if got := []int{len(st.calls), len(st.legs), len(st.users), len(st.agents), len(s.queue)}; !slices.Equal(got, []int{1, 2, 1, 1, 0}) {
		t.Errorf("calls, legs, users, agents, inputs: %v", got)
	}
	if heap > 100 || len(st.alarms.at) > 4 {
		t.Errorf("%d deadlines kept, %d of them stand", heap, len(st.alarms.at))
	}
}
