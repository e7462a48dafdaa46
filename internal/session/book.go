package session

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// Floor is what the book needs of the dialer; [dialer.Floor] is one.
type Floor interface {
	Do(context.Context, dialer.Command) error
	Look(context.Context) (dialer.Snapshot, error)
	// Last is the number of the last event.
	Last(context.Context) (uint64, error)
}

// Users knows who may sign in.
type Users interface {
	// Authenticate gives the user whose password this is. Errors: Unauthenticated
	// for an unknown user as for a wrong password.
	Authenticate(ctx context.Context, user, password string) (agent.User, error)
	// User finds a user by id, without case. Errors: NotFound.
	User(ctx context.Context, id string) (agent.User, error)
}

// Stations knows the configured phones.
type Stations interface {
	// Station finds a station by name. Errors: NotFound.
	Station(ctx context.Context, name string) (agent.Station, error)
}

// Auditor writes down who came and went. It is called by several goroutines.
type Auditor interface {
	Audit(ctx context.Context, who, what, from string, at time.Time) error
}

// Config is what a book is made of. Floor, Listen, Users and Stations must be
// given; the rest has defaults.
type Config struct {
	Floor Floor
	// Listen begins to hear the floor's events. The channel is closed when the
	// listener was too slow or the floor has stopped; stop ends the listening.
	Listen   func(size int) (events <-chan dialer.Event, stop func())
	Users    Users
	Stations Stations
	Audit    Auditor          // default: none
	Log      *slog.Logger     // default: discarded
	Now      func() time.Time // default: time.Now
	// Idle is how long a session may be silent; default 5 minutes.
	Idle time.Duration
	// Unread is how many messages may wait for a session; default 1,000.
	Unread int
	// Remember is how long an ended session is still known; default 1 hour.
	Remember time.Duration
	// PerUser is how many sessions a user may have; default 1,000.
	PerUser int
	// PasswordAge is how long a password opens sessions after it was set; 0 is for
	// ever, as is a password of which it is not known when it was set.
	PasswordAge time.Duration
	// Licences limits how many users may hold a licence at one time, by its name; a
	// name that is not here is unlimited.
	Licences map[string]int
}

func (c Config) defaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Idle <= 0 {
		c.Idle = 5 * time.Minute
	}
	if c.Unread <= 0 {
		c.Unread = 1000
	}
	if c.Remember <= 0 {
		c.Remember = time.Hour
	}
	if c.PerUser <= 0 {
		c.PerUser = 1000
	}
	return c
}

// remembered is how many ended sessions are kept at most.
const remembered = 10_000

// Book is all sessions. See the package comment for its invariants.
type Book struct {
	cfg  Config
	turn chan struct{} // holds one token: the right to tell the floor of comings and goings
	asks chan ask      // for the listener: look, then do
	kick chan struct{} // for the sweeper: something is unsettled
	stop context.CancelFunc
	// stopped is closed once the listener and the sweeper are told to stop.
	stopped <-chan struct{}
	done    sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	shut     string // why no sessions are taken for now, or empty
	sessions map[string]*Session
	past     map[string]*Session
	pastIDs  []string // of past, oldest first
	desks    map[agent.ID]*desk
	seats    uint64 // counts seats taken, for Session.order
	failed   Failures
	heard    uint64  // up to which event the messages are put
	held     []held  // messages that wait for an event
	history  history // of the users' calls
	licences licences
}

// New makes a book and starts its listener and its sweeper.
func New(cfg Config) *Book {
	ctx, stop := context.WithCancel(context.Background())
	b := &Book{
		cfg: cfg.defaults(), stop: stop, stopped: ctx.Done(),
		turn: make(chan struct{}, 1), asks: make(chan ask), kick: make(chan struct{}, 1),
		sessions: map[string]*Session{}, past: map[string]*Session{}, desks: map[agent.ID]*desk{}, history: history{},
		licences: newLicences(cfg.Licences),
	}
	b.turn <- struct{}{}
	b.done.Go(func() { b.listen(ctx) })
	b.done.Go(func() { b.sweep(ctx) })
	return b
}

