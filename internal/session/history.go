package session

import (
	"context"
	"slices"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
)

// Past is a call that is over, as its user remembers it.
type Past struct {
	Call      dialer.CallView
	Forwarded bool   // the other party was passed on
	seq       uint64 // the event that ended it
}

// MaxHistory is how many calls of each user are remembered.
const MaxHistory = 100

// history is what users remember of their calls since the book was made, by user
// id, the oldest first.
type history map[string][]Past

const historyKey = "history"

// WatchHistory follows the finished calls of the session's user: first the last n,
// then each that ends.
func (b *Book) WatchHistory(ctx context.Context, s *Session, n int) error {
	return b.subscribe(ctx, s, historyKey, &historyTopic{follower: follower{b, s}, n: n})
}

// UnwatchHistory ends it.
func (b *Book) UnwatchHistory(s *Session) { b.unsubscribe(s, historyKey) }

// note remembers what an event says of calls that are over.
func (h history) note(ev dialer.Event) {
	switch e := ev.Body.(type) {
	case dialer.CallChanged:
		if e.Call.State == call.Over || e.Gone {
			h.add(e.Call.Agent.User, Past{Call: e.Call}, ev)
			h.add(e.Call.Target, Past{Call: e.Call}, ev)
		}
	case dialer.CallMorphed:
		h.add(e.From.Agent.User, Past{Call: e.From, Forwarded: true}, ev)
	}
}

// recall remembers what a snapshot shows of calls that ended while nobody heard of
// them. One that the floor has forgotten by then is not remembered.
func (h history) recall(snap dialer.Snapshot) {
	for _, c := range snap.Calls {
		if c.State == call.Over {
			h.add(c.Agent.User, Past{Call: c}, dialer.Event{At: snap.At})
			h.add(c.Target, Past{Call: c}, dialer.Event{At: snap.At})
		}
	}
}

// add remembers a call of a user, once, with what was heard of it last. A contact
// that was only looked at was no call.
func (h history) add(user string, p Past, ev dialer.Event) {
	if user == "" || p.Call.Dialed.IsZero() && p.Call.Began.IsZero() {
		return
	}
	if p.Call.Ended.IsZero() {
		p.Call.Ended = ev.At
	}
	p.seq = ev.Seq
	list := h[user]
	for i, before := range list {
		if before.Call.ID == p.Call.ID {
			p.seq, p.Forwarded, p.Call.Ended = before.seq, before.Forwarded || p.Forwarded, before.Call.Ended
			list[i] = p
			return
		}
	}
	if len(list) == MaxHistory {
		list = slices.Delete(list, 0, 1)
	}
	h[user] = append(list, p)
}

// historyTopic follows the finished calls of the session's user.
type historyTopic struct {
	follower
	n      int // of the first message
	begun  bool
	before call.ID // the newest call that was not told, as it is too old; empty if all were
}

func (t *historyTopic) whole(dialer.Snapshot) (Message, error) {
	list := t.book.history[t.s.User.ID]
	if first := len(list) - t.n; !t.begun && first > 0 {
		t.before = list[first-1].Call.ID
	}
	t.begun = true
	old := slices.IndexFunc(list, func(p Past) bool { return p.Call.ID == t.before }) // forgotten since, it is -1
	last := slices.Clone(list[old+1:])
	slices.Reverse(last)
	return History{Whole: true, For: t.s.User.ID, Calls: last}, nil
}

// change tells of a call that the event just ended; it is remembered already.
func (t *historyTopic) change(ev dialer.Event) Message {
	list := t.book.history[t.s.User.ID]
	if n := len(list); n > 0 && list[n-1].seq == ev.Seq {
		return History{For: t.s.User.ID, Calls: []Past{list[n-1]}}
	}
	return nil
}
