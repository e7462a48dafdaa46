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

// The keys of the subscriptions to queues and to calls.
const (
	queueKey = "queue/"
	callKey  = "call/"
)

// WatchQueues follows queues under an id that the client chose. Of each it shows
// the calls that the user may see ([Looker.Sees]): of his own queue and his
// station's all, of a workgroup's those that wait for its members, of anybody's
// whom he oversees all. Errors: Forbidden for queues that he may see nothing of,
// NotFound for a user or station that there is not.
func (b *Book) WatchQueues(ctx context.Context, s *Session, id string, queues []call.Queue, names []string) error {
	named := slices.Clone(queues)
	for i := range named {
		if err := b.mayFollow(ctx, s, &named[i]); err != nil {
			return err
		}
	}
	return b.subscribe(ctx, s, queueKey+id, &queueTopic{follower: follower{b, s}, id: id, queues: named, names: names, calls: map[call.ID]*dialer.CallView{}})
}

// UnwatchQueue ends it.
func (b *Book) UnwatchQueue(s *Session, id string) { b.unsubscribe(s, queueKey+id) }

// WatchCall follows one call, also when it goes on as another one. Errors:
// NotFound, Forbidden for one that the user may not see.
func (b *Book) WatchCall(ctx context.Context, s *Session, id call.ID, names []string) error {
	t := &callTopic{follower: follower{b, s}, id: id, names: names}
	if err := b.subscribe(ctx, s, callKey+string(id), t); err != nil {
		return err
	}
	b.dropCall(s, id, t)
	return nil
}

// UnwatchCall ends it.
func (b *Book) UnwatchCall(s *Session, id call.ID) { b.dropCall(s, id, nil) }

// dropCall removes the subscriptions to a call but one, under whichever id they
// began.
func (b *Book) dropCall(s *Session, id call.ID, but *callTopic) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.watch = slices.DeleteFunc(s.watch, func(w *watch) bool {
		t, ok := w.topic.(*callTopic)
		return ok && t != but && (t.id == id || w.key == callKey+string(id))
	})
}

// FindCall finds a call that a session's user may see. Errors: NotFound,
// Forbidden.
func (b *Book) FindCall(snap dialer.Snapshot, s *Session, id call.ID) (dialer.CallView, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return follower{b, s}.find(snap, id)
}

// Looker is who looks at calls.
type Looker struct {
	User    agent.User
	Station string // where he sits, or empty
}

// Sees tells whether somebody may see a call. Side is the user on whose side the
// call is: who holds it, or else for whom it waits; the zero user is nobody.
//
// One sees the calls in which one takes part: as its holder, as the colleague who
// is called, as a supervisor. One sees what waits for oneself: on one's own
// queue, that of one's station and those of one's workgroups. A supervisor sees
// the calls of everyone he oversees and of the campaigns of his workgroups, an
// administrator all.
func (l Looker) Sees(c dialer.CallView, side agent.User) bool {
	u := l.User
	switch {
	case u.Admin, is(c.Agent.User, u.ID), is(c.Target, u.ID):
		return true
	case c.Campaign.Workgroup != "" && u.MaySupervise(c.Campaign.Workgroup), side.ID != "" && u.Oversees(side):
		return true
	}
	_, takesPart := c.Supervisors[u.ID]
	return takesPart || l.waits(c.Queue)
}

// waits tells whether what lies on a queue waits for the one who looks.
func (l Looker) waits(q call.Queue) bool {
	switch q.Type {
	case call.UserQueue:
		return is(q.Name, l.User.ID)
	case call.StationQueue:
		return is(q.Name, l.Station)
	case call.WorkgroupQueue:
		return l.User.In(q.Name)
	}
	return false
}

// is compares names as people write them; the empty one is nobody's.
func is(a, b string) bool { return a != "" && strings.EqualFold(a, b) }

// follower is the session that a subscription belongs to.
type follower struct {
	book *Book
	s    *Session
}

// looker is who looks. Book.mu is held.
func (f follower) looker() Looker {
	l := Looker{User: f.s.User}
	if st := f.book.effective(f.s.desk); st != nil {
		l.Station = st.Name
	}
	return l
}

