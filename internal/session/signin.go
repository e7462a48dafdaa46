package session

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// The failures that clients tell apart. Their codes are ours where the contract
// records none.
var (
	// ErrCredentials: unknown user or wrong password (contract section 12 line 10).
	ErrCredentials = &fault.Error{Kind: fault.Invalid, Code: "error.request.connection.authenticationFailure", Message: "The authentication process failed."}
	// ErrClosed: the server takes no new sessions.
	ErrClosed = &fault.Error{Kind: fault.Busy, Code: "error.server.notAcceptingConnections", Message: "This server is not taking new sessions now; try another one."}
	// ErrExpired: the password is right and too old.
	ErrExpired = &fault.Error{Kind: fault.Invalid, Code: "error.request.connection.passwordExpired", Message: "The password has expired; set a new one, or ask an administrator to."}
	// ErrUnknown: there is and was no such session.
	ErrUnknown = &fault.Error{Kind: fault.Unauthenticated, Code: "error.request.session.unknown", Message: "There is no session with this id; connect first."}
	// ErrOver: the session has ended.
	ErrOver = &fault.Error{Kind: fault.Unauthenticated, Code: "error.request.session.over", Message: "The session is over; connect again."}
	// ErrCookie: the session's cookie is missing or is another's.
	ErrCookie = &fault.Error{Kind: fault.Unauthenticated, Code: "error.request.session.cookie", Message: "The session's cookie is missing or wrong; send it with each request."}
	// ErrToken: the CSRF token is missing or is another's.
	ErrToken = &fault.Error{Kind: fault.Unauthenticated, Code: "error.request.session.token", Message: "The header ININ-ICWS-CSRF-Token is missing or wrong; send the token of the connection's answer."}
)

// Card is what a client shows to come in: a password, or a ticket in its place.
type Card struct {
	User, Password, Application, Language, Remote string
	Ticket                                        *Ticket
}

// SignIn opens a session. Errors: [ErrClosed], [ErrCredentials], [ErrExpired],
// Invalid for a user who has too many, and what the floor or the users' store
// could not do.
func (b *Book) SignIn(ctx context.Context, c Card) (*Session, error) {
	user, source, err := b.admit(ctx, c)
	if err != nil {
		return nil, err
	}
	s, err := b.enter(user, c)
	if err != nil {
		return nil, err
	}
	err = b.settle(ctx, s.desk)
	if err == nil {
		err = b.greet(ctx, s)
	}
	if err != nil {
		b.mu.Lock()
		b.end(s, "The session could not be opened.", true)
		delete(b.past, s.ID)
		b.mu.Unlock()
		b.wakeSweeper()
		return nil, err
	}
	if source != nil && c.Ticket.End {
		b.succeed(ctx, source, s)
	}
	return s, nil
}

// admit finds out who comes. With a ticket it gives the session that the ticket
// is from, too.
func (b *Book) admit(ctx context.Context, c Card) (user agent.User, source *Session, err error) {
	b.mu.Lock()
	err = b.taking()
	b.mu.Unlock()
	switch {
	case err != nil:
		return agent.User{}, nil, err
	case c.Ticket != nil:
		return b.redeem(ctx, c)
	}
	user, err = b.recognise(ctx, c)
	return user, nil, err
}

// taking is nil, or why no sessions are taken. b.mu is held.
func (b *Book) taking() error {
	switch {
	case b.closed:
		return ErrClosed
	case b.shut != "":
		return &fault.Error{Kind: ErrClosed.Kind, Code: ErrClosed.Code, Message: b.shut, Cause: ErrClosed}
	}
	return nil
}

// recognise finds the user whose password this is, and writes down who tried.
//
// Failures are counted again after the password was looked at: of many tries at
// one time, a right one that comes after too many wrong ones does not pass.
func (b *Book) recognise(ctx context.Context, c Card) (agent.User, error) {
	barred := func() bool { return b.failed.Barred(c.User, c.Remote, b.cfg.Now()) }
	b.mu.Lock()
	out := barred()
	b.mu.Unlock()
	var user agent.User
	var err error
	if !out {
		user, err = b.cfg.Users.Authenticate(ctx, c.User, c.Password)
	}
	kind := fault.KindOf(err)
	wrong := err != nil && (kind == fault.Unauthenticated || kind == fault.NotFound)
	if err != nil && !wrong {
		return agent.User{}, err
	}
	b.mu.Lock()
	switch out = barred(); {
	case out:
	case wrong:
		b.failed.Failed(c.User, c.Remote, b.cfg.Now())
	default:
		b.failed.Passed(c.User)
	}
	b.mu.Unlock()
	switch {
	case out:
		e := *ErrCredentials
		e.Message = "Signing in failed too often; wait five minutes."
		return agent.User{}, cmp.Or(b.audit(ctx, c.User, "sign-in barred", c.Remote), error(&e))
	case wrong:
		return agent.User{}, cmp.Or(b.audit(ctx, c.User, "sign-in failed", c.Remote), error(ErrCredentials))
	case b.expired(user):
		return agent.User{}, cmp.Or(b.audit(ctx, user.ID, "sign-in with an expired password", c.Remote), error(ErrExpired))
	}
	return user, b.audit(ctx, user.ID, "sign-in "+c.Application, c.Remote)
}

// expires tells when a user's password becomes too old; ok is false if it never
// does.
func (b *Book) expires(u agent.User) (at time.Time, ok bool) {
	return u.PasswordSet.Add(b.cfg.PasswordAge), b.cfg.PasswordAge > 0 && !u.PasswordSet.IsZero()
}

func (b *Book) expired(u agent.User) bool {
	at, ok := b.expires(u)
	return ok && !b.cfg.Now().Before(at)
}

// PasswordDays is how many whole days are left to the password of a session's
// user; ok is false if it never expires.
func (b *Book) PasswordDays(s *Session) (days int, ok bool) {
	at, ok := b.expires(s.User)
	return max(0, int(at.Sub(b.cfg.Now())/(24*time.Hour))), ok
}

// enter writes a new session into the book.
func (b *Book) enter(user agent.User, c Card) (*Session, error) {
	now := b.cfg.Now()
	s := &Session{
		ID: newID(), Cookie: newGUID(), Token: newToken(),
		User: user, Application: c.Application, Language: c.Language, Remote: c.Remote, Opened: now,
		last: now, told: ^uint64(0), wake: make(chan struct{}), turn: make(chan struct{}, 1),
	}
	s.turn <- struct{}{}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.taking(); err != nil {
		return nil, err
	}
	others := b.countOf(user.ID)
	if c.Ticket != nil && c.Ticket.End {
		others-- // it takes the place of one
	}
	if others >= b.cfg.PerUser {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "error.request.connection.tooManySessions", Message: fmt.Sprintf("User %s has %d sessions; end one first.", user.ID, b.cfg.PerUser)}
	}
	for b.sessions[s.ID] != nil || b.past[s.ID] != nil {
		s.ID = newID()
	}
	b.sessions[s.ID] = s
	d := b.desks[s.Agent()]
	if d == nil {
		d = &desk{agent: s.Agent()}
		b.desks[d.agent] = d
	}
	d.user, d.unsettled = user, true
	d.sessions = append(d.sessions, s)
	s.desk = d
	b.list(s)
	return s, nil
}

// countOf is how many sessions a user has. b.mu is held.
func (b *Book) countOf(user string) int {
	n := 0
	for id, d := range b.desks {
		if id.User == user {
			n += len(d.sessions)
		}
	}
	return n
}
