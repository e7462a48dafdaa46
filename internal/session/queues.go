package session

import (
	"context"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// The keys of the subscriptions to queues and to calls.
const (
	queueKey = "queue/"
	callKey  = "call/"
)

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