// sees tells whether the session's user may see a call. Book.mu is held.
func (f follower) sees(c dialer.CallView) bool { return f.looker().Sees(c, f.book.side(c)) }

// find finds a call that the user may see. Book.mu is held.
func (f follower) find(snap dialer.Snapshot, id call.ID) (dialer.CallView, error) {
	c, found := snap.Call(id)
	switch {
	case !found:
		return c, fault.New(fault.NotFound, "there is no call %s", id)
	case !f.sees(c):
		return c, fault.New(fault.Forbidden, "call %s is neither yours nor of somebody whom you oversee", id)
	}
	return c, nil
}

// side is the user on whose side a call is: who holds it, or else the one whose
// queue, or at whose station, it waits. It is the zero user if he has no session.
// b.mu is held.
func (b *Book) side(c dialer.CallView) agent.User {
	if c.Agent.User != "" {
		if d := b.desks[c.Agent]; d != nil {
			return d.user
		}
		return agent.User{}
	}
	if c.Queue.Type != call.UserQueue && c.Queue.Type != call.StationQueue {
		return agent.User{} // nobody's side; all who follow the queue ask at each event
	}
	for _, d := range b.desks {
		switch c.Queue.Type {
		case call.UserQueue:
			if is(d.agent.User, c.Queue.Name) {
				return d.user
			}
		case call.StationQueue:
			if st := b.effective(d); st != nil && is(st.Name, c.Queue.Name) {
				return d.user
			}
		}
	}
	return agent.User{}
}

// mayFollow tells whether a session's user may follow a queue, and gives the
// queue the name of the user as configured.
func (b *Book) mayFollow(ctx context.Context, s *Session, q *call.Queue) error {
	u := s.User
	switch q.Type {
	case call.SystemQueue:
		if !u.Admin && !u.Supervisor {
			return fault.New(fault.Forbidden, "only supervisors may see the system queue; follow your own queue")
		}
	case call.UserQueue:
		return b.mayFollowUser(ctx, u, q)
	case call.WorkgroupQueue:
		if !u.In(q.Name) && !u.Admin {
			return fault.New(fault.Forbidden, "you are not a member of workgroup %q; follow the queue of one of yours", q.Name)
		}
	case call.StationQueue:
		return b.mayFollowStation(ctx, s, q.Name)
	}
	return nil
}

func (b *Book) mayFollowUser(ctx context.Context, u agent.User, q *call.Queue) error {
	if is(q.Name, u.ID) {
		q.Name = u.ID
		return nil
	}
	refused := fault.New(fault.Forbidden, "queue %q is not yours, and you do not oversee its user", q.Name)
	if !u.Admin && !u.Supervisor {
		return refused
	}
	other, err := b.User(ctx, q.Name)
	if err != nil {
		return err
	}
	if !u.Oversees(other) {
		return refused
	}
	q.Name = other.ID
	return nil
}

// mayFollowStation: one's own station, and for supervisors one at which nobody
// sits whom they do not oversee.
func (b *Book) mayFollowStation(ctx context.Context, s *Session, name string) error {
	own, others := false, false
	b.mu.Lock()
	for _, d := range b.desks {
		switch st := b.effective(d); {
		case st == nil || !is(st.Name, name):
		case d == s.desk:
			own = true
		case d.agent.User != s.User.ID && !s.User.Oversees(d.user):
			others = true
		}
	}
	b.mu.Unlock()
	switch {
	case own:
		return nil
	case others || !s.User.Admin && !s.User.Supervisor:
		return fault.New(fault.Forbidden, "station %q is not yours, and you do not oversee who sits there", name)
	}
	if _, remote := strings.CutPrefix(strings.ToLower(name), "remote-"); remote {
		return nil // a typed number: it exists while its user has it
	}
	_, err := b.cfg.Stations.Station(ctx, name)
	return err
}

// queueTopic follows queues.
type queueTopic struct {
	follower
	id     string
	queues []call.Queue
	names  []string
	calls  map[call.ID]*dialer.CallView // as told
}

// shows tells whether a call is on one of the queues and may be seen. Book.mu is held.
func (t *queueTopic) shows(c *dialer.CallView) bool { return t.holds(c) && t.sees(*c) }

