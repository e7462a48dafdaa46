package session

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

const (
	listenSize = 4096                   // events that may wait for the listener
	lookTime   = 5 * time.Second        // for a snapshot
	relisten   = 250 * time.Millisecond // after being cut off
)

// ask wants the listener to look at the floor and then to do something with it,
// before it goes on with the events.
type ask struct {
	do    func(dialer.Snapshot) error
	reply chan error // holds one
}

// errStopping is what a closed book answers to who wants to follow something.
var errStopping = fault.New(fault.Busy, "the server is going down")

// held is a message that must not be put before an event was.
type held struct {
	seq uint64
	s   *Session
	m   Message
}

// listen is the listener: it runs until ctx is done.
func (b *Book) listen(ctx context.Context) {
	for ctx.Err() == nil {
		events, stop := b.cfg.Listen(listenSize)
		err := b.follow(ctx, events)
		stop()
		if ctx.Err() == nil {
			b.cfg.Log.Warn("the floor's events stopped; listening anew", "error", err)
			b.pause(ctx)
		}
	}
}

// pause waits a little before listening anew; meanwhile asks are refused.
func (b *Book) pause(ctx context.Context) {
	wait := time.NewTimer(relisten)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
			return
		case a := <-b.asks:
			a.reply <- fault.New(fault.Busy, "the dialer is not taking requests now; try again")
		}
	}
}

// follow tells everyone the whole, and then what the events say, until they stop.
func (b *Book) follow(ctx context.Context, events <-chan dialer.Event) error {
	snap, err := b.look(ctx)
	if err != nil {
		return err
	}
	b.retell(snap)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case ev, ok := <-events:
			if !ok {
				return nil
			}
			b.hear(ev)
		case a := <-b.asks:
			snap, err := b.look(ctx)
			if err == nil {
				err = a.do(snap)
			}
			a.reply <- err
		}
	}
}

func (b *Book) look(ctx context.Context) (dialer.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	return b.cfg.Floor.Look(ctx)
}

// looking has the listener do something with a snapshot.
func (b *Book) looking(ctx context.Context, do func(dialer.Snapshot) error) error {
	a := ask{do: do, reply: make(chan error, 1)}
	select {
	case b.asks <- a:
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Busy, "the dialer is not taking requests now; try again")
	case <-b.stopped:
		return errStopping
	}
	select {
	case err := <-a.reply:
		return err
	case <-b.stopped:
		return errStopping
	}
}

// greet tells a new session what its agent's other sessions know already.
func (b *Book) greet(ctx context.Context, s *Session) error {
	return b.looking(ctx, func(snap dialer.Snapshot) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.tellDialer(s, snap)
		return nil
	})
}

// retell gives every session the whole of what it follows.
func (b *Book) retell(snap dialer.Snapshot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.history.recall(snap)
	for _, s := range b.sessions {
		if s.told != ^uint64(0) { // else its greeting is still to come
			b.tellDialer(s, snap)
		}
		for _, w := range s.watch {
			w.seq = b.known(w.topic, snap)
			if m, err := w.whole(snap); err == nil {
				b.inform(s, w, m)
			}
		}
	}
	b.passed(snap.Seq)
}

// hear puts what an event says to whom it concerns.
func (b *Book) hear(ev dialer.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.history.note(ev)
	b.hearDialer(ev)
	if e, ok := ev.Body.(dialer.CallChanged); ok {
		ev.Body = &e // a call is large to copy for everyone who follows queues
	}
	for _, s := range b.sessions {
		for _, w := range s.watch {
			if ev.Seq <= w.seq {
				continue
			}
			if m := w.change(ev); m != nil {
				b.inform(s, w, m)
			}
		}
	}
	b.passed(ev.Seq)
}

// passed notes how far the events are heard, and puts what waited for it.
// b.mu is held.
func (b *Book) passed(seq uint64) {
	b.heard = max(b.heard, seq)
	rest := b.held[:0]
	for _, h := range b.held {
		if h.seq > seq {
			rest = append(rest, h)
			continue
		}
		b.put(h.s, h.m)
	}
	clear(b.held[len(rest):])
	b.held = rest
}

// Finish puts the message that an operation is done, behind all that the floor
// said up to now: the client must not hear of the end before the effect.
func (b *Book) Finish(ctx context.Context, s *Session, d Done) error {
	said, err := b.cfg.Floor.Last(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.heard >= said {
		b.put(s, d)
	} else {
		b.held = append(b.held, held{seq: said, s: s, m: d})
	}
	return nil
}
