package session

import (
	"context"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// watch is one subscription of a session, guarded by Book.mu.
type watch struct {
	key string // what it is of; a newer one with the same key replaces it
	seq uint64 // up to which event it holds
	topic
}

// topic is what a subscription follows.
type topic interface {
	// whole makes the first message; it replaces what was told before.
	whole(dialer.Snapshot) (Message, error)
	// change makes the message of an event, or nil.
	change(dialer.Event) Message
}

// maxWatches bounds the subscriptions of a session.
const maxWatches = 200

// subscribe makes a session follow a topic: the first message is made from a snapshot, and
// what happens after it follows.
func (b *Book) subscribe(ctx context.Context, s *Session, key string, t topic) error {
	return b.looking(ctx, func(snap dialer.Snapshot) error {
		m, err := t.whole(snap)
		if err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if s.over != nil {
			return ErrOver
		}
		s.drop(key)
		if len(s.watch) >= maxWatches {
			return fault.New(fault.Invalid, "a session may have %d subscriptions; end one first", maxWatches)
		}
		s.watch = append(s.watch, &watch{key: key, seq: snap.Seq, topic: t})
		b.put(s, m)
		return nil
	})
}

func (b *Book) unsubscribe(s *Session, key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.drop(key)
}

// drop removes a subscription. b.mu is held.
func (s *Session) drop(key string) {
	s.watch = slices.DeleteFunc(s.watch, func(w *watch) bool { return w.key == key })
}

// The keys of subscriptions.
const (
	statusKey = "status"
	lineKey   = "line"
	queueKey  = "queue/"
	callKey   = "call/"
)

// WatchStatuses follows the statuses of users, whose ids are as configured.
func (b *Book) WatchStatuses(ctx context.Context, s *Session, users, properties []string) error {
	return b.subscribe(ctx, s, statusKey, &statusTopic{users: users, properties: properties})
}

// UnwatchStatuses ends it.
func (b *Book) UnwatchStatuses(s *Session) { b.unsubscribe(s, statusKey) }

// WatchLine follows the line to the agent's phone.
func (b *Book) WatchLine(ctx context.Context, s *Session) error {
	return b.subscribe(ctx, s, lineKey, &lineTopic{agent: s.Agent()})
}

// UnwatchLine ends it.
func (b *Book) UnwatchLine(s *Session) { b.unsubscribe(s, lineKey) }

// QueueScope is whose calls a queue subscription shows; both may be wanted.
type QueueScope struct {
	User    bool // all calls of the session's user
	Station bool // the calls at the agent's station
}

// WatchQueue follows queues under an id that the client chose.
func (b *Book) WatchQueue(ctx context.Context, s *Session, id string, scope QueueScope, names []string) error {
	return b.subscribe(ctx, s, queueKey+id, &queueTopic{id: id, agent: s.Agent(), scope: scope, names: names, calls: map[call.ID]dialer.CallView{}})
}

// UnwatchQueue ends it.
func (b *Book) UnwatchQueue(s *Session, id string) { b.unsubscribe(s, queueKey+id) }

// WatchCall follows one call. Errors: NotFound, Forbidden for someone else's.
func (b *Book) WatchCall(ctx context.Context, s *Session, id call.ID, names []string) error {
	return b.subscribe(ctx, s, callKey+string(id), &callTopic{user: s.User.ID, id: id, names: names})
}

// UnwatchCall ends it.
func (b *Book) UnwatchCall(s *Session, id call.ID) { b.unsubscribe(s, callKey+string(id)) }

// WatchStation follows the session's own station.
func (b *Book) WatchStation(s *Session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.over == nil {
		s.stationWatched = true
		b.put(s, Station{Whole: true, After: s.seat})
	}
}

// UnwatchStation ends it.
func (b *Book) UnwatchStation(s *Session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.stationWatched = false
}

// Say puts a message that nothing follows: the whole of what never changes while
// the server runs, such as the list of statuses.
func (b *Book) Say(s *Session, m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.put(s, m)
}

type statusTopic struct {
	users, properties []string
}

func (t *statusTopic) whole(snap dialer.Snapshot) (Message, error) {
	m := Statuses{Whole: true, Properties: t.properties}
	for _, u := range t.users {
		m.Statuses = append(m.Statuses, StatusOf(snap, u))
	}
	return m, nil
}

func (t *statusTopic) change(ev dialer.Event) Message {
	e, ok := ev.Body.(dialer.StatusChanged)
	if !ok || !slices.Contains(t.users, e.Status.User) {
		return nil
	}
	return Statuses{Statuses: []dialer.UserStatus{e.Status}, Properties: t.properties}
}

// StatusOf is a user's status; a user who never had one is gone.
func StatusOf(snap dialer.Snapshot, user string) dialer.UserStatus {
	if st, ok := snap.Status(user); ok {
		return st
	}
	return dialer.UserStatus{User: user, Status: agent.StatusGone}
}

type lineTopic struct{ agent agent.ID }

func (t *lineTopic) whole(snap dialer.Snapshot) (Message, error) {
	a, _ := snap.Agent(t.agent)
	return Line{Whole: true, At: snap.At, Line: a.Line}, nil
}

func (t *lineTopic) change(ev dialer.Event) Message {
	if e, ok := ev.Body.(dialer.LineChanged); ok && e.Agent == t.agent {
		return Line{At: ev.At, Line: e.Line}
	}
	return nil
}

type queueTopic struct {
	id    string
	agent agent.ID
	scope QueueScope
	names []string
	calls map[call.ID]dialer.CallView // as told
}

func (t *queueTopic) mine(c dialer.CallView) bool {
	return t.scope.User && c.Agent.User == t.agent.User || t.scope.Station && c.Agent == t.agent
}

func (t *queueTopic) whole(snap dialer.Snapshot) (Message, error) {
	clear(t.calls)
	m := Queue{Subscription: t.id, Names: t.names, Whole: true}
	for _, c := range snap.Calls {
		if t.mine(c) && !(c.State == call.Over && c.Disposed) {
			t.calls[c.ID] = c
			m.Added = append(m.Added, c)
		}
	}
	return m, nil
}

func (t *queueTopic) change(ev dialer.Event) Message {
	e, ok := ev.Body.(dialer.CallChanged)
	if !ok {
		return nil
	}
	m := Queue{Subscription: t.id, Names: t.names}
	before, known := t.calls[e.Call.ID]
	mine := t.mine(e.Call) && !e.Gone
	switch {
	case mine && known:
		m.Changed = []Change{{before, e.Call}}
	case mine:
		m.Added = []dialer.CallView{e.Call}
	case known:
		m.Removed = []call.ID{e.Call.ID}
		delete(t.calls, e.Call.ID)
		return m
	default:
		return nil
	}
	t.calls[e.Call.ID] = e.Call
	return m
}

type callTopic struct {
	user  string
	id    call.ID
	names []string
	last  dialer.CallView // as told
	gone  bool
}

func (t *callTopic) whole(snap dialer.Snapshot) (Message, error) {
	c, ok := snap.Call(t.id)
	if err := MayTouch(t.user, t.id, c, ok); err != nil {
		if t.last.ID != "" && !t.gone { // it went while the listener was cut off
			t.gone = true
			return InteractionGone{Call: t.id}, nil
		}
		return nil, err
	}
	t.last = c
	return Interaction{Names: t.names, After: c}, nil
}

func (t *callTopic) change(ev dialer.Event) Message {
	e, ok := ev.Body.(dialer.CallChanged)
	if !ok || e.Call.ID != t.id || t.gone {
		return nil
	}
	if e.Gone || e.Call.Agent.User != t.user {
		t.gone = true
		return InteractionGone{Call: t.id}
	}
	before := t.last
	t.last = e.Call
	return Interaction{Names: t.names, Before: &before, After: e.Call}
}

// MayTouch tells whether a call that was looked up (found) is the user's. A call
// in nobody's hand is none for agents.
func MayTouch(user string, id call.ID, c dialer.CallView, found bool) error {
	switch {
	case !found || c.Agent.User == "":
		return fault.New(fault.NotFound, "there is no call %s", id)
	case !strings.EqualFold(c.Agent.User, user):
		return fault.New(fault.Forbidden, "call %s is not yours", id)
	}
	return nil
}
