package session

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/fault"
)

// Accept says whether sessions are opened from now on; those that are open go on
// either way. Who is refused hears the reason, a sentence.
func (b *Book) Accept(on bool, reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shut = ""
	if !on {
		b.shut = cmp.Or(reason, ErrClosed.Message)
	}
}

// Accepting tells whether sessions are opened, and if not, why.
func (b *Book) Accepting() (on bool, reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.taking(); err != nil {
		return false, cmp.Or(b.shut, ErrClosed.Message)
	}
	return true, ""
}

// View is what an administrator may see of an open session.
type View struct {
	ID, User, Name, Application string
	Remote                      string // the client's address
	Station                     string // its name, or empty
	Opened, Heard               time.Time
	Streams                     int // open event streams
	Unread                      int // messages that wait
}

func view(s *Session) View {
	v := View{ID: s.ID, User: s.User.ID, Name: s.User.Name, Application: s.Application, Remote: s.Remote,
		Opened: s.Opened, Heard: s.last, Streams: s.streams, Unread: len(s.unread)}
	if s.seat != nil {
		v.Station = s.seat.Station.Name
	}
	return v
}

// Sessions gives all open sessions, the oldest first.
func (b *Book) Sessions() []View {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]View, 0, len(b.sessions))
	for _, s := range b.sessions {
		all = append(all, view(s))
	}
	slices.SortFunc(all, func(a, b View) int { return cmp.Or(a.Opened.Compare(b.Opened), strings.Compare(a.ID, b.ID)) })
	return all
}

// Dismiss ends a session from outside. Its client hears the reason and whether it
// should connect again; an agent without another session leaves the floor. It
// gives the session as it was. Errors: NotFound.
func (b *Book) Dismiss(ctx context.Context, id, reason string, reconnect bool) (View, error) {
	b.mu.Lock()
	s := b.sessions[id]
	if s == nil {
		b.mu.Unlock()
		return View{}, fault.New(fault.NotFound, "there is no session %s", id)
	}
	was := view(s)
	b.end(s, cmp.Or(reason, "An administrator ended the session."), reconnect, Connection{})
	b.mu.Unlock()
	return was, b.gone(ctx, s, "session dismissed "+s.Application)
}

// gone tells the floor, which may hear of it later, and writes down that a
// session ended, whether or not who ended it waits for that.
func (b *Book) gone(ctx context.Context, s *Session, how string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if err := b.settle(ctx, s.desk); err != nil {
		b.cfg.Log.WarnContext(ctx, "the floor could not hear of the end of a session", "agent", s.Agent().String(), "error", err)
	}
	return b.audit(ctx, s.User.ID, how, s.Remote)
}
