package dialer

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// A campaign whose list is called through starts it again by itself, so many times until
// it is switched off; on for scheduled calls only it does not.
func TestACampaignRecyclesItsListByItself(t *testing.T) {
	def := autumn()
	def.Recycles = 1
	s := newStage(t, Rules{}, def)
	s.returns = true
	recycles := func() (n int) { // since it was asked last
		for _, line := range s.flush() {
			if strings.HasPrefix(line, "recycle autumn: 1") {
				n++
			}
		}
		return n
	}
	due := func() time.Duration { return s.book[1].Due.Sub(s.now) }
	s.tell("contacts 1000", "shift anna persistent")
	s.flush()
	s.tell("busy 1000", "pass 2s")
	if n := recycles(); n != 1 || s.dials() == 0 {
		t.Errorf("the list was recycled %d times, and %d dialed", n, s.dials())
	}
	s.tell("busy 1000", "pass 5s")
	if n := recycles(); n != 0 || due() <= 0 {
		t.Errorf("it was recycled again, %d times", n)
	}
	s.tell("campaign scheduled", "pass 5s")
	if n := recycles(); n != 0 || due() <= 0 {
		t.Errorf("it was recycled %d times on for scheduled calls only", n)
	}
	s.tell("campaign off", "campaign on", "ready anna", "status anna Available", "pass 5s")
	if n := recycles(); n != 1 || s.book[1].Status != campaign.InProcess {
		t.Errorf("switched on again it was recycled %d times, and the contact is %s", n, s.book[1].Status)
	}
}

// A list is not called through while somebody waits for his turn: a contact
// with another number, or one whom the campaign's limits have put off.
func TestAListIsNotRecycledBeforeEverybodysTurn(t *testing.T) {
	for _, c := range []struct {
		name   string
		define func(*campaign.Campaign)
		stage  func(*stage)
	}{
		{"the next number waits for the spacing",
			func(def *campaign.Campaign) { def.Limits.Spacing = 5 * time.Minute },
			func(s *stage) { s.numbersOf = campaign.Numbers{Several: true, Left: 1, Callable: 1} }},
		{"the limits have put somebody off",
			func(*campaign.Campaign) {}, func(s *stage) { s.putOff = dawn.Add(5 * time.Minute) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			def := autumn()
			def.Recycles, def.Retry.Busy = 9, 2*time.Hour
			c.define(&def)
			s := newStage(t, Rules{}, def)
			c.stage(s)
			recycles := func() int { return strings.Count(strings.Join(s.flush(), "\n"), "recycle autumn") }
			s.tell("contacts 1000", "shift anna persistent")
			s.tell("busy 1000", "pass 4m")
			if n := recycles(); n != 0 {
				t.Errorf("the list is recycled %d times", n)
			}
			if s.tell("pass 2m"); recycles() == 0 {
				t.Error("the list is not recycled after everybody's turn")
			}
		})
	}
}

// Who is put off for days holds no recycle up; but one that lets nobody be called is not
// followed by another.
func TestARecycleWaitsForNobodyForDays(t *testing.T) {
	def := autumn()
	def.Recycles = 9
	s := newStage(t, Rules{}, def)
	s.putOff = dawn.Add(72 * time.Hour)
	s.tell("contacts 1000", "shift anna persistent", "busy 1000", "pass 2m")
	if n := strings.Count(strings.Join(s.flush(), "\n"), "recycle autumn"); n != 1 {
		t.Errorf("the list is recycled %d times", n)
	}
}
