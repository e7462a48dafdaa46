package session

import (
	"context"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// Past is a call that is over, as its user remembers it.
type Past struct {
	Call      dialer.CallView // as far as it is remembered
	Forwarded bool            // the other party was passed on
}

// trace is what is kept of a call that is over: of its campaign the caller id, and
// nothing of what matters only while it lasts. A view is four times as large.
type trace struct {
	id                              call.ID
	kind                            call.Kind
	agent                           agent.ID
	queue                           call.Queue
	number, target, callerID, cause string
	contact                         campaign.Contact
	attributes                      map[string]string
	began, dialed, connected, ended time.Time
	forwarded                       bool
	seq                             uint64 // the event that ended it
}

func traceOf(c dialer.CallView, forwarded bool, ev dialer.Event) trace {
	if c.Ended.IsZero() {
		c.Ended = ev.At
	}
	return trace{
		id: c.ID, kind: c.Kind, agent: c.Agent, queue: c.Queue, number: c.Number, target: c.Target, callerID: c.Campaign.CallerID, cause: c.Cause,
		contact: c.Contact, attributes: c.Attributes, began: c.Began, dialed: c.Dialed, connected: c.Connected,
		ended: c.Ended, forwarded: forwarded, seq: ev.Seq,
	}
}

// past is the call as a view.
func (t trace) past() Past {
	return Past{Forwarded: t.forwarded, Call: dialer.CallView{
		ID: t.id, Kind: t.kind, Agent: t.agent, Queue: t.queue, Number: t.number, Target: t.target, Campaign: campaign.Campaign{CallerID: t.callerID}, Cause: t.cause,
		Contact: t.contact, Attributes: t.attributes, Began: t.began, Dialed: t.dialed, Connected: t.connected, Ended: t.ended, State: call.Over,
	}}
}

// MaxHistory is how many calls of each user are remembered.
const MaxHistory = 100

// history is what users remember of their calls since the book was made, by user
// id, the oldest first.
type history map[string][]trace

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
			h.add(e.Call.Agent.User, e.Call, false, ev)
			h.add(e.Call.Target, e.Call, false, ev)
		}
	case dialer.CallMorphed:
		h.add(e.From.Agent.User, e.From, true, ev)
	}
}

// recall remembers what a snapshot shows of calls that ended while nobody heard of
// them. One that the floor has forgotten by then is not remembered.
func (h history) recall(snap dialer.Snapshot) {
	for _, c := range snap.Calls {
		if c.State == call.Over {
			h.add(c.Agent.User, c, false, dialer.Event{At: snap.At})
			h.add(c.Target, c, false, dialer.Event{At: snap.At})
		}
	}
}

// add remembers a call of a user, once, with what was heard of it last. A contact
// that was only looked at was no call.
func (h history) add(user string, c dialer.CallView, forwarded bool, ev dialer.Event) {
	if user == "" || c.Dialed.IsZero() && c.Began.IsZero() {
		return
	}
	t, list := traceOf(c, forwarded, ev), h[user]
	for i, before := range list {
		if before.id == t.id {
			t.seq, t.forwarded, t.ended = before.seq, before.forwarded || t.forwarded, before.ended
			list[i] = t
			return
		}
	}
	if len(list) == MaxHistory {
		list = slices.Delete(list, 0, 1)
	}
	h[user] = append(list, t)
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
		t.before = list[first-1].id
	}
	t.begun = true
	old := slices.IndexFunc(list, func(c trace) bool { return c.id == t.before }) // forgotten since, it is -1
	var last []Past
	for _, c := range slices.Backward(list[old+1:]) {
		last = append(last, c.past())
	}
	return History{Whole: true, For: t.s.User.ID, Calls: last}, nil
}

// change tells of a call that the event just ended; it is remembered already.
func (t *historyTopic) change(ev dialer.Event) Message {
	list := t.book.history[t.s.User.ID]
	if n := len(list); n > 0 && list[n-1].seq == ev.Seq {
		return History{For: t.s.User.ID, Calls: []Past{list[n-1].past()}}
	}
	return nil
}