// holds tells whether a call is on one of the queues. A contact who is being called
// is on none until an agent has the call: the floor tells of it from then on.
func (t *queueTopic) holds(c *dialer.CallView) bool {
	if c.Kind == call.ForContact && c.Agent.User == "" {
		return false
	}
	return slices.ContainsFunc(t.queues, func(q call.Queue) bool {
		if q.Type == c.Queue.Type && is(c.Queue.Name, q.Name) {
			return true
		}
		switch q.Type {
		case call.SystemQueue:
			return true
		case call.UserQueue:
			return is(c.Agent.User, q.Name) || is(c.Target, q.Name)
		case call.WorkgroupQueue:
			return is(c.Campaign.Workgroup, q.Name)
		}
		return is(c.Station, q.Name)
	})
}

// blind tells whether a call lies on the queue of a user whom the one who looks
// does not oversee any more. Book.mu is held.
func (t *queueTopic) blind(c *dialer.CallView) bool {
	held := slices.ContainsFunc(t.queues, func(q call.Queue) bool {
		return q.Type == call.UserQueue && is(c.Agent.User, q.Name)
	})
	return held && !t.sees(*c)
}

func (t *queueTopic) whole(snap dialer.Snapshot) (Message, error) {
	clear(t.calls)
	m := Queue{Subscription: t.id, For: t.s.User.ID, Names: t.names, Whole: true}
	for i := range snap.Calls {
		if c := &snap.Calls[i]; t.shows(c) && !(c.State == call.Over && c.Disposed) {
			told := *c // a pointer into the snapshot would keep all of it
			t.calls[c.ID] = &told
			m.Added = append(m.Added, &told)
		}
	}
	return m, nil
}

// errLost is why a queue is not told of any more.
var errLost = fault.New(fault.Forbidden, "you may not see this queue any more")

func (t *queueTopic) change(ev dialer.Event) Message {
	e, ok := ev.Body.(*dialer.CallChanged)
	if !ok {
		return nil
	}
	now := &e.Call
	if t.blind(now) && !e.Gone {
		return QueueLost{Subscription: t.id, Err: errLost}
	}
	m := Queue{Subscription: t.id, For: t.s.User.ID, Names: t.names}
	before, known := t.calls[now.ID]
	shown := !e.Gone && t.shows(now)
	switch {
	case shown && known:
		m.Changed = []Change{{before, now}}
	case shown:
		m.Added = []*dialer.CallView{now}
	case known:
		m.Removed = []call.ID{now.ID}
		delete(t.calls, now.ID)
		return m
	default:
		return nil
	}
	t.calls[now.ID] = now
	return m
}

// callTopic follows one call.
type callTopic struct {
	follower
	id    call.ID // as it is now
	names []string
	last  dialer.CallView // as told
}

func (t *callTopic) whole(snap dialer.Snapshot) (Message, error) {
	c, err := t.find(snap, t.id)
	if err != nil {
		if t.last.ID != "" { // it went while the listener was cut off
			return t.end(fault.KindOf(err) == fault.Forbidden), nil
		}
		return nil, err
	}
	t.last = c
	return Interaction{For: t.s.User.ID, Names: t.names, After: c}, nil
}

// end makes the last message.
func (t *callTopic) end(lost bool) Message { return InteractionGone{Call: t.id, Lost: lost} }

func (t *callTopic) change(ev dialer.Event) Message {
	switch e := ev.Body.(type) {
	case *dialer.CallChanged:
		switch {
		case e.Call.ID != t.id:
			return nil
		case e.Gone:
			return t.end(false)
		case !t.sees(e.Call):
			return t.end(true)
		}
		before := t.last
		t.last = e.Call
		return Interaction{For: t.s.User.ID, Names: t.names, Before: &before, After: e.Call}
	case dialer.CallMorphed:
		// Who may not see what becomes of the call goes on with what is left of it.
		if e.From.ID == t.id && t.sees(e.To) {
			before := t.last
			t.id, t.last = e.To.ID, e.To
			t.book.put(t.s, Morphed{From: e.From.ID, To: e.To.ID})
			return Interaction{For: t.s.User.ID, Names: t.names, Before: &before, After: e.To}
		}
	case dialer.SnippetMade:
		if e.Call == t.id {
			return Snippet{e}
		}
	}
	return nil
}
