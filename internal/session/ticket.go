package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// Ticket lets the user of one session open another without a password (contract
// section 1.4, unique-auth-token).
type Ticket struct {
	Token  string
	Seed   string // the GUID that the token was asked for with
	Source string // id of the session that asked for it
	// End: the new session takes the place of the source.
	End bool
}

const (
	ticketTime = 7 * time.Second
	maxTickets = 16 // of a session at one time
)

// issued is a ticket that was not used yet.
type issued struct {
	token, seed string
	until       time.Time
}

// Issue gives a token with which the session's user can open another session:
// once, within 7 s, together with the seed and the session's id.
func (b *Book) Issue(s *Session, seed string) (token string, err error) {
	now := b.cfg.Now()
	t := issued{token: newToken(), seed: seed, until: now.Add(ticketTime)}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.over != nil {
		return "", ErrOver
	}
	s.issued = slices.DeleteFunc(s.issued, func(old issued) bool { return !now.Before(old.until) })
	if len(s.issued) >= maxTickets {
		s.issued = s.issued[1:]
	}
	s.issued = append(s.issued, t)
	return t.token, nil
}

// spend takes back a ticket that is good, and tells whether it was. Book.mu is held.
func (s *Session) spend(t Ticket, now time.Time) bool {
	i := slices.IndexFunc(s.issued, func(o issued) bool {
		return same(o.token, t.Token) && strings.EqualFold(o.seed, t.Seed) && now.Before(o.until)
	})
	if i >= 0 {
		s.issued = slices.Delete(s.issued, i, i+1)
	}
	return i >= 0
}

// redeem finds the user whose ticket this is, as he is now: rights may have
// changed since the source was opened. Wrong tickets bar nobody; they can not be
// guessed.
func (b *Book) redeem(ctx context.Context, c Card) (agent.User, *Session, error) {
	b.mu.Lock()
	source := b.sessions[c.Ticket.Source]
	good := source != nil && source.spend(*c.Ticket, b.cfg.Now())
	b.mu.Unlock()
	wrong := *ErrCredentials
	wrong.Message = fmt.Sprintf("The token is not good: it can be used once, within %v, with its seed and the session that asked for it.", ticketTime)
	if !good {
		return agent.User{}, nil, cmp.Or(b.audit(ctx, "session "+c.Ticket.Source, "sign-in by token failed", c.Remote), error(&wrong))
	}
	user, err := b.cfg.Users.User(ctx, source.User.ID)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return agent.User{}, nil, cmp.Or(b.audit(ctx, source.User.ID, "sign-in by token failed", c.Remote), error(&wrong))
	}
	if err != nil {
		return agent.User{}, nil, err
	}
	return user, source, b.audit(ctx, user.ID, "sign-in by token "+c.Application, c.Remote)
}

// succeed puts a session in the place of the one that it was opened from. The new
// one is there already, so the agent stays; if both are of one agent it takes
// over the station too, and the floor hears nothing: a dialer log-in and a
// standing line go on. Licences that the old one took go with it.
func (b *Book) succeed(ctx context.Context, old, s *Session) {
	b.mu.Lock()
	if old.over != nil {
		b.mu.Unlock()
		return
	}
	if s.over == nil {
		if old.desk == s.desk && old.seat != nil {
			s.seat, s.order, old.seat = old.seat, old.order, nil
			b.list(s)
		}
		b.licences.pass(s.User.ID, old, s)
	}
	b.end(old, "The client goes on in another session.", false, Connection{})
	b.mu.Unlock()
	if err := b.gone(ctx, old, "sign-out "+old.Application); err != nil {
		b.cfg.Log.ErrorContext(ctx, "audit", "error", err) // who came in was written down
	}
}