// Proof is what comes with a session's request.
type Proof struct {
	ID     string
	Cookie string // the GUID of the cookie, or empty
	Token  string // the CSRF token, or empty
	// NoToken: the resource does not ask for the token.
	NoToken bool
}

// Session finds the session that a request proves to be, and counts the request
// as a sign of life. Errors: [ErrUnknown], [ErrOver], [ErrCookie], [ErrToken].
// With [ErrOver] the ended session is given too, if the proof is right.
func (b *Book) Session(p Proof) (*Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, over := b.sessions[p.ID], false
	if s == nil {
		s, over = b.past[p.ID], true
	}
	switch {
	case s == nil:
		return nil, ErrUnknown
	case !same(p.Cookie, s.Cookie):
		return nil, ErrCookie
	case !p.NoToken && !same(p.Token, s.Token):
		return nil, ErrToken
	case over:
		return s, ErrOver
	}
	s.last = b.cfg.Now()
	return s, nil
}

// Over tells how a session ended; ok is false while it has not.
func (b *Book) Over(s *Session) (over Over, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.over == nil {
		return Over{}, false
	}
	return *s.over, true
}

// SignOut ends a session on the client's wish. It is an error if that can not be
// audited; a floor that can not hear of it now is told again later. A client that
// does not wait for the answer, as a page that is being closed, is signed out and
// audited all the same.
func (b *Book) SignOut(ctx context.Context, s *Session) error {
	b.mu.Lock()
	b.end(s, "The client disconnected.", false)
	b.mu.Unlock()
	return b.gone(ctx, s, "sign-out "+s.Application)
}

// Count is the number of open sessions.
func (b *Book) Count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.sessions)
}

// Close takes no more sessions, ends those that are open, each with the advice to
// reconnect elsewhere, tells the floor, and stops the book's goroutines. What is
// unread can still be delivered. It may be called again.
func (b *Book) Close(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	for _, s := range b.sessions {
		b.end(s, "The server is going down.", true, Connection{})
	}
	desks := b.unsettled()
	b.mu.Unlock()
	var first error
	for _, d := range desks {
		if err := b.settle(ctx, d); err != nil && first == nil {
			first = err
		}
	}
	b.stop()
	b.done.Wait()
	return first
}

// end takes a session out of the book and remembers it. What was unread is kept
// only with a last word, a [Connection] that is filled in here: a client that
// nobody serves any more gets 401 at once. b.mu is held.
func (b *Book) end(s *Session, reason string, reconnect bool, last ...Connection) {
	if s.over != nil {
		return
	}
	s.over = &Over{At: b.cfg.Now(), Reason: reason, Reconnect: reconnect}
	if len(last) == 0 {
		s.forget(len(s.unread))
	}
	for _, c := range last {
		c.Over = *s.over
		s.unread = append(s.unread, c)
		s.rows += rows(c)
	}
	s.watch, s.rosters, s.stationWatched, s.licencesTold = nil, nil, false, nil
	close(s.wake)
	s.wake = make(chan struct{})
	delete(b.sessions, s.ID)
	b.past[s.ID] = s
	b.pastIDs = append(b.pastIDs, s.ID)
	d := s.desk
	before := b.effective(d)
	for i, other := range d.sessions {
		if other == s {
			d.sessions = append(d.sessions[:i:i], d.sessions[i+1:]...)
			break
		}
	}
	d.unsettled = true
	b.tellEffective(d, before)
	b.list(s)
	b.licences.giveBackAll(s.User.ID, s)
	if len(d.sessions) == 0 {
		b.licences.giveBackAll(s.User.ID, d)
	}
	b.tellLicences(s.User.ID)
}

func (b *Book) audit(ctx context.Context, who, what, from string) error {
	if b.cfg.Audit == nil {
		return nil
	}
	if err := b.cfg.Audit.Audit(ctx, who, what, from, b.cfg.Now()); err != nil {
		return fault.Wrap(err, fault.Internal, "%s of %s could not be written down", what, who)
	}
	return nil
}

// User finds a user by id, without case. Errors: NotFound.
func (b *Book) User(ctx context.Context, id string) (agent.User, error) {
	u, err := b.cfg.Users.User(ctx, id)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		err = fault.Wrap(err, fault.NotFound, "there is no user %s", id)
	}
	return u, err
}
