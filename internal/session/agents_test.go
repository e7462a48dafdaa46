package session

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/internal/dialer"
)

func TestDialerMessagesFromLogInToLogOff(t *testing.T) {
	in(t, func(r room) {
		a, b, other := r.enterAs("anna", "desk"), r.enterAs("anna", "desk"), r.enterAs("anna", "browser")
		id := a.Agent()
		r.floor.say(dialer.CampaignsChanged{Agent: id})
		r.floor.say(dialer.BreakChanged{Agent: id})
		r.wants("before log-in", r.unread(a))
		r.floor.say(dialer.CampaignsChanged{Agent: id, Whole: true})
		r.floor.say(dialer.BreakChanged{Agent: id, Whole: true})
		r.floor.say(dialer.Popped{Agent: id, Call: dialer.CallView{ID: "1", Agent: id}})
		r.floor.say(dialer.LoggedOff{Agent: id, Entirely: true})
		r.floor.say(dialer.BreakChanged{Agent: id})
		for _, s := range []*Session{a, b} {
			r.wants("from log-in to log-off", r.unread(s), "Campaigns", "Break", "Pop", "LoggedOff")
		}
		r.wants("another application", r.unread(other))
	})
}

// TestATabThatOpensWhileTheAgentLogsOff: what the new session's snapshot knows
// already is still news to the others.
func TestATabThatOpensWhileTheAgentLogsOff(t *testing.T) {
	in(t, func(r room) {
		a := r.enterAs("anna", "desk")
		r.floor.say(dialer.CampaignsChanged{Agent: a.Agent(), Whole: true})
		r.wants("logged in", r.unread(a), "Campaigns")
		r.floor.mu.Lock()
		r.floor.looking = func() {
			r.floor.looking = nil
			r.floor.sayLocked(dialer.LoggedOff{Agent: a.Agent(), Entirely: true})
		}
		r.floor.mu.Unlock()
		b := r.enterAs("anna", "desk")
		r.wants("the first", r.unread(a), "LoggedOff")
		r.wants("the new one", r.unread(b))
	})
}

// TestALogOffThatWasMissed: a listener that was cut off makes up for it.
func TestALogOffThatWasMissed(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		r.floor.say(dialer.CampaignsChanged{Agent: s.Agent(), Whole: true})
		r.wants("logged in", r.unread(s), "Campaigns")
		for range 2 {
			r.floor.mu.Lock()
			r.floor.snap.Seq++ // the log-off
			close(r.floor.events)
			r.floor.mu.Unlock()
			time.Sleep(2 * relisten)
			synctest.Wait()
		}
		r.wants("once", r.unread(s), "LoggedOff")
	})
}

// TestWhatOthersDoToAnAgentsWork is told to all sessions of the agent, and of a
// manual call to who asked for it too.
func TestWhatOthersDoToAnAgentsWork(t *testing.T) {
	in(t, func(r room) {
		a, tab, boss := r.enterAs("anna", "desk"), r.enterAs("anna", "desk"), r.enterAs("boss", "desk")
		id := a.Agent()
		tell := func() {
			r.floor.say(dialer.AutoLogin{Agent: id, Campaign: "c"})
			r.floor.say(dialer.ScriptShown{Agent: id, Campaign: "c"})
			r.floor.say(dialer.AutoLogout{Agent: id})
			r.floor.say(dialer.DialerLink{Agent: id})
			r.floor.say(dialer.ManualCall{By: boss.Agent(), Agent: id})
			r.floor.say(dialer.ManualCall{By: boss.Agent(), For: "nobody"})
			r.floor.say(dialer.ManualCall{By: id, Agent: id})
		}
		tell()
		r.wants("not logged in to the dialer", r.unread(tab), "ManualCall")
		r.wants("who asked, logged in or not", r.unread(boss), "ManualCall", "ManualCall")
		r.unread(a)
		r.floor.say(dialer.CampaignsChanged{Agent: id, Whole: true})
		tell()
		for _, s := range []*Session{a, tab} {
			r.wants("logged in", r.unread(s), "Campaigns", "AutoLogin", "Script", "AutoLogout", "Link", "ManualCall", "ManualCall")
		}
	})
}
