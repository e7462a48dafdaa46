package session

import (
	"context"
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// watch is one subscription of a session, guarded by Book.mu.
type watch struct {
	key string // what it is of; a newer one with the same key replaces it
	seq uint64 // up to which event it holds
	topic
}

// topic is what a subscription follows. Its methods are called with Book.mu held.
type topic interface {
	// whole makes the first message; it replaces what was told before.
	whole(dialer.Snapshot) (Message, error)
	// change makes the message of an event, or nil. Of a [dialer.CallChanged] all
	// topics get the same pointer, which their messages may hold.
	change(dialer.Event) Message
}

// maxWatches bounds the subscriptions of a session.
const maxWatches = 200

// subscribe makes a session follow a topic: the first message is made from a snapshot, and
// what happens after it follows.
func (b *Book) subscribe(ctx context.Context, s *Session, key string, t topic) error {
	return b.looking(ctx, func(snap dialer.Snapshot) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		m, err := t.whole(snap)
		if err != nil {
			return err
		}
		if s.over != nil {
			return ErrOver
		}
		s.drop(key)
		if len(s.watch) >= maxWatches {
			return fault.New(fault.Invalid, "a session may have %d subscriptions; end one first", maxWatches)
		}
		s.watch = append(s.watch, &watch{key: key, seq: b.known(t, snap), topic: t})
		b.put(s, m)
		return nil
	})
}

// known is up to which event the first message of a topic holds: that of a snapshot
// shows all that was said up to it, what users remember is what was heard. b.mu is held.
func (b *Book) known(t topic, snap dialer.Snapshot) uint64 {
	if _, remembered := t.(*historyTopic); remembered {
		return b.heard
	}
	return snap.Seq
}

// inform puts a message of a subscription, which ends with its last word. b.mu is held.
func (b *Book) inform(s *Session, w *watch, m Message) {
	b.put(s, m)
	switch m.(type) {
	case InteractionGone, QueueLost:
		if i := slices.Index(s.watch, w); i >= 0 {
			s.watch = slices.Concat(s.watch[:i], s.watch[i+1:]) // the former list may be in use
		}
	}
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
	statusKey   = "status"
	previousKey = "status/previous"
	lineKey     = "line"
)

// WatchStatuses follows the statuses of users, whose ids are as configured.
func (b *Book) WatchStatuses(ctx context.Context, s *Session, users, properties []string) error {
	return b.subscribe(ctx, s, statusKey, &statusTopic{users: users, sorted: slices.Sorted(slices.Values(users)), properties: properties})
}

// UnwatchStatuses ends it.
func (b *Book) UnwatchStatuses(s *Session) { b.unsubscribe(s, statusKey) }

// WatchPrevious follows the statuses that the session's user had before.
func (b *Book) WatchPrevious(ctx context.Context, s *Session) error {
	return b.subscribe(ctx, s, previousKey, &previousTopic{user: s.User.ID})
}

// UnwatchPrevious ends it.
func (b *Book) UnwatchPrevious(s *Session) { b.unsubscribe(s, previousKey) }

// WatchLine follows the line to the agent's phone.
func (b *Book) WatchLine(ctx context.Context, s *Session) error {
	return b.subscribe(ctx, s, lineKey, &lineTopic{agent: s.Agent()})
}

// UnwatchLine ends it.
func (b *Book) UnwatchLine(s *Session) { b.unsubscribe(s, lineKey) }

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
	sorted            []string // users: a directory may hold everybody, and everybody may follow it
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
	if !ok {
		return nil
	}
	if _, follows := slices.BinarySearch(t.sorted, e.Status.User); !follows {
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

type previousTopic struct {
	user string
	told []dialer.PreviousStatus
}

func (t *previousTopic) whole(snap dialer.Snapshot) (Message, error) {
	st, _ := snap.Status(t.user)
	t.told = st.Previous
	return PreviousStatuses{Statuses: t.told}, nil
}

func (t *previousTopic) change(ev dialer.Event) Message {
	e, ok := ev.Body.(dialer.StatusChanged)
	if !ok || e.Status.User != t.user || slices.Equal(e.Status.Previous, t.told) {
		return nil
	}
	t.told = e.Status.Previous
	return PreviousStatuses{Statuses: t.told}
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
