package session

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial/internal/fault"
)

// sweepEvery is how often the sweeper looks for idle sessions and unsettled desks.
const sweepEvery = time.Second

// lookUpEvery is how often the sweeper looks whether the users still exist.
const lookUpEvery = time.Minute

// settleTime bounds what the sweeper waits for the floor in one go.
const settleTime = 5 * time.Second

// sweep is the sweeper: it runs until ctx is done.
func (b *Book) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	lookUp := time.NewTicker(lookUpEvery)
	defer lookUp.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-lookUp.C:
			b.dismissRemoved(ctx)
		case <-tick.C:
		case <-b.kick:
		}
		b.clean(ctx)
	}
}

// clean ends idle sessions, forgets old ones and settles what is unsettled.
func (b *Book) clean(ctx context.Context) {
	now := b.cfg.Now()
	var expired []*Session
	b.mu.Lock()
	for _, s := range b.sessions {
		if s.streams == 0 && now.Sub(s.last) >= b.cfg.Idle {
			b.end(s, fmt.Sprintf("Nothing was heard of the session for %v.", b.cfg.Idle), false)
			expired = append(expired, s)
		}
	}
	b.forget(now)
	desks := b.unsettled()
	b.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	for _, s := range expired {
		b.cfg.Log.Info("session expired", "agent", s.Agent().String(), "session", s.ID)
		if err := b.audit(ctx, s.User.ID, "session expired "+s.Application, s.Remote); err != nil {
			b.cfg.Log.Error("audit", "error", err)
		}
	}
	for _, d := range desks {
		if err := b.settle(ctx, d); err != nil {
			b.cfg.Log.Warn("the floor could not hear how things are; it is told again", "agent", d.agent.String(), "error", err)
		}
	}
}

// dismissRemoved ends the sessions of users who are no longer configured. When
// they can not be looked up, the rest waits for the next time.
func (b *Book) dismissRemoved(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	b.mu.Lock()
	here := map[string]bool{}
	for id := range b.desks {
		here[id.User] = true
	}
	b.mu.Unlock()
	gone := map[string]bool{}
	for user := range here {
		if _, err := b.cfg.Users.User(ctx, user); err != nil {
			if fault.KindOf(err) != fault.NotFound {
				break
			}
			gone[user] = true
		}
	}
	for _, v := range b.Sessions() {
		if !gone[v.User] {
			continue
		}
		b.cfg.Log.Info("session of a user who was removed", "user", v.User, "session", v.ID)
		if _, err := b.Dismiss(ctx, v.ID, "The user was removed.", false); err != nil && fault.KindOf(err) != fault.NotFound {
			b.cfg.Log.Error("audit", "error", err)
		}
	}
}

// forget drops ended sessions that are old or too many. b.mu is held.
func (b *Book) forget(now time.Time) {
	for len(b.pastIDs) > 0 {
		s := b.past[b.pastIDs[0]]
		if s != nil && len(b.pastIDs) <= remembered && now.Sub(s.over.At) < b.cfg.Remember {
			return
		}
		delete(b.past, b.pastIDs[0])
		b.pastIDs = b.pastIDs[1:]
	}
}

// unsettled lists the desks of which the floor has yet to hear. b.mu is held.
func (b *Book) unsettled() []*desk {
	var desks []*desk
	for _, d := range b.desks {
		if d.unsettled {
			desks = append(desks, d)
		}
	}
	return desks
}

func (b *Book) wakeSweeper() {
	select {
	case b.kick <- struct{}{}:
	default:
	}
}
