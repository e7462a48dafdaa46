package dialer

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// promising is the campaign of the loop's tests: agents may promise callbacks.
func promising() campaign.Campaign {
	def := autumn()
	def.AllowOwned = true
	return def
}

// A shelf knows one contact by name, 77, and one callback that anna promised for a
// minute after it was first asked.

func (s *shelf) Contact(_ context.Context, _ string, id campaign.ContactID) (campaign.Contact, error) {
	if id != 77 {
		return campaign.Contact{}, fault.New(fault.NotFound, "there is no contact %d", id)
	}
	return campaign.Contact{ID: id, Number: "77", Status: campaign.Callable}, nil
}

func (s *shelf) ClaimOwned(_ context.Context, _ campaign.Campaign, user string, _ int, now time.Time) (campaign.Claim, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.promised.IsZero() {
		s.promised = now.Add(time.Minute)
	}
	if user != "anna" || s.kept || now.Before(s.promised) {
		return campaign.Claim{}, nil
	}
	s.kept = true
	return campaign.Claim{Leads: []campaign.Lead{s.lend(88, now)}}, nil
}

func (s *shelf) ClaimContact(_ context.Context, _ campaign.Campaign, id campaign.ContactID, _ string, _ bool, now time.Time) (campaign.Lead, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lend(id, now), nil
}

func (s *shelf) lend(id campaign.ContactID, now time.Time) campaign.Lead {
	s.next++
	at := campaign.Attempt{ID: s.next, Contact: id, Number: fmt.Sprint(id), Placed: now}
	return campaign.Lead{Attempt: at, Contact: campaign.Contact{ID: id, Number: at.Number}, Was: campaign.Scheduled}
}

func (s *shelf) Former(context.Context, campaign.Attempt, time.Time) (compliance.History, error) {
	return compliance.History{}, nil
}

func (s *shelf) Recycle(context.Context, string, time.Time) (int, bool, error) { return 3, false, nil }

func TestAPromisedCallbackComesWhenItIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, x, _ := floorInBubble(t, 0, time.Second)
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if got := x.lines(); len(got) != 2 {
			t.Errorf("before it is due: %q", got)
		}
		time.Sleep(time.Second + recallEvery)
		synctest.Wait()
		look, err := f.Look(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(look.Calls) != 1 || !look.Calls[0].Owned || look.Calls[0].Agent != who("anna") {
			t.Errorf("when it is due: %+v", look.Calls)
		}
	})
}

// Whatever is asked about single contacts comes back into the loop: else it could
// never be drained, as every test of a floor does in the end.
func TestAManualCallThroughTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, x, _ := floorInBubble(t, 0, time.Second)
		l := f.Listen(1000)
		supervisor := agent.ID{User: "susan", Application: "desk"}
		for _, c := range []Command{
			Arrive{supervisor, agent.User{ID: "susan", Workgroups: []string{"Sales"}, Supervisor: true}},
			RecycleCampaign{By: supervisor, Campaign: "AUTUMN"},
			RecycleCampaign{By: agent.ID{User: "root"}, Campaign: "AUTUMN", Administrator: true}, // from outside the floor
			DialManually{By: supervisor, For: "anna", Campaign: "AUTUMN", Contact: 78},
			DialManually{By: who("anna"), For: "anna", Campaign: "AUTUMN", Contact: 77},
		} {
			if err := f.Do(t.Context(), c); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
			synctest.Wait()
		}
		time.Sleep(time.Second)
		synctest.Wait()
		l.Close()
		var became []ManualStatus
		for e := range l.C {
			if m, ok := e.Body.(ManualCall); ok {
				became = append(became, m.Status)
			}
		}
		if fmt.Sprint(became) != fmt.Sprint([]ManualStatus{ManualContactNotFound, ManualCallPlaced}) {
			t.Errorf("the manual calls became %v", became)
		}
		if got := x.lines(); got[len(got)-1] != "1s bridge" {
			t.Errorf("orders %q", got)
		}
	})
}

// Who is put into a list to be called at once, while nobody is due, is called within a
// second: an agent who waits never leaves the ledger alone for longer.
func TestWhoIsPutInAtOnceIsCalledWithinASecond(t *testing.T) {
	for _, after := range []time.Duration{time.Millisecond, 10*time.Second + 400*time.Millisecond, 59 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			_, x, ledger := floorInBubble(t, 0, time.Minute)
			time.Sleep(after)
			ledger.mu.Lock()
			ledger.left = 1
			ledger.mu.Unlock()
			time.Sleep(time.Second)
			synctest.Wait()
			if got := x.lines(); !strings.HasSuffix(got[len(got)-1], "dial customer") {
				t.Errorf("a contact put in after %v is not called within a second: %q", after, got)
			}
		})
	}
}

// If the floor is told, he is called at once.
func TestWhoIsPutInAtOnceIsCalledAtOnceWhenTheFloorIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, x, ledger := floorInBubble(t, 0, time.Minute)
		time.Sleep(10*time.Second + 400*time.Millisecond)
		ledger.mu.Lock()
		ledger.left = 1
		ledger.mu.Unlock()
		for _, list := range []string{"another", strings.ToUpper(promising().List)} {
			if err := f.Do(t.Context(), HurryList{List: list}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			got := x.lines()
			if called := strings.HasSuffix(got[len(got)-1], "dial customer"); called != (list != "another") {
				t.Errorf("after a word about list %s: %q", list, got)
			}
		}
	})
}
