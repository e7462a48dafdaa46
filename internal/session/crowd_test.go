package session

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// TestACrowd: everybody does everything at once. Afterwards the book, what it
// counts and what it told the floor agree.
func TestACrowd(t *testing.T) {
	for seed := range uint64(4) {
		in(t, func(r room) {
			r.cfg.Unread = 50
			r.licences.limits["I3_FEW"] = 2
			var crowd sync.WaitGroup
			for n := range 8 {
				crowd.Go(func() { r.wander(rand.New(rand.NewPCG(seed, uint64(n)))) })
			}
			crowd.Wait()
			synctest.Wait()
			r.agrees()
			for _, v := range r.Sessions() { // one that does not read ends of hearing about the others
				if _, err := r.Dismiss(context.Background(), v.ID, "", false); err != nil && fault.KindOf(err) != fault.NotFound {
					t.Error(err)
				}
			}
			synctest.Wait()
			r.agrees()
			if len(r.licences.held) != 0 || len(r.licences.taken) != 0 || len(r.desks) != 0 {
				t.Errorf("left: %v %v", r.licences.held, r.desks)
			}
		})
	}
}

// wander is one client who does this and that.
func (r room) wander(dice *rand.Rand) {
	ctx := context.Background()
	var s *Session
	for range 150 {
		if s == nil {
			user := []string{"anna", "bert", "sara", "boss"}[dice.IntN(4)]
			s, _ = r.SignIn(ctx, Card{User: user, Password: "secret", Application: "desk"})
			continue
		}
		switch dice.IntN(12) {
		case 0:
			if token, err := r.Issue(s, seed); err == nil {
				next, err := r.SignIn(ctx, Card{Application: "desk", Ticket: &Ticket{Token: token, Seed: seed, Source: s.ID, End: dice.IntN(2) == 0}})
				if err == nil {
					s = next
				}
			}
		case 1:
			r.SignOut(ctx, s)
			s = nil
		case 2:
			if all := r.Sessions(); len(all) > 0 {
				r.Dismiss(ctx, all[dice.IntN(len(all))].ID, "", true)
			}
		case 3:
			r.Sit(ctx, s, Wish{Kind: agent.RemoteNumber, Number: fmt.Sprint(100 + dice.IntN(3)), Ready: dice.IntN(2) == 0})
		case 4:
			r.Stand(ctx, s)
		case 5:
			r.WatchUsers(ctx, s, nil)
		case 6:
			r.WatchStations(s, nil)
		case 7:
			r.WatchLicences(s, []string{"I3_FEW", DialerAddOn})
		case 8:
			r.TakeLicences(s, []string{"I3_FEW", "I3_MANY"})
		case 9:
			r.KeepLicences(s, "I3_MANY")
		case 10:
			r.Licensed(s, DialerAddOn, func() error {
				r.floor.say(dialer.CampaignsChanged{Agent: s.Agent(), Whole: true})
				return nil
			})
		case 11:
			r.Deliver(ctx, s, func([]Message) error { return nil })
		}
		if s != nil {
			if _, over := r.Over(s); over {
				s = nil
			}
		}
	}
}

// agrees checks what the book holds against itself.
func (r room) agrees() {
	r.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	seated := 0
	for _, d := range r.desks {
		seated += len(d.sessions)
	}
	if seated != len(r.sessions) {
		r.Errorf("%d sessions at desks, %d in the book", seated, len(r.sessions))
	}
	if n := len(r.licences.held["I3_FEW"]); n > 2 {
		r.Errorf("%d users have one of two licences", n)
	}
	for name, users := range r.licences.held {
		for user, holders := range users {
			for _, h := range holders {
				s, isSession := h.(*Session)
				d, isDesk := h.(*desk)
				if isSession && r.sessions[s.ID] != s || isDesk && r.desks[d.agent] != d || isSession && s.User.ID != user {
					r.Errorf("%s of %s is held by one who is gone", name, user)
				}
			}
		}
	}
	for _, s := range r.sessions {
		now := s.listing()
		if s.listed == nil || *s.listed != *now {
			r.Errorf("listed as %+v, is %+v", s.listed, now)
		}
		for name, told := range s.licencesTold {
			if r.licences.has(name, s.User.ID) != told {
				r.Errorf("%s hears %s: %v", s.User.ID, name, told)
			}
		}
	}
}
